"""Evaluations as rows to show. Pure: an entry of the transcript comes in, safe text goes out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from stui_workspace.model.moments import CLOCK, moment_text
from stui_workspace.model.printable import printable, printable_line
from stui_workspace.model.session import TranscriptEntry, Waiting
from stui_workspace.tui.scrollback import Row

RUNNING: Final = "running"
WAITING: Final = "waiting"
CUT_OFF: Final = "cut off"
"""Of an evaluation that runs while its link is down; no session says that, the screens do."""


class Sign(NamedTuple):
    """How an outcome looks: a shape, a word where it is not well, a style."""

    mark: str
    word: str
    style: str


SIGNS: Final = {
    "ok": Sign("✓", "", "good"),
    "error": Sign("✗", "error", "bad"),
    "interrupted": Sign("■", "interrupted", "warn"),
    "lost": Sign("✗", "lost", "bad"),
    "refused": Sign("⊘", "refused", "warn"),
    "unknown": Sign("?", "unknown", "warn"),
    WAITING: Sign("◇", "waiting", "warn"),
    RUNNING: Sign("…", "running", "accent"),
    CUT_OFF: Sign("↻", "cut off", "warn"),
}
_NOTES: Final = {
    "unknown": "sent before the link fell; what became of it is not known; not repeated",
    CUT_OFF: "the link fell while it ran; taken up again when it is back",
}
"""What is said below an evaluation of that outcome."""
WORDS_OF_OURS: Final = {"gap": ("  ┄ ", "warn"), "note": ("  · ", "accent")}
"""What stands before words of ours in the middle of a program's output, by their stream."""
_UNKNOWN: Final = Sign("?", "", "muted")
_EXPLORED: Final = 100
_LITERALS_UP_TO: Final = 50_000


def sign_of(outcome: str) -> Sign:
    """The sign of an outcome; a question mark for one that this version does not know."""
    return SIGNS.get(outcome, _UNKNOWN)


def head_of(entry: TranscriptEntry) -> Row:
    """One line: the outcome, which evaluation, where, and the first line of what was asked."""
    sign = sign_of(entry.outcome)
    first, *more = entry.code.strip().split("\n")
    code = printable_line(first.strip()) + (" …" if more else "")
    return Row(
        (
            (f"{sign.mark} ", sign.style),
            (f"{entry.number} ", "muted"),
            (f"{printable_line(entry.connection, 24)}  ", "muted"),
            *(((f"{sign.word}  ", sign.style),) if sign.word else ()),
            (code, "code"),
        ),
        hang=4,
    )


def note_rows(outcome: str) -> Iterator[Row]:
    """What is to be said of an outcome below the head, where its word does not say it all."""
    if outcome in _NOTES:
        yield from output_rows(_NOTES[outcome], "note")


def rows_of(entry: TranscriptEntry) -> Iterator[Row]:
    """The head, then what came out, then the result: for the results panel."""
    yield head_of(entry)
    yield from _answer_rows(entry)


def transcript_head(entry: TranscriptEntry) -> Row:
    """The same with the time, and without the code."""
    sign = sign_of(entry.outcome)
    return Row(
        (
            (f"{sign.mark} ", sign.style),
            (f"{entry.number} {printable_line(entry.connection, 24)}  ", "muted"),
            (f"{clock_time(entry.at)}", "muted"),
            *(((f"  {sign.word}", sign.style),) if sign.word else ()),
        ),
        hang=4,
    )


def transcript_rows(entry: TranscriptEntry) -> Iterator[Row]:
    """That, then all of the code, then the rest: for the transcript."""
    yield transcript_head(entry)
    yield from _code_rows(entry.code)
    yield from _answer_rows(entry)


def waiting_rows(waiting: Waiting) -> Iterator[Row]:
    """An evaluation that was not sent: all of its text, and that nothing was done with it."""
    sign = SIGNS[WAITING]
    yield Row(
        (
            (f"{sign.mark} ", sign.style),
            (f"{printable_line(waiting.connection, 24)}  ", "muted"),
            (f"{sign.word}, not sent", sign.style),
            (f"  {clock_time(waiting.at)}", "muted"),
        ),
        hang=4,
    )
    yield from _code_rows(waiting.code)


