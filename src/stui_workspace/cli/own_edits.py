"""Consent after an edit of a person's own: what they had approved, they approve as changed.

Only for edits through this program, made to exactly the bytes that were approved; what anybody
else changed in the same moment is not theirs, and is asked about.
"""

from __future__ import annotations

from pathlib import Path

from stui_workspace.cli.claims import Asked, asked_of, store_of
from stui_workspace.cli.finding import Target
from stui_workspace.cli.telling import tell
from stui_workspace.errors import StuiError
from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import Revision
from stui_workspace.runtime.loading import Loaded, load
from stui_workspace.runtime.services import Services
from stui_workspace.schema import FileKind
from stui_workspace.storage.project import find_project


@dataclass(frozen=True, slots=True)
class Standing:
    """Where consent stood before an edit."""

    loaded: Loaded
    approved: frozenset[str]
    """The connections that a person had approved; those that need no approval are not among
    them."""


def standing_before(target: Target, services: Services) -> Standing | None:
    """Where consent stands; None where an edit of that file has nothing to do with it."""
    if target.kind not in (FileKind.WORKSPACE, FileKind.OVERLAY):
        return None
    if not store_of(target.root, services).load().all:
        return None
    loaded = _loaded(target, services)
    if loaded is None or target.path.name not in {path.name for path in loaded.revisions}:
        return None
    return Standing(loaded, frozenset(one.name for one in asked_of(loaded, services) if _is(one)))


def keep_approved(
    standing: Standing, edited: tuple[Revision, Revision], target: Target, services: Services
) -> None:
    """Approve what was approved before a person changed it just now, and say so.

    Args:
        standing: Before the edit.
        edited: The revisions of the file before and after it.
        target: The file.
        services: Of this run.
    """
    after = _loaded(target, services)
    if after is None or after.revisions != _expected(standing.loaded, edited, target):
        return
    store = store_of(after.project.root, services)
    for one in asked_of(after, services):
        if one.name in standing.approved and not one.is_allowed and not one.is_final:
            store.grant(one.claim, services.clock())
            tell(f"connection `{one.label}`: approved as you changed it")


def _expected(
    before: Loaded, edited: tuple[Revision, Revision], target: Target
) -> dict[Path, Revision] | None:
    """The revisions that there are if nobody else wrote; None where somebody did."""
    old, new = edited
    expected = dict(before.revisions)
    path = next((one for one in before.revisions if one.name == target.path.name), None)
    if path is None or before.revisions[path] != old:
        return None
    expected[path] = new
    return expected


def _is(one: Asked) -> bool:
    return one.is_allowed and bool(one.claim.powers)


def _loaded(target: Target, services: Services) -> Loaded | None:
    try:
        return load(find_project(target.path.parent, services.home), services)
    except StuiError:
        return None
