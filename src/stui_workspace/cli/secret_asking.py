"""A secret as a person gives it: typed where nobody sees it, or through standard input.

Never as an argument: those are seen by every program of the machine, and kept by shells. What was
typed before the question was shown is thrown away, and so is what was pasted behind the answer.
"""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from typing import Final, Protocol

from stui_workspace.cli import asking
from stui_workspace.cli.paint import is_terminal
from stui_workspace.cli.telling import tell
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable
from stui_workspace.secrets.resolving import LONGEST
from stui_workspace.secrets.secret import Secret

_FROM_INPUT: Final = "`--stdin` reads it from standard input, every line of it"
_MORE_SECONDS: Final = 0.05
"""So soon comes the next line of what is pasted; nobody types that fast."""
_ERASE: Final = b"\x7f\x08"
_ERASE_ALL: Final = b"\x15"
_END: Final = b"\x04"
_ENTER: Final = b"\r\n"


class HiddenAsker(Protocol):
    """Whoever can be asked for what must not be seen."""

    def ask_hidden(self, question: str) -> str | None:
        """The answer exactly as it was typed; None where nobody answered.

        Raises:
            UsageError: It is nothing that can be typed.
        """


def hidden_asker() -> HiddenAsker | None:
    """The person at the terminal; None where there is no terminal, or nobody to see it."""
    try:
        if sys.platform == "win32":
            return _HiddenConsole() if asking.is_interactive() else None
        return _HiddenTerminal(os.open(asking._TERMINAL, os.O_RDWR | os.O_NOCTTY))  # noqa: SLF001
    except OSError:
        return None


def new_secret(what: str, *, from_input: bool) -> Secret:
    """A value that a person gives, typed twice where it is typed.

    Args:
        what: What it is called, for the question.
        from_input: Whether standard input has it.

    Raises:
        UsageError: There is none, or it is none that can be kept.
    """
    if from_input:
        return _from_input()
    person = hidden_asker()
    if person is None:
        raise UsageError("nobody is here to be asked for the value", _FROM_INPUT)
    first = _answer(person, f"{what} (not shown): ")
    again = _answer(person, f"{what}, once more: ")
    if first != again:
        raise UsageError("the two are not the same", "try again; nothing was stored")
    return first


def checked(value: str) -> Secret:
    """The value as a secret.

    Raises:
        UsageError: It is empty, too long, or holds what no store can keep.
    """
    if not value:
        raise UsageError("the value is empty", "nothing was stored; `stui secret rm` removes one")
    if "\0" in value:
        raise UsageError("the value has a NUL in it", "store it in another form, such as base64")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise _not_text() from None
    if size > LONGEST:
        raise UsageError(
            f"the value is longer than {LONGEST >> 10} KiB", "keep a key to it, and not all of it"
        )
    return Secret(value)


def _answer(person: HiddenAsker, question: str) -> Secret:
    answer = person.ask_hidden(question)
    if answer is None:
        raise UsageError("nobody answered", "nothing was stored")
    if any(ord(sign) < ord(" ") or sign == "\x7f" for sign in answer):
        raise UsageError("a key was pressed that writes no letter", f"try again; or {_FROM_INPUT}")
    return checked(answer)


def _from_input() -> Secret:
    if sys.stdin is None:
        raise UsageError("there is no standard input", "leave out `--stdin` to be asked")
    if is_terminal(sys.stdin):
        raise UsageError(
            "standard input is a terminal, which would show it", "leave out `--stdin` to be asked"
        )
    content = sys.stdin.buffer.read(LONGEST + 3)  # so much more than may be, with a line end
    try:
        value = content.decode()
    except UnicodeDecodeError as error:
        if error.start < LONGEST:
            raise _not_text() from None
        value = content.decode("utf-8", "replace")
    for end in ("\r\n", "\n"):
        if value.endswith(end):
            tell("the line end behind the value is left out", kind="note")
            return checked(value.removesuffix(end))
    return checked(value)


def _not_text() -> UsageError:
    return UsageError("the value is no UTF-8 text", "store it in another form, such as base64")


class _HiddenTerminal:
    """The controlling terminal, silent while it is asked. Not line by line: that ends at 4 KiB."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def ask_hidden(self, question: str) -> str | None:
        import termios

        before = termios.tcgetattr(self._descriptor)
        quiet = [*before[:6], [*before[6]]]
        quiet[3] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON)
        quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
        quiet[6][termios.VSUSP] = b"\0"  # who stops us would be left with a silent terminal
        try:
            termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, quiet)
            self._write(question)
            answer = self._line()
        except (OSError, termios.error):  # it was closed: nobody is there any more
            return None
        finally:
            with suppress(OSError, termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, before)
                self._write("\n")
        if answer is None:
            return None
        try:
            return answer.decode()
        except UnicodeDecodeError:
            raise _not_text() from None

    def _write(self, text: str) -> None:
        os.write(self._descriptor, printable(text).encode("utf-8", "replace"))

    def _line(self) -> bytes | None:
        answer = bytearray()
        while piece := os.read(self._descriptor, 4096):
            for index, byte in enumerate(piece):
                if byte in _ENTER:
                    if index + 1 < len(piece) or self._goes_on():
                        self._drain()
                        raise UsageError("the value has more than one line", _FROM_INPUT)
                    return bytes(answer)
                if byte in _END and not answer:
                    return None
                _type(answer, byte)
            if len(answer) > LONGEST:
                self._drain()
                break
        return bytes(answer) or None

    def _goes_on(self) -> bool:
        return bool(select.select([self._descriptor], [], [], _MORE_SECONDS)[0])

    def _drain(self) -> None:
        """Read what is still pasted: else the shell would run it."""
        while self._goes_on() and os.read(self._descriptor, 1 << 16):
            pass


def _type(answer: bytearray, byte: int) -> None:
    """What a key does to the answer so far."""
    if byte in _ERASE_ALL:
        answer.clear()
    elif byte in _ERASE:
        while answer and answer.pop() & 0xC0 == 0x80:  # noqa: PLR2004 (all bytes of a letter)
            pass
    else:
        answer.append(byte)


class _HiddenConsole:
    """The console of Windows."""

    def ask_hidden(self, question: str) -> str | None:
        from getpass import getpass

        try:
            return getpass(printable(question))
        except EOFError:
            return None
