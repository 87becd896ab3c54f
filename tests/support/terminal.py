"""A real terminal for end-to-end tests: the program runs in a pty, pyte reads its screen.

Nothing here sleeps: a reader thread feeds the screen, and `wait_for` wakes at
every change of it until its condition holds or its time is over.
"""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyte

_OWNING: Final = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""

_KEYS: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "ctrl+end": "\x1b[1;5F",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+pagedown": "\x1b[6;5~",
    "ctrl+pageup": "\x1b[5;5~",
}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ARROWS: Final = {"up": "A", "down": "B", "right": "C", "left": "D"}
_MODIFIERS: Final = {"shift": 2, "alt": 3, "alt+shift": 4, "ctrl": 5}
KEYS: Final = (
    _KEYS
    | {f"ctrl+{letter}": chr(ord(letter) - 96) for letter in _LETTERS}
    | {f"alt+{letter}": f"\x1b{letter}" for letter in _LETTERS}
    | {
        f"{modifier}+{arrow}": f"\x1b[1;{number}{final}"
        for modifier, number in _MODIFIERS.items()
        for arrow, final in _ARROWS.items()
    }
)


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """What a terminal says of itself; its size is its own, whatever the tests are run in."""
    kept = {name: text for name, text in environ.items() if name not in ("COLUMNS", "LINES")}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def owning_its_terminal(*command: str) -> list[str]:
    """The command with the terminal on its standard input as its own, as a shell starts one.

    It hears when the terminal goes, whatever these tests were started by.
    """
    return [sys.executable, "-c", _OWNING, *command]


class Terminal:
    """A program in a terminal of `columns` by `lines` cells."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environ: Mapping[str, str],
        size: tuple[int, int] = (100, 30),
    ) -> None:
        columns, lines = size
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=_environ(environ),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._closed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.kill()
        self._reader.join(timeout=10)
        os.close(self._master)

    @property
    def text(self) -> str:
        """What is on the screen now, one line of text a row."""
        with self._changed:
            return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def screen(self) -> pyte.Screen:
        """The screen with its cells and colours, for pictures."""
        return self._screen

    def press(self, *keys: str) -> None:
        """Press keys by name (`ctrl+q`, `enter`), or single characters."""
        for key in keys:
            self.type(KEYS.get(key, key))

    def type(self, text: str) -> None:
        """Type text as it stands."""
        os.write(self._master, text.encode())

    def wait_for(
        self, condition: str | Callable[[str], object], *, seconds: float = 30.0, what: str = ""
    ) -> str:
        """The screen's text once it holds `condition`: a text on it, or a predicate.

        Raises:
            AssertionError: With the screen as it was when the time was over.
        """
        wanted = (lambda text: condition in text) if isinstance(condition, str) else condition
        is_held = False

        def look() -> bool:
            nonlocal is_held
            is_held = bool(wanted(self._now()))  # once: what it looks at may go on changing
            return is_held or self._closed

        with self._changed:
            self._changed.wait_for(look, timeout=seconds)
            text = self._now()
        if not is_held:
            raise AssertionError(f"never saw {what or condition!r} in {seconds:g} s on:\n{text}")
        return text

    def wait_for_end(self, seconds: float = 30.0) -> int:
        """The exit status of the program, once it has ended by itself."""
        return self.process.wait(timeout=seconds)

    def kill(self) -> None:
        """End the program as a power cut would: SIGKILL, and no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def _now(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self._master, 65536)
            except OSError:
                chunk = b""
            with self._changed:
                if chunk:
                    self._stream.feed(chunk)
                    self._answer(chunk)
                else:
                    self._closed = True
                self._changed.notify_all()
            if not chunk:
                return

    def _answer(self, chunk: bytes) -> None:
        """Answer what programs ask a terminal: its mode reports and its position."""
        if b"\x1b[6n" in chunk:
            os.write(self._master, b"\x1b[1;1R")
        if b"\x1b[c" in chunk:
            os.write(self._master, b"\x1b[?62c")
