"""A file with conflict markers in it: its sides rebuilt, merged by meaning, and what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stui_workspace.document import read
from stui_workspace.document.findings import MAX_FINDINGS
from stui_workspace.merge import Conflict, Policy
from stui_workspace.model.diagnostics import Diagnostic, Span
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import replace
from stui_workspace.runtime.settling.settlement import Settlement, is_broken
from stui_workspace.storage.conflicts.records import Sides

CODE: Final = "Y119"
_OPENING: Final = re.compile(r"^<{7,}(?=[ \r\n]|\Z)", re.MULTILINE)
_REASONS: Final = re.compile(r" ?\(/.*\)\Z")
"""What we write behind a label: which conflicts stand there, and why."""
_BOM: Final = "\ufeff"
_ENCODING: Final = ("utf-8", "surrogateescape")


def has_markers(content: bytes) -> bool:
    """Whether there is anything that looks like conflict markers. Fast, and sometimes wrong."""
    return b"<<<<<<<" in content and b">>>>>>>" in content


def settlement_of(content: bytes, policy: Policy) -> Settlement | None:
    """The merge that the markers in some bytes tell of; None where there are none.

    What is a good document is none with markers, whatever stands in its texts.
    """
    if not has_markers(content):
        return None
    from stui_workspace.merge.lines import unmarked

    found = unmarked(content.decode(*_ENCODING))
    if found is None or read(content).document is not None:
        return None
    base, ours, theirs = (
        text.encode(*_ENCODING) for text in (found.base, found.ours, found.theirs)
    )
    return Settlement(
        Sides(base, ours, theirs),
        policy,
        replace(found.labels, ours=_REASONS.sub("", found.labels.ours)),
        marker_size=found.size,
    )


def findings_of_markers(content: bytes) -> tuple[Diagnostic, ...]:
    """What is to be said of some bytes with conflict markers; nothing where they have none."""
    found = settlement_of(content, Policy.published())
    return () if found is None else marker_findings(content, found)


def marker_findings(content: bytes, settlement: Settlement) -> tuple[Diagnostic, ...]:
    """What is to be said of a file with markers: one diagnostic for each conflict that is left.

    Args:
        content: The file.
        settlement: The merge that its markers tell of.
    """
    text = content.decode("utf-8", "replace").removeprefix(_BOM)
    hunks = [match.span() for match in _OPENING.finditer(text)] or [(0, 0)]
    if settlement.is_settled and is_broken(settlement.text):
        what = "conflict markers, and what they come to is not YAML"
        return (_finding(hunks[0], what, "take them away by hand"),)
    if settlement.is_settled:
        what = "conflict markers, and nothing that is left to decide"
        return (_finding(hunks[0], what, "`stui resolve --all` writes the merged file"),)
    return tuple(
        sorted(_left_findings(text, hunks, settlement), key=lambda one: (one.span, one.message))
    )


def _left_findings(
    text: str, hunks: list[tuple[int, int]], settlement: Settlement
) -> Iterator[Diagnostic]:
    for one in settlement.left[:MAX_FINDINGS]:
        place = printable_line(str(one.path), 200)
        what = f"conflict at `{place}`: {one.reason}"
        hint = "`stui conflicts` shows the sides, `stui resolve` takes one"
        yield _finding(_hunk_of(one, text, hunks), what, hint)


def _hunk_of(conflict: Conflict, text: str, hunks: list[tuple[int, int]]) -> tuple[int, int]:
    """The opening marker of the hunk that holds most of what the sides wrote there.

    Of equals it is the first, which is near enough.
    """
    sides = [side for side in (conflict.ours, conflict.theirs) if side is not None]
    parts = {line.strip() for side in sides for line in side.splitlines()}
    parts |= {f"{step}:" for step in conflict.path.steps[-1:]}
    ends = [start for start, _ in hunks[1:]] + [len(text)]

    def holds(number: int) -> int:
        hunk = text[hunks[number][1] : ends[number]]
        return sum(part in hunk for part in parts)

    return hunks[max(range(len(hunks)), key=holds)]


def _finding(place: tuple[int, int], what: str, hint: str) -> Diagnostic:
    return Diagnostic(CODE, what, Span(*place), hint=hint)
