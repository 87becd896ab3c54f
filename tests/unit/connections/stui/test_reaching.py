"""Servers that are not there, or not as they should be: what is said, and whether to try again."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import zmq

from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.connections.stui.resolving import Lookup
from stui_workspace.connections.stui.zeromq import ZeroMQCarrier
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.endpoints import endpoint_of
from support.stui_peer import DEADLINE, Talk, free_port, greet, playing, stay

TLS = Path(__file__).with_name("tls")
CLEAR = "?encryption=none"
CERTIFICATE = TLS / "certificate.pem"


def backend_of(
    url: str | None,
    root: Path,
    patience: float = DEADLINE,
    lookup: Lookup | None = None,
    environ: dict[str, str] | None = None,
) -> StuiBackend:
    spec = ConnectionSpec("image", "stui", url=url)
    setting = Setting(root, "session-1", environ or {})
    return StuiBackend(spec, setting, patience=patience, lookup=lookup)


async def failure(backend: StuiBackend) -> ConnectionLostError:
    with pytest.raises(ConnectionLostError) as caught:
        await backend.start()
    await backend.close()
    return caught.value


def is_temporary(found: ConnectionLostError, reason: str) -> bool:
    assert found.next_step
    return found.reason == reason and not found.is_final


async def greeted(talk: Talk) -> None:
    await greet(talk)
    await stay(talk)


@pytest.mark.parametrize("scheme", ["tcp", "lines", "tls"])
async def test_a_port_at_which_nobody_listens(scheme: str, tmp_path: Path) -> None:
    url = f"{scheme}://127.0.0.1:{free_port()}"
    assert is_temporary(await failure(backend_of(url, tmp_path)), f"nobody listens at {url}")


@pytest.mark.parametrize("url", ["unix:none/s", "ipc://none/s"])
async def test_a_socket_that_is_not_there(url: str, tmp_path: Path) -> None:
    assert is_temporary(await failure(backend_of(url, tmp_path)), f"there is no socket {url}")


@pytest.mark.parametrize("url", ["unix:s", "ipc://s"])
async def test_a_socket_that_somebody_left_behind(url: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "s"))
    assert is_temporary(await failure(backend_of(url, tmp_path)), f"nobody listens at {url}")


@pytest.mark.parametrize("scheme", ["tcp", "lines", "tls"])
async def test_a_port_that_says_nothing(scheme: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        found = await failure(backend_of(url, tmp_path, patience=0.2))
    assert is_temporary(found, "no answer within 0.2 s")


@pytest.mark.parametrize("scheme", ["tcp", "lines", "tls"])
async def test_a_name_that_has_no_address(scheme: str, tmp_path: Path) -> None:
    def lookup(host: str, port: int) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    url = f"{scheme}://none.invalid:5{'' if scheme == 'tls' else CLEAR}"
    found = await failure(backend_of(url, tmp_path, lookup=lookup))
    reason = "the name `none.invalid` was not found: name or service not known"
    assert is_temporary(found, reason)


async def test_a_lookup_that_hangs_holds_up_neither_us_nor_the_end(tmp_path: Path) -> None:
    answer = socket.socketpair()
    threads: list[threading.Thread] = []

    def lookup(host: str, port: int) -> list[Any]:
        threads.append(threading.current_thread())
        answer[0].recv(1)
        return []

    backend = backend_of(f"lines://slow.invalid:5{CLEAR}", tmp_path, patience=0.1, lookup=lookup)
    assert is_temporary(await failure(backend), "no answer within 0.1 s")
    assert threads[0].daemon
    answer[1].close()
    threads[0].join(DEADLINE)
    answer[0].close()


@pytest.mark.parametrize("carrier", ["tcp", "lines"])
async def test_the_next_address_is_tried_where_one_does_not_answer(
    carrier: str, tmp_path: Path
) -> None:
    def lookup(host: str, port: int) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in ("127.9.9.9", "127.0.0.1")]

    async with playing(carrier, greeted, tmp_path) as peer:
        url = peer.url.replace("127.0.0.1", "image.invalid") + CLEAR
        backend = backend_of(url, tmp_path, lookup=lookup)
        assert (await backend.start()).incarnation == "life-1"
        await backend.close()


def server_side() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, TLS / "key.pem")
    return context


async def test_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    async with playing("tls", greeted, tmp_path, server_side()) as peer:
        trusted = {"SSL_CERT_FILE": str(CERTIFICATE)}
        backend = backend_of(peer.url, tmp_path, environ=trusted)
        assert (await backend.start()).incarnation == "life-1"
        await backend.close()


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async with playing("tls", greeted, tmp_path, server_side()) as peer:
        found = await failure(backend_of(peer.url, tmp_path))
    assert found.reason.startswith(f"the certificate of {peer.url} is not trusted: self")
    assert found.is_final
    assert "SSL_CERT_FILE" in (found.next_step or "")


async def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    def lookup(host: str, port: int) -> list[Any]:
        return [(0, 0, 0, "", ("127.0.0.1", port))]

    async with playing("tls", greeted, tmp_path, server_side()) as peer:
        url = peer.url.replace("127.0.0.1", "image.invalid")
        trusted = {"SSL_CERT_FILE": str(CERTIFICATE)}
        found = await failure(backend_of(url, tmp_path, lookup=lookup, environ=trusted))
    assert "is not trusted: Hostname mismatch" in found.reason
    assert found.is_final


async def test_authorities_that_cannot_be_read(tmp_path: Path) -> None:
    environ = {"SSL_CERT_FILE": str(tmp_path / "none.pem")}
    found = await failure(backend_of("tls://127.0.0.1:5", tmp_path, environ=environ))
    assert found.reason.startswith("the authorities of `SSL_CERT_FILE` cannot be read: ")
    assert found.is_final


async def test_a_server_without_tls_where_tls_is_asked_for(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await talk.raw(b"who is there?")
        await stay(talk)

    async with playing("lines", script, tmp_path) as peer:
        found = await failure(backend_of(peer.url.replace("lines", "tls"), tmp_path))
    assert "does not speak TLS as it should" in found.reason
    assert not found.is_final


@pytest.mark.parametrize("url", ["unix:s", "lines://127.0.0.1:5"])
async def test_no_descriptors_are_left(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(asyncio, "open_connection", refuse)
    monkeypatch.setattr(asyncio, "open_unix_connection", refuse)
    found = await failure(backend_of(url, tmp_path))
    assert is_temporary(found, "too many open files")
    assert "ulimit -n" in (found.next_step or "")


async def test_zeromq_is_not_begun_where_it_would_run_out_of_descriptors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    really = os.open

    def open_(path: str, flags: int, *more: Any, **keys: Any) -> int:
        if path == os.devnull and len(opened) == 3:
            raise OSError(errno.EMFILE, "Too many open files")
        descriptor = really(path, flags, *more, **keys)
        opened.append(descriptor)
        return descriptor

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", open_)
        found = await failure(backend_of("tcp://127.0.0.1:5", tmp_path))
    assert is_temporary(found, "too many open files")
    for descriptor in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


async def test_without_pyzmq_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zmq", None)
    found = await failure(backend_of("tcp://127.0.0.1:5", tmp_path))
    assert found.is_final
    assert found.next_step == "pip install 'stui-workspace[zeromq]'"


async def test_a_path_that_is_longer_than_sockets_can_have(tmp_path: Path) -> None:
    for url in (f"unix:{'x' * 200}", f"ipc://{'x' * 200}"):
        found = await failure(backend_of(url, tmp_path))
        assert found.reason.startswith("the path of the socket has ")
        assert found.is_final


@pytest.mark.parametrize("url", [None, "", "image", "tcp://127.0.0.1", "tcp://me:pw@host:5"])
async def test_an_address_that_is_none(url: str | None, tmp_path: Path) -> None:
    found = await failure(backend_of(url, tmp_path))
    assert found.is_final
    assert found.next_step
    assert "pw" not in f"{found!r}{found.reason}{found.next_step}"


@pytest.mark.parametrize("url", ["tcp://image.invalid:5", "lines://192.0.2.1:5"])
async def test_nobody_is_looked_up_or_reached_where_anyone_could_read(
    url: str, tmp_path: Path
) -> None:
    def lookup(host: str, port: int) -> list[Any]:
        raise AssertionError("it was looked up")

    found = await failure(backend_of(url, tmp_path, lookup=lookup))
    assert found.is_final
    assert found.reason == f"anyone on the way to {url} could read and change what is said"
    for step in ("tls://", "ssh", CLEAR, *(["server_key="] if url.startswith("tcp") else [])):
        assert step in (found.next_step or "")


@pytest.mark.parametrize("scheme", ["tcp", "lines"])
async def test_localhost_is_this_machine_or_nobody(scheme: str, tmp_path: Path) -> None:
    def lookup(host: str, port: int) -> list[Any]:
        return [(0, 0, 0, "", ("192.0.2.1", port))]

    found = await failure(backend_of(f"{scheme}://localhost:5", tmp_path, lookup=lookup))
    assert found.is_final
    assert found.reason == "`localhost` leads to another machine"


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_a_start_that_is_cancelled_or_closed_leaves_nothing(
    carrier: str, tmp_path: Path
) -> None:
    heard = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.hear()
        heard.set()
        await stay(talk)

    async with playing(carrier, script, tmp_path) as peer:
        backend = backend_of(peer.url, tmp_path)
        task = asyncio.create_task(backend.start())
        async with asyncio.timeout(DEADLINE):
            await heard.wait()
            if carrier == "unix":
                task.cancel()
                await asyncio.wait({task})
                assert task.cancelled()
            else:
                await backend.close()
                with pytest.raises(ConnectionLostError, match="closed"):
                    await task
        await backend.close()


@pytest.mark.parametrize("url", ["tcp", "rep"])
async def test_zeromq_neither_reconnects_nor_keeps_what_it_could_not_send(
    url: str, tmp_path: Path
) -> None:
    async with playing(url, greeted, tmp_path) as peer:
        carrier = ZeroMQCarrier(endpoint_of(peer.url), tmp_path)
        await carrier.open()
        options = {
            option: carrier._socket.getsockopt(option)
            for option in (zmq.RECONNECT_IVL, zmq.LINGER, zmq.IMMEDIATE)
        }
        await carrier.close()
    assert options == {zmq.RECONNECT_IVL: -1, zmq.LINGER: 0, zmq.IMMEDIATE: 1}
