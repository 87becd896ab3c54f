"""Evaluations as records of a journal, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from stui_workspace.connections.backend import Answer, Ending
from stui_workspace.connections.protocol.fields import EnvelopeError, Fields
from stui_workspace.connections.protocol.messages import Result
from stui_workspace.connections.serving.journal import Record
from stui_workspace.connections.serving.kept import Evaluation, Kept, Piece

_NOT_BEGUN: Final = "the server ended before it began; nothing was evaluated"
_CUT_SHORT: Final = "the server ended while it ran"


def asked(evaluation: Evaluation) -> Record:
    """That it was asked for, and whether it has begun."""
    return {
        "type": "begun" if evaluation.has_begun else "asked",
        "id": evaluation.id,
        "client": evaluation.client,
        "at": evaluation.asked_at,
    }


def put_out(evaluation: Evaluation, piece: Piece) -> Record:
    """What it put out."""
    return {
        "type": "output",
        "id": evaluation.id,
        "seq": piece.seq,
        "number": piece.number,
        "stream": piece.stream,
        "text": piece.text,
        "at": piece.at,
        "before": piece.before,
    }


def ended(evaluation: Evaluation, result: Result) -> Record:
    """How it ended; enough to know it again where all other records of it are gone."""
    return {
        "type": "ended",
        "id": evaluation.id,
        "client": evaluation.client,
        "asked": evaluation.asked_at,
        "seq": result.seq,
        "ending": str(result.ending),
        "result": result.result,
        "error": result.error,
        "at": result.at,
        "count": evaluation.output_count,
        "length": evaluation.output_length,
    }


def carried(kept: Kept, records: Iterable[Record]) -> Iterator[Record]:
    """What has to be said again of evaluations of which these records are about to go."""
    for record in records:
        evaluation = kept.evaluations.get(str(record.get("id")))
        if evaluation is None:
            continue
        if record.get("type") == "ended" and evaluation.result is not None:
            yield ended(evaluation, evaluation.result)
        elif record.get("type") in ("asked", "begun") and evaluation.result is None:
            yield asked(evaluation)


def restore(kept: Kept, records: Iterable[Record], at: float) -> Iterator[Record]:
    """Keep what the records say, and what is to be recorded of evaluations that were cut short.

    Records that make no sense are left out: whoever may write them may write any.
    """
    for record in records:
        try:
            _take(kept, Fields("a record", record))
        except EnvelopeError:
            continue
    for evaluation in list(kept.evaluations.values()):
        if evaluation.result is None:
            reason = _CUT_SHORT if evaluation.has_begun else _NOT_BEGUN
            result = kept.end(evaluation, Answer(Ending.LOST, error=reason), at)
            yield ended(evaluation, result)


def _take(kept: Kept, fields: Fields) -> None:
    name = fields.name("id")
    evaluation = kept.evaluations.get(name)
    match fields.text("type"):
        case "asked" | "begun" as kind:
            if evaluation is None:
                evaluation = kept.ask(name, fields.name("client"), fields.number("at"))
            evaluation.client = fields.name("client")
            evaluation.has_begun = evaluation.has_begun or kind == "begun"
        case "output":
            piece = _piece(fields)
            if evaluation is None:  # who asked for it stood in a file that was deleted
                evaluation = kept.ask(name, "", piece.at)
            if evaluation.result is None and piece.number > evaluation.output_count:
                evaluation.has_begun = True
                kept.restore(evaluation, piece)
        case "ended":
            _end(kept, evaluation, name, fields)


def _end(kept: Kept, evaluation: Evaluation | None, name: str, fields: Fields) -> None:
    result = Result(
        name,
        fields.count("seq"),
        fields.choice("ending", Ending),
        fields.text_or_none("result"),
        fields.text_or_none("error"),
        fields.number_or_none("at"),
    )
    count, length = fields.count("count", 0), fields.count("length", 0)
    if evaluation is None:
        evaluation = kept.ask(name, fields.name("client"), fields.number("asked"))
    if evaluation.result is None:
        evaluation.client, evaluation.has_begun = fields.name("client"), True
        kept.fill(evaluation, count, length)
        kept.settle(evaluation, result)


def _piece(fields: Fields) -> Piece:
    number = fields.count("number")
    return Piece(
        fields.count("seq"),
        number,
        fields.one_of("stream", ("stdout", "stderr")),
        fields.text("text"),
        fields.number("at"),
        fields.count("before"),
        number,
    )
