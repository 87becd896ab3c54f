"""Backends that go on without the stui that started them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Backend, Ending, Hello, Output, Request
from stui_workspace.connections.holding import keeping
from stui_workspace.connections.holding.holders import (
    Holder,
    holder_at,
    holders,
    key_of,
    record,
    stop,
)
from stui_workspace.connections.holding.order import Order, line_of, order_of, report_of
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.connections.processes import Process, process_of, this_process
from stui_workspace.errors import ConnectionLostError, SecretError, UsageError
from stui_workspace.model.workspace import ConnectionSpec
from support.embedded import DEADLINE, Sign, no_output
from support.served import until

HELD = ConnectionSpec("py", "python", hold=True)


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    (tmp_path / "project").mkdir()
    one = Setting(tmp_path / "project", client="me", folder=tmp_path / "backends")
    yield one
    for holder in holders(tmp_path / "backends"):
        assert stop(holder)


async def connected(setting: Setting, spec: ConnectionSpec = HELD) -> tuple[Backend, Hello]:
    """A link that is up; a link that fell may need another try."""
    async with asyncio.timeout(DEADLINE):
        while True:
            backend = make_backend(spec, setting)
            with suppress(ConnectionLostError):
                return backend, await backend.start()
            await backend.close()
            await asyncio.sleep(0)


def the_holder(setting: Setting) -> Holder:
    assert setting.folder is not None
    (one,) = holders(setting.folder)
    return one


async def test_it_goes_on_between_two_links(setting: Setting) -> None:
    first, hello = await connected(setting)
    assert (await first.evaluate(Request("1", "x = 5"), no_output)).ending is Ending.OK
    outputs: list[Output] = []
    code = (
        "import os, time\nprint('begun')\nwhile not os.path.exists('go'): time.sleep(0.01)\nx + 1"
    )
    begun = asyncio.Event()

    def hear(output: Output) -> None:
        outputs.append(output)
        begun.set()

    running = asyncio.ensure_future(first.evaluate(Request("2", code), hear))
    async with asyncio.timeout(DEADLINE):
        await begun.wait()
    await first.close()
    assert (await running).ending is Ending.LOST
    (setting.root / "go").touch()
    second, again = await connected(setting)
    answer = await second.evaluate(Request("2", code, heard=outputs[-1].number, is_sent=True), hear)
    await second.close()
    assert (hello.survives, hello.incarnation) == (True, again.incarnation)
    assert (answer.result, answer.at is not None) == ("6", True)
    assert "".join(output.text for output in outputs) == "begun\n"


async def test_it_survives_the_death_of_the_stui_that_started_it(
    setting: Setting, tmp_path: Path
) -> None:
    code = """
import asyncio, os, sys
from pathlib import Path
from stui_workspace.connections.backend import Request
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.workspace import ConnectionSpec
async def main():
    setting = Setting(Path(sys.argv[1]), client="me", folder=Path(sys.argv[2]))
    backend = make_backend(ConnectionSpec("py", "python", hold=True), setting)
    await backend.start()
    await backend.evaluate(Request("1", "x = 7"), print)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
    command = [sys.executable, "-c", code, str(setting.root), str(setting.folder)]
    ran = await asyncio.to_thread(subprocess.run, command, check=False)
    assert ran.returncode == -signal.SIGKILL
    backend, _ = await connected(setting)
    assert (await backend.evaluate(Request("2", "x"), no_output)).result == "7"
    await backend.close()


async def test_two_that_come_at_once_get_the_same(setting: Setting) -> None:
    found = await asyncio.gather(*(connected(setting) for _ in range(4)))
    assert len({hello.incarnation for _, hello in found}) == 1
    assert len(holders(setting.folder or Path())) == 1
    for backend, _ in found:
        await backend.close()


async def test_another_specification_is_another_backend(setting: Setting) -> None:
    first, one = await connected(setting)
    second, other = await connected(
        setting, ConnectionSpec("py", "python", hold=True, env={"A": "1"})
    )
    await first.close()
    await second.close()
    assert one.incarnation != other.incarnation


async def test_stopping_ends_the_backend_and_what_it_started(setting: Setting, sign: Sign) -> None:
    backend, _ = await connected(setting)
    code = f"{sign.code}import subprocess\nsubprocess.Popen(['sleep', '1000'], pass_fds=[sign])"
    await backend.evaluate(Request("1", code), no_output)
    assert sign.read() == b"x"
    assert await asyncio.to_thread(stop, the_holder(setting))
    async with asyncio.timeout(DEADLINE):
        assert await backend.wait_lost()
    assert sign.read() == b""
    assert holders(setting.folder or Path()) == ()
    await backend.close()


async def test_a_holder_that_was_killed_leaves_no_backend_and_is_replaced(
    setting: Setting, sign: Sign
) -> None:
    backend, hello = await connected(setting)
    await backend.evaluate(Request("1", f"{sign.code}6 * 7"), no_output)
    assert sign.read() == b"x"
    running = asyncio.ensure_future(backend.evaluate(Request("2", "while True: pass"), no_output))
    while (await backend.ping()).busy_for is None:
        pass
    os.kill(the_holder(setting).process.pid, signal.SIGKILL)
    assert sign.read() == b""
    assert (await running).ending is Ending.LOST
    await backend.close()
    again, other = await connected(setting)
    assert other.incarnation != hello.incarnation
    kept = await again.evaluate(Request("1", "", is_sent=True), no_output)
    lost = await again.evaluate(Request("2", "", is_sent=True), no_output)
    await again.close()
    assert kept.result == "42"
    assert lost == Answer(Ending.LOST, error="the server ended while it ran", at=lost.at)


async def test_a_backend_that_ends_ends_its_holder(setting: Setting) -> None:
    backend, hello = await connected(setting)
    holder = the_holder(setting)
    answer = await backend.evaluate(Request("1", "import os; os._exit(3)"), no_output)
    assert answer == Answer(Ending.LOST, error="Python ended with exit status 3")
    async with asyncio.timeout(DEADLINE):
        await backend.wait_lost()
    await until(lambda: not holder.process.is_running)
    await backend.close()
    again, other = await connected(setting)
    assert hello.incarnation != other.incarnation
    await again.close()


async def test_what_does_not_start_is_told_and_leaves_nothing(setting: Setting) -> None:
    spec = ConnectionSpec("py", "python", hold=True, python="no-such-python")
    with pytest.raises(ConnectionLostError, match="no interpreter `no-such-python`") as caught:
        await make_backend(spec, setting).start()
    assert caught.value.is_final
    assert holders(setting.folder or Path()) == ()


async def test_a_start_that_is_given_up_leaves_nothing(setting: Setting, tmp_path: Path) -> None:
    script = tmp_path / "silent"
    script.write_text(f"#!{sys.executable}\nimport pathlib, time\npathlib.Path({str(tmp_path)!r}, "
                      "'up').touch()\ntime.sleep(1000)\n")  # fmt: skip
    script.chmod(0o755)
    spec = ConnectionSpec("py", "python", hold=True, python=str(script))
    backend = make_backend(spec, setting)
    starting = asyncio.ensure_future(backend.start())
    await until((tmp_path / "up").exists)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await backend.close()
    assert holders(setting.folder or Path()) == ()


async def test_nothing_in_the_project_is_imported_by_a_holder(setting: Setting) -> None:
    for name in ("asyncio", "json", "os", "socket", "stui_workspace", "sitecustomize"):
        (setting.root / f"{name}.py").write_text(f"open({str(setting.root / 'bad')!r}, 'w')")
    before = Path.cwd()
    os.chdir(setting.root)
    try:
        environ = {**os.environ, "PYTHONPATH": str(setting.root)}
        hostile = Setting(setting.root, environ=environ, folder=setting.folder)
        backend, _ = await connected(hostile)
        await backend.close()
    finally:
        os.chdir(before)
    assert not (setting.root / "bad").exists()


async def test_all_of_it_is_private(setting: Setting) -> None:
    backend, _ = await connected(setting)
    await backend.close()
    assert setting.folder is not None
    for path in setting.folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_what_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="goes on by itself"):
        make_backend(
            ConnectionSpec("s", "stui", url="unix:/s", hold=True),
            Setting(tmp_path, folder=tmp_path),
        )
    with pytest.raises(UsageError, match="nothing may be kept"):
        make_backend(HELD, Setting(tmp_path))


