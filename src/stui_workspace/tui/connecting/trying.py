"""What came of trying a connection, as rows: how far it got, who answered, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from textual.style import Style

from stui_workspace.model.printable import printable_line
from stui_workspace.tui.connecting.words import trip_words
from stui_workspace.tui.ports import Trial
from stui_workspace.tui.themes import Paint

Pieces = Iterator[tuple[str, Style]]

_DONE = "✓"
_FAILED = "✗"
_NOT_YET = "○"


def trial_words(trial: Trial, paint: Paint) -> Pieces:
    """The steps of a trial, each with a sign; then the reason and the next step."""
    if trial.claim is not None:
        yield from _step("⊘", "allowed", "not approved on this machine yet", paint.warn, paint)
        yield from _step(_NOT_YET, "reached", "", paint.faint, paint)
        return
    hello = trial.hello
    was_tried = hello is not None or trial.seconds > 0
    if was_tried:
        yield from _step(_DONE, "allowed", "", paint.good, paint)
    if not was_tried:
        yield from _step("⊘", "allowed", "no, and nobody can allow it", paint.warn, paint)
    elif hello is None:
        yield from _step(_FAILED, "reached", f"no, after {_time(trial.seconds)}", paint.bad, paint)
    else:
        yield from _step(_DONE, "reached", f"in {_time(trial.seconds)}", paint.good, paint)
        who = [hello.backend, hello.identity or ""]
        known = " · ".join(printable_line(one, 60) for one in who if one)
        yield from _step(_DONE, "greeted", known, paint.good, paint)
        if trial.round_trip is not None:
            words = f"round trip {trip_words(trial.round_trip)}"
            yield from _step(_DONE, "answers", words, paint.good, paint)
        elif trial.reason:
            yield from _step(_FAILED, "answers", "no", paint.bad, paint)
    if trial.reason:
        yield f"  {printable_line(trial.reason, 300)}\n", paint.text
    if trial.next_step:
        yield "  → ", paint.accent
        yield f"{printable_line(trial.next_step, 300)}\n", paint.muted


def _step(mark: str, word: str, detail: str, style: Style, paint: Paint) -> Pieces:
    yield f"{mark} ", style
    yield f"{word:<9}", paint.text
    yield f"{detail}\n", paint.muted


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004
