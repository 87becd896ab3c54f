"""Kernels of a real Jupyter Server: left, found again, restarted, killed."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from support.kernels import DEADLINE, JupyterServer, line_to, link_of, linked, until


async def test_a_kernel_is_started_there_and_found_again(
    server: JupyterServer, setting: Setting
) -> None:
    link = link_of(setting, url=server.url, kernel="python3")
    hello = await link.start()
    assert hello.survives
    one = await link.run("x = 41; print('hi'); x + 1")
    assert (one.stdout, one.result) == ("hi\n", "42")
    assert (await link.backend.ping()).busy_for is None
    await link.close()
    async with linked(setting, url=server.url, kernel="python3") as again:
        assert (await again.run("x")).result == "41"
    other = link_of(replace(setting, client="client-2"), url=server.url, kernel="python3")
    assert (await other.start()).incarnation != hello.incarnation, "another session, another kernel"
    await other.close()
    assert len(json.loads(server.ask("GET", "/api/kernels"))) == 2
    await again.backend.retire()
    assert len(json.loads(server.ask("GET", "/api/kernels"))) == 1


async def test_what_was_computed_while_the_line_was_cut_is_there_on_return(
    server: JupyterServer, setting: Setting
) -> None:
    async with line_to(server.port) as line:
        link = link_of(setting, url=line.url)
        hello = await link.start()
        gate = setting.root / "gate"
        code = (
            "import os, time\nprint('before')\n"
            f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)\n"
            "print('after')\n'the result'"
        )
        slow = link.begin(code, "evaluation-1")
        await slow.says("before")
        await line.cut()
        cut = await slow.over()
        assert cut.answer.ending is Ending.LOST
        assert await link.backend.wait_lost() == "the Jupyter Server closed the line"
        await link.close()
        await _until_nobody_is_connected(server)
        gate.touch()
        await _until_idle(server)
        await line.open()
        again = link_of(setting, url=line.url)
        assert await again.start() == hello
        taken_up = await again.begin("", "evaluation-1", is_sent=True).over()
        assert (taken_up.result, taken_up.text) == ("'the result'", "after\n")
        assert taken_up.answer.at is not None, "it was heard late, so it says when it was"
        assert (await again.run("1 + 1")).result == "2"
        await again.close()


async def test_an_evaluation_that_goes_on_is_taken_up_in_the_middle(
    server: JupyterServer, setting: Setting
) -> None:
    link = link_of(setting, url=server.url)
    await link.start()
    gate = setting.root / "gate"
    code = (
        "import os, time\nprint('before')\n"
        f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)\n"
        "print('after')"
    )
    await link.begin(code, "evaluation-1").says("before")
    await link.close()
    await _until_nobody_is_connected(server)
    async with linked(setting, url=server.url) as again:
        assert (await again.backend.ping()).busy_for is not None
        taken_up = again.begin("", "evaluation-1", is_sent=True)
        gate.touch()
        one = await taken_up.over()
        assert (one.answer.ending, one.text) == (Ending.OK, "after\n")


async def test_what_nobody_knows_of_is_unknown_and_not_evaluated(
    server: JupyterServer, setting: Setting
) -> None:
    async with linked(setting, url=server.url) as link:
        one = await link.begin("print('no')", "nobody-knows", is_sent=True).over()
        assert (one.answer.ending, one.text) == (Ending.UNKNOWN, "")
        assert (await link.run("1")).result == "1"


async def test_where_somebody_else_was_connected_output_may_be_missing_and_that_is_said(
    server: JupyterServer, setting: Setting
) -> None:
    link = link_of(setting, url=server.url)
    await link.start()
    await link.run("x = 1")
    (kernel,) = json.loads(server.ask("GET", "/api/kernels"))
    one_kernel = f"{server.url}/api/kernels/{kernel['id']}"
    async with linked(replace(setting, client="somebody else"), url=one_kernel) as other:
        assert (await other.run("x")).result == "1"
        await link.close()
        async with linked(setting, url=server.url) as again:
            taken_up = await again.begin("", "evaluation-1", is_sent=True).over()
            assert [output.stream for output in taken_up.outputs] == ["gap"]


async def test_a_restart_ends_the_link_and_the_kernel_is_another_one_then(
    server: JupyterServer, setting: Setting
) -> None:
    link = link_of(setting, url=server.url)
    before = await link.start()
    slow = link.begin("print('here')\nimport time\ntime.sleep(600)")
    await slow.says("here")
    (kernel,) = json.loads(server.ask("GET", "/api/kernels"))
    await asyncio.to_thread(server.ask, "POST", f"/api/kernels/{kernel['id']}/restart")
    lost = asyncio.ensure_future(link.backend.wait_lost())
    deadline = time.monotonic() + DEADLINE
    while not lost.done():  # as whoever looks after a link does; nobody need tell us
        assert time.monotonic() < deadline
        with suppress(ConnectionLostError):
            await link.backend.ping()
        await asyncio.wait((lost,), timeout=0.1)
    assert "restarted" in await lost
    assert (await slow.over()).answer.ending is Ending.LOST
    await link.close()
    again = link_of(setting, url=server.url)
    assert (await again.start()).incarnation != before.incarnation
    await again.close()


async def test_a_restart_while_away_is_seen_by_its_incarnation(
    server: JupyterServer, setting: Setting
) -> None:
    link = link_of(setting, url=server.url)
    before = await link.start()
    await link.close()
    (kernel,) = json.loads(server.ask("GET", "/api/kernels"))
    await asyncio.to_thread(server.ask, "POST", f"/api/kernels/{kernel['id']}/restart")
    again = link_of(setting, url=server.url)
    assert (await again.start()).incarnation != before.incarnation
    await again.close()


async def test_a_server_that_is_killed_and_started_again(
    server: JupyterServer, setting: Setting
) -> None:
    link = link_of(setting, url=server.url)
    before = await link.start()
    slow = link.begin("print('here')\nimport time\ntime.sleep(600)", "evaluation-1")
    await slow.says("here")
    server.kill()
    assert (await slow.over()).answer.ending is Ending.LOST
    await link.close()
    down = link_of(setting, url=server.url)
    with pytest.raises(ConnectionLostError) as caught:
        await down.start()
    assert not caught.value.is_final
    assert "Connection refused" in caught.value.reason
    await server.start()
    again = link_of(setting, url=server.url)
    assert (await again.start()).incarnation != before.incarnation, "its kernels died with it"
    taken_up = await again.begin("", "evaluation-1", is_sent=True).over()
    assert taken_up.answer.ending is Ending.UNKNOWN
    assert (await again.run("1 + 1")).result == "2"
    await again.close()


async def test_an_evaluation_is_interrupted_through_the_server(
    server: JupyterServer, setting: Setting
) -> None:
    async with linked(setting, url=server.url) as link:
        slow = link.begin("print('here')\nimport time\ntime.sleep(600)")
        await slow.says("here")
        busy_for = (await link.backend.ping()).busy_for
        assert busy_for is not None
        await link.backend.interrupt()
        assert (await slow.over()).answer.ending is Ending.INTERRUPTED


async def test_a_kernel_that_dies_ends_the_link(server: JupyterServer, setting: Setting) -> None:
    async with linked(setting, url=server.url) as link:
        one = await link.run("import os; os._exit(1)")
        assert one.answer.ending is Ending.LOST
        assert "restarted" in one.error


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_without_the_token_it_is_final_and_says_so(
    token: str | None, server: JupyterServer, setting: Setting
) -> None:
    link = link_of(replace(setting, secret=lambda: token), url=server.url)
    with pytest.raises(ConnectionLostError) as caught:
        await link.start()
    assert caught.value.is_final
    assert "status 403" in caught.value.reason
    assert caught.value.next_step == "name it by `connections.nb.credential`"


async def test_an_unknown_kernel_is_told_with_those_of_the_server(
    server: JupyterServer, setting: Setting
) -> None:
    link = link_of(setting, url=server.url, kernel="nosuch")
    with pytest.raises(ConnectionLostError) as caught:
        await link.start()
    assert caught.value.is_final
    assert "has no kernel `nosuch`" in caught.value.reason
    assert "`python3`" in str(caught.value.next_step)


async def test_a_kernel_that_is_not_there_is_final(server: JupyterServer, setting: Setting) -> None:
    gone = f"{server.url}/api/kernels/00000000-0000-0000-0000-000000000000"
    with pytest.raises(ConnectionLostError) as caught:
        await link_of(setting, url=gone).start()
    assert caught.value.is_final
    assert "it has ended" in caught.value.reason


async def _until_nobody_is_connected(server: JupyterServer) -> None:
    await _until(server, "connections", 0)


async def _until_idle(server: JupyterServer) -> None:
    await _until(server, "execution_state", "idle")


async def _until(server: JupyterServer, key: str, value: object) -> None:
    async def holds() -> bool:
        (kernel,) = json.loads(await asyncio.to_thread(server.ask, "GET", "/api/kernels"))
        return bool(kernel[key] == value)

    await until(holds)
