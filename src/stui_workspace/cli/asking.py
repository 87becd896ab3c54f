"""Asking the person at the terminal: never through standard input, which may be a file.

What was typed before the question was shown is thrown away, and no answer means no.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from stui_workspace.cli.paint import is_terminal
from stui_workspace.model.printable import printable

_TERMINAL: Final = Path("/dev/tty")
_LONGEST_ANSWER: Final = 200  # bytes


class Asker(Protocol):
    """Whoever can be asked."""

    def ask(self, question: str) -> str | None:
        """The answer on one line, without blanks around it; None where nobody answered."""


def is_interactive() -> bool:
    """Whether a person sits at both ends of this program."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def asker() -> Asker | None:
    """The person at the terminal; None where there is no terminal, or nobody to see it."""
    try:
        if sys.platform == "win32":
            return _Console() if is_interactive() else None
        return _Terminal(os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return None


def agrees(person: Asker, question: str) -> bool:
    """Whether the person says yes, in words; anything else is a no."""
    answer = person.ask(f"{question} [y/N] ")
    return answer is not None and answer.lower() in ("y", "yes")


def choose(question: str, names: Sequence[str]) -> int | None:
    """The index of the name that a person picks by its number; None for none."""
    person = asker()
    if person is None:
        return None
    rows = "".join(f"  {number}  {name}\n" for number, name in enumerate(names, start=1))
    answer = person.ask(f"{rows}{question} [1-{len(names)}] ")
    if answer is None or not answer.isdecimal() or not 1 <= int(answer) <= len(names):
        return None
    return int(answer) - 1


class _Terminal:
    """The controlling terminal, whatever standard input and output are."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def ask(self, question: str) -> str | None:
        import termios

        with suppress(termios.error):  # before the question: an answer can come at once
            termios.tcflush(self._descriptor, termios.TCIFLUSH)
        os.write(self._descriptor, printable(question).encode("utf-8", "replace"))
        answer = b""
        while not answer.endswith(b"\n") and len(answer) < _LONGEST_ANSWER:
            piece = os.read(self._descriptor, _LONGEST_ANSWER)
            if not piece:
                return None
            answer += piece
        return answer.decode("utf-8", "replace").strip()


class _Console:
    """The console of Windows, where there is no other way to it than the standard streams."""

    def ask(self, question: str) -> str | None:
        sys.stdout.write(printable(question))
        sys.stdout.flush()
        return sys.stdin.readline().strip() or None
