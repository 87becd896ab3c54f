"""Merging into a file, and writing one anew with what was chosen since: compared and durable."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from stui_workspace.errors import EditError, StorageError
from stui_workspace.merge import Labels, Policy, merge3
from stui_workspace.merge.policy import Rule
from stui_workspace.model.records import replace
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.editing import LOCK_SECONDS
from stui_workspace.runtime.leaking import refuse_new_leaks, refuse_to_keep, without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.settlement import Settlement
from stui_workspace.runtime.settling.standing import (
    Standing,
    conflicts_in,
    settlement_in,
    store_of,
)
from stui_workspace.runtime.syncing.noting import note_own
from stui_workspace.runtime.writing import write_held
from stui_workspace.storage.conflicts.records import NO_LABELS, MergeRecord, Sides
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.storage.lock import hold

LOOK_AGAIN: Final = "`stui conflicts` shows how it stands"


def keep_merge(  # noqa: PLR0913 (the names of the last three say what they are)
    path: Path,
    root: Path,
    sides: Sides,
    services: Services,
    *,
    labels: Labels = NO_LABELS,
    policy: Policy | None = None,
    expected: Revision | None = None,
) -> Settlement:
    """Merge into a file, and keep what is in conflict until a person settles it.

    Args:
        path: The file, which holds the provisional document afterwards. It need not be there.
        root: The folder that it must not lead out of.
        sides: What to merge.
        services: The disk, and where things are kept.
        labels: What people call the sides.
        policy: None for the published one.
        expected: The revision that the file must have; None for whichever it has.

    Raises:
        StaleRevisionError: The file is at another revision. Nothing was written.
        StorageError: The file was not written, and is as it was.
        UsageError: The policy makes no sense, or too many merges of the file wait already.
        LeakError: A side holds a secret. Nothing was written or kept.
    """
    refuse_to_keep(path, sides.ours, sides.theirs)
    sides = replace(sides, base=without_leaks(sides.base))
    with hold(services.locations.workspace(root).file_lock, LOCK_SECONDS):
        content = read_file(path, root, services)
        now = None if content is None else revision_of(content)
        record = MergeRecord(
            os.path.realpath(path),
            services.clock(),
            sides,
            revision_of(b""),
            labels,
            policy=_mapping_of(policy),
        )
        settlement = settlement_in(record)
        record = replace(record, revision=revision_of(settlement.text), is_merged=False)
        store = store_of(root, services)
        _close(conflicts_in(path, root, services), root, services)
        name = store.add(record) if settlement.left else None
        if now != record.revision:
            note_own(path, root, content, settlement.text, services)
        try:
            write_held(path, root, settlement.text, now if expected is None else expected, services)
        except StorageError:
            if name is not None and not may_hold(path, root, settlement.text, services):
                with suppress(StorageError):
                    store.remove(name)
            raise
        if name is not None:
            with suppress(StorageError):  # it is told apart by what is in the file, nearly always
                store.replace(name, replace(record, is_merged=True))
    return settlement


def carried(before: Settlement, after: Settlement, content: bytes) -> bytes:
    """The file with what was chosen between `before` and `after`, whatever else changed in it.

    Raises:
        EditError: The places of the choice were changed, too.
    """
    found = merge3(before.text, content, after.text, policy=before.policy)
    if not found.is_clean:
        raise EditError("the file was changed there since the merge", LOOK_AGAIN)
    return found.text


def present(path: Path, root: Path, services: Services) -> bytes:
    """The bytes of a file.

    Raises:
        MissingFileError: There is none.
        DiskError: It cannot be read.
    """
    content = read_file(path, root, services)
    if content is None:
        raise MissingFileError(path, "there is no such file", "check the path")
    return content


def may_hold(path: Path, root: Path, content: bytes, services: Services) -> bool:
    """Whether a file has that content, or nobody can say: a save may fail when it is done.

    The disk may refuse to flush a folder after the rename in it.
    """
    try:
        return read_file(path, root, services) == content
    except StorageError:
        return True


def rewrite(path: Path, root: Path, before: bytes, after: bytes, services: Services) -> None:
    """Replace the content of a file, which is `before`. The caller holds the lock.

    Raises:
        StaleRevisionError: It is not, any more. Nothing was written.
        DiskError: The disk refused; the file is as it was.
        LeakError: A secret would be in it that is not in it now. Nothing was written.
    """
    refuse_new_leaks(path, before, after)
    note_own(path, root, before, after, services)
    write_held(path, root, after, revision_of(before), services)


def _close(standing: Standing, root: Path, services: Services) -> None:
    """Note the merges of which nothing is left, because it was all settled by hand."""
    store = store_of(root, services)
    for merge in standing.merges:
        if merge.stored is not None and not merge.left:
            store.replace(merge.stored.name, replace(merge.stored.record, is_open=False))


def _mapping_of(policy: Policy | None) -> dict[str, dict[str, Any]] | None:
    """The policy as `Policy.from_mapping` takes it; None for the published one."""
    if policy is None or policy == Policy.published():
        return None
    return {"/" + "/".join(steps): _said(rule) for steps, rule in policy.rules}


def _said(rule: Rule) -> dict[str, Any]:
    said = {one.name: getattr(rule, one.name) for one in fields(Rule)}
    strict = said.pop("strict")
    return {**said, "order": "strict" if strict else "soft"}
