"""Whether a piece of code goes into the history, by the workspace's rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from stui_workspace.history.automaton import Pattern
from stui_workspace.history.patterns import RefusedPatternError, compile_pattern
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import HistoryPolicy

LONGEST_CODE = 256 << 10
"""In characters; what is longer is a file and no input."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A pattern of `history.ignore` that is not used."""

    index: int
    """Its place in the list, from 0."""
    reason: str
    """One clause, without the pattern."""


def should_keep(code: str, policy: HistoryPolicy, previous: str | None = None) -> bool:
    """Whether `code` goes into the history.

    A pattern that cannot be used ignores nothing; `refusals` says which ones those are.

    Args:
        code: What was evaluated.
        policy: The rules of the workspace.
        previous: What went into the history before it, on the same connection.
    """
    if not policy.save or not code.strip() or len(code) > LONGEST_CODE:
        return False
    if policy.dedupe != "none" and code == previous:
        return False
    return not any(pattern.found_in(code) for pattern in _usable(policy.ignore))


def refusals(policy: HistoryPolicy) -> tuple[Refusal, ...]:
    """The patterns of `policy.ignore` that are not used, and why."""
    return tuple(_refusals(policy.ignore))


def _refusals(sources: tuple[str, ...]) -> Iterator[Refusal]:
    for index, source in enumerate(sources):
        try:
            compile_pattern(source)
        except RefusedPatternError as error:
            yield Refusal(index, str(error))


@lru_cache(maxsize=16)
def _usable(sources: tuple[str, ...]) -> tuple[Pattern, ...]:
    patterns: list[Pattern] = []
    for source in sources:
        try:
            patterns.append(compile_pattern(source))
        except RefusedPatternError:
            continue
    return tuple(patterns)
