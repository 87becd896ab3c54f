"""Output on its way to the screen: gathered, bounded, and handed on once a frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from stui_workspace.model.records import dataclass, field

FRAME: Final = 1 / 30
"""Seconds between two paints of arriving output; nobody reads faster."""

GATHERED: Final = 64 << 10
"""Characters of one evaluation that are shown of one frame's output: its end."""


@dataclass(slots=True)
class _Waiting:
    """What arrived of one evaluation since the last frame, in order."""

    pieces: deque[tuple[str, str]] = field(default_factory=deque)
    length: int = 0
    skipped_count: int = 0

    def add(self, stream: str, text: str) -> None:
        self.pieces.append((stream, text))
        self.length += len(text) + 1  # empty texts take room as well
        if self.length > 2 * GATHERED:  # seldom, for each time costs something
            self._shorten()

    def _shorten(self) -> None:
        while self.length > GATHERED and len(self.pieces) > 1:
            self._skip(len(self.pieces.popleft()[1]), 1)
        if self.length > GATHERED:  # one huge piece is left
            stream, text = self.pieces.pop()
            self._skip(len(text) - GATHERED, 0)
            self.pieces.append((stream, text[-GATHERED:]))

    def _skip(self, count: int, room: int) -> None:
        self.length -= count + room
        self.skipped_count += count

    def joined(self) -> Iterator[tuple[str, str]]:
        """The pieces, those of one stream that follow each other as one."""
        if self.skipped_count:
            yield "note", f"{self.skipped_count:,} characters went by too fast to show"
        for stream, pieces in groupby(self.pieces, key=lambda piece: piece[0]):
            yield stream, "".join(text for _, text in pieces)


class Feed:
    """Gathers output until the next frame. However much arrives, one frame costs the same."""

    def __init__(
        self,
        show: Callable[[int, Sequence[tuple[str, str]]], None],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        """A feed that hands `show` an evaluation's number, and streams with texts, `later`."""
        self._show = show
        self._later = later
        self._waiting: dict[int, _Waiting] = {}

    @property
    def length(self) -> int:
        """About how many characters are gathered now."""
        return sum(waiting.length for waiting in self._waiting.values())

    def add(self, number: int, stream: str, text: str) -> None:
        """Take a piece of output."""
        if not self._waiting:
            self._later(FRAME, self.flush)
        self._waiting.setdefault(number, _Waiting()).add(stream, text)

    def flush(self) -> None:
        """Hand on what is there."""
        waiting, self._waiting = self._waiting, {}
        for number, one in waiting.items():
            self._show(number, tuple(one.joined()))
