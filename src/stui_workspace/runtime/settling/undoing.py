"""Taking back what was settled last.

The record is written first: a crash before the file follows leaves a conflict that looks settled
by hand, and never one that nobody is told of.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from stui_workspace.errors import EditError, NotFoundError, StorageError
from stui_workspace.model.records import replace
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.editing import LOCK_SECONDS
from stui_workspace.runtime.leaking import refuse_new_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.deciding import Decided
from stui_workspace.runtime.settling.judging import check_format
from stui_workspace.runtime.settling.keeping import (
    LOOK_AGAIN,
    carried,
    may_hold,
    present,
    rewrite,
)
from stui_workspace.runtime.settling.standing import conflicts_in, settlement_in, store_of
from stui_workspace.storage.conflicts.records import MergeRecord, Style
from stui_workspace.storage.lock import hold


def undo(path: Path, root: Path, services: Services) -> Decided:
    """Take back what was settled last in a file.

    Raises:
        NotFoundError: Nothing was settled, or it is forgotten.
        EditError: The place was changed in the file since.
        StorageError: The file was not written, and is as it was.
    """
    with hold(services.locations.workspace(root).file_lock, LOCK_SECONDS):
        store = store_of(root, services)
        records = [one for one in store.find(path).records if one.record.steps]
        if not records:
            raise NotFoundError("resolution to take back in", str(path))
        last = max(records, key=lambda one: (one.record.steps[-1].at, one.name))
        content = present(path, root, services)
        check_format(path, content)
        new = _taken_back(last.record, content)
        refuse_new_leaks(path, content, new)
        record = replace(
            last.record, steps=last.record.steps[:-1], is_open=True, revision=revision_of(new)
        )
        store.replace(last.name, record)
        try:
            rewrite(path, root, content, new, services)
        except StorageError:
            if not may_hold(path, root, new, services):
                with suppress(StorageError):
                    store.replace(last.name, last.record)
            raise
        paths = tuple(last.record.steps[-1].choices)
        return Decided(paths, conflicts_in(path, root, services), last.record.style)


def _taken_back(record: MergeRecord, content: bytes) -> bytes:
    settlement = settlement_in(record)
    if record.style is Style.VALID:
        return carried(settlement, settlement.undo(), content)
    if revision_of(content) != record.revision:
        raise EditError("the file was changed since that was settled", LOOK_AGAIN)
    return settlement.undo().marked_text
