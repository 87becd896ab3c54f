"""The protocol over ZeroMQ: one ROUTER for all clients, with CURVE where it is asked for.

A ROUTER knows no ends of links. A client that is cut is told `hello-first`, and forgotten: what it
sends next is answered like the first words of a stranger.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from stui_workspace.connections.protocol.envelope import ENVELOPE_LIMIT
from stui_workspace.connections.protocol.messages import Code, Refused
from stui_workspace.connections.serving.addresses import Address
from stui_workspace.connections.serving.server import Server
from stui_workspace.connections.serving.visitor import UNASKED, Visitor, envelope_of
from stui_workspace.errors import DiskError, UsageError
from stui_workspace.model.records import dataclass, field
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import RealFileSystem, Write

UNSENT_COUNT: Final = 256
"""Messages that a client may leave lying; most are small, and what is sent again comes in few."""
UNHEARD_BYTES: Final = 8 << 20
"""What is sent to a client since it said its last word, which is a ping every few seconds."""
_HANDSHAKE_MS: Final = 10_000
_BEAT_MS: Final = 5_000
_DEAD_MS: Final = 30_000
_BACKLOG: Final = 64
_DEALER_FRAMES: Final = 3
"""Who sends, nothing, and an envelope. A REQ that can be tied to its replies sends one more."""
_KEY_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class CurveKeys:
    """The key pair of a server, each of them 40 letters as ZeroMQ writes keys."""

    public: bytes
    secret: bytes = field(repr=False)

    @property
    def public_hex(self) -> str:
        """The public key as it stands in a URL: 64 hexadecimal digits."""
        from zmq.utils import z85

        return z85.decode(self.public).hex()


def curve_keys(path: Path) -> CurveKeys:
    """The key pair that is kept in a private file; made where there is none.

    Raises:
        UsageError: ZeroMQ or its encryption is missing, or the file holds no keys.
        DiskError: The file cannot be read or made.
    """
    zmq = zeromq()
    if not zmq.has("curve"):
        raise UsageError(
            "this ZeroMQ has no CURVE", "install a pyzmq with libsodium, or use tls://"
        )
    with explained(path):
        content = RealFileSystem().read(path, 1024)
        if content is None:
            public, secret = zmq.curve_keypair()
            RealFileSystem().make_folder(path.parent)
            RealFileSystem().write(path, public + b"\n" + secret + b"\n", Write.NEW)
            return CurveKeys(public, secret)
    keys = content.split()
    if len(keys) != 2 or any(len(key) != _KEY_LENGTH for key in keys):  # noqa: PLR2004 (a pair)
        raise UsageError(f"{path} holds no pair of keys", "delete it, and a new one is made")
    if zmq.curve_public(keys[1]) != keys[0]:
        raise UsageError(f"the keys in {path} are no pair", "delete it, and a new one is made")
    return CurveKeys(*keys)


def zeromq() -> Any:
    """The package `zmq`.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import zmq
        import zmq.asyncio
    except ImportError:
        words = "ZeroMQ is not installed"
        raise UsageError(words, "`pip install 'stui-workspace[zeromq]'`; or use lines://") from None
    return zmq


