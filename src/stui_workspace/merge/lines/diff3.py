"""The three-way merge of lines (diff3), as `git merge-file` does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from stui_workspace.merge.lines.matching import shared_runs
from stui_workspace.model.records import dataclass

Lines: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Lines that are settled: untouched, changed by one side, or by both alike."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Clash:
    """A stretch that both sides changed, and not alike."""

    base: Lines
    ours: Lines
    theirs: Lines


Region: TypeAlias = Agreed | Clash


def merge_lines(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> tuple[Region, ...]:
    """The merged lines, in stretches that are settled or not.

    Two changes clash unless a line that neither side touched stands between them.
    """
    agreed: list[str] = []
    regions: list[Region] = []
    for region in _stretches(base, ours, theirs):
        if isinstance(region, Agreed):
            agreed.extend(region.lines)
            continue
        if agreed:
            regions.append(Agreed(tuple(agreed)))
            agreed.clear()
        regions.append(region)
    return (*regions, Agreed(tuple(agreed))) if agreed else tuple(regions)


def _stretches(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Region]:
    """What all three share, and what each has before it and after."""
    at_base = at_ours = at_theirs = 0
    for start, in_ours, in_theirs, length in _shared(base, ours, theirs):
        yield _settled(
            tuple(base[at_base:start]),
            tuple(ours[at_ours:in_ours]),
            tuple(theirs[at_theirs:in_theirs]),
        )
        yield Agreed(tuple(base[start : start + length]))
        at_base, at_ours, at_theirs = start + length, in_ours + length, in_theirs + length
    yield _settled(tuple(base[at_base:]), tuple(ours[at_ours:]), tuple(theirs[at_theirs:]))


def _shared(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Stretches that all three share: where they begin in base, ours and theirs, and the length."""
    kept, others = shared_runs(base, ours), shared_runs(base, theirs)
    number = number2 = 0
    while number < len(kept) and number2 < len(others):
        mine, other = kept[number], others[number2]
        start, end = max(mine.start, other.start), min(mine.end[0], other.end[0])
        if start < end:
            in_ours, in_theirs = mine.start2 - mine.start, other.start2 - other.start
            yield start, start + in_ours, start + in_theirs, end - start
        number += mine.end[0] == end
        number2 += other.end[0] == end


def _settled(base: Lines, ours: Lines, theirs: Lines) -> Region:
    if theirs in (base, ours):
        return Agreed(ours)
    return Agreed(theirs) if ours == base else Clash(base, ours, theirs)
