"""The lines in which two texts differ, as `diff -u` has them, without lines that hold a secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from typing import Final

from stui_workspace.cli.excerpt import looks_secret
from stui_workspace.cli.paint import Paint
from stui_workspace.model.printable import printable

_ROLES: Final = {"+": "good", "-": "error", "@": "frame"}
_HIDDEN: Final = "(not shown: a secret may stand here)"
_HEAD_LINES: Final = 2


def text_difference(name: str, before: str, after: str, paint: Paint) -> str:
    """The unified difference of two texts of one file, with a line end at the end."""
    old, new = _visible(before), _visible(after)
    return painted_difference(unified_diff(old, new, name, name, lineterm=""), paint) or "\n"


def painted_difference(lines: Iterable[str], paint: Paint) -> str:
    """A unified difference as it may be shown, each line with its end."""
    return "".join(f"{_painted(number, line, paint)}\n" for number, line in enumerate(lines))


def _painted(number: int, line: str, paint: Paint) -> str:
    shown = printable(line)
    if number < _HEAD_LINES:
        return paint("strong", shown)
    role = _ROLES.get(line[:1])
    return shown if role is None else paint(role, shown)


def _visible(text: str) -> list[str]:
    """The lines of a text, but for those that may hold a secret."""
    return list(_lines(text))


def _lines(text: str) -> Iterator[str]:
    start = 0
    for line in text.removesuffix("\n").split("\n"):
        yield f"{_indent(line)}{_HIDDEN}" if line.strip() and looks_secret(text, start) else line
        start += len(line) + 1


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
