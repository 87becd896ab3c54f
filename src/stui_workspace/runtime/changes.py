"""What differs between two readings of a workspace, by key path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain, same
from stui_workspace.runtime.events import Change, ChangeKind


def changes_between(before: Plain, after: Plain) -> tuple[Change, ...]:
    """The smallest set of key paths that differ: maps key by key, anything else as a whole."""
    return tuple(_changes(before, after, ()))


def _changes(before: Plain, after: Plain, path: NodePath) -> Iterator[Change]:
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        if not same(before, after):
            yield Change(path, ChangeKind.CHANGED)
        return
    for key in before:
        if key not in after:
            yield Change((*path, key), ChangeKind.REMOVED)
        else:
            yield from _changes(before[key], after[key], (*path, key))
    for key in after:
        if key not in before:
            yield Change((*path, key), ChangeKind.ADDED)
