"""The merge driver: three files in, the result and an exit status out, whatever happens.

The merge by lines is written first: git takes the file as it stands when this process ends in any
other way than well. Only then is the merge by meaning tried, and written over it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from stui_workspace.gitdriver.bounded import TooSlowError, within
from stui_workspace.gitdriver.outcome import Outcome, Sides
from stui_workspace.gitdriver.replacing import replace_content
from stui_workspace.gitdriver.request import BadRequestError, Names, Request, request_of

CLEAN: Final = 0
CONFLICT: Final = 1
TIME_LIMIT: Final = 10.0
"""Seconds that the merge by meaning may take. A thousand lines take a hundredth of it."""

_SHOWN: Final = 8
"""Conflicts that are told one by one."""

Engine: TypeAlias = Callable[[Sides, Names, int], Outcome]


def merge_for_git(
    arguments: Sequence[str], engine: Engine | None = None, seconds: float = TIME_LIMIT
) -> int:
    """0 for a clean merge, 1 for one that a person has to look at.

    Args:
        arguments: As `request_of` reads them.
        engine: Merges by meaning; None for the real one.
        seconds: What it may take.

    Raises:
        OSError: A file cannot be read or written.
    """
    try:
        request = request_of(arguments)
    except BadRequestError as error:
        _tell(str(error))
        return CONFLICT
    sides = Sides(_content(request.base), _content(request.ours), _content(request.theirs))
    known = sides.known()
    if known is not None:
        if known != sides.ours or request.output != request.ours:
            replace_content(request.output, known)
        return CLEAN
    lines = _by_lines(sides, request)
    if lines.text != sides.ours or request.output != request.ours:
        replace_content(request.output, lines.text)
    return _by_meaning(request, sides, engine or _engine(), seconds)


def _by_lines(sides: Sides, request: Request) -> Outcome:
    from stui_workspace.gitdriver.linewise import by_lines

    try:
        return by_lines(sides, request.names, request.size)
    except Exception:  # noqa: BLE001 (the merge by meaning may still succeed)
        return Outcome(sides.ours, is_clean=False)


def _by_meaning(request: Request, sides: Sides, engine: Engine, seconds: float) -> int:
    path = _shown(request.path)
    try:
        outcome = within(seconds, lambda: engine(sides, request.names, request.size))
    except TooSlowError:
        _tell(f"{path}: merged by lines only: by meaning it takes longer than {seconds:g} s")
        return CONFLICT
    except Exception as error:  # noqa: BLE001 (a bug of ours must not cost anybody a merge)
        _tell(f"{path}: merged by lines only, by a bug in stui ({type(error).__name__})")
        return CONFLICT
    replace_content(request.output, outcome.text)
    for sentence in outcome.left[:_SHOWN]:
        _tell(f"{path}: {sentence}")
    if outcome.is_clean:
        return CLEAN
    if len(outcome.left) > _SHOWN:
        _tell(f"{path}: and {len(outcome.left) - _SHOWN} more")
    _tell("`stui conflicts` shows what is left, `git mergetool --tool=stui` asks about it")
    return CONFLICT


def _engine() -> Engine:
    from stui_workspace.gitdriver.meaning import by_meaning

    return by_meaning


def _content(path: str) -> bytes:
    """All of a file; nothing where there is none, as for the base of a file that both added."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (pathlib costs more than the rest of it)
            return file.read()
    except FileNotFoundError:
        return b""


def _shown(path: str) -> str:
    from stui_workspace.model.printable import printable_line

    return printable_line(path)


def _tell(sentence: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"stui: {sentence}\n")
