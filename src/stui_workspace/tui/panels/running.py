"""The panels that follow evaluations: results, transcript, inspector."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from stui_workspace.model.records import replace
from stui_workspace.model.session import TranscriptEntry, Waiting
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.panels.records import (
    CUT_OFF,
    RUNNING,
    WAITING,
    WORDS_OF_OURS,
    head_of,
    inspected,
    note_rows,
    output_rows,
    rows_of,
    transcript_head,
    transcript_rows,
    waiting_rows,
)
from stui_workspace.tui.scrollback import ROW_LIMIT, Row, Scrollback


class Evaluations(Scrollback):
    """Evaluations one below the other, each growing while it runs; last, those not sent yet."""

    EMPTY: ClassVar[str] = (
        f"Nothing evaluated yet. {key_of('evaluate')} evaluates the line the cursor is on."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.perform('outbox')", "What waits to be sent", show=False)
    ]

    @staticmethod
    def rows_for(entry: TranscriptEntry) -> Iterator[Row]:
        """The rows of an evaluation in this panel."""
        return rows_of(entry)

    @staticmethod
    def head_for(entry: TranscriptEntry) -> Row:
        """The first of them."""
        return head_of(entry)

    def __init__(self, entries: Iterable[TranscriptEntry], waiting: Iterable[Waiting] = ()) -> None:
        super().__init__()
        self._open: dict[int, str] = {}
        """The unfinished last line of each running evaluation."""
        self._runs: dict[int, TranscriptEntry] = {}
        self._cut_off: set[int] = set()
        """Those of them whose link fell."""
        self._waiting: tuple[Waiting, ...] = ()
        for entry in entries:
            self.show(entry)
        self.show_waiting(waiting)

    def show(self, entry: TranscriptEntry) -> None:
        """Show an evaluation as it is now. One that waits is no evaluation yet, and goes."""
        self._cut_off.discard(entry.number)
        if entry.outcome == WAITING:
            self._open.pop(entry.number, None)
            self._runs.pop(entry.number, None)
            self.drop([entry.number])
            return
        if entry.outcome == RUNNING:
            self._open.setdefault(entry.number, "")
            self._runs[entry.number] = entry
        else:
            self._open.pop(entry.number, None)
            self._runs.pop(entry.number, None)
        is_new = entry.number not in self._sections
        self.put(entry.number, self.rows_for(entry))
        if is_new and self._waiting:
            self.show_waiting(self._waiting)  # which stay last

    def show_waiting(self, waiting: Iterable[Waiting]) -> None:
        """Show what waits to be sent, below all that was evaluated."""
        self.drop([one.id for one in self._waiting])
        self._waiting = tuple(waiting)
        for one in self._waiting:
            self.put(one.id, waiting_rows(one))
        if self._waiting:
            self.extend(self._waiting[-1].id, [_WHAT_TO_DO])

    def show_links(self, down: Container[str]) -> None:
        """Say of what runs whether its link is `down`, given the names of such connections."""
        for number, entry in self._runs.items():
            is_cut, was_cut = entry.connection in down, number in self._cut_off
            if is_cut == was_cut:
                continue
            self._cut_off ^= {number}
            now = replace(entry, outcome=CUT_OFF) if is_cut else entry
            rows = [self.head_for(now), *(note_rows(CUT_OFF) if is_cut else ())]
            self.splice(number, 2 if was_cut else 1, rows)

    def add_output(self, number: int, pieces: Iterable[tuple[str, str]]) -> None:
        """Show more of what a running evaluation puts out: streams and texts, in order."""
        if number not in self._open:
            return
        arrived = Arrived(self._open[number])
        for stream, text in pieces:
            arrived.add(stream, text)
        self._open[number] = arrived.unfinished
        self.extend(
            number,
            arrived.rows,
            over_last=arrived.is_over_last,
            skipped_count=arrived.skipped_count,
        )

    def wipe(self) -> None:
        self._open.clear()
        self._runs.clear()
        self._cut_off.clear()
        super().wipe()
        waiting, self._waiting = self._waiting, ()
        self.show_waiting(waiting)  # they are no past that can be forgotten


_WHAT_TO_DO: Final = Row(
    ((f"    {key_of('outbox')} ", "accent"), ("edits, sends or discards it", "muted")), hang=4
)


class Arrived:
    """The rows of some output that arrived, at most as many as a section can hold."""

    def __init__(self, unfinished: str) -> None:
        """Nothing yet, after a line whose beginning is shown in the last row there is."""
        self.unfinished = unfinished
        self.rows: list[Row] = []
        self.is_over_last = bool(unfinished)
        """Whether the first of the rows is that line again, with more of it."""
        self.skipped_count = 0

    def add(self, stream: str, text: str) -> None:
        """Take the next piece."""
        if stream in WORDS_OF_OURS:
            self._add_words_of_ours(stream, text)
            return
        excess = text.count("\n") - ROW_LIMIT
        if excess > 0:
            self.skipped_count += excess
            self.unfinished, text = "", text.split("\n", excess)[-1]
        elif self.unfinished and self.rows:
            self.rows.pop()  # it comes again, with more of it
        begun = self.unfinished + text
        rows = list(output_rows(begun, stream))
        self.unfinished = begun.rpartition("\n")[2]
        if self.unfinished == "":
            rows.pop()  # nothing of the next line is there yet
        self._take(rows)

    def _add_words_of_ours(self, stream: str, text: str) -> None:
        """On lines of their own, whatever stood there."""
        if not self.rows:
            self.is_over_last = False
        self.unfinished = ""
        self._take(list(output_rows(text.strip("\n"), stream)))

    def _take(self, rows: list[Row]) -> None:
        self.rows += rows
        excess = len(self.rows) - ROW_LIMIT
        if excess > 0:
            self.skipped_count += excess
            del self.rows[:excess]


class Results(Evaluations):
    """What evaluations gave."""


class Transcript(Evaluations):
    """Everything that was evaluated, with all of its code and its time."""

    @staticmethod
    def rows_for(entry: TranscriptEntry) -> Iterator[Row]:
        return transcript_rows(entry)

    @staticmethod
    def head_for(entry: TranscriptEntry) -> Row:
        return transcript_head(entry)


class Inspector(Scrollback):
    """The last evaluation, taken apart."""

    EMPTY: ClassVar[str] = "The last result is taken apart here."

    def __init__(self, entries: Iterable[TranscriptEntry]) -> None:
        super().__init__()
        for entry in tuple(entries)[-1:]:
            self.show(entry)

    def show(self, entry: TranscriptEntry) -> None:
        """Take an evaluation apart; one that still runs has nothing to take apart."""
        if entry.outcome not in (RUNNING, WAITING):
            self.put("entry", inspected(entry))
            self.scroll_home(animate=False)
