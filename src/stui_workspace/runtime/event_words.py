"""Events in words, for programs that have one line to show them on."""

from __future__ import annotations

from collections.abc import Iterable

from stui_workspace.model.diagnostics import FileProblems, Severity, position_at
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.events import (
    Change,
    ConnectionChanged,
    CopyFound,
    Event,
    Gone,
    Invalid,
    Notice,
    Opened,
    Reloaded,
    Returned,
    ReviewNeeded,
)

_LONGEST = 300  # characters
_NAMED_COUNT = 3
_LAST_GOOD = "the last good state stays"


def words_of(event: Event) -> str | None:
    """An event in one line that is safe to show; None for those that only a screen shows.

    It holds no secret, no control character, and at most 300 characters.
    """
    words = _words(event)
    return None if words is None else printable_line(words, _LONGEST)


def _words(event: Event) -> str | None:  # noqa: PLR0911 (a case each)
    match event:
        case Opened(receipt):
            return receipt.headline
        case Reloaded(changes):
            return f"reloaded: {_named(changes)}"
        case Invalid(problems):
            return f"{_first(problems)}; {_LAST_GOOD}"
        case Gone():
            return f"the workspace file was deleted; {_LAST_GOOD}"
        case CopyFound(name, action, reason, _, next_step):
            return _with_step(f"conflict copy {name} {action}: {reason}", next_step)
        case ConnectionChanged(name, state, reason):
            return f"{name} {state}: {reason}" if reason else f"{name} {state}"
        case ReviewNeeded(name, changed):
            return f"{name} waits for approval: {changed}"
        case Returned(name, same):
            return f"{name} is back" if same else f"{name} is back, as a new start of the backend"
        case Notice(text, next_step):
            return _with_step(text, next_step)
        case _:
            return None


def _named(changes: tuple[Change, ...]) -> str:
    named = ", ".join(format_key_path(one.path) for one in changes[:_NAMED_COUNT])
    more = len(changes) - _NAMED_COUNT
    return f"{named} and {more} more" if more > 0 else named or "nothing changed"


def _first(problems: Iterable[FileProblems]) -> str:
    for file in problems:
        for one in file.diagnostics:
            if one.severity is Severity.ERROR:
                line, column = position_at(file.text, one.span.start)
                return f"{file.file.name}:{line}:{column}: {one.message}"
    return "the files cannot be used"


def _with_step(text: str, next_step: str | None) -> str:
    return text if next_step is None else f"{text}; {next_step}"
