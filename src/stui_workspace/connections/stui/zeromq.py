"""One envelope a message, over ZeroMQ: a DEALER, or a REQ for servers that only reply.

ZeroMQ would reconnect by itself, and send again what it still holds. Here it may not: a socket is
one link, and when its one connection ends the socket is of no more use.
"""

from __future__ import annotations

import asyncio
import errno
import os
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from stui_workspace.connections.protocol.envelope import ENVELOPE_LIMIT
from stui_workspace.connections.stui.faults import CORRECT_URL, HUNG_UP, LinkError, too_many_files
from stui_workspace.connections.stui.resolving import Lookup, addresses_of, is_loopback
from stui_workspace.connections.stui.streams import TRY, socket_path
from stui_workspace.schema.endpoints import Endpoint

HEARTBEAT: Final = 5_000
"""Milliseconds, as are all times of ZeroMQ: so often each side asks whether the other is there."""
HEARTBEAT_TIMEOUT: Final = 15_000
HANDSHAKE: Final = 10_000
WAITING_LIMIT: Final = 64
"""Messages that may wait in the socket; each is of at most an envelope."""
_DESCRIPTORS: Final = 16
"""What a context and its sockets open. Where they cannot, libzmq ends the whole program."""


class ZeroMQCarrier:
    """The schemes `tcp` and `ipc`.

    Args:
        endpoint: Where, and how.
        root: What relative paths of sockets start from.
        lookup: For tests; the system's otherwise.
    """

    def __init__(self, endpoint: Endpoint, root: Path, lookup: Lookup | None = None) -> None:
        self._endpoint = endpoint
        self._root = root
        self._lookup = lookup
        self._is_private = False
        self._errors: tuple[type[Exception], ...] = ()
        """What the library raises; it is not loaded before `open`."""
        self._again: tuple[type[Exception], ...] = ()
        """What it raises where it said that something came, and it was of no use."""
        self._context: Any = None
        self._socket: Any = None
        self._watch: asyncio.Task[None] | None = None
        self._fall: asyncio.Future[LinkError] | None = None
        self._has_asked = asyncio.Event()
        """A REQ must not listen before it has asked."""

    @property
    def is_private(self) -> bool:
        return self._is_private

    async def open(self) -> None:
        zmq = _library()
        self._errors, self._again = (zmq.ZMQError,), (zmq.Again,)
        if self._endpoint.scheme == "ipc":
            path = self._path()
            self._is_private = True
            await self._connect(zmq, f"ipc://{path}", is_v6=False)
            return
        port = self._endpoint.port
        addresses = await addresses_of(self._endpoint.host, port, self._lookup)
        for place, address in enumerate(addresses, 1):
            is_v6 = ":" in address
            shown = f"[{address}]" if is_v6 else address
            self._is_private = is_loopback(address) or self._endpoint.server_key is not None
            try:
                async with asyncio.timeout(None if place == len(addresses) else TRY):
                    await self._connect(zmq, f"tcp://{shown}:{port}", is_v6=is_v6)
            except (LinkError, TimeoutError):
                await self.close()
                if place == len(addresses):
                    raise
            else:
                return

    async def send(self, content: bytes) -> None:
        if self._socket is None or self._fall is None:
            raise LinkError("it was closed")
        frames = [content] if self._endpoint.is_request_socket else [b"", content]
        await self._unless_fallen(self._socket.send_multipart(frames))
        self._has_asked.set()

    async def receive(self) -> bytes:
        if self._socket is None or self._fall is None:
            raise LinkError("it was closed")
        if self._endpoint.is_request_socket:
            await self._unless_fallen(asyncio.ensure_future(self._has_asked.wait()))
            self._has_asked.clear()
        *before, content = await self._received()
        if before not in ([], [b""]):
            raise LinkError("it sent a message of more than one part")
        return bytes(content)

    async def _received(self) -> list[bytes]:
        while True:
            with suppress(*self._again):  # an answer to a question that was given up
                frames: list[bytes] = await self._unless_fallen(self._socket.recv_multipart())
                return frames

    async def close(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.wait({watch})
        if self._context is not None:
            self._context.destroy(linger=0)  # with all its sockets
        self._context = self._socket = None

    def _path(self) -> str:
        path = socket_path(self._endpoint, self._root)
        if not Path(path).exists():
            raise LinkError(f"there is no socket {self._endpoint.address}", CORRECT_URL)
        return path

    async def _connect(self, zmq: ModuleType, address: str, *, is_v6: bool) -> None:
        self._fall = asyncio.get_running_loop().create_future()
        if not _has_room():
            raise too_many_files()
        try:
            self._context = zmq.asyncio.Context()
            self._socket = self._context.socket(self._socket_type(zmq))
            self._socket.setsockopt(zmq.IPV6, int(is_v6))
            self._set_options(zmq)
            events = self._socket.get_monitor_socket()
            self._socket.connect(address)
        except zmq.ZMQError as error:
            raise _cannot_open(error, self._endpoint.address) from None
        except (
            RuntimeError
        ):  # the loop of Windows knows no descriptors, and needs help from tornado
            raise LinkError(
                "ZeroMQ does not work in this event loop", "pip install tornado", is_final=True
            ) from None
        is_up = asyncio.Event()
        self._watch = asyncio.create_task(self._watch_over(zmq, events, is_up))
        await self._unless_fallen(asyncio.ensure_future(is_up.wait()))

    def _socket_type(self, zmq: ModuleType) -> Any:
        return zmq.REQ if self._endpoint.is_request_socket else zmq.DEALER

    def _set_options(self, zmq: ModuleType) -> None:
        options = {
            zmq.LINGER: 0,
            zmq.IMMEDIATE: 1,
            zmq.RECONNECT_IVL: -1,
            zmq.HANDSHAKE_IVL: HANDSHAKE,
            zmq.HEARTBEAT_IVL: HEARTBEAT,
            zmq.HEARTBEAT_TIMEOUT: HEARTBEAT_TIMEOUT,
            zmq.HEARTBEAT_TTL: HEARTBEAT_TIMEOUT,
            zmq.MAXMSGSIZE: ENVELOPE_LIMIT,
            zmq.RCVHWM: WAITING_LIMIT,
            zmq.SNDHWM: WAITING_LIMIT,
        }
        if self._endpoint.is_request_socket:
            # A question whose answer nobody waits for any more must not be in the way of the next.
            options |= {zmq.REQ_RELAXED: 1, zmq.REQ_CORRELATE: 1}
        for option, value in options.items():
            self._socket.setsockopt(option, value)
        if self._endpoint.server_key is not None:
            self._set_keys(zmq, bytes.fromhex(self._endpoint.server_key))

    def _set_keys(self, zmq: ModuleType, server_key: bytes) -> None:
        if not zmq.has("curve"):
            raise LinkError(
                "this ZeroMQ cannot do CURVE, which `server_key` asks for",
                "pip install --force-reinstall pyzmq",
                is_final=True,
            )
        public, secret = zmq.curve_keypair()
        self._socket.setsockopt(zmq.CURVE_SERVERKEY, server_key)
        self._socket.setsockopt(zmq.CURVE_PUBLICKEY, public)
        self._socket.setsockopt(zmq.CURVE_SECRETKEY, secret)

    async def _watch_over(self, zmq: ModuleType, events: Any, is_up: asyncio.Event) -> None:
        """Tell when the one connection is there, and when it is there no more."""
        from zmq.utils.monitor import parse_monitor_message

        while self._fall is not None and not self._fall.done():
            event = int(parse_monitor_message(await events.recv_multipart())["event"])
            if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                is_up.set()
            elif fault := self._fault(zmq, event, has_been_up=is_up.is_set()):
                self._fall.set_result(fault)

    def _fault(self, zmq: ModuleType, event: int, *, has_been_up: bool) -> LinkError | None:
        address = self._endpoint.address
        if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
            return LinkError(
                f"{address} does not let us in", "ask its owner for access", is_final=True
            )
        if event == zmq.EVENT_DISCONNECTED and has_been_up:
            reason = f"it hung up, or sent more than {ENVELOPE_LIMIT} bytes at once"
            return LinkError(reason, HUNG_UP)
        if event in (zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL, zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL):
            if self._endpoint.server_key is None:
                reason = f"{address} does not speak ZeroMQ, or wants CURVE"
                return LinkError(reason, "correct the `url`; a server with CURVE has a key for it")
            reason = f"{address} does not have the key of `server_key`, or does not speak CURVE"
            # Not final: ZeroMQ cannot tell another key from a tunnel whose far end is not up yet.
            # Nothing was sent, so trying again gives nothing away.
            return LinkError(reason, "ask its owner for the public key of the server")
        if event in (zmq.EVENT_CLOSED, zmq.EVENT_CONNECT_RETRIED, zmq.EVENT_DISCONNECTED):
            return LinkError(f"nobody listens at {address}", CORRECT_URL)
        return None

    async def _unless_fallen(self, future: asyncio.Future[Any]) -> Any:
        """What comes of it, if that is before the end of the link."""
        assert self._fall is not None  # noqa: S101 (for the types)
        try:
            if not future.done():
                await asyncio.wait({future, self._fall}, return_when=asyncio.FIRST_COMPLETED)
            if future.done():
                return future.result()
            raise self._fall.result()
        except self._again:
            raise
        except self._errors:
            raise LinkError("the link fell") from None
        finally:
            future.cancel()


def _library() -> ModuleType:
    try:
        import zmq
        import zmq.asyncio
    except ImportError:
        raise LinkError(
            "`tcp://` and `ipc://` need pyzmq, which is not installed",
            "pip install 'stui-workspace[zeromq]'",
            is_final=True,
        ) from None
    return zmq


def _has_room() -> bool:
    """Whether so many descriptors can be had still."""
    taken: list[int] = []
    try:
        while len(taken) < _DESCRIPTORS:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return False
    finally:
        for descriptor in taken:
            with suppress(OSError):
                os.close(descriptor)
    return True


def _cannot_open(error: Any, address: str) -> LinkError:
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return too_many_files()
    return LinkError(f"{address} cannot be opened: {error.strerror}", CORRECT_URL)