class Router:
    """The socket with all its clients."""

    def __init__(self, server: Server, address: Address, keys: CurveKeys | None = None) -> None:
        zmq = zeromq()
        self._server = server
        self._zmq = zmq
        self._clients: dict[bytes, RouterLink] = {}
        self._context = zmq.asyncio.Context()
        self._socket: Any = self._context.socket(zmq.ROUTER)
        try:
            self._set_options(keys)
            self.address = self._bind(address)
        except BaseException:
            self._context.destroy(linger=0)
            raise

    async def run(self) -> None:
        """Let in whoever comes, until this is cancelled."""
        try:
            while True:
                frames = await self._socket.recv_multipart()
                self._receive(frames)
        finally:
            self._context.destroy(linger=0)

    def send(self, client: bytes, content: bytes) -> bool:
        """Whether an envelope is on its way to a client."""
        if self._socket.closed:
            return False
        sent = self._socket.send_multipart([client, b"", content], self._zmq.DONTWAIT)
        return sent.done() and sent.exception() is None

    def forget(self, client: bytes) -> None:
        """A client has no link any more."""
        self._clients.pop(client, None)

    def _receive(self, frames: list[bytes]) -> None:
        client, content = frames[0], frames[-1]
        if len(frames) != _DEALER_FRAMES or frames[1]:
            if len(frames) == _DEALER_FRAMES + 1:
                self._turn_away(frames)
            return
        link = self._clients.get(client)
        if link is None:
            link = self._clients[client] = RouterLink(self, client)
            link.visitor = self._server.visit(link)
        link.unheard_bytes = 0
        if link.visitor is None:
            return
        if len(content) > link.visitor.limit:
            link.visitor.refuse(UNASKED, Code.TOO_LONG, "it sent a message that is too long")
        else:
            link.visitor.receive(content)

    def _turn_away(self, frames: list[bytes]) -> None:
        words = "this server speaks to DEALER sockets"
        refusal = Refused(Code.BAD_ENVELOPE, words, "take `?socket=req` out of the URL")
        content = envelope_of(UNASKED, refusal, self._server.clock())
        self._socket.send_multipart([*frames[:-1], content], self._zmq.DONTWAIT).exception()

    def _set_options(self, keys: CurveKeys | None) -> None:
        zmq, one = self._zmq, self._socket
        one.setsockopt(zmq.LINGER, 0)
        one.setsockopt(zmq.MAXMSGSIZE, ENVELOPE_LIMIT + 1)
        one.setsockopt(zmq.SNDHWM, UNSENT_COUNT)
        one.setsockopt(zmq.RCVHWM, UNSENT_COUNT)
        one.setsockopt(zmq.ROUTER_MANDATORY, 1)
        one.setsockopt(zmq.HANDSHAKE_IVL, _HANDSHAKE_MS)
        one.setsockopt(zmq.HEARTBEAT_IVL, _BEAT_MS)
        one.setsockopt(zmq.HEARTBEAT_TIMEOUT, _DEAD_MS)
        one.setsockopt(zmq.BACKLOG, _BACKLOG)
        one.setsockopt(zmq.IPV6, 1)
        if keys is not None:
            one.curve_server = True
            one.curve_publickey = keys.public
            one.curve_secretkey = keys.secret

    def _bind(self, address: Address) -> Address:
        zmq = self._zmq
        place = f"ipc://{address.path}" if address.path is not None else _endpoint(address)
        try:
            self._socket.bind(place)
        except zmq.ZMQError as error:
            reason = error.strerror
            if address.path is not None:
                raise DiskError(address.path, reason, "name another path") from error
            raise UsageError(f"{address}: {reason.lower()}", "choose another port") from error
        if address.path is not None:
            with explained(address.path):
                address.path.chmod(0o600)
            return address
        bound = self._socket.getsockopt(zmq.LAST_ENDPOINT)
        port = int(bound.rstrip(b"\0").rpartition(b":")[2])
        return Address(address.scheme, None, address.host, port)


class RouterLink:
    """The way to one client of the ROUTER."""

    def __init__(self, router: Router, client: bytes) -> None:
        self.visitor: Visitor | None = None
        self.unheard_bytes = 0
        self._router = router
        self._client = client

    def send(self, content: bytes) -> None:
        """Send an envelope; a client that is gone, or takes nothing, is forgotten."""
        self.unheard_bytes += len(content)
        is_sent = self.unheard_bytes <= UNHEARD_BYTES and self._router.send(self._client, content)
        if not is_sent:
            self._router.forget(self._client)
            if self.visitor is not None:
                self.visitor.leave()

    def cut(self) -> None:
        """Forget the client; it has been told why, or will be when it speaks."""
        self._router.forget(self._client)


def _endpoint(address: Address) -> str:
    host = "127.0.0.1" if address.host == "localhost" else address.shown_host
    return f"tcp://{host}:{address.port or '*'}"
