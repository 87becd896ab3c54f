"""One program in a terminal as the event loop sees it: what it says, and how it ended."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from stui_workspace.connections.terminal.device import interrupt_key, open_terminal, takes_lines
from stui_workspace.connections.terminal.launch import Launch

LINGER: Final = 1.0
"""Seconds for a program to end after it let go of its terminal."""
_PIECE_BYTES: Final = 64 << 10
_LAST_PIECES: Final = 16
_LOOK_SECONDS: Final = 0.2
"""Between two looks whether it has ended, where the system does not tell."""


class Program:
    """From the start of a program to its end.

    Args:
        on_heard: Called in order with all that it says.
        on_ended: Called once with how it ended, in one clause, when nothing more will come.
    """

    def __init__(self, on_heard: Callable[[bytes], None], on_ended: Callable[[str], None]) -> None:
        self.is_over = asyncio.Event()
        self._on_heard = on_heard
        self._on_ended = on_ended
        self._process: subprocess.Popen[bytes] | None = None
        self._name = ""
        self._ours = -1
        self._sign = -1
        """A descriptor that is readable when the program has ended."""
        self._waiting = bytearray()
        """What it has not taken yet."""
        self._fault: str | None = None
        self._next_look: asyncio.TimerHandle | None = None
        self._cut: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended yet."""
        return self._process is not None and not self.is_over.is_set()

    @property
    def pid(self) -> int:
        """Its process, which leads its session and its group; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def takes_lines(self) -> bool:
        """Whether its terminal gathers whole lines for it."""
        return self._ours >= 0 and takes_lines(self._ours)

    def start(self, launch: Launch) -> None:
        """Start it.

        Raises:
            OSError: It could not be; nothing of it is left.
        """
        self._name = launch.name
        self._ours, theirs = open_terminal()
        try:
            self._process = subprocess.Popen(  # noqa: S603 (what a person has approved)
                launch.command,
                cwd=launch.cwd,
                env=launch.environ,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        except (OSError, ValueError):
            os.close(self._ours)
            self._ours = -1
            raise
        finally:
            os.close(theirs)
        asyncio.get_running_loop().add_reader(self._ours, self._read)
        self._watch(self._process.pid)

    def write(self, content: bytes) -> None:
        """Send it something; it takes it as fast as it likes."""
        self._waiting += content
        self._write()

    def interrupt(self) -> None:
        """Press the key that interrupts; what it has not taken of its lines is forgotten."""
        if self._ours >= 0:
            self._waiting.clear()
            self.write(interrupt_key(self._ours))

    def hang_up(self) -> None:
        """Tell it that its terminal is gone."""
        self._signal(signal.SIGHUP)
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it now, with its group, and what runs in the foreground of its terminal."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self.is_over.is_set():
            return
        groups = {self._process.pid}
        if self._ours >= 0:
            with suppress(OSError):
                groups.add(os.tcgetpgrp(self._ours))
        for group in groups - {0, os.getpgrp()}:
            with suppress(OSError):
                os.killpg(group, number)

    def _watch(self, pid: int) -> None:
        loop = asyncio.get_running_loop()
        with suppress(
            OSError, AttributeError
        ):  # not on every system, and never without descriptors
            self._sign = os.pidfd_open(pid)
            loop.add_reader(self._sign, self._look)
            return
        self._next_look = loop.call_later(_LOOK_SECONDS, self._look_again)

    def _look_again(self) -> None:
        self._look()
        if self.is_running:
            loop = asyncio.get_running_loop()
            self._next_look = loop.call_later(_LOOK_SECONDS, self._look_again)

    def _look(self) -> None:
        """See whether it has ended."""
        if self._process is None or self.is_over.is_set():
            return
        # Before the status is taken, so that the number cannot be another process's by then.
        ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        if ended is None:
            return
        self.kill()
        for _ in range(_LAST_PIECES):
            if not self._read():
                break
        status = self._process.wait()
        self._close()
        self.is_over.set()
        self._on_ended(self._fault or how_it_ended(self._name, status))

    def _read(self) -> bool:
        """Hear what it says; whether there may be more now."""
        try:
            content = os.read(self._ours, _PIECE_BYTES) if self._ours >= 0 else b""
        except BlockingIOError:
            return False
        except OSError:  # on Linux, the end of a terminal that nobody holds
            content = b""
        if content:
            self._on_heard(content)
            return True
        if self._ours >= 0:
            self._let_go()
        return False

    def _let_go(self) -> None:
        """Its terminal is not held any more. It is about to end, or is no REPL any longer."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._ours)
        self._cut = self._cut or loop.call_later(LINGER, self._forsake)

    def _forsake(self) -> None:
        if self.is_running:
            self._fault = f"`{self._name}` let go of its terminal"
            self.kill()

    def _write(self) -> None:
        if self._ours < 0:
            return
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                del self._waiting[: os.write(self._ours, self._waiting)]
        except BlockingIOError:
            loop.add_writer(self._ours, self._write)
            return
        except OSError:  # it is about to end
            self._waiting.clear()
        loop.remove_writer(self._ours)

    def _close(self) -> None:
        loop = asyncio.get_running_loop()
        for timer in (self._next_look, self._cut):
            if timer is not None:
                timer.cancel()
        for descriptor in {self._ours, self._sign} - {-1}:
            loop.remove_reader(descriptor)
            loop.remove_writer(descriptor)
            os.close(descriptor)
        self._ours = self._sign = -1
        self._waiting.clear()


def how_it_ended(name: str, status: int) -> str:
    """The end of a program in one clause.

    >>> how_it_ended("sqlite3", 0)
    '`sqlite3` ended with exit status 0'
    >>> how_it_ended("sqlite3", -9)
    '`sqlite3` was ended by SIGKILL (Killed)'
    """
    if status >= 0:
        return f"`{name}` ended with exit status {status}"
    try:
        sign = signal.Signals(-status).name
    except ValueError:
        sign = f"signal {-status}"
    words = signal.strsignal(-status)
    return f"`{name}` was ended by {sign}" + (f" ({words})" if words else "")
