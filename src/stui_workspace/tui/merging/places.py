"""Where in the result a choice shows: found by what another choice would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stui_workspace.merge import Take
from stui_workspace.merge.lines import matching
from stui_workspace.model.records import replace
from stui_workspace.runtime.settling import Settlement

_SIDES: Final = (Take.THEIRS, Take.OURS)
_PLAIN: Final = (None, Take.OURS, Take.THEIRS, Take.BASE)
"""Choices of which one other choice tells all: what it would change is what there is."""


def places_of(settlement: Settlement, paths: Iterable[str]) -> tuple[range, ...]:
    """The lines of the result that depend on the choices at those paths, from 0, in order.

    An empty range stands where there would be lines with another choice.
    """
    return _places(settlement, list(paths), _SIDES)


def place_of(settlement: Settlement, path: str) -> range | None:
    """The lines that depend on one choice, as one range; None where it shows nowhere."""
    is_mixed = settlement.choices.get(path) not in _PLAIN
    for takes in (_SIDES,) if is_mixed else ((take,) for take in (*_SIDES, Take.BASE)):
        found = _places(settlement, [path], takes)
        if found:
            return range(found[0].start, found[-1].stop)
    return None


def lines_of(content: bytes) -> list[str]:
    """The lines of a document without their ends, as they are shown."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _places(
    settlement: Settlement, paths: Sequence[str], takes: tuple[Take, ...]
) -> tuple[range, ...]:
    lines, choices = lines_of(settlement.text), settlement.choices
    found = {
        (place.start, place.stop)
        for take in takes
        if any(choices.get(path) != take for path in paths)
        for place in _differing(lines, lines_of(_with(settlement, paths, take)))
    }
    return tuple(_joined(sorted(found)))


def _with(settlement: Settlement, paths: Iterable[str], take: Take) -> bytes:
    return replace(settlement, steps=(*settlement.steps, dict.fromkeys(paths, take))).text


def _differing(lines: list[str], others: list[str]) -> Iterator[range]:
    """The runs of lines that are not in the others, or where there are others between."""
    at, other_at = 0, 0
    for one, other in (*matching(lines, others), (len(lines), len(others))):
        if one > at or other > other_at:
            yield range(at, one)
        at, other_at = one + 1, other + 1


def _joined(bounds: Iterable[tuple[int, int]]) -> Iterator[range]:
    """The ranges with those that overlap or meet as one."""
    start, stop = -1, -1
    for first, last in bounds:
        if start < 0:
            start, stop = first, last
        elif first <= stop:
            stop = max(stop, last)
        else:
            yield range(start, stop)
            start, stop = first, last
    if start >= 0:
        yield range(start, stop)
