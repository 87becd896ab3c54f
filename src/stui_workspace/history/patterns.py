"""Regular expressions whose time grows with the text and nothing else.

Patterns come from a workspace file that somebody else may have written, and
Python's `re` can spend years on thirty characters. So the expression is turned
into a set of states that are all followed at once, character by character:
each step costs at most the size of the pattern, whatever the pattern.

What a regular expression cannot say in that way (references back, looking
around, possessive repeats) is refused. `re` still judges the syntax and what a
single character class means.

Source: K. Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import TypeAlias

LONGEST_PATTERN = 200
LONGEST_TEXT = 4096
"""So much of each end of the text is looked at."""
MOST_STATES = 400
DEEPEST_GROUP = 20

_FLAGS = re.compile(r"\(\?([imsx]+)\)")
_REPEAT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_]\w*>|(?!\?))")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|0[0-7]{0,2}|[1-3][0-7]{2}|[^1-9])",
    re.DOTALL,
)
_ASSERTIONS = ("^", "$", r"\A", r"\Z", r"\b", r"\B")


class RefusedPatternError(ValueError):
    """The pattern is not used; the message says why, in one clause and without the pattern."""


@dataclass(slots=True)
class _State:
    """One place in the pattern: a character to read, or ways on that read none."""

    atom: re.Pattern[str] | None = None
    assertion: str | None = None
    ways: list[int] = field(default_factory=list)


_Piece: TypeAlias = tuple[int, int]
"""A part of the pattern: the states where it starts and ends."""

_Spot: TypeAlias = tuple[str | None, str | None, bool]
"""Between two characters: the one before, the one after, and whether only that one is left."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that can be searched for."""

    states: tuple[_State, ...]
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


def compile_pattern(source: str) -> Pattern:
    """The pattern, ready to search.

    Raises:
        RefusedPatternError: It is too long, is no regular expression, or says something that
            cannot be searched for in bounded time.
    """
    if len(source) > LONGEST_PATTERN:
        raise RefusedPatternError(f"it is longer than {LONGEST_PATTERN} characters")
    try:
        _compiled(source)
    except (re.error, OverflowError, RecursionError) as error:
        raise RefusedPatternError("it is not a regular expression") from error
    return _Parser(source).pattern()


def _compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    with warnings.catch_warnings():  # about sets that may mean something else one day
        warnings.simplefilter("ignore")
        return re.compile(source, flags)


class _Parser:
    """Reads a pattern that `re` accepts, and builds its states as it goes."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._flags = 0
        self._states: list[_State] = []
        if match := _FLAGS.match(source):
            self._position = match.end()
            if "x" in match[1]:
                raise RefusedPatternError("the flag x is not supported")
            for letter in match[1]:
                self._flags |= getattr(re, letter.upper())

    def pattern(self) -> Pattern:
        start, end = self._choice(0)
        if self._position != len(self._source):
            raise RefusedPatternError("a part of it is not supported")
        return Pattern(tuple(self._states), start, end, bool(self._flags & re.MULTILINE))

    def _choice(self, depth: int) -> _Piece:
        """`one|other`, up to a closing parenthesis or the end."""
        if depth > DEEPEST_GROUP:
            raise RefusedPatternError("its groups are nested too deep")
        pieces = [self._sequence(depth)]
        while self._take("|"):
            pieces.append(self._sequence(depth))
        return self._either(pieces)

    def _sequence(self, depth: int) -> _Piece:
        start = end = self._state()
        while self._position < len(self._source) and self._source[self._position] not in "|)":
            begin = self._position
            piece = self._piece(depth)
            first, last = self._repeated(piece, (begin, self._position), depth)
            self._states[end].ways.append(first)
            end = last
        return start, end

    def _piece(self, depth: int) -> _Piece:
        for assertion in _ASSERTIONS:
            if self._take(assertion):
                return self._one(_State(assertion=assertion))
        if match := _GROUP.match(self._source, self._position):
            self._position = match.end()
            piece = self._choice(depth + 1)
            self._take(")")
            return piece
        return self._one(_State(atom=self._atom()))

    def _atom(self) -> re.Pattern[str]:
        character = self._source[self._position]
        if character == "[":
            match = _CLASS.match(self._source, self._position)
        elif character == "\\":
            match = _ESCAPE.match(self._source, self._position)
        elif character == "(":
            match = None
        else:
            self._position += 1
            return re.compile(character if character == "." else re.escape(character), self._flags)
        if match is None:
            raise RefusedPatternError("looking around and referring back are not supported")
        self._position = match.end()
        try:
            return _compiled(match[0], self._flags)
        except re.error as error:  # a character by its name
            raise RefusedPatternError("a part of it is not supported") from error

    def _repeated(self, piece: _Piece, written: tuple[int, int], depth: int) -> _Piece:
        """The piece as often as the quantifier behind it says."""
        least, most = self._quantifier()
        if (least, most) == (1, 1):
            return piece
        behind = self._position
        pieces = [piece]
        for _ in range(max(least, most or 0, 1) - 1):  # each time with states of its own
            self._position = written[0]
            pieces.append(self._piece(depth))
        self._position = behind
        return self._looped(pieces, least, most)

    def _looped(self, pieces: list[_Piece], least: int, most: int | None) -> _Piece:
        start = end = self._state()
        out = self._state()
        if most == 0:
            self._states[start].ways.append(out)
            return start, out
        for number, (first, last) in enumerate(pieces):
            if number >= least:
                self._states[end].ways.append(out)
            self._states[end].ways.append(first)
            end = last
        if most is None:
            self._states[end].ways.append(pieces[-1][0])
            if least == 0:
                self._states[start].ways.append(out)
        self._states[end].ways.append(out)
        return start, out

    def _quantifier(self) -> tuple[int, int | None]:
        """How often at least and at most (None: without end); once where there is no quantifier."""
        counts: tuple[int, int | None] = (1, 1)
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        character = self._source[self._position : self._position + 1]
        if character in simple:
            counts = simple[character]
            self._position += 1
        elif (match := _REPEAT.match(self._source, self._position)) and (match[1] or match[2]):
            least = int(match[1] or 0)
            most = int(match[3]) if match[3] else None
            counts = (least, most if match[2] else least)
            self._position = match.end()
        else:
            return counts
        if self._take("+"):
            raise RefusedPatternError("possessive repeats are not supported")
        self._take("?")  # lazy or greedy: whether it is found is the same
        return counts

    def _either(self, pieces: list[_Piece]) -> _Piece:
        if len(pieces) == 1:
            return pieces[0]
        start = self._state()
        end = self._state()
        for first, last in pieces:
            self._states[start].ways.append(first)
            self._states[last].ways.append(end)
        return start, end

    def _one(self, state: _State) -> _Piece:
        start = self._state(state)
        end = self._state()
        self._states[start].ways.append(end)
        return start, end

    def _state(self, state: _State | None = None) -> int:
        if len(self._states) >= MOST_STATES:
            raise RefusedPatternError("it repeats too much")
        self._states.append(state or _State())
        return len(self._states) - 1

    def _take(self, text: str) -> bool:
        if not self._source.startswith(text, self._position):
            return False
        self._position += len(text)
        return True
