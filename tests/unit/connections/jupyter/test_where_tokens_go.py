"""A token goes to the server that was approved, wherever it or the environment points."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from pathlib import Path

import pytest

from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from support.kernels import link_of, linked
from support.web_peer import KERNEL, Peer, Websocket, listening, welcoming

TLS = Path(__file__).parents[1] / "stui" / "tls"
CHANNELS = f"GET /api/kernels/{KERNEL}/channels"
ASKED = ("GET /api/kernels", "POST /api/sessions", CHANNELS)
"""What is asked before a kernel is there, in that order."""


async def nobody(line: Websocket) -> None:
    raise AssertionError("a websocket was opened")


async def greeting(line: Websocket) -> None:
    await line.greet()
    await line.wait_closed()


async def failure(setting: Setting, peer: Peer) -> ConnectionLostError:
    link = link_of(setting, url=peer.url)
    with pytest.raises(ConnectionLostError) as caught:
        await link.start()
    await link.close()
    return caught.value


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("asked", ASKED)
async def test_nobody_follows_to_another_server(asked: str, status: int, setting: Setting) -> None:
    peer, other = welcoming(nobody), welcoming(greeting)
    peer.on_socket = None
    peer.answers = {asked: (status, "")} | {**peer.answers, asked: (status, "")}
    async with listening(other), listening(peer):
        peer.elsewhere = f"{other.url}/api/kernels"
        found = await failure(setting, peer)
    assert found.is_final
    assert "sends us elsewhere" in found.reason
    assert other.asked == []
    assert peer.asked[-1].startswith(asked)


@pytest.mark.parametrize("asked", ASKED)
async def test_nobody_follows_to_another_path_of_the_same_server(
    asked: str, setting: Setting
) -> None:
    peer = welcoming(nobody)
    peer.on_socket = None
    peer.answers = {asked: (302, "")} | {**peer.answers, asked: (302, "")}
    async with listening(peer):
        found = await failure(setting, peer)
    assert found.is_final
    assert not [one for one in peer.asked if "elsewhere" in one]


@pytest.mark.parametrize("far", ["192.0.2.1", "2001:db8::1"])
@pytest.mark.parametrize("asked", ["rest", "websocket"])
async def test_localhost_is_this_machine_or_nobody(
    asked: str, far: str, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups: list[str] = []

    async def lookup(host: str, port: int, **_: object) -> list[object]:
        lookups.append(host)
        here = (socket.AF_INET, 0, 0, "", ("127.0.0.1", port))
        is_led_away = asked == "rest" or len(lookups) > 2  # the kernels, the session, the websocket
        return [here, (socket.AF_INET6, 0, 0, "", (far, port))] if is_led_away else [here]

    peer = welcoming(greeting)
    async with listening(peer):
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
        link = link_of(setting, url=f"http://localhost:{peer.port}")
        with pytest.raises(ConnectionLostError, match="`localhost` leads to another machine"):
            await link.start()
        await link.close()
    assert set(lookups) == {"localhost"}
    assert len(peer.asked) == (0 if asked == "rest" else 2)


async def test_no_proxy_of_the_environment_is_asked(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Peer()
    async with listening(proxy), listening(welcoming(greeting)) as peer:
        for name in ("http_proxy", "https_proxy", "all_proxy", "ws_proxy"):
            monkeypatch.setenv(name, proxy.url)
            monkeypatch.setenv(name.upper(), proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with linked(setting, url=peer.url):
            pass
    assert proxy.asked == []
    assert set(peer.tokens) == {"token the-token"}


@pytest.mark.parametrize("variable", ["PYTHONHTTPSVERIFY", "STUI_NOTHING"])
async def test_a_certificate_that_nobody_vouches_for_gets_no_token(
    variable: str,
    setting: Setting,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, "0")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # those of the tests hear it else
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    peer = welcoming(nobody)
    peer.tls = context
    async with listening(peer):
        found = await failure(setting, peer)
    assert found.is_final
    assert f"the certificate of {peer.url} is refused" in found.reason
    assert (peer.asked, peer.tokens) == ([], [])
    assert "SSL" not in capfd.readouterr().err
