"""Snapshots over time as a line of characters: recent time has more room than old. Pure.

Each cell stands for a stretch of ages that is longer the older it is, so that the last minutes and
the last month are both to be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log10
from typing import Final

from stui_workspace.model.durations import format_age
from stui_workspace.model.records import dataclass

NEWEST: Final = 10.0
"""Seconds: whatever is younger shares the last cell."""
_LONGEST: Final = 1e10
LEVELS: Final = 4
_CHARACTERS: Final = " .:+#"
_MANY: Final = 8
"""So many snapshots in one cell are many, where no cell has more."""
_MARKS: Final = (60.0, 600.0, 3600.0, 6 * 3600.0, 86400.0, 7 * 86400.0, 30 * 86400.0, 365 * 86400.0)
"""Ages that are written below it where there is room."""


@dataclass(frozen=True, slots=True)
class Strip:
    """How many snapshots there are in each stretch of time, the oldest first."""

    counts: tuple[int, ...]
    oldest: float
    """Seconds: the age at its beginning."""

    def cell_of(self, age: float) -> int:
        """The cell that something of that age is in."""
        width = len(self.counts)
        if self.oldest <= NEWEST:
            return width - 1
        share = log10(max(age, NEWEST) / NEWEST) / log10(self.oldest / NEWEST)
        return min(max(int((1.0 - share) * width), 0), width - 1)

    @property
    def levels(self) -> tuple[int, ...]:
        """How many there are in each cell, from 0 for none and 1 for one up to `LEVELS`."""
        most = log10(max(*self.counts, _MANY))
        return tuple(
            1 + int((LEVELS - 1) * log10(count) / most) if count else 0 for count in self.counts
        )

    @property
    def text(self) -> str:
        """A character for each cell: a blank, `.`, `:`, `+` and `#` for more and more."""
        return "".join(_CHARACTERS[level] for level in self.levels)

    @property
    def scale(self) -> str:
        """What stands below it: ages where they are, and `now` at the end."""
        width = len(self.counts)
        cells = [" "] * width
        _write(cells, format_age(self.oldest), 0)
        _write(cells, "now", width - 3)
        for age in reversed(_MARKS):
            if NEWEST < age < self.oldest:
                word = format_age(age)
                _write(cells, word, self.cell_of(age) - len(word) // 2)
        return "".join(cells).rstrip()


def strip_of(times: Iterable[float], now: float, width: int) -> Strip:
    """The strip of snapshots taken at `times`, `width` characters wide.

    Args:
        times: Seconds since 1970, in any order; what is ahead of the clock counts as now.
        now: The same.
        width: At least 1.
    """
    ages = [min(max(now - at, 0.0), _LONGEST) for at in times]
    empty = Strip((0,) * max(width, 1), max(ages, default=NEWEST))
    counts = [0] * max(width, 1)
    for age in ages:
        counts[empty.cell_of(age)] += 1
    return Strip(tuple(counts), empty.oldest)


def _write(cells: list[str], word: str, at: int) -> None:
    """Write a word where there is room for it, with a blank on both sides."""
    around: Sequence[str] = cells[max(at - 1, 0) : at + len(word) + 1]
    if at >= 0 and at + len(word) <= len(cells) and all(cell == " " for cell in around):
        cells[at : at + len(word)] = word
