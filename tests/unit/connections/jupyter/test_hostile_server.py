"""Whoever answers where a Jupyter Server should: nothing it does is more than a clear reason."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.jupyter import rest
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError, SecretError, UsageError
from stui_workspace.schema.web import Server
from support.kernels import DEADLINE, link_of, linked, until
from support.web_peer import KERNEL, Peer, Websocket, kernel_model, listening, welcoming


async def refused(setting: Setting, peer: Peer, **keys: object) -> ConnectionLostError:
    async with listening(peer):
        link = link_of(setting, url=peer.url, **keys)
        with pytest.raises(ConnectionLostError) as caught:
            await link.start()
        assert "the-token" not in str(vars(caught.value))
        return caught.value


@pytest.mark.parametrize(
    ("status", "body", "reason", "is_final"),
    [
        (401, "", "refuses the token", True),
        (403, "", "refuses the token", True),
        (404, "", "there is no Jupyter Server", True),
        (302, "", "sends us elsewhere", True),
        (500, "", "answered with status 500", False),
        (503, "", "answered with status 503", False),
        (200, "<html>", "is no Jupyter Server", False),
        (200, "[" * 100_000, "is no Jupyter Server", False),
        (200, '{"a": 1}', "is no Jupyter Server", False),
        (200, "x" * (rest.BODY_LIMIT + 1), "gave no answer of a Jupyter Server", False),
    ],
    ids=lambda value: str(value)[:12],
)
async def test_what_an_answer_means(
    status: int, body: str, reason: str, is_final: bool, setting: Setting
) -> None:
    peer = Peer({"GET /": (status, body)})
    error = await refused(setting, peer)
    assert reason in error.reason
    assert error.is_final is is_final
    assert peer.asked == ["GET /api/kernels"], "nobody follows, and nobody asks on"


async def test_a_silent_port_is_not_waited_for_without_end(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest.Rest.call, "__defaults__", (None, 0.2))
    error = await refused(setting, Peer(is_silent=True))
    assert "did not answer in time" in error.reason
    assert not error.is_final


async def test_an_attempt_at_a_silent_port_can_be_called_off(setting: Setting) -> None:
    peer = Peer(is_silent=True)
    async with listening(peer):
        link = link_of(setting, url=peer.url)
        starting = asyncio.ensure_future(link.backend.start())

        async def has_asked() -> bool:
            return bool(peer.asked)

        await until(has_asked)
        starting.cancel()
        assert isinstance(
            (await asyncio.gather(starting, return_exceptions=True))[0], BaseException
        )


@pytest.mark.parametrize("model", [{"id": "../../login"}, {"id": 3}, {}])
async def test_an_odd_kernel_is_none(model: dict[str, object], setting: Setting) -> None:
    session = json.dumps({"id": "s-1", "kernel": model})
    error = await refused(setting, Peer({"GET": (200, "[]"), "POST": (201, session)}))
    assert "is no Jupyter Server" in error.reason or "cannot be" in error.reason


async def test_a_server_without_the_kernel_names_those_that_it_has(setting: Setting) -> None:
    specs = json.dumps({"kernelspecs": {"ir": {}, "bad\x1b[31m": {}}})
    peer = Peer({"GET /api/kernelspecs": (200, specs), "GET": (200, "[]"), "POST": (501, "{}")})
    error = await refused(setting, peer, kernel="julia-1.10")
    assert error.is_final
    assert "has no kernel `julia-1.10`" in error.reason
    assert error.next_step == "use one of `bad␛[31m`, `ir`, or install it there"


async def test_a_refused_port_is_tried_again(setting: Setting) -> None:
    async with listening(Peer()) as peer:
        url = peer.url
    with pytest.raises(ConnectionLostError) as caught:
        await link_of(setting, url=url).start()
    assert "cannot be reached: " in caught.value.reason
    assert not caught.value.is_final


def test_no_kernel_is_looked_for_where_others_can_read(setting: Setting) -> None:
    with pytest.raises(UsageError) as caught:
        link_of(setting, url="http://192.0.2.1:8888")
    assert "anyone on the way to http://192.0.2.1:8888 could read" in caught.value.reason
    assert "https://" in (caught.value.next_step or "")


async def test_a_token_goes_nowhere_where_others_can_read_it() -> None:
    asked = rest.Rest("nb", Server("http", "192.0.2.1", 8888), lambda: "the-token")
    with pytest.raises(ConnectionLostError) as caught:
        await asked.request("/api")
    assert caught.value.is_final
    assert caught.value.reason == "its token would go over the network for all to read"


@pytest.mark.parametrize("token", ["a b", "a\nHost: evil", "", "ä"])
async def test_what_is_no_token_is_not_sent(token: str, setting: Setting) -> None:
    peer = Peer({"GET": (200, "[]")})
    error = await refused(replace(setting, secret=lambda: token), peer)
    assert error.is_final
    assert peer.asked == []


async def test_a_token_that_cannot_be_had_is_final(setting: Setting) -> None:
    def locked() -> str:
        raise SecretError("orders", "the keyring is locked")

    error = await refused(replace(setting, secret=locked), Peer())
    assert (error.is_final, error.reason) == (
        True,
        "its token cannot be had: the keyring is locked",
    )
    assert isinstance(error.__cause__, SecretError)


async def test_the_token_is_in_every_request_and_in_no_address(setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url):
        pass
    assert set(peer.tokens) == {"token the-token"}
    assert "the-token" not in str(peer.asked)


@pytest.mark.parametrize(
    "frame",
    [
        "no JSON",
        "[" * 100_000,
        "[]",
        "{}",
        '{"channel": "iopub"}',
        '{"channel": "iopub", "header": {"msg_id": 1, "msg_type": "x"}, "content": {}}',
        '{"channel": "other", "header": {"msg_id": "1", "msg_type": "x"}, "content": {}}',
        '{"channel": "iopub", "header": {"msg_id": "1", "msg_type": "x"}, "content": []}',
        b"",
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff" + b"\x00" * 40,
        b"\x00\x00\x00\x01\xff\xff\xff\xff",
        b"\x00\x00\x00\x01\x00\x00\x00\x08\xff",
        '{"a": ' + "9" * 10_000 + "}",
    ],
    ids=lambda frame: repr(frame)[:20],
)
async def test_garbage_ends_the_link_with_a_reason(frame: str | bytes, setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        await line.request()
        await line.send(frame)
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        one = await link.run("1")
        assert one.answer.ending is Ending.LOST
        assert one.error == "it sent what is no message of a kernel"
        assert await link.backend.wait_lost() == one.error


async def test_a_message_without_bound_ends_the_link(setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        await line.request()
        line.writer.write(b"\x81\x7f" + (1 << 62).to_bytes(8, "big"))
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        assert (await link.run("1")).answer.ending is Ending.LOST


async def test_a_server_that_does_not_stop_is_left(setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        await line.request()
        await line.send("garbage")
        while True:
            await line.send("more" * 1000)

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        assert (await link.run("1")).answer.ending is Ending.LOST
        await link.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_odd_contents_are_nothing(setting: Setting) -> None:
    odd: list[tuple[str, object]] = [
        ("stream", {"name": 3, "text": ["a"]}),
        ("display_data", {"data": [1]}),
        ("execute_result", {"data": {"text/plain": 3, "image/png": {}}}),
        ("error", {"traceback": "x", "ename": None}),
        ("status", {"execution_state": {}}),
        ("update_display_data", {}),
        ("nobody_knows", {"a": 1}),
        ("comm_open", {}),
    ]

    async def meet(line: Websocket) -> None:
        await line.greet()
        parent = await line.request()
        for kind, content in odd:
            await line.say(kind, parent, content)
        await line.say("execute_reply", parent, {"status": "ok", "payload": [3]}, "shell")
        await line.say("status", parent, {"execution_state": "idle"})
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        one = await link.run("1")
        assert one.answer.ending is Ending.ERROR
        assert one.answer.result == "[image/png]"
        assert one.error == "the kernel says no more than that it failed"


async def test_one_half_of_an_end_is_enough(setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        parent = await line.request()
        await line.say("execute_reply", parent, {"status": "ok"}, "shell")
        parent = await line.request()
        await line.say("status", parent, {"execution_state": "idle"})
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        assert (await link.run("1")).answer.ending is Ending.OK
        assert (await link.run("2")).answer.ending is Ending.OK


async def test_what_was_called_off_by_others_says_so(setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        parent = await line.request()
        await line.say("execute_reply", parent, {"status": "aborted"}, "shell")
        await line.say("status", parent, {"execution_state": "idle"})
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        one = await link.run("1")
        assert one.answer.ending is Ending.ERROR
        assert "it was not evaluated" in one.error


async def test_a_kernel_that_asks_for_input_hears_that_there_is_none(setting: Setting) -> None:
    given: list[object] = []

    async def meet(line: Websocket) -> None:
        await line.greet()
        parent = await line.request()
        await line.say("input_request", parent, {"prompt": "who? ", "password": True}, "stdin")
        asked = await line.read()
        given.append((asked["channel"], asked["content"]))
        await line.say("execute_reply", parent, {"status": "ok"}, "shell")
        await line.say("status", parent, {"execution_state": "idle"})
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        one = await link.run("1")
        assert "it asks for input ('who? ')" in one.stderr
    assert given == [("stdin", {"value": "\x04", "status": "ok"})]


@pytest.mark.parametrize("state", ["restarting", "dead"])
async def test_the_end_of_the_kernel_is_the_end_of_the_link(state: str, setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        await line.request()
        await line.say("status", {}, {"execution_state": state})
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        one = await link.run("1")
        assert one.answer.ending is Ending.LOST
        assert "restarted" in one.error or "died" in one.error


async def test_output_of_an_earlier_link_is_kept_within_bounds(setting: Setting) -> None:
    ours: list[str] = []

    async def meet(line: Websocket) -> None:
        await line.greet()
        if not ours:
            ours.append(str((await line.request())["session"]))
            return  # the line is cut
        old = {"msg_id": "earlier", "msg_type": "execute_request", "session": ours[0]}
        for _ in range(3000):
            await line.say("stream", old, {"name": "stdout", "text": "x" * 1000})
        await line.say("execute_reply", old, {"status": "ok"}, "shell")
        await line.say("status", old, {"execution_state": "idle"})
        pinged = await line.request("kernel_info_request")
        await line.say("kernel_info_reply", pinged, {}, "control")
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer:
        async with linked(setting, url=peer.url) as link:
            assert (await link.run("1")).answer.ending is Ending.LOST
        async with linked(setting, url=peer.url) as again:
            await again.backend.ping()
            one = await again.begin("", "earlier", is_sent=True).over()
            assert one.answer.ending is Ending.OK
            assert len(one.stdout) == 512 << 10
            assert one.stderr.count("only 524,288 characters are shown") == 1


async def test_where_the_server_had_not_noticed_the_cut_a_gap_is_shown(setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        header = await line.request("kernel_info_request")
        await line.say("kernel_info_reply", header, {}, "shell")
        await line.wait_closed()

    peer = welcoming(meet, connections=1)
    async with listening(peer), linked(setting, url=peer.url) as link:
        one = await link.begin("", "earlier", is_sent=True).over()
    assert [output.stream for output in one.outputs] == ["gap"]
    assert one.answer.ending is Ending.UNKNOWN


async def test_a_ping_is_answered_by_the_kernel_not_by_its_server_alone(setting: Setting) -> None:
    pinged = asyncio.Event()

    async def meet(line: Websocket) -> None:
        await line.greet()
        await line.request("kernel_info_request")
        pinged.set()
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer, linked(setting, url=peer.url) as link:
        ping = asyncio.ensure_future(link.backend.ping())
        async with asyncio.timeout(DEADLINE):
            await pinged.wait()
        await asyncio.wait((ping,), timeout=0.2)
        assert not ping.done()
        await link.close()
        with pytest.raises(ConnectionLostError):
            await ping


async def test_a_kernel_by_its_id_needs_no_session(setting: Setting) -> None:
    async def meet(line: Websocket) -> None:
        await line.greet()
        await line.wait_closed()

    async with listening(welcoming(meet)) as peer:
        async with linked(setting, url=f"{peer.url}/api/kernels/{KERNEL}") as link:
            pass
        await link.backend.retire()
    assert not [one for one in peer.asked if not one.startswith("GET")]
    assert kernel_model()["id"] == KERNEL
