"""What the three sides say in one conflict, as rows to show. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from stui_workspace.merge.lines import matching
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.settling.showing import HIDDEN
from stui_workspace.tui.merging.page import NOTHING
from stui_workspace.tui.scrollback import Row

_LONGEST: Final = 2000
"""Characters of a line that are shown."""
_COMPARED: Final = 400
"""Characters of a line that are compared with another."""
_ALIKE: Final = 0.4
"""From here on two lines are taken for one that was changed."""
_WORDS: Final = re.compile(r"\w+|\s+|.")
CHANGED: Final = "▎"


def side_rows(text: str | None, base: str | None, style: str) -> Iterator[Row]:
    """A side as rows; what it has changed stands beside a bar.

    Args:
        text: What may be shown of it; None where it has nothing.
        base: What may be shown of the base.
        style: The name of the side's style.
    """
    if text is None:
        yield Row((("  ", "faint"), (NOTHING, "muted")))
        return
    if text == HIDDEN:
        yield Row((("⊘ ", "warn"), (HIDDEN, "muted")), hang=2)
        return
    lines, base_lines = _lines(text), _lines(base or "")
    for line, old in _paired(lines, base_lines):
        if line == old:
            yield Row((("  ", "faint"), (line, "muted")), hang=2)
        else:
            yield Row(((f"{CHANGED} ", style), *_compared(line, old)), hang=2)


def base_rows(text: str | None) -> Iterator[Row]:
    """The base as rows."""
    for row in side_rows(text, text, "muted"):
        head, *rest = row.pieces
        yield Row(
            (head, *((piece, "text" if piece != NOTHING else "muted") for piece, _ in rest)), 2
        )


def lines_in(text: str | None, width: int) -> int:
    """About how many lines of a screen a text takes."""
    return sum(len(line) // width + 1 for line in (text or "").split("\n"))


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    return [printable_line(line, _LONGEST) for line in lines]


def _paired(lines: list[str], base: list[str]) -> Iterator[tuple[str, str | None]]:
    """Each line with the one of the base that it was; None where it is new."""
    at, base_at = 0, 0
    for one, other in (*matching(lines, base), (len(lines), len(base))):
        news, olds = lines[at:one], base[base_at:other]
        for number, line in enumerate(news):
            yield line, olds[number] if len(news) == len(olds) else None
        if one < len(lines):
            yield lines[one], base[other]
        at, base_at = one + 1, other + 1


def _compared(line: str, old: str | None) -> Iterator[tuple[str, str]]:
    """A changed line in pieces: what is new in it is strong, if much is not."""
    if old is None or max(len(line), len(old)) > _COMPARED:
        yield line, "strong"
        return
    words = _WORDS.findall(line)
    matcher = SequenceMatcher(None, _WORDS.findall(old), words, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield line, "strong"
        return
    for tag, _, _, start, end in matcher.get_opcodes():
        if start < end:
            yield "".join(words[start:end]), "text" if tag == "equal" else "strong"
