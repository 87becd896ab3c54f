"""The states of a pattern, all followed at once, character by character: a finite automaton.

Each step costs at most the size of the pattern, whatever the pattern and whatever the text.

Source: K. Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from stui_workspace.model.records import dataclass, field

LONGEST_TEXT = 4096
"""So much of each end of the text is looked at."""

_Spot: TypeAlias = tuple[str | None, str | None, bool]
"""Between two characters: the one before, the one after, and whether only that one is left."""


@dataclass(slots=True)
class State:
    """One place in the pattern: a character to read, or ways on that read none."""

    atom: re.Pattern[str] | None = None
    assertion: str | None = None
    ways: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that can be searched for."""

    states: tuple[State, ...]
    start: int
    end: int
    multiline: bool
    _steps: dict[tuple[frozenset[int], str], frozenset[int]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def found_in(self, text: str) -> bool:
        """Whether the pattern matches somewhere in the text.

        Of a long text only the beginning and the end are looked at, `LONGEST_TEXT` characters each.
        """
        if len(text) <= 2 * LONGEST_TEXT:
            return self._search(text)
        return self._search(text[:LONGEST_TEXT]) or self._search(text[-LONGEST_TEXT:])

    def _search(self, text: str) -> bool:
        current: frozenset[int] = frozenset()
        for index in range(len(text) + 1):
            before = text[index - 1] if index else None
            after = text[index] if index < len(text) else None
            spot = (before, after, index == len(text) - 1)
            reached = self._spread(current | {self.start}, spot)
            if self.end in reached:
                return True
            if after is not None:
                current = self._read(reached, after)
        return False

    def _spread(self, places: frozenset[int], spot: _Spot) -> frozenset[int]:
        """Everywhere that can be reached from `places` without reading a character."""
        seen = set(places)
        todo = list(places)
        while todo:
            state = self.states[todo.pop()]
            if state.atom is not None:
                continue
            if state.assertion is None or self._holds(state.assertion, spot):
                new = [way for way in state.ways if way not in seen]
                seen.update(new)
                todo += new
        return frozenset(seen)

    def _read(self, places: frozenset[int], character: str) -> frozenset[int]:
        known = self._steps.get((places, character))
        if known is None:
            states = (self.states[place] for place in places)
            known = frozenset(
                way
                for state in states
                if state.atom is not None and state.atom.match(character)
                for way in state.ways
            )
            if len(self._steps) < LONGEST_TEXT:
                self._steps[places, character] = known
        return known

    def _holds(self, assertion: str, spot: _Spot) -> bool:
        before, after, is_last = spot
        match assertion:
            case r"\A":
                return before is None
            case r"\Z":
                return after is None
            case "^":
                return before is None or (self.multiline and before == "\n")
            case "$":
                ends = after is None or (after == "\n" and is_last)
                return ends or (self.multiline and after == "\n")
            case _:
                return (_is_word(before) != _is_word(after)) == (assertion == r"\b")


def _is_word(character: str | None) -> bool:
    return character is not None and (character.isalnum() or character == "_")
