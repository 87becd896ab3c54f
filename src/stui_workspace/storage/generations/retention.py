"""Which generations to keep: the young, the newest of each file, and never more than fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from stui_workspace.model.revision import Revision
from stui_workspace.storage.generations.log import Line, Origin
from stui_workspace.storage.retention import DAY

YOUNG_SECONDS: Final = 30 * DAY
"""How long everything is kept."""
NEWEST_COUNT: Final = 50
"""Versions of each file that are kept however old they are."""
TOTAL_BYTES: Final = 64 << 20
"""What all versions may take on the disk."""
_BLOCK: Final = 4096
"""What a disk gives to the smallest file."""


def kept(
    lines: Sequence[Line],
    now: float,
    pinned: Collection[Revision] = (),
    room: int = TOTAL_BYTES,
) -> tuple[Line, ...]:
    """The lines to keep, in their order.

    Kept are those of the last 30 days and of the future, because a clock that was put back must
    not cost a version, and the newest 50 of each file. If all that takes more than `room`, the
    oldest go first. Old and new are what the order says, never the clock.

    Whatever they take, these stay: what is pinned, the last line of a file, the last one of it
    that is no conflict copy, and what only a newer stui understands.
    """
    fixed = _fixed(lines, frozenset(pinned))
    chosen = fixed | _newest(lines) | _young(lines, now - YOUNG_SECONDS)
    going = _too_much(lines, sorted(chosen), fixed, room)
    return tuple(lines[place] for place in sorted(chosen - going))


def _fixed(lines: Sequence[Line], pinned: frozenset[Revision]) -> set[int]:
    last: dict[tuple[str, bool], int] = {}
    found: set[int] = set()
    for place, line in enumerate(lines):
        if line.entry is None:
            found.add(place)
            continue
        one = line.entry.generation
        last[one.file, True] = place
        if one.origin is not Origin.COPY:
            last[one.file, False] = place
        if one.revision in pinned:
            found.add(place)
    return found.union(last.values())


def _newest(lines: Sequence[Line]) -> set[int]:
    counts: Counter[str] = Counter()
    found: set[int] = set()
    for place in range(len(lines) - 1, -1, -1):
        entry = lines[place].entry
        if entry is not None:
            counts[entry.generation.file] += 1
            if counts[entry.generation.file] <= NEWEST_COUNT:
                found.add(place)
    return found


def _young(lines: Sequence[Line], since: float) -> set[int]:
    return {
        place
        for place, line in enumerate(lines)
        if line.entry is not None and line.entry.generation.at >= since
    }


def _too_much(
    lines: Sequence[Line], chosen: Sequence[int], fixed: Collection[int], room: int
) -> set[int]:
    """The oldest of the chosen, as many as must go for the others to fit."""
    uses: Counter[Revision] = Counter()
    sizes: dict[Revision, int] = {}
    total = 0
    for place in chosen:
        total += len(lines[place].text) + 1
        entry = lines[place].entry
        if entry is not None:
            uses[entry.generation.revision] += 1
            sizes[entry.generation.revision] = _on_disk(entry.packed_bytes)
    total += sum(sizes.values())
    going: set[int] = set()
    for place in chosen:
        entry = lines[place].entry
        if total <= room:
            break
        if place in fixed or entry is None:
            continue
        revision = entry.generation.revision
        uses[revision] -= 1
        total -= len(lines[place].text) + 1 + (0 if uses[revision] else sizes[revision])
        going.add(place)
    return going


def _on_disk(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK
