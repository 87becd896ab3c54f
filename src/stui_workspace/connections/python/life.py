"""One child process as the event loop sees it: what it says, and how it ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from stui_workspace.connections.python.frames import FrameError, FrameReader, Said, frame, joined

LINGER: Final = 1.0
"""Seconds for the second sign of an end, exit or end of file, after the first one."""
_REPLIES: Final = 1

_FROM_OUTSIDE: Final = frozenset(
    getattr(signal, name, 0) for name in ("SIGKILL", "SIGTERM", "SIGHUP")
) - {0}


class Life(asyncio.SubprocessProtocol):
    """From the start of a child to the last byte it sent.

    Args:
        on_said: Called in order with all that it says.
        on_ended: Called once with how it ended, in one clause, when nothing more will come.
    """

    def __init__(self, on_said: Callable[[Said], None], on_ended: Callable[[str], None]) -> None:
        self.is_over = asyncio.Event()
        self._on_said = on_said
        self._on_ended = on_ended
        self._reader = FrameReader()
        self._transport: asyncio.SubprocessTransport | None = None
        self._fault: str | None = None
        self._cut: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended yet."""
        return self._transport is not None and not self.is_over.is_set()

    @property
    def was_killed_from_outside(self) -> bool:
        """Whether a person or the system ended it: its end says nothing about itself."""
        status = None if self._transport is None else self._transport.get_returncode()
        return self._fault is None and status is not None and -status in _FROM_OUTSIDE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The child runs."""
        assert isinstance(transport, asyncio.SubprocessTransport)  # noqa: S101 (for the types)
        self._transport = transport

    def say(self, content: bytes) -> None:
        """Send it a frame; nothing happens where it no longer listens."""
        if (commands := self._commands()) is not None and not commands.is_closing():
            commands.write(content)

    def dismiss(self) -> None:
        """Let it end by itself, as soon as it is idle; hanging up would mean that we are dead."""
        self.say(frame({}))

    def interrupt(self) -> None:
        """Stop what it evaluates: a signal to it, and to nothing that it started."""
        if sys.platform == "win32":
            self._signal(signal.CTRL_BREAK_EVENT, os.kill)
        else:
            self._signal(signal.SIGINT, os.kill)

    def kill(self) -> None:
        """End it and its process group now."""
        if sys.platform == "win32":
            self._signal(signal.SIGTERM, os.kill)
        else:
            self._signal(signal.SIGKILL, os.killpg)

    def fail(self, fault: str) -> None:
        """End it because of what it did; that is then how it ended."""
        if self._fault is None:
            self._fault = fault
            self.kill()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Some of its frames arrived."""
        if fd != _REPLIES or self._fault is not None:
            return
        try:
            for said in joined(self._reader.feed(data)):
                self._on_said(said)
        except FrameError as error:
            self.fail(str(error))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """It closed a pipe, as every process does at its end."""
        del exc
        if fd == _REPLIES:
            self._expect_the_end()

    def process_exited(self) -> None:
        """It is dead. What it started is of no use to anybody now."""
        if sys.platform != "win32" and self._transport is not None:
            with suppress(OSError):
                os.killpg(self._transport.get_pid(), signal.SIGKILL)
        self._expect_the_end()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is dead, and all that it said has been heard."""
        del exc
        if self._cut is not None:
            self._cut.cancel()
        if self._transport is not None:
            self._transport.close()
            status = self._transport.get_returncode()
            self._on_ended(self._fault or how_it_ended(0 if status is None else status))
        self.is_over.set()

    def _expect_the_end(self) -> None:
        if self._cut is None:
            self._cut = asyncio.get_running_loop().call_later(LINGER, self._cut_off)

    def _cut_off(self) -> None:
        if self._transport is None:
            return
        if self._transport.get_returncode() is None:
            self.fail("it closed its own line to stui")
        else:
            self._transport.close()  # a program that it left behind holds the pipe

    def _commands(self) -> asyncio.WriteTransport | None:
        pipe = None if self._transport is None else self._transport.get_pipe_transport(0)
        return pipe if isinstance(pipe, asyncio.WriteTransport) else None

    def _signal(self, number: int, send: Callable[[int, int], None]) -> None:
        # Not by the transport's own methods: they look for the exit status, and take it away from
        # whoever waits for it.
        if self._transport is not None and self._transport.get_returncode() is None:
            with suppress(OSError):
                send(self._transport.get_pid(), number)


def how_it_ended(status: int) -> str:
    """The end of a process in one clause.

    >>> how_it_ended(3)
    'Python ended with exit status 3'
    >>> how_it_ended(-9)
    'Python was ended by SIGKILL (Killed)'
    """
    if status >= 0:
        shown = str(status) if status < 1 << 16 else f"{status:#x}"
        return f"Python ended with exit status {shown}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    words = signal.strsignal(-status)
    return f"Python was ended by {name}" + (f" ({words})" if words else "")
