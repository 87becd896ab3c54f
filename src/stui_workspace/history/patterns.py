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
from typing import TypeAlias

from stui_workspace.history.automaton import Pattern, State

LONGEST_PATTERN = 200
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


_Piece: TypeAlias = tuple[int, int]
"""A part of the pattern: the states where it starts and ends."""


class RefusedPatternError(ValueError):
    """The pattern is not used; the message says why, in one clause and without the pattern."""


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
        self._states: list[State] = []
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
                return self._one(State(assertion=assertion))
        if match := _GROUP.match(self._source, self._position):
            self._position = match.end()
            piece = self._choice(depth + 1)
            self._take(")")
            return piece
        return self._one(State(atom=self._atom()))

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

    def _one(self, state: State) -> _Piece:
        start = self._state(state)
        end = self._state()
        self._states[start].ways.append(end)
        return start, end

    def _state(self, state: State | None = None) -> int:
        if len(self._states) >= MOST_STATES:
            raise RefusedPatternError("it repeats too much")
        self._states.append(state or State())
        return len(self._states) - 1

    def _take(self, text: str) -> bool:
        if not self._source.startswith(text, self._position):
            return False
        self._position += len(text)
        return True
