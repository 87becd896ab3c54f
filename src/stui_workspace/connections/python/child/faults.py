"""Tracebacks of evaluated code, as its author wants to see them."""

from __future__ import annotations

import linecache
import os
import sys
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

EVALUATED = "<evaluation "
"""How the file name of evaluated code begins."""
TEXT_LIMIT = 64 << 10
"""Characters of a result, or of a traceback."""
_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep  # noqa: PTH100, PTH120 (pathlib is slow)


def reported(error: BaseException) -> str:
    """The traceback of what the code raised, without our own frames, bounded."""
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    try:
        whole = traceback.TracebackException(type(error), error, error.__traceback__)
        for part in _parts(whole):
            _hide_ours(part.stack)
            _quote_line(part)
        return cut_in_the_middle("".join(whole.format()).rstrip("\n"))
    except BaseException:  # noqa: BLE001 (showing it runs their code, which may do anything)
        return "an exception that cannot be shown"


def cut_in_the_middle(text: str) -> str:
    """The text; of one that is too long, its head and tail and how much is missing."""
    excess = len(text) - TEXT_LIMIT
    if excess <= 0:
        return text
    half = TEXT_LIMIT // 2
    return f"{text[:half]}\n[stui: {excess:,} characters left out here]\n{text[-half:]}"


def _parts(whole: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    """An exception with its causes, contexts and the members of groups."""
    waiting: list[Any] = [whole]
    while waiting:
        part = waiting.pop()
        if part is not None:
            yield part
            members = getattr(part, "exceptions", None) or ()
            waiting += [part.__cause__, part.__context__, *members]


def _hide_ours(stack: list[traceback.FrameSummary]) -> None:
    if stack and stack[0].filename.startswith(_OURS):
        theirs = (at for at, frame in enumerate(stack) if frame.filename.startswith(EVALUATED))
        del stack[: next(theirs, len(stack))]
    stack[:] = [frame for frame in stack if not frame.filename.startswith(_OURS)]


def _quote_line(part: Any) -> None:
    """Add its line to a syntax error which the compiler found too late to quote it."""
    name, line = getattr(part, "filename", None), getattr(part, "lineno", None)
    if name and line and not part.text and name.startswith(EVALUATED):
        part.text = linecache.getline(name, int(line))
