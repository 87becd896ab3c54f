"""Where the result need not be what the gate works out: at conflicts, and where they were settled.

Paths are compared as they are written, one beginning after the other: what an item is called is
free text, so a written path cannot be taken apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.result import Conflict

_REMARKS: Final = ("comment", "eol")
_ASPECTS: Final = ("comment", "eol", "order", "parent")


class Excuses:
    """The paths of conflicts, open and settled."""

    def __init__(self, conflicts: Sequence[Conflict], settled: Iterable[str]) -> None:
        opened = [_split(conflict) for conflict in conflicts]
        closed = [_parted(path) for path in settled]
        self.settled = frozenset(path for path, _ in closed)
        """The paths that a person decided on: anything may stand there."""
        self._whole = frozenset(path for path, aspect in (*opened, *closed) if aspect == "value")
        self._aspects = frozenset((*opened, *closed))
        weighty = [path for path, aspect in (*opened, *closed) if aspect not in _REMARKS]
        self._weighty = frozenset(chain.from_iterable(map(_beginnings, weighty)))
        self._settled = frozenset(chain.from_iterable(_beginnings(path) for path, _ in closed))
        self._all = frozenset(chain.from_iterable(_beginnings(path) for path, _ in self._aspects))

    @property
    def root(self) -> tuple[str, ...]:
        """What the root is called, where anything is excused at all."""
        return ("",) if self._all else ()

    def below(self, live: tuple[str, ...], names: Iterable[str]) -> tuple[str, ...]:
        """What something one step down may be called, as far as it leads to an excuse."""
        if not live:
            return ()
        written = (f"{path}/{name}" for path in live for name in names)
        return tuple(dict.fromkeys(path for path in written if path in self._all))

    def lead_to(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of `paths` at or below which something is excused."""
        return tuple(dict.fromkeys(path for path in paths if path in self._all))

    def excuse(self, live: tuple[str, ...]) -> bool:
        """Whether the whole value of a place is excused."""
        return any(path in self._whole for path in live)

    def are_settled(self, live: tuple[str, ...]) -> bool:
        """Whether a person decided on something at a place or below."""
        return any(path in self._settled for path in live)

    def cover(self, live: tuple[str, ...]) -> bool:
        """Whether a conflict of values is known at a place or below."""
        return any(path in self._weighty for path in live)

    def has(self, live: tuple[str, ...], *aspects: str) -> bool:
        """Whether one of these aspects of a place is excused."""
        return any((path, aspect) in self._aspects for path in live for aspect in aspects)

    def contain(self, paths: Iterable[str]) -> bool:
        """Whether one of `paths` is at or below an excused value."""
        return any(start in self._whole for path in paths for start in _beginnings(path))


def named(step: str | int) -> str:
    """A step as paths write it."""
    return str(MergePath((step,)))[1:]


def _split(conflict: Conflict) -> tuple[str, str]:
    path = str(MergePath(conflict.path.steps))
    return ("" if path == "/" else path), conflict.path.aspect


def _parted(path: str) -> tuple[str, str]:
    before, mark, aspect = path.rpartition("#")
    if not mark or aspect not in _ASPECTS:
        before, aspect = path, "value"
    return ("" if before == "/" else before), aspect


def _beginnings(path: str) -> Iterable[str]:
    return ("", *(path[:place] for place, mark in enumerate(path) if mark == "/"), path)
