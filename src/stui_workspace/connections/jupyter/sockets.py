"""The ZeroMQ sockets of a kernel, as `jupyter_client` makes, signs and checks them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from stui_workspace.connections.jupyter.carrier import Ears
from stui_workspace.connections.jupyter.messages import (
    MESSAGE_LIMIT,
    WRONG_KEY,
    Ask,
    MessageError,
    header_of,
    message_of,
)

if TYPE_CHECKING:
    import zmq.asyncio
    from jupyter_client.connect import ConnectionFileMixin

CHANNELS: Final = ("control", "shell", "iopub", "stdin")


def new_context(*, is_up: bool) -> zmq.asyncio.Context:
    """A context whose sockets wait for nobody at their end, and take no message that is too long.

    Args:
        is_up: Whether the kernel already listens; then no socket ever connects a second time.
    """
    import zmq
    import zmq.asyncio

    context = zmq.asyncio.Context()
    context.linger = 0
    context.sndtimeo = 0  # a socket without a peer refuses at once, and the loop does not stop
    context.maxmsgsize = MESSAGE_LIMIT
    if is_up:
        context.reconnect_ivl = -1
    return context


class Sockets:
    """All channels to one kernel, from `open` to `close`.

    Args:
        source: Knows the ports and the key. Its context is one of `new_context`, and is ended by
            `close`.
        ears: Who listens. Being cut off is told as an empty reason: the process may know more.
    """

    def __init__(self, source: ConnectionFileMixin, ears: Ears) -> None:
        self._source = source
        self._ears = ears
        self._session: Any = source.session
        self._sockets: dict[str, Any] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._beating: asyncio.Task[None] | None = None

    @property
    def session(self) -> str:
        """Our name to the kernel."""
        return str(self._session.session)

    def open(self) -> None:
        """Connect. The kernel need not listen yet.

        Raises:
            zmq.ZMQError: It cannot be.
        """
        identity = self._session.bsession
        for channel in CHANNELS:
            connect = getattr(self._source, f"connect_{channel}")
            socket = self._sockets[channel] = connect(identity=identity)
            socket.linger = 0  # which `jupyter_client` has set otherwise
            self._start(self._read(channel, socket))
        for channel in ("control", "shell", "iopub"):
            self._start(self._watch(self._sockets[channel]))
        self._sockets["heart"] = self._source.connect_hb()
        self._sockets["heart"].linger = 0

    def ask(self, ask: Ask) -> None:
        """Send that; nothing happens where nobody is connected any more."""
        socket = self._sockets.get(ask.channel)
        if socket is None or socket.closed:
            return
        message = {
            "header": header_of(ask, self.session),
            "parent_header": {},
            "metadata": {},
            "content": dict(ask.content),
        }
        sending = socket.send_multipart(self._session.serialize(message))
        sending.add_done_callback(lambda future: future.cancelled() or future.exception())

    async def beat(self) -> None:
        """Wait for an echo of the kernel."""
        if self._beating is None or self._beating.done():
            self._beating = asyncio.ensure_future(self._beat())
        await asyncio.shield(self._beating)

    async def close(self) -> None:
        """End all. Nothing happens the second time."""
        tasks = [*self._tasks, *([] if self._beating is None else [self._beating])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()
        for socket in self._sockets.values():
            with suppress(Exception):
                socket.disable_monitor()
            socket.close(linger=0)
        self._sockets.clear()
        self._source.context.destroy(linger=0)

    def _start(self, work: Any) -> None:
        self._tasks.append(asyncio.ensure_future(work))

    async def _read(self, channel: str, socket: Any) -> None:
        import zmq

        try:
            while True:
                frames = await socket.recv_multipart()
                self._ears.hear(message_of(channel, self._opened(frames)))
                await asyncio.sleep(0)  # or a flood of output leaves nobody else a turn
        except MessageError as error:
            self._ears.lose(str(error))
        except zmq.ZMQError:
            self._ears.lose("")

    def _opened(self, frames: list[bytes]) -> Any:
        """The message in the frames, if it is signed with the key."""
        try:
            _, rest = self._session.feed_identities(frames)
            return self._session.deserialize(rest)
        except Exception as error:  # noqa: BLE001 (whatever a peer makes of them)
            if str(error).startswith(("Invalid Signature", "Unsigned Message")):
                raise MessageError(WRONG_KEY) from None
            raise MessageError("it sent what is no message of a kernel") from None

    async def _watch(self, socket: Any) -> None:
        """Tell when the kernel has let go of a socket."""
        import zmq
        from zmq.utils.monitor import parse_monitor_message

        monitor = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        with suppress(zmq.ZMQError):
            parse_monitor_message(await monitor.recv_multipart())
            self._ears.lose("")

    async def _beat(self) -> None:
        heart = self._sockets["heart"]
        await heart.send(b"stui")
        await heart.recv()


async def first_refused(ports: Iterable[int], host: str) -> int | None:
    """The first of some ports at which nothing listens; None where all are there.

    Raises:
        OSError: It cannot be found out.
    """
    for port in ports:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except ConnectionError:
            return port
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return None
