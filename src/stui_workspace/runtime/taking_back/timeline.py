"""The snapshots of a session one after the other, and what each changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stui_workspace.model.records import dataclass
from stui_workspace.runtime.taking_back.planning import Changes
from stui_workspace.storage.snapshots.index import SnapshotEntry


@dataclass(frozen=True, slots=True)
class Moment:
    """A snapshot beside the one before it."""

    entry: SnapshotEntry
    changes: Changes

    @property
    def items_count(self) -> int:
        return len(_objects(self.entry))


def timeline(log: Sequence[SnapshotEntry]) -> tuple[Moment, ...]:
    """The snapshots, the last taken first; `log` has them in the order in which they were taken."""
    before: Mapping[str, str] = {}
    moments: list[Moment] = []
    for entry in log:
        after = _objects(entry)
        moments.append(Moment(entry, _between(before, after)))
        before = after
    return tuple(reversed(moments))


def newest_before(log: Sequence[SnapshotEntry], at: float) -> SnapshotEntry | None:
    """The snapshot that says how things were at `at`, by the clock, whichever was taken last."""
    found = [(entry.at, number, entry) for number, entry in enumerate(log) if entry.at <= at]
    return max(found)[2] if found else None


def _objects(entry: SnapshotEntry) -> dict[str, str]:
    return {name: digest for name, digest in entry.items.items() if name != "meta"}


def _between(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    return Changes(
        tuple(name for name in after if name not in before),
        tuple(name for name in after if name in before and before[name] != after[name]),
        tuple(name for name in before if name not in after),
    )
