"""What merging copies of the vault did, secret by secret; names, and never a value."""

from __future__ import annotations

from collections.abc import Iterator

from stui_workspace.model.printable import printable_line
from stui_workspace.secrets.vault.reports import CopyReport, MergeReport, Outcome

_NAME = 200  # code points


def lines_of(report: MergeReport) -> Iterator[tuple[str, str]]:
    """For people: what was done, and to what."""
    for names, what in (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.removed, "removed"),
        (report.revived, "kept, though one side had removed it"),
        (report.slots_added, "slot added"),
        (report.slots_removed, "slot removed"),
        (report.slots_kept, "slot kept, as no other would be left"),
    ):
        for name in names:
            yield what, printable_line(name, _NAME)
    for conflict in report.conflicts:
        name, beside = (printable_line(one, _NAME) for one in (conflict.name, conflict.kept_as))
        yield "two values", f"{name}; the other one is kept as {beside}"
    if report.has_new_key:
        yield "key", "the vault has the newer key of the copy now"


def copy_line(copy: CopyReport) -> str:
    """What came of one copy."""
    reason = f": {printable_line(copy.reason, _NAME)}" if copy.reason else ""
    return f"{printable_line(copy.path.name, _NAME)}: {_SAID[copy.outcome]}{reason}"


_SAID = {
    Outcome.MERGED: "merged",
    Outcome.NOTHING_NEW: "has nothing that the vault has not",
    Outcome.OLDER_KEY: "is under an older key; what it has besides is kept beside",
    Outcome.NOT_OURS: "is another vault, and is left alone",
    Outcome.UNOPENED: "is opened by none of the keys, and is left alone",
    Outcome.REFUSED: "is refused, and is left alone",
}


def record_of(report: MergeReport) -> dict[str, object]:
    """For programs."""
    return {
        "copies": [
            {"path": str(one.path), "outcome": one.outcome.name.lower(), "reason": one.reason}
            for one in report.copies
        ],
        "added": list(report.added),
        "updated": list(report.updated),
        "removed": list(report.removed),
        "revived": list(report.revived),
        "conflicts": [{"name": one.name, "kept_as": one.kept_as} for one in report.conflicts],
        "slots_added": list(report.slots_added),
        "slots_removed": list(report.slots_removed),
        "slots_kept": list(report.slots_kept),
        "new_key": report.has_new_key,
        "complete": report.is_complete,
    }
