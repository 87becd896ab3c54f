"""What `stui sync` says: rows for people, records for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING

from stui_workspace.cli.telling import stdout_paint, tell, tell_next
from stui_workspace.model.durations import format_age
from stui_workspace.model.moments import SECOND, moment_text
from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.runtime.syncing import Attention, Copy
    from stui_workspace.runtime.syncing.going_back import WentBack
    from stui_workspace.storage.generations.store import Generation

_WARNED = ("asked", "failed", "left")
_SHOWN_DIGITS = 12
_ORDERS = {"merged": "to merge", "contained": "to remove", "adopted": "to adopt"}


def is_finding(found: Attention, *, check: bool) -> bool:
    """Whether something is left to do: for a person, or with `check` for the command."""
    return bool(found.problems) or any(_counts(copy, check=check) for copy in found.copies)


def _counts(copy: Copy, *, check: bool) -> bool:
    if copy.action == "left":
        return copy.sort.certainty == "strong"
    return check or copy.is_there


def record_of_pass(found: Attention, *, check: bool) -> dict[str, object]:
    """The pass as JSON has it."""
    return {
        "file": None if found.file is None else str(found.file),
        "wrote": found.wrote,
        "copies": [
            {
                "name": copy.name,
                "class": str(copy.sort.kind),
                "tool": copy.sort.tool,
                "certainty": str(copy.sort.certainty),
                "action": str(copy.action),
                "reason": copy.reason,
                "conflicts": list(copy.conflicts),
                "revision": copy.revision,
                "next_step": _step(copy, check=check),
            }
            for copy in found.copies
        ],
        "problems": list(found.problems),
    }


def rows_of_copies(found: Attention, *, check: bool) -> Iterator[str]:
    """One line for each copy: what became of it, or would, its name, and why."""
    paint = stdout_paint()
    words = [
        _ORDERS.get(copy.action, copy.action) if check else copy.action for copy in found.copies
    ]
    width = max(map(len, words), default=0)
    for copy, action in zip(found.copies, words, strict=True):
        word = f"{action:{width}}"
        role = "warning" if copy.action in _WARNED else "note"
        yield f"{paint(role, word)}  {printable_line(copy.name, 300)}: {copy.reason}"
        for path in copy.conflicts:
            yield f"{'':{width}}    {printable_line(path, 300)}"


def tell_pass(found: Attention, *, check: bool) -> None:
    """Say on standard error how it stands, and what can be done."""
    for problem in found.problems:
        tell(problem, kind="warning")
    if found.problems:
        tell_next(found.next_step or "`stui doctor` looks at what is kept")
    steps = dict.fromkeys(
        step for copy in found.copies if (step := _step(copy, check=check)) is not None
    )
    where = "the workspace file" if found.file is None else found.file.name
    if not found.copies:
        tell(f"{where}: no conflict copies")
    elif check:
        tell(f"{where}: {_count(found.copies)} beside it; nothing was changed")
    for step in steps:
        tell_next(step)


def _step(copy: Copy, *, check: bool = False) -> str | None:
    if check and not copy.is_there:
        return "`stui sync` does that"
    step = copy.next_step
    return None if step is None else step.replace("NAME", quote(printable_line(copy.name, 300)))


def _count(copies: Sequence[Copy]) -> str:
    return f"{len(copies)} cop{'y' if len(copies) == 1 else 'ies'}"


def record_of_version(one: Generation) -> dict[str, object]:
    """A version as JSON has it."""
    return {
        "revision": one.revision,
        "at": one.at,
        "origin": str(one.origin),
        "parents": list(one.parents),
        "note": one.note,
    }


def rows_of_versions(found: Sequence[Generation], now: float) -> Iterator[str]:
    """One line for each version: its name, when it came, from whom, and what it was for."""
    for one in found:
        moment = moment_text(one.at, SECOND)
        age = f"{format_age(max(now - one.at, 0.0))} ago"
        note = printable_line(one.note, 200)
        row = f"{one.revision[:_SHOWN_DIGITS]}  {moment}  {age:>12}  {one.origin:6}  {note}"
        yield row.rstrip()


def tell_went_back(done: WentBack) -> None:
    """Say what the file says now, and how to take that back."""
    tell(f"{done.file.name} is as in {done.after[:_SHOWN_DIGITS]}")
    if done.copy is not None:
        tell(f"the copy is beside it again: {done.copy}")
    if done.before is not None and done.before != done.after:
        tell_next(f"`stui sync restore {done.before[:_SHOWN_DIGITS]}` takes this back")
