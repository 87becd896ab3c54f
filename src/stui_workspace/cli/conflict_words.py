"""Conflicts as text for people and as JSON, and how to settle one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stui_workspace.cli.paint import Paint
from stui_workspace.cli.telling import tell_next
from stui_workspace.model.printable import printable, printable_line
from stui_workspace.runtime.settling.showing import shown

if TYPE_CHECKING:
    from stui_workspace.merge import Conflict
    from stui_workspace.runtime.settling import OpenMerge, Standing

_LINES: Final = 12
"""Of each side; a conflict may be about a whole file."""
_WIDTH: Final = 200
_PATH: Final = 1000
_NAME: Final = 40
_NOTHING: Final = "(nothing)"


def blocks_of(merge: OpenMerge, paint: Paint) -> Iterator[str]:
    """Each conflict that is left as lines: where, why, and the three texts."""
    labels = merge.settlement.labels
    for one in merge.left:
        seen = shown(one, merge.settlement.policy)
        rows = [
            paint("strong", printable_line(str(one.path), _PATH)),
            f"  {printable_line(one.reason, _WIDTH)}",
        ]
        sides = [
            (_called("base", labels.base), seen.base),
            (_called("ours", labels.ours), seen.ours),
            (_called("theirs", labels.theirs), seen.theirs),
        ]
        width = max(len(label) for label, _ in sides)
        for label, text in sides:
            rows += _side(f"{label:{width}}", text, paint)
        yield "\n".join(rows) + "\n"


def records_of(merge: OpenMerge) -> Iterator[dict[str, object]]:
    """Each conflict that is left as JSON has it. What may be a secret is replaced by words."""
    labels = merge.settlement.labels
    for one in merge.left:
        seen = shown(one, merge.settlement.policy)
        yield {
            "path": str(one.path),
            "aspect": one.aspect,
            "reason": one.reason,
            "base": seen.base,
            "ours": seen.ours,
            "theirs": seen.theirs,
            "labels": {"base": labels.base, "ours": labels.ours, "theirs": labels.theirs},
            "sensitive": seen.is_hidden,
            "style": str(merge.style),
            "merged_at": merge.at,
        }


def tell_how(standing: Standing, named: Path | None) -> None:
    """Say how the first conflict of a file can be settled.

    Args:
        standing: The file; something is left in it.
        named: The file, where it has to be named.
    """
    merge = next(one for one in standing.merges if one.left)
    tell_next(f"`{how_to(merge.left[0], named)}`, or theirs, base, --value, --edit")


def how_to(conflict: Conflict, named: Path | None) -> str:
    """The command that settles a conflict, for a shell."""
    words = ["stui", "resolve", str(conflict.path), "--take", "ours"]
    words += [] if named is None else ["--file", str(named)]
    return shlex.join(words)


def _called(side: str, label: str) -> str:
    return side if label in ("", side) else f"{side} ({printable_line(label, _NAME)})"


def _side(label: str, text: str | None, paint: Paint) -> Iterator[str]:
    if text is None:
        yield f"  {paint('dim', label)}  {paint('dim', _NOTHING)}"
        return
    lines = printable(text).rstrip("\n").split("\n")
    if len(lines) == 1:
        yield f"  {paint('dim', label)}  {printable_line(lines[0], _WIDTH)}".rstrip()
        return
    yield f"  {paint('dim', label.rstrip())}"
    for line in lines[:_LINES]:
        yield f"    {printable_line(line, _WIDTH)}".rstrip()
    if len(lines) > _LINES:
        yield f"    {paint('dim', f'… and {len(lines) - _LINES} more lines')}"
