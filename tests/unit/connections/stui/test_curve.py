"""ZeroMQ with a pinned key: only the server that has it is talked to."""

from __future__ import annotations

from pathlib import Path

import pytest
import zmq
from zmq.utils.z85 import decode

from stui_workspace.connections.stui.zeromq import ZeroMQCarrier
from stui_workspace.errors import ConnectionLostError
from stui_workspace.schema.endpoints import endpoint_of
from support.stui_peer import Talk, client, greet, playing, stay

PUBLIC, SECRET = zmq.curve_keypair()
OTHER, _ = zmq.curve_keypair()


def pinned(url: str, key: bytes) -> str:
    return f"{url}?server_key={decode(key).hex()}"


async def greeted(talk: Talk) -> None:
    await greet(talk)
    await stay(talk)


async def test_the_server_that_has_the_key(tmp_path: Path) -> None:
    async with playing("tcp", greeted, tmp_path, SECRET) as peer:
        backend = client(pinned(peer.url, PUBLIC), tmp_path)
        assert (await backend.start()).incarnation == "life-1"
        await backend.close()


@pytest.mark.parametrize(
    ("secret", "key", "reason"),
    [
        pytest.param(SECRET, OTHER, "does not have the key of `server_key`", id="another key"),
        pytest.param(None, PUBLIC, "does not have the key of `server_key`", id="a server without"),
        pytest.param(SECRET, None, "does not speak ZeroMQ, or wants CURVE", id="a client without"),
    ],
)
async def test_anyone_else(
    secret: bytes | None, key: bytes | None, reason: str, tmp_path: Path
) -> None:
    async with playing("tcp", greeted, tmp_path, secret) as peer:
        url = peer.url if key is None else pinned(peer.url, key)
        with pytest.raises(ConnectionLostError, match=reason) as caught:
            await client(url, tmp_path).start()
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("address", "has_key", "is_private"),
    [("127.0.0.1", False, True), ("192.0.2.7", False, False), ("192.0.2.7", True, True)],
)
async def test_only_this_machine_and_a_pinned_key_are_private(
    address: str, has_key: bool, is_private: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connect(*_: object, **__: object) -> None:
        pass

    monkeypatch.setattr(ZeroMQCarrier, "_connect", connect)
    url = f"tcp://{address}:5"
    endpoint = endpoint_of(pinned(url, PUBLIC) if has_key else url)
    carrier = ZeroMQCarrier(endpoint, tmp_path)
    await carrier.open()
    assert carrier.is_private is is_private
    await carrier.close()
