"""Writing down what a person chose: locked, compared and durable.

The file is written first and the record after it. A crash in between leaves a conflict that looks
settled by hand; the other way round it would leave one that nobody is told of.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from stui_workspace.errors import (
    EditError,
    NotFoundError,
    SchemaError,
    StorageError,
    UsageError,
)
from stui_workspace.merge import Choice, Take, Written
from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.editing import LOCK_SECONDS
from stui_workspace.runtime.leaking import refuse_to_keep
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.judging import check_format, new_errors
from stui_workspace.runtime.settling.keeping import carried, present, rewrite
from stui_workspace.runtime.settling.settlement import Settlement, conflict_of, is_broken
from stui_workspace.runtime.settling.standing import (
    OpenMerge,
    Standing,
    conflicts_in,
    is_unmerged,
    store_of,
)
from stui_workspace.storage.conflicts.records import MergeRecord, SettledAt, Style
from stui_workspace.storage.conflicts.store import ConflictStore
from stui_workspace.storage.lock import hold

_Picked: TypeAlias = tuple[OpenMerge, Mapping[str, Choice]]
"""A merge, and what is chosen in it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was settled, or taken back, and how the file stands after it."""

    paths: tuple[str, ...]
    standing: Standing
    style: Style
    findings: tuple[Diagnostic, ...] = ()
    """Errors that the file did not have before, where a side was taken as it is."""


def settle(path: Path, root: Path, conflict: str, choice: Choice, services: Services) -> Decided:
    """Settle one conflict of a file. Where several merges left it, in the last of them.

    Raises:
        NotFoundError: No such conflict is open.
        UsageError: It cannot be settled in this way.
        EditError: The place was changed in the file since.
        SchemaError: What was written does not fit there.
        StorageError: The file was not written, and is as it was.
    """

    def pick(standing: Standing) -> _Picked:
        if any(conflict == str(one.path) for merge in standing.merges for one in merge.by_hand):
            raise NotFoundError("open conflict", conflict, "it was settled in the file by hand")
        conflict_of(conflict, tuple(one for merge in standing.merges for one in merge.left))
        holding = [merge for merge in standing.merges if conflict in merge.paths]
        return holding[0], {conflict: choice}

    return _decide(path, root, pick, services)


def settle_all(path: Path, root: Path, take: Take | None, services: Services) -> Decided:
    """Settle every conflict of a file alike, where that can be done; the others stay open.

    With None nothing is chosen: what the merge decides alone is written, and markers stay around
    the rest. What was settled by hand is noted.

    Raises:
        EditError: The places were changed in the file since.
        StorageError: The file was not written, and is as the merges before left it.
    """
    first = conflicts_in(path, root, services)
    decided = Decided((), first, Style.VALID)
    for name in [merge.name for merge in first.merges]:

        def pick(standing: Standing, name: str | None = name) -> _Picked | None:
            found = [merge for merge in standing.merges if merge.name == name]
            return (found[0], {} if take is None else _able(found[0], take)) if found else None

        one = _decide(path, root, pick, services)
        paths = dict.fromkeys((*decided.paths, *one.paths))
        findings = (*decided.findings, *one.findings)
        decided = Decided(tuple(paths), one.standing, one.style, findings)
    return decided


def _able(merge: OpenMerge, take: Take) -> dict[str, Choice]:
    """The choices of that kind that the merge can follow."""
    wanted: dict[str, Choice] = dict.fromkeys(merge.paths, take)
    with suppress(UsageError):
        merge.settlement.take_all(wanted)
        return wanted
    return {path: take for path in wanted if merge.settlement.can_take(path, take)}


def _decide(
    path: Path, root: Path, pick: Callable[[Standing], _Picked | None], services: Services
) -> Decided:
    with hold(services.locations.workspace(root).file_lock, LOCK_SECONDS):
        before = present(path, root, services)
        check_format(path, before)
        standing = conflicts_in(path, root, services)
        picked = pick(standing)
        if picked is None:
            return Decided((), standing, Style.VALID)
        merge, choices = picked
        after = merge.settlement.take_all(choices)
        refuse_to_keep(path, after.sides.ours, after.sides.theirs)
        content = _text(merge, after, before)
        findings = _findings(path, merge, after, (before, content))
        if findings and any(isinstance(one, Written) for one in choices.values()):
            raise SchemaError(findings)
        rewrite(path, root, before, content, services)
        record = _recorded(path, merge, after, content, services.clock())
        store = store_of(root, services)
        try:
            _keep(merge, record, store)
        except StorageError:
            with suppress(StorageError):  # the record first: else nobody may be told of a conflict
                if merge.stored is not None:
                    store.replace(merge.stored.name, merge.stored.record)
                rewrite(path, root, content, before, services)
            raise
        return Decided(tuple(choices), conflicts_in(path, root, services), merge.style, findings)


def _text(merge: OpenMerge, after: Settlement, content: bytes) -> bytes:
    """The file with what was chosen in it, and with all that was changed in it meanwhile.

    Raises:
        EditError: The places of the choice were changed, or what is between markers makes no sense.
    """
    if merge.style is Style.MARKERS:
        if after.is_settled and is_broken(after.text):
            raise EditError("what the markers come to is not YAML", "take them away by hand")
        return after.marked_text
    if merge.stored is not None and is_unmerged(merge.stored.record, content):
        return after.text
    return carried(merge.settlement, after, content)


def _findings(
    path: Path, merge: OpenMerge, after: Settlement, contents: tuple[bytes, bytes]
) -> tuple[Diagnostic, ...]:
    """What is wrong after the choice and was not before; with markers, in what they stand for."""
    if merge.style is Style.MARKERS:
        return new_errors(path, merge.settlement.text, after.text)
    return new_errors(path, *contents)


def _recorded(
    path: Path, merge: OpenMerge, after: Settlement, content: bytes, now: float
) -> MergeRecord:
    """The record of the merge with what was chosen, so that it can be taken back."""
    blank = MergeRecord(
        os.path.realpath(path),
        now,
        after.sides,
        revision_of(content),
        after.labels,
        Style.MARKERS,
        after.marker_size,
    )
    record = blank if merge.stored is None else merge.stored.record
    new = tuple(SettledAt(step, now) for step in after.steps[len(merge.settlement.steps) :])
    return replace(
        record,
        revision=revision_of(content),
        is_merged=True,
        steps=(*record.steps, *new),
        is_open=bool(set(merge.paths) - set(after.choices)),
    )


def _keep(merge: OpenMerge, record: MergeRecord, store: ConflictStore) -> None:
    if merge.stored is not None:
        store.replace(merge.stored.name, record)
        return
    for other in store.find(Path(record.file)).records:
        if other.record.style is Style.MARKERS:  # of markers that are not there any more
            store.remove(other.name)
    if record.steps:
        store.add(record)
