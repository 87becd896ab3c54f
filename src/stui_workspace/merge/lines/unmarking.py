"""Three texts again from one with conflict markers in it: git's `merge`, `diff3` and `zdiff3`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from stui_workspace.merge.lines.diff3 import Agreed, Lines
from stui_workspace.merge.lines.marking import USUAL_SIZE, Labels
from stui_workspace.merge.lines.matching import matching
from stui_workspace.merge.lines.parts import (
    Hunk,
    IllFormedError,
    Part,
    marker_size,
    parts_of,
    sign_of,
)
from stui_workspace.merge.lines.texts import lines_of
from stui_workspace.merge.lines.trimmed import trimmed_after, trimmed_before
from stui_workspace.model.records import dataclass

_MOST_SIZES = 4
"""Markers of so many sizes are tried: more are not of git's making."""
_DEEPEST = 8
"""A base is the merge of bases no oftener than this."""
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Unmarked:
    """What a text with conflict markers was made of."""

    base: str
    """As well as it can be known: what both sides have alike, where a conflict shows no base."""
    ours: str
    theirs: str
    has_base: bool
    """Whether each conflict shows its base."""
    labels: Labels
    """Those of the first conflict."""
    size: int


def unmarked(text: str) -> Unmarked | None:
    """The three texts; None where there are no conflict markers, or not as git writes them."""
    if "<" * USUAL_SIZE not in text:
        return None
    mark = _BOM if text.startswith(_BOM) else ""
    lines = lines_of(text.removeprefix(_BOM))
    for size in _sizes(lines):
        if parts := _well_formed(lines, size):
            return _rebuilt(parts, size, mark)
    return None


def _well_formed(lines: Sequence[str], size: int) -> list[Part]:
    """The parts of the lines; none where markers of this size do not stand as git writes them."""
    try:
        return parts_of(lines, size)
    except IllFormedError:
        return []


def _sizes(lines: Iterable[str]) -> list[int]:
    """The sizes of the markers that open conflicts, first the one that opens the first."""
    sizes = dict.fromkeys(marker_size(line) for line in lines if line.startswith("<"))
    return [size for size in sizes if size >= USUAL_SIZE][:_MOST_SIZES]


def _rebuilt(parts: Sequence[Part], size: int, mark: str) -> Unmarked:
    hunks = [part for part in parts if isinstance(part, Hunk)]
    return Unmarked(
        mark + "".join(chain.from_iterable(_base_of(parts, size))),
        mark + _one_side(parts, lambda hunk: hunk.ours),
        mark + _one_side(parts, lambda hunk: hunk.theirs),
        all(hunk.base is not None for hunk in hunks),
        Labels(*hunks[0].labels),
        size,
    )


def _one_side(parts: Iterable[Part], side: Callable[[Hunk], Lines]) -> str:
    return "".join(
        line for part in parts for line in (side(part) if isinstance(part, Hunk) else part.lines)
    )


def _base_of(parts: Sequence[Part], size: int) -> Iterator[Lines]:
    """The lines of the base, part by part."""
    bases = [(), *_bases(parts, size, _DEEPEST), ()]
    for number, part in enumerate(parts):
        before, base, after = bases[number : number + 3]
        if isinstance(part, Agreed):
            start, end = trimmed_after(base, before), len(base) - trimmed_before(base, after)
            yield base[start:end] if start < end else ()
        else:
            yield base


def _common(hunk: Hunk) -> Lines:
    """What both sides have alike."""
    return tuple(hunk.ours[place] for place, _ in matching(hunk.ours, hunk.theirs))


def _shown_base(hunk: Hunk, size: int, depth: int) -> Lines | None:
    """The base of a conflict without conflicts of its own; None where it is not there to be read.

    Where a merge has several bases git merges them first, and what clashes stands in the base with
    markers, usually longer ones. What those bases come from is the base then.
    """
    if hunk.base is None or not any(_may_be_nested(line, size) for line in hunk.base):
        return hunk.base
    for nested in _sizes(hunk.base) if depth else ():
        if nested >= size and (parts := _well_formed(hunk.base, nested)):
            return tuple(chain.from_iterable(_bases(parts, nested, depth - 1)))
    return None


def _bases(parts: Sequence[Part], size: int, depth: int) -> Iterator[Lines]:
    for part in parts:
        if isinstance(part, Hunk):
            base = _shown_base(part, size, depth)
            yield _common(part) if base is None else base
        else:
            yield part.lines


def _may_be_nested(line: str, size: int) -> bool:
    sign = line[:1]
    if not sign or sign not in "<|>":
        return False
    length = len(line) - len(line.lstrip(sign))
    return length >= size and sign_of(line, length) == sign