def output_rows(text: str, stream: str) -> Iterator[Row]:
    """What arrives while it runs. A last line without its end counts as a row."""
    mark = WORDS_OF_OURS.get(stream)
    style = "muted" if mark else "warn" if stream == "stderr" else "text"
    for line in _lines(text):
        yield Row((mark or ("    ", "text"), (line, style)), hang=4)


def inspected(entry: TranscriptEntry) -> Iterator[Row]:
    """Everything about one evaluation, its result taken apart where it is a literal."""
    sign = sign_of(entry.outcome)
    yield _field("outcome", f"{sign.mark} {entry.outcome}", sign.style)
    yield _field("evaluation", f"{entry.number} on {printable_line(entry.connection)}")
    yield _field("at", clock_time(entry.at))
    if entry.incarnation:
        yield _field("backend life", printable_line(entry.incarnation, 40))
    if entry.result is not None:
        yield from explored(entry.result)
    elif entry.output:
        yield Row((("output", "strong"),))
        yield from output_rows(entry.output, "stdout")


def explored(result: str) -> Iterator[Row]:
    """A result, and what is in it where it is a literal of Python."""
    value: object = _NO_LITERAL
    if len(result) <= _LITERALS_UP_TO:
        value = _literal(result)
    if value is not _NO_LITERAL:
        yield _field("type", type(value).__name__)
    match value:
        case dict():
            yield _field("size", f"{len(value)} items")
            pairs = [(repr(key), repr(each)) for key, each in value.items()]
            yield from _items(pairs)
        case list() | tuple() | set() | frozenset():
            yield _field("size", f"{len(value)} items")
            yield from _items([(str(at), repr(each)) for at, each in enumerate(value)])
        case str():
            yield _field("size", f"{len(value)} characters")
            yield Row((("value", "strong"),))
            yield from output_rows(value, "stdout")
        case _:
            yield Row((("value", "strong"),))
            yield from output_rows(result, "stdout")


_NO_LITERAL: Final = object()


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _NO_LITERAL


def _items(pairs: list[tuple[str, str]]) -> Iterator[Row]:
    width = min(max((len(key) for key, _ in pairs[:_EXPLORED]), default=0), 24)
    for key, value in pairs[:_EXPLORED]:
        shown = printable_line(key, 24)
        yield Row(
            ((f"  {shown:<{width}}  ", "muted"), (printable_line(value, 500), "text")),
            hang=width + 4,
        )
    if len(pairs) > _EXPLORED:
        yield Row(((f"  and {len(pairs) - _EXPLORED:,} more", "muted"),))


def _code_rows(code: str) -> Iterator[Row]:
    for line in _lines(code.strip("\n")):
        yield Row((("  │ ", "faint"), (line, "code")), hang=4)


def _answer_rows(entry: TranscriptEntry) -> Iterator[Row]:
    yield from note_rows(entry.outcome)
    if entry.output:
        failed = entry.outcome in ("error", "lost", "refused")
        yield from output_rows(entry.output.rstrip("\n"), "stderr" if failed else "stdout")
    if entry.result is not None:
        for at, line in enumerate(_lines(entry.result)):
            yield Row(((("  → " if at == 0 else "    "), "accent"), (line, "strong")), hang=4)


def _field(name: str, value: str, style: str = "text") -> Row:
    return Row(((f"{name:<13}", "muted"), (value, style)), hang=13)


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\r\n", "\n").split("\n"):
        # a bare return goes back to the start of the line: progress bars end as they would
        yield printable(line.rstrip("\r").rpartition("\r")[2]).expandtabs(4)


def clock_time(at: float) -> str:
    """A time of this machine's day, `14:03:12`; with the date if it is not from now-ish."""
    return moment_text(at, CLOCK)
