"""A line REPL behind a socket: how it is reached and spoken to, and peers that are none."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.conversing.exchange import OUTPUT_LIMIT
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.lines.backend import LinesBackend
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec
from support.line_peers import HANGS_UP, Repl, listening
from support.repls import HASTY, at_socket, no_more_files, up

Writer = asyncio.StreamWriter
Reader = asyncio.StreamReader
READY = "test> "
CERTIFICATE = Path(__file__).parents[1] / "stui" / "tls" / "certificate.pem"


async def test_what_is_said_between_two_prompts_is_the_output() -> None:
    peer = Repl({"one": f"1\n{READY}", "deux": f"zwei日本\r\n{READY}"}, "Test 1.0\r\n")
    async with listening(peer) as url, up(at_socket(url)) as repl:
        assert repl.hello.backend == "Test 1.0"
        assert await repl.said("one") == "1\n"
        assert await repl.said("one\ndeux\n\n") == "1\nzwei日本\n"
        assert peer.heard == ["one", "one", "deux"]


async def test_the_rest_of_a_statement_is_asked_for_line_by_line() -> None:
    peer = Repl({"(": "  ... ", "1": "  ... ", ")": f"1\n{READY}"})
    async with listening(peer) as url, up(at_socket(url)) as repl:
        assert await repl.said("(\n1\n)") == "1\n"


async def test_an_open_statement_is_told_of_and_goes_on_with_the_next_code() -> None:
    peer = Repl({"(": "... ", "": "... ", ")": f"1\n{READY}"})
    async with listening(peer) as url, up(at_socket(url)) as repl:
        outcome = await repl.run("(")
        assert outcome.answer.ending is Ending.ERROR
        assert "waits for the rest" in outcome.error
        assert await repl.said(")") == "1\n"


async def test_what_echoes_is_found_out() -> None:
    peer = Repl({"6 * 7": f"6 * 7\r\n42\r\n{READY}", "5": f"5\r\n5\r\n{READY}"})
    async with listening(peer) as url, up(at_socket(url)) as repl:
        assert await repl.said("6 * 7") == "42\n"
        assert await repl.said("5") == "5\n"


async def test_what_is_said_unasked_comes_with_the_next_evaluation() -> None:
    spoken = asyncio.Event()

    async def serve(reader: Reader, writer: Writer) -> None:
        writer.write(READY.encode())
        await reader.readline()
        writer.write(f"one\n{READY}".encode())
        await spoken.wait()
        writer.write(b"by the way\n")
        await reader.readline()
        writer.write(f"two\n{READY}".encode())
        await reader.readline()

    async with listening(serve) as url, up(at_socket(url)) as repl:
        assert await repl.said("1") == "one\n"
        spoken.set()
        assert isinstance(repl.backend, LinesBackend)
        while "way" not in repl.backend._talk._between:  # noqa: ASYNC110 (within a few turns)
            await asyncio.sleep(0)
        assert await repl.said("2") == "by the way\ntwo\n"


async def test_a_word_behind_the_prompt_does_not_hide_it() -> None:
    peer = Repl({"go": f"gone\n{READY}late\n"})
    async with listening(peer) as url, up(at_socket(url, quiet=HASTY)) as repl:
        assert await repl.said("go") == f"gone\n{READY}late\n"
        assert await repl.said("x") == "X\n"


async def test_a_repl_that_says_nothing_unasked_is_asked_where_its_prompt_is_known() -> None:
    async def serve(reader: Reader, writer: Writer) -> None:
        while line := await reader.readline():
            writer.write(line.upper() + b"=> ")

    async with listening(serve) as url, up(at_socket(url, prompt="=> ")) as repl:
        assert await repl.said("x") == "X\n"


async def test_it_cannot_be_interrupted_and_says_so() -> None:
    go_on = asyncio.Event()

    async def serve(reader: Reader, writer: Writer) -> None:
        writer.write(READY.encode())
        await reader.readline()
        writer.write(b"on\n")
        await go_on.wait()
        writer.write(READY.encode())
        assert await reader.read() == b""

    async with listening(serve) as url, up(at_socket(url)) as repl:
        running = repl.begin("first\nsecond")
        await running.says("on\n")
        await repl.backend.interrupt()
        assert "no way to interrupt" in running.outputs[-1].text
        go_on.set()
        assert (await running.over()).answer.ending is Ending.INTERRUPTED


async def test_a_link_that_falls_says_so() -> None:
    async with listening(Repl({"bye": HANGS_UP})) as url, up(at_socket(url)) as repl:
        assert (await repl.run("bye")).answer.error == "it hung up"
        assert await repl.backend.wait_lost() == "it hung up"
        with pytest.raises(ConnectionLostError) as caught:
            await repl.backend.ping()
        assert caught.value.next_step is not None


async def test_a_link_that_is_cut_says_so() -> None:
    async def serve(reader: Reader, writer: Writer) -> None:
        writer.write(READY.encode())
        await reader.readline()
        one: socket.socket = writer.get_extra_info("socket")
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with listening(serve) as url, up(at_socket(url)) as repl:
        assert (await repl.run("x")).answer.ending is Ending.LOST
        assert "hung up" in await repl.backend.wait_lost()


async def test_the_system_is_asked_to_notice_a_dead_peer() -> None:
    async with listening(Repl()) as url, up(at_socket(url)) as repl:
        backend = repl.backend
        assert isinstance(backend, LinesBackend)
        assert backend._link is not None
        line = backend._link._opened()[1].get_extra_info("socket")
        tcp = socket.IPPROTO_TCP
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        seconds = line.getsockopt(tcp, socket.TCP_KEEPIDLE) + line.getsockopt(
            tcp, socket.TCP_KEEPINTVL
        ) * line.getsockopt(tcp, socket.TCP_KEEPCNT)
        dead_after = ConnectionSpec("repl", "socket").health.dead_after
        assert abs(seconds - dead_after) <= 4
        assert line.getsockopt(tcp, socket.TCP_USER_TIMEOUT) == 1000 * dead_after


async def floods(_reader: Reader, writer: Writer) -> None:
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def says_nothing(reader: Reader, _writer: Writer) -> None:
    await reader.read()


async def says_garbage(reader: Reader, writer: Writer) -> None:
    writer.write(bytes(range(256)) * 64 + b"\n")
    await reader.read()


async def speaks_ssh(reader: Reader, writer: Writer) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await reader.read()


async def asks_who_it_is(reader: Reader, writer: Writer) -> None:
    writer.write(b"Password: ")
    await reader.read()


async def hangs_up(_reader: Reader, writer: Writer) -> None:
    writer.write(b"no room\n")


HOSTILE = {
    "floods": (floods, "is open, but did not show a prompt", False),
    "says nothing": (says_nothing, r"is open, but did not show a prompt within 0.6 s\Z", False),
    "says garbage": (says_garbage, "is open, but did not show a prompt", False),
    "speaks another protocol": (speaks_ssh, "its last line is `SSH-2.0-OpenSSH_9.2`", False),
    "asks for a password": (asks_who_it_is, "asks for a secret: `Password:`", True),
    "hangs up": (hangs_up, "it hung up before it had a prompt: no room", False),
}


@pytest.mark.parametrize(("serve", "why", "is_final"), HOSTILE.values(), ids=HOSTILE)
async def test_what_is_no_repl_is_told_of(
    serve: Callable[[Reader, Writer], Awaitable[None]], why: str, is_final: bool
) -> None:
    async with listening(serve) as url:
        with pytest.raises(ConnectionLostError, match=why) as caught:
            await at_socket(url, patience=0.6).start()
    assert caught.value.is_final == is_final
    assert "\n" not in caught.value.reason
    assert len(caught.value.reason) < 300


ENDLESS = {
    "without a newline": b"x" * 65536,
    "lines": b"x\n" * 32768,
    "prompts": b"test> " * 10000,
    "nothing": b"\0" * 65536,
    "half sequences": b"\x1b[" * 32768,
    "no text": b"\xff\xfe" * 32768,
}


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS)
async def test_output_without_end_is_bounded_and_holds_nothing_up(piece: bytes) -> None:
    async def serve(reader: Reader, writer: Writer) -> None:
        writer.write(READY.encode())
        await reader.readline()
        while True:
            writer.write(piece)
            await writer.drain()

    async with listening(serve) as url, up(at_socket(url)) as repl:
        running = repl.begin("go")
        while not running.outputs or running.outputs[-1].stream != "gap":
            running.heard.clear()
            await running.heard.wait()
        await repl.backend.ping()
        assert len(running.outputs) < 100
        await repl.backend.close()
        assert len((await running.over()).stdout) == OUTPUT_LIMIT


async def test_a_slow_drip_is_waited_for() -> None:
    async def serve(reader: Reader, writer: Writer) -> None:
        writer.write(READY.encode())
        while await reader.readline():
            for piece in "eins zwei\nδ\ntest> ".encode():
                writer.write(bytes([piece]))
                await writer.drain()
                await asyncio.sleep(0)

    async with listening(serve) as url, up(at_socket(url)) as repl:
        assert await repl.said("go") == "eins zwei\nδ\n"
        assert await repl.said("go\ngo") == "eins zwei\nδ\n" * 2


@pytest.mark.parametrize(
    ("url", "why", "is_final"),
    [
        ("tcp://127.0.0.1:1", "nobody listens at tcp://127.0.0.1:1", False),
        ("unix:no-such.sock", "there is no socket unix:no-such.sock", False),
        ("http://x", "`http:` is no address for `kind: socket`", True),
        ("", "is no address", True),
        ("tcp://me:hunter2@x:1", "as if it named a user", True),
        (f"unix:/{'x' * 200}", "the path of the socket has 201 bytes", True),
    ],
)
async def test_an_address_where_nobody_is(url: str, why: str, is_final: bool) -> None:
    with pytest.raises(ConnectionLostError, match=why) as caught:
        await at_socket(url).start()
    assert caught.value.is_final == is_final
    assert caught.value.next_step
    assert "hunter2" not in f"{caught.value} {caught.value.next_step}"


async def test_a_peer_that_speaks_no_tls_is_not_spoken_to() -> None:
    async with listening(Repl()) as url:
        with pytest.raises(ConnectionLostError, match="does not speak TLS"):
            await at_socket(url.replace("tcp", "tls")).start()


async def test_tls_is_verified_and_cannot_be_switched_off() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
    async with listening(Repl(), context) as url:
        with pytest.raises(ConnectionLostError, match=r"certificate .* is not trusted") as caught:
            await at_socket(url).start()
        assert caught.value.is_final
        spec = ConnectionSpec("repl", "socket", url=url)
        trusting = Setting(Path("/"), environ={"SSL_CERT_FILE": str(CERTIFICATE)})
        async with up(LinesBackend(spec, trusting)) as repl:
            assert await repl.said("x") == "X\n"


async def test_a_credential_has_no_way_in() -> None:
    with pytest.raises(ConnectionLostError, match="no way to send its `credential`") as caught:
        await at_socket("tcp://127.0.0.1:1", credential="keyring:x").start()
    assert caught.value.is_final


async def test_a_cancelled_start_leaves_nothing() -> None:
    come = asyncio.Event()
    gone = asyncio.Event()

    async def serve(reader: Reader, _writer: Writer) -> None:
        come.set()
        await reader.read()
        gone.set()

    async with listening(serve) as url:
        task = asyncio.create_task(at_socket(url).start())
        await come.wait()
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        await gone.wait()


async def test_no_file_is_left_to_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        backend = at_socket(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        with no_more_files(), pytest.raises(ConnectionLostError, match="too many open") as caught:
            await backend.start()
    assert not caught.value.is_final
    assert "ulimit -n" in (caught.value.next_step or "")
