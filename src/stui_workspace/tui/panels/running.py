"""The panels that follow evaluations: results, transcript, inspector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from stui_workspace.model.session import TranscriptEntry
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.panels.records import (
    RUNNING,
    inspected,
    output_rows,
    rows_of,
    transcript_rows,
)
from stui_workspace.tui.scrollback import Row, Scrollback


class Evaluations(Scrollback):
    """Evaluations one below the other, each growing while it runs."""

    EMPTY: ClassVar[str] = (
        f"Nothing evaluated yet. {key_of('evaluate')} evaluates the line the cursor is on."
    )

    @staticmethod
    def rows_for(entry: TranscriptEntry) -> Iterator[Row]:
        """The rows of an evaluation in this panel."""
        return rows_of(entry)

    def __init__(self, entries: Iterable[TranscriptEntry]) -> None:
        super().__init__()
        self._open: dict[int, str] = {}
        """The unfinished last line of each running evaluation."""
        for entry in entries:
            self.show(entry)

    def show(self, entry: TranscriptEntry) -> None:
        """Show an evaluation as it is now."""
        if entry.outcome == RUNNING:
            self._open.setdefault(entry.number, "")
        else:
            self._open.pop(entry.number, None)
        self.put(entry.number, self.rows_for(entry))

    def add_output(self, number: int, stream: str, text: str) -> None:
        """Show more of what a running evaluation puts out."""
        if number not in self._open:
            return
        before = self._open[number]
        *_, last = text.rpartition("\n")
        self._open[number] = last if "\n" in text else before + last
        rows = list(output_rows(before + text, stream))
        if self._open[number] == "":
            rows.pop()  # nothing of the next line is there yet
        self.extend(number, rows, over_last=bool(before))

    def wipe(self) -> None:
        self._open.clear()
        super().wipe()


class Results(Evaluations):
    """What evaluations gave."""


class Transcript(Evaluations):
    """Everything that was evaluated, with all of its code and its time."""

    @staticmethod
    def rows_for(entry: TranscriptEntry) -> Iterator[Row]:
        return transcript_rows(entry)


class Inspector(Scrollback):
    """The last evaluation, taken apart."""

    EMPTY: ClassVar[str] = "The last result is taken apart here."

    def __init__(self, entries: Iterable[TranscriptEntry]) -> None:
        super().__init__()
        for entry in tuple(entries)[-1:]:
            self.show(entry)

    def show(self, entry: TranscriptEntry) -> None:
        """Take an evaluation apart; one that still runs has nothing to take apart."""
        if entry.outcome != RUNNING:
            self.put("entry", inspected(entry))
            self.scroll_home(animate=False)
