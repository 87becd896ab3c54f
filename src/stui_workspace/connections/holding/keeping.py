"""What a holder does: it serves one backend to the stui that comes back, and to nobody else."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import IO, Final

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.holding.holders import Holder, record
from stui_workspace.connections.holding.order import (
    LINE_LIMIT,
    Order,
    Report,
    order_of,
    pid_line,
    report_line,
)
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.connections.processes import this_process
from stui_workspace.connections.protocol.fields import EnvelopeError
from stui_workspace.connections.registry import remove_record
from stui_workspace.connections.serving.lines import serve_streams
from stui_workspace.connections.serving.lives import Life
from stui_workspace.connections.serving.server import Options, Server
from stui_workspace.connections.serving.sockets import HAS_UNIX_SOCKETS, bound, owned, socket_path
from stui_workspace.errors import ConnectionLostError, StuiError
from stui_workspace.model.printable import printable_line

START_SECONDS: Final = 90.0
"""For a backend to come up; kernels take their time."""
IDLE_SECONDS: Final = 7 * 86400.0
"""After which a backend that nobody came for, and that does nothing, is ended."""
_LOOK_SECONDS: Final = 60.0
_LOG_LINES: Final = 1000


def keep(orders: IO[bytes], reports: IO[bytes]) -> int:
    """Hold what the order says, until it is not needed any more; the exit status comes back."""
    reports.write(pid_line(os.getpid()))
    reports.flush()
    try:
        order = order_of(orders.readline(LINE_LIMIT))
    except (ValueError, RecursionError, EnvelopeError) as error:
        sys.stderr.write(f"no order: {error}\n")
        return 2
    try:
        asyncio.run(_Keeping(order, reports).run())
    except StuiError as error:
        is_final = not isinstance(error, ConnectionLostError) or error.is_final
        reason = error.reason if isinstance(error, ConnectionLostError) else str(error)
        with suppress(OSError, ValueError):
            reports.write(report_line(Report(False, reason, error.next_step, is_final)))
            reports.flush()
        return 1
    return 0


class _Keeping:
    """One holder, from its order to its end."""

    def __init__(self, order: Order, reports: IO[bytes]) -> None:
        self._order = order
        self._reports = reports
        self._is_told_to_end = asyncio.Event()
        self._line_count = 0

    async def run(self) -> None:
        self._listen_to_signals()
        token = None if HAS_UNIX_SOCKETS else secrets.token_urlsafe(32)
        options = Options(token=token, keeps_up=False, narrate=self._narrate)
        journal = self._order.record.with_suffix(".journal")
        with ExitStack() as stack:
            # Last of all: whoever finds no record starts another holder, for the same socket.
            stack.callback(remove_record, self._order.record)
            listening, url = self._listening(stack)
            server = Server(self._backend, journal, options)
            async with self._started(server) as life, _serving(server, listening):
                self._report(life, url, token)
                await self._over(server)

    def _backend(self) -> Backend:
        order = self._order
        setting = Setting(
            order.root,
            environ=order.environ,
            folder=order.folder,
            secret=lambda: order.secret,
        )
        return make_backend(order.spec, setting)

    def _listening(self, stack: ExitStack) -> tuple[socket.socket, str]:
        if not HAS_UNIX_SOCKETS:
            one = socket.create_server(("127.0.0.1", 0))
            return one, f"lines://127.0.0.1:{one.getsockname()[1]}"
        path = socket_path(self._order.record.parent, self._order.record.stem)
        stack.enter_context(owned(path))
        return bound(path), f"unix:{path}"

    @asynccontextmanager
    async def _started(self, server: Server) -> AsyncIterator[Life]:
        starting = asyncio.ensure_future(server.start())
        ending = asyncio.ensure_future(self._is_told_to_end.wait())
        try:
            await asyncio.wait(
                {starting, ending}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not starting.done():
                name = self._order.spec.name
                raise ConnectionLostError(name, f"no answer within {START_SECONDS:g} s")
            yield starting.result()
        finally:
            ending.cancel()
            starting.cancel()
            await asyncio.gather(starting, ending, return_exceptions=True)
            await server.close()

    def _report(self, life: Life, url: str, token: str | None) -> None:
        spec = self._order.spec
        holder = Holder(
            spec.name,
            spec.kind,
            printable_line(life.hello.backend, 80),
            url,
            this_process(),
            time.time(),
            self._order.record,
            token,
        )
        record(holder)
        try:
            self._reports.write(report_line(Report(is_ready=True)))
            self._reports.flush()
        except OSError:  # whoever wanted it has gone meanwhile, and may come back
            self._narrate("nobody waits for this holder")
        _close_streams()

    async def _over(self, server: Server) -> None:
        """Return when the backend is not needed any more."""
        loop = asyncio.get_running_loop()
        ending = asyncio.ensure_future(self._is_told_to_end.wait())
        used_at = loop.time()
        try:
            while not ending.done():
                server.changed.clear()
                has_ended = server.evaluator.lives.current is None
                if has_ended and server.is_idle:
                    return
                if server.visitors or server.evaluator.busy_for is not None:
                    used_at = loop.time()
                if loop.time() - used_at >= IDLE_SECONDS:
                    return
                changing = asyncio.ensure_future(server.changed.wait())
                await asyncio.wait(
                    {changing, ending}, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                changing.cancel()
        finally:
            ending.cancel()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, self._is_told_to_end.set)
            except NotImplementedError:  # Windows
                signal.signal(
                    number, lambda *_: loop.call_soon_threadsafe(self._is_told_to_end.set)
                )
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _narrate(self, words: str) -> None:
        """A line for the log, as long as it is not too long."""
        self._line_count += 1
        if self._line_count <= _LOG_LINES:
            with suppress(OSError):
                sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {words}\n")
                sys.stderr.flush()


@asynccontextmanager
async def _serving(server: Server, listening: socket.socket) -> AsyncIterator[None]:
    with listening:
        task = asyncio.ensure_future(serve_streams(server, listening))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _close_streams() -> None:
    """Let go of the pipes to whoever started us."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
