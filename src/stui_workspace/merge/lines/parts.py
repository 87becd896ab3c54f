"""A text with conflict markers, taken apart at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from stui_workspace.merge.lines.diff3 import Agreed, Lines
from stui_workspace.model.records import dataclass


class IllFormedError(ValueError):
    """The markers do not stand as git writes them."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """What stands between markers. The base is None where only the two sides are shown."""

    base: Lines | None
    ours: Lines
    theirs: Lines
    labels: tuple[str, str, str]
    """What stands behind the markers of ours, base and theirs."""


Part: TypeAlias = Agreed | Hunk


def marker_size(line: str) -> int:
    """The size of the marker that opens a conflict in this line; 0 where there is none."""
    size = len(line) - len(line.lstrip("<"))
    return size if sign_of(line, size) else 0


def sign_of(line: str, size: int) -> str:
    """The sign of which a line is a marker of this size; empty for any other line.

    >>> sign_of("<<<<<<< HEAD", 7), sign_of("<<<<<<<< HEAD", 7)
    ('<', '')
    """
    sign = line[:1]
    if size and sign and sign in "<|=>" and line.startswith(sign * size):
        rest = line[size:].rstrip("\r\n")
        if rest[:1] in ("", " ") and not (sign == "=" and rest.strip()):
            return sign
    return ""


def parts_of(lines: Sequence[str], size: int) -> list[Part]:
    """The lines in and between the conflicts.

    Raises:
        IllFormedError: A marker is missing, or one too many.
    """
    return list(_Reader(lines, size).parts())


class _Reader:
    def __init__(self, lines: Sequence[str], size: int) -> None:
        self._lines = lines
        self._size = size
        self._at = 0

    def parts(self) -> Iterator[Part]:
        while self._at < len(self._lines):
            if lines := self._until("<", allowed="="):
                yield Agreed(lines)
            if self._at < len(self._lines):
                yield self._hunk()

    def _hunk(self) -> Hunk:
        """What begins at this line."""
        of_ours = self._marker("<")
        ours = self._until("|=")
        base, of_base = None, ""
        if self._sign() == "|":
            of_base = self._marker("|")
            base = self._base()
        self._marker("=")
        theirs = self._until(">")
        return Hunk(base, ours, theirs, (of_ours, of_base, self._marker(">")))

    def _base(self) -> Lines:
        """Up to the marker that ends the base: it may hold whole conflicts of its own."""
        start, depth = self._at, 0
        while (sign := self._sign()) != "=" or depth:
            depth += (sign == "<") - (sign == ">")
            if depth < 0 or self._at == len(self._lines):
                raise IllFormedError
            self._at += 1
        return tuple(self._lines[start : self._at])

    def _until(self, signs: str, allowed: str = "") -> Lines:
        """The lines before a marker of one of these signs, or before the end of the text."""
        start = self._at
        while self._at < len(self._lines) and (sign := self._sign()) not in tuple(signs):
            if sign not in ("", *allowed):
                raise IllFormedError
            self._at += 1
        return tuple(self._lines[start : self._at])

    def _sign(self) -> str:
        return sign_of(self._lines[self._at], self._size) if self._at < len(self._lines) else ""

    def _marker(self, sign: str) -> str:
        """The label of the marker in this line, which must be of this sign."""
        if self._sign() != sign:
            raise IllFormedError
        label = self._lines[self._at][self._size :].strip()
        self._at += 1
        return label
