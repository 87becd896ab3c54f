"""The program under test, as the machines of a simulation call it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing import Attention, attend
from stui_workspace.storage.conflicts.store import ConflictStore
from stui_workspace.storage.generations.store import GenerationStore
from stui_workspace.storage.project import Project


class Engine(Protocol):
    """One pass over a project, as `runtime.syncing.attend` makes it."""

    def __call__(
        self, project: Project, services: Services, *, patience: float = 0.0, check: bool = False
    ) -> Attention: ...


THE_ENGINE: Engine = attend


def archived(root: Path, services: Services) -> tuple[bytes, ...]:
    """The contents of all generations that a machine keeps of a workspace."""
    store = GenerationStore(services.locations.workspace(root))
    revisions = dict.fromkeys(one.revision for one in store.log())
    return tuple(store.read(one) for one in revisions)


def asked_about(path: Path, root: Path, services: Services) -> tuple[bytes, ...]:
    """The sides of the merges of a file that wait for a person."""
    found = ConflictStore(services.locations.workspace(root)).find(path)
    return tuple(
        side
        for one in found.records
        if one.record.is_open
        for side in (one.record.sides.base, one.record.sides.ours, one.record.sides.theirs)
    )
