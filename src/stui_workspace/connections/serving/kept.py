"""What a server keeps of evaluations: their results, and as much of their output as there is room.

Pure. Oldest output goes first, and a gap says how much is gone; results outlive output.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from stui_workspace.connections.backend import Answer, Output
from stui_workspace.connections.protocol.messages import Event, OutputEvent, Result
from stui_workspace.model.records import dataclass, field

PIECE_LENGTH: Final = 64 << 10
"""Characters of one event at most: with every one escaped, an envelope still holds it."""
MERGED_LENGTH: Final = 16 << 10
"""Characters up to which output that is sent again is put together: a thousand lines that were
printed one by one come back as a few events."""
ANSWER_LENGTH: Final = 80_000
"""Characters of a result, or of a traceback."""
_OVERHEAD: Final = 256
"""Bytes in memory of a piece or a result beside its text."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept, in bytes of memory, texts and what surrounds them."""

    output_bytes: int = 12 << 20
    """Of all evaluations together."""
    evaluation_bytes: int = 1 << 20
    """Of one; 256 KiB of text are that much where each character takes four."""
    result_bytes: int = 4 << 20
    evaluation_count: int = 4096


@dataclass(frozen=True, slots=True)
class Piece:
    """One output, or a gap where several were."""

    seq: int
    number: int
    stream: str
    text: str
    at: float
    before: int = 0
    """Characters that its evaluation had put out before it."""
    first: int = 0
    """The first number that it stands for; of a gap, there are several."""
    missing: int = 0
    """Characters that a gap stands for."""

    @property
    def end(self) -> int:
        """Characters that its evaluation had put out after it."""
        return self.before + len(self.text) + self.missing

    @property
    def weight(self) -> int:
        """Bytes in memory; a gap counts for nothing, since it is what remains."""
        return 0 if self.stream == "gap" else sys.getsizeof(self.text) + _OVERHEAD


@dataclass(eq=False, slots=True)
class Evaluation:
    """One evaluation, from when it was asked for until it is forgotten."""

    id: str
    client: str
    asked_at: float
    has_begun: bool = False
    is_fetched: bool = False
    """Whether its result went to somebody."""
    pieces: deque[Piece] = field(default_factory=deque)
    output_count: int = 0
    output_length: int = 0
    weight: int = 0
    result: Result | None = None


