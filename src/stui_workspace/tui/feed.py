"""Output on its way to the screen: gathered, bounded, and handed on once a frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

FRAME: Final = 1 / 30
"""Seconds between two paints of arriving output; nobody reads faster."""

GATHERED: Final = 64 << 10
"""Characters of one evaluation that are shown of one frame's output: its end."""


@dataclass(slots=True)
class _Waiting:
    stream: str
    text: str
    skipped: int = 0


class Feed:
    """Gathers output until the next frame. However much arrives, one frame costs the same."""

    def __init__(
        self,
        show: Callable[[int, str, str], None],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        """A feed that hands `show` an evaluation's number, a stream and a text, `later`."""
        self._show = show
        self._later = later
        self._waiting: dict[int, list[_Waiting]] = {}

    def add(self, number: int, stream: str, text: str) -> None:
        """Take a piece of output."""
        if not self._waiting:
            self._later(FRAME, self.flush)
        pieces = self._waiting.setdefault(number, [])
        if not pieces or pieces[-1].stream != stream:
            pieces.append(_Waiting(stream, ""))
        last = pieces[-1]
        last.text += text
        excess = len(last.text) - GATHERED
        if excess > GATHERED:  # cut seldom, for cutting copies
            last.skipped += excess
            last.text = last.text[excess:]

    def flush(self) -> None:
        """Hand on what is there."""
        waiting, self._waiting = self._waiting, {}
        for number, pieces in waiting.items():
            for piece in pieces:
                if piece.skipped:
                    note = f"\n… {piece.skipped:,} characters went by too fast to show\n"
                    self._show(number, piece.stream, note)
                self._show(number, piece.stream, piece.text)
