"""Hunks of a session as lines and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from stui_workspace.cli.paint import Paint
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import put, tell, tell_next
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.promoting.hunks import Hunk
from stui_workspace.runtime.promoting.taking import Taken

_SIGNS: Final = {"add": "+", "change": "~", "remove": "-"}


def put_list(hunks: Sequence[Hunk], paint: Paint) -> None:
    """One line for each hunk; below it why it cannot be taken."""
    width = max((len(one.name) for one in hunks), default=0)
    for one in hunks:
        sign = "x" if one.is_refused else _SIGNS[one.kind]
        added, removed = one.counts
        name = printable_line(one.name)
        put(f"{sign} {name:{width}}  +{added} -{removed}  {one.preview}".rstrip())
        for text in reasons_of(one):
            put(f"    {paint('help', text)}")


def reasons_of(hunk: Hunk) -> Iterable[str]:
    """What a person should know of a hunk, a line each."""
    if hunk.refusal is not None:
        yield f"cannot be taken: {printable_line(hunk.refusal, 400)}"
        if hunk.next_step:
            yield f"{printable_line(hunk.next_step, 400)}"
    if hunk.note:
        yield printable_line(hunk.note, 400)
    if hunk.goes_with:
        verb = "says this only" if hunk.needs_them else "says more"
        yield f"{verb} together with {', '.join(map(printable_line, hunk.goes_with))}"


def record_of(hunk: Hunk) -> dict[str, object]:
    """A hunk for programs."""
    added, removed = hunk.counts
    return {
        "path": hunk.name,
        "kind": str(hunk.kind),
        "file": str(hunk.file),
        "preview": hunk.preview,
        "added": added,
        "removed": removed,
        "diff": list(hunk.diff),
        "refused": hunk.refusal,
        "next_step": hunk.next_step,
        "note": hunk.note,
        "goes_with": list(hunk.goes_with),
        "only_if_named": hunk.wish.only_by_name,
    }


def taken_record(session: str, taken: Taken, left: Sequence[Hunk]) -> dict[str, object]:
    """What was taken, for programs."""
    return {
        "session": session,
        "dry_run": False,
        "taken": list(taken.names),
        "written": [
            {"file": str(one.path), "undo": undo}
            for one, undo in zip(taken.written, taken.undoing, strict=True)
        ],
        "left": [record_of(one) for one in left],
        "problem": None if taken.problem is None else str(taken.problem),
    }


def tell_taken(taken: Taken) -> None:
    """Say what was written, and how it is undone."""
    for name in taken.names:
        tell(f"took over {name}")
    for one in taken.written:
        tell(f"wrote {shown_path(one.path)}")
    for undoing in taken.undoing:
        tell_next(undoing)
    if taken.problem is not None:
        tell(str(taken.problem), kind="error")
        if taken.problem.next_step:
            tell_next(taken.problem.next_step)