class Kept:
    """Evaluations by their ids, oldest first."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.seq = 0
        """The last one given out."""
        self.evaluations: dict[str, Evaluation] = {}
        self._limits = limits or Limits()
        self._output_weight = 0
        self._result_weight = 0

    @property
    def weight(self) -> int:
        """Bytes in memory of all that is kept."""
        return self._output_weight + self._result_weight

    def ask(self, id: str, client: str, at: float) -> Evaluation:  # noqa: A002 (as on the wire)
        """A new evaluation."""
        self._forget_oldest()
        evaluation = self.evaluations[id] = Evaluation(id, client, at)
        return evaluation

    def put_out(self, evaluation: Evaluation, output: Output, at: float) -> list[Piece]:
        """Keep what it put out, in pieces that fit into an envelope."""
        text = output.text
        starts = range(0, len(text), PIECE_LENGTH)
        return [
            self._put_out(evaluation, output.stream, text[start : start + PIECE_LENGTH], at)
            for start in starts
        ]

    def restore(self, evaluation: Evaluation, piece: Piece) -> None:
        """Keep what was put out in an earlier life; where numbers are missing, a gap."""
        self.fill(evaluation, piece.number - 1, piece.before)
        self._add(evaluation, piece)

    def fill(self, evaluation: Evaluation, number: int, length: int) -> None:
        """Have a gap up to an output, where those before it are not to be had any more."""
        first = evaluation.output_count + 1
        if number >= first:
            missing = max(0, length - evaluation.output_length)
            before, at = evaluation.output_length, evaluation.asked_at
            self._add(evaluation, Piece(self.seq, number, "gap", "", at, before, first, missing))

    def end(self, evaluation: Evaluation, answer: Answer, at: float) -> Result:
        """Keep how it ended."""
        self.seq += 1
        result, error = clipped(answer.result), clipped(answer.error)
        kept = Result(evaluation.id, self.seq, answer.ending, result, error, at)
        self.settle(evaluation, kept)
        return kept

    def settle(self, evaluation: Evaluation, result: Result) -> None:
        """Keep its result, which has its place already."""
        evaluation.result = result
        self.seq = max(self.seq, result.seq)
        self._result_weight += _weight_of(result)
        self._forget_oldest()

    def missed(self, client: str, after: int, room: int) -> tuple[tuple[Event, ...], bool]:
        """The events of a client's evaluations after a seq, in order; and whether there are more.

        Args:
            client: Who asked for the evaluations.
            after: The last seq that it saw.
            room: Bytes that may come, written as JSON.
        """
        events: list[Event] = []
        for evaluation in self.evaluations.values():
            if evaluation.client != client:
                continue
            later = (one for one in evaluation.pieces if one.seq > after)
            events += _events(evaluation.id, later)
            if evaluation.result is not None and evaluation.result.seq > after:
                events.append(evaluation.result)
        events.sort(key=lambda event: event.seq)
        for index, event in enumerate(events):
            room -= _length_of(event)
            if room < 0:
                return tuple(events[:index]), True
        return tuple(events), False

    def _put_out(self, evaluation: Evaluation, stream: str, text: str, at: float) -> Piece:
        self.seq += 1
        number, before = evaluation.output_count + 1, evaluation.output_length
        piece = Piece(self.seq, number, stream, text, at, before, number)
        self._add(evaluation, piece)
        return piece

    def _add(self, evaluation: Evaluation, piece: Piece) -> None:
        evaluation.pieces.append(piece)
        evaluation.output_count, evaluation.output_length = piece.number, piece.end
        evaluation.weight += piece.weight
        self._output_weight += piece.weight
        self.seq = max(self.seq, piece.seq)
        while evaluation.weight > self._limits.evaluation_bytes:
            self._drop_oldest(evaluation)
        if self._output_weight > self._limits.output_bytes:
            self._make_room()

    def _make_room(self) -> None:
        for oldest in self.evaluations.values():
            while oldest.weight and self._output_weight > self._limits.output_bytes:
                self._drop_oldest(oldest)
            if self._output_weight <= self._limits.output_bytes:
                return

    def _drop_oldest(self, evaluation: Evaluation) -> None:
        """Let the first piece become a gap, or a part of the one that is there."""
        pieces = evaluation.pieces
        gap = pieces.popleft() if pieces[0].stream == "gap" else None
        piece = pieces.popleft()
        start = piece if gap is None else gap
        missing = piece.end - start.before
        pieces.appendleft(
            Piece(piece.seq, piece.number, "gap", "", piece.at, start.before, start.first, missing)
        )
        evaluation.weight -= piece.weight
        self._output_weight -= piece.weight

    def _forget_oldest(self) -> None:
        """Forget whole evaluations, from the oldest on, where there are too many."""
        limits = self._limits
        while (
            len(self.evaluations) >= limits.evaluation_count
            or self._result_weight > limits.result_bytes
        ):
            ended = (one for one in self.evaluations.values() if one.result is not None)
            oldest = next(ended, None)
            if oldest is None or oldest.result is None:
                return
            del self.evaluations[oldest.id]
            self._output_weight -= oldest.weight
            self._result_weight -= _weight_of(oldest.result)


def replay(evaluation: Evaluation, heard: int) -> Iterator[OutputEvent]:
    """What it put out after the output of that number, as far as it is kept."""
    return _events(evaluation.id, (one for one in evaluation.pieces if one.number > heard), heard)


def event_of(evaluation: Evaluation, piece: Piece) -> OutputEvent:
    """A piece as an event."""
    return OutputEvent(evaluation.id, piece.seq, piece.number, piece.stream, piece.text, piece.at)


def clipped(text: str | None) -> str | None:
    """A text that an envelope can hold, with a word about what is not there."""
    if text is None or len(text) <= ANSWER_LENGTH:
        return text
    excess = len(text) - ANSWER_LENGTH
    return f"{text[:ANSWER_LENGTH]}... [stui: {excess:,} more characters]"


def _events(id_: str, pieces: Iterable[Piece], heard: int = 0) -> Iterator[OutputEvent]:
    """Pieces as events, those of one stream that follow one another together."""
    waiting: list[Piece] = []
    length = 0
    for piece in pieces:
        fits = length + len(piece.text) <= MERGED_LENGTH
        is_next = waiting and piece.stream == waiting[-1].stream and _follows(piece, waiting[-1])
        if waiting and not (fits and is_next and piece.stream != "gap"):
            yield _joined(id_, waiting, heard)
            waiting, length = [], 0
        waiting.append(piece)
        length += len(piece.text)
    if waiting:
        yield _joined(id_, waiting, heard)


def _follows(piece: Piece, earlier: Piece) -> bool:
    """Whether nothing else happened in between, which would be overtaken."""
    return piece.seq == earlier.seq + 1


def _joined(id_: str, pieces: list[Piece], heard: int) -> OutputEvent:
    last = pieces[-1]
    text = "".join(piece.text for piece in pieces)
    if last.stream == "gap":
        most = "at most " if last.first <= heard else ""
        text = f"[stui: {most}{last.missing:,} characters of output are not kept any more]\n"
    return OutputEvent(id_, last.seq, last.number, last.stream, text, pieces[0].at)


def _weight_of(result: Result) -> int:
    texts = (result.result, result.error, result.evaluation)
    return _OVERHEAD * 4 + sum(sys.getsizeof(text) for text in texts if text is not None)


def _length_of(event: Event) -> int:
    """Bytes of an event as JSON, at most."""
    texts = (event.text,) if isinstance(event, OutputEvent) else (event.result, event.error)
    return len(json.dumps(texts)) + _OVERHEAD + 6 * len(event.evaluation)