class TestRecords:
    def holder(self, folder: Path, process: Process) -> Holder:
        return Holder("py", "python", "Python", "unix:/s", process, 1.0, folder / "holders/a.json")

    def test_a_number_that_was_given_to_another_is_not_ours(self, tmp_path: Path) -> None:
        ours = this_process()
        record(self.holder(tmp_path, Process(ours.pid, "another time")))
        assert holders(tmp_path) == ()
        assert list((tmp_path / "holders").iterdir()) == []

    def test_one_that_runs_is_found(self, tmp_path: Path) -> None:
        one = self.holder(tmp_path, this_process())
        record(one)
        assert holders(tmp_path) == (one,)

    def test_stopping_what_has_another_start_ends_nobody(self, tmp_path: Path) -> None:
        with subprocess.Popen(["sleep", "1000"]) as bystander:
            try:
                stop(self.holder(tmp_path, Process(bystander.pid, "another time")), 0.1)
                assert bystander.poll() is None
            finally:
                bystander.kill()

    def test_a_process_that_waits_to_be_buried_does_not_run(self) -> None:
        with subprocess.Popen(["true"]) as child:
            process = process_of(child.pid)
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            assert not process.is_running

    @pytest.mark.parametrize(
        "content",
        ["", "{", "[]", "{}", '{"pid": -1}', '{"pid": "1", "started": "x"}', "\x00" * 100],
    )
    def test_a_damaged_record_is_taken_away(self, content: str, tmp_path: Path) -> None:
        (tmp_path / "holders").mkdir()
        path = tmp_path / "holders" / "a.json"
        path.write_text(content)
        assert holder_at(path) is None
        assert not path.exists()

    def test_a_key_is_of_all_that_matters_and_of_nothing_else(self, tmp_path: Path) -> None:
        key = key_of(tmp_path, HELD)
        assert key == key_of(tmp_path, ConnectionSpec("py", "python", color="red", hold=True))
        assert key != key_of(tmp_path / "other", HELD)
        for other in (
            ConnectionSpec("py2", "python"),
            ConnectionSpec("py", "python", cwd="src"),
            ConnectionSpec("py", "python", env={"A": "1"}),
            ConnectionSpec("py", "pty", command=("a",)),
            ConnectionSpec("py", "python", other={"tls": {"verify": False}}),
        ):
            assert key != key_of(tmp_path, other)


async def test_a_secret_that_cannot_be_had_is_the_cause(setting: Setting) -> None:
    def locked() -> str:
        raise SecretError("orders", "the keyring is locked")

    spec = replace(HELD, credential="keyring:orders")
    with pytest.raises(ConnectionLostError) as caught:
        await make_backend(spec, replace(setting, secret=locked)).start()
    assert caught.value.is_final
    assert isinstance(caught.value.__cause__, SecretError)


def test_an_order_arrives_as_it_was_given(tmp_path: Path) -> None:
    spec = ConnectionSpec(
        "py",
        "pty",
        command=("a", "b"),
        env={"A": "ж"},
        prompt="> ",
        cwd="x",
        other={"tls": {"verify": [False, "ж"]}},
    )
    order = Order(spec, tmp_path, tmp_path / "f", tmp_path / "r", {"B": "\udcff"}, "secret")
    assert order_of(line_of(order)) == order
    assert "secret" not in repr(order)


@pytest.mark.parametrize("line", [b"", b"{}", b"[", b"\xff", b'{"is_ready": 1}'])
def test_what_is_no_report(line: bytes) -> None:
    assert report_of(line) is None


async def test_an_idle_holder_ends_after_a_long_time(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the program does it, but in this process, and with a shorter week."""
    monkeypatch.setattr(keeping, "IDLE_SECONDS", 0.0)
    monkeypatch.setattr(keeping, "_close_streams", lambda: None)
    monkeypatch.setattr(keeping._Keeping, "_listen_to_signals", lambda _self: None)
    assert setting.folder is not None
    path = setting.folder / "holders" / "a.json"
    order = Order(ConnectionSpec("py", "python"), setting.root, setting.folder, path, os.environ)
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as told, os.fdopen(writing, "wb") as reports:
        async with asyncio.timeout(DEADLINE):
            await keeping._Keeping(order, reports).run()
        assert json.loads(told.readline())["is_ready"]
    assert not path.exists()
