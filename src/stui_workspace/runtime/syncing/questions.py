"""Which copies a person is being asked about, and which they have answered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.standing import conflicts_in, store_of


@dataclass(frozen=True, slots=True)
class Questions:
    """Copies by the revision of their content."""

    asked: Mapping[Revision, tuple[str, ...]] = field(default_factory=dict)
    """The paths of what waits for a person."""
    settled: frozenset[Revision] = frozenset()
    """Those of which nothing waits any more."""


def questions_about(file: Path, root: Path, services: Services) -> Questions:
    """What is asked about the copies of a workspace file.

    Raises:
        DiskError: The file or the records of its merges cannot be read.
    """
    if not services.fs.names(services.locations.workspace(root).conflicts):
        return Questions()
    kept = store_of(root, services).find(file).records
    merges = conflicts_in(file, root, services).merges
    asked = {
        revision_of(one.settlement.sides.theirs): one.paths
        for one in merges
        if one.stored is not None and one.left
    }
    known = {revision_of(one.record.sides.theirs) for one in kept}
    return Questions(asked, frozenset(known - asked.keys()))
