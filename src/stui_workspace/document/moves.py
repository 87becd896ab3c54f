"""Edits that keep every value, and put it elsewhere or call it otherwise."""

from __future__ import annotations

from stui_workspace.document import flow, intent, relocate
from stui_workspace.document.document import Document
from stui_workspace.document.emit import scalar_text
from stui_workspace.document.manner import manner_near
from stui_workspace.document.nodes import Alias, Collection, Mapping, Scalar, Sequence, key_text
from stui_workspace.document.place import collection_at, place_of
from stui_workspace.document.splice import Edit
from stui_workspace.document.verify import apply_verified
from stui_workspace.errors import EditError
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.paths import NodePath, format_key_path


def rename_key(document: Document, path: NodePath, new_key: str) -> Document:
    """The document with the key at `path` called `new_key`, in its old place.

    Raises:
        EditError: There is no such key, or the new one is there already.
    """
    place = place_of(document, path)
    entry = place.entry
    if entry is None or not isinstance(path[-1], str):
        raise EditError(f"`{format_key_path(path)}` is not a key")
    old = path[-1]
    if old == new_key:
        return document
    if document.node((*path[:-1], new_key)) is not None:
        raise EditError(f"`{format_key_path((*path[:-1], new_key))}` is there already")
    key = entry.key
    if isinstance(key, Alias) or not isinstance(key, Scalar) or key.anchor is not None:
        raise EditError("only a key of plain text can be renamed")
    quote = manner_near(document, place.parent).quote
    is_flow = place.parent is not None and place.parent.flow
    written = scalar_text(new_key, key.style, quote=quote, flow=is_flow)
    intended = intent.changed_at(
        document.plain(), path[:-1], lambda plain: intent.renamed(plain, old, new_key)
    )
    return apply_verified(document, [Edit(Span(key.body, key.end), written)], intended)


def move_item(document: Document, path: NodePath, index: int, to: int) -> Document:
    """The document with item `index` of the list at `path` at index `to`, as counted after.

    Raises:
        EditError: There is no such item or place.
    """
    sequence = collection_at(document, path)
    if not isinstance(sequence, Sequence):
        raise EditError(f"`{format_key_path(path)}` is a map and has no items")
    count = len(sequence.items)
    if not (0 <= index < count and 0 <= to < count):
        raise EditError(f"`{format_key_path(path)}` has {count} items")
    return _moved(document, path, sequence, relocate.Move(index, to))


def move_key(
    document: Document, path: NodePath, *, before: str | None = None, after: str | None = None
) -> Document:
    """The document with the key at `path` right before or after another key of its map.

    Raises:
        EditError: One of the two is not there.
    """
    place = place_of(document, path)
    if not isinstance(place.parent, Mapping) or (before is None) == (after is None):
        raise EditError("a key moves before or after another one")
    keys = [key_text(document.text, entry.key) for entry in place.parent.entries]
    beside = before if before is not None else after
    if beside not in keys:
        raise EditError(f"there is no `{beside}` beside `{format_key_path(path)}`")
    target = keys.index(beside)
    to = target - (place.index < target) + (before is None)
    if target == place.index:
        return document
    move = relocate.Move(place.index, to, before=before is not None)
    return _moved(document, path[:-1], place.parent, move)


def _moved(
    document: Document, path: NodePath, collection: Collection, move: relocate.Move
) -> Document:
    if move.index == move.to:
        return document
    if collection.flow:
        count = len(collection.entries if isinstance(collection, Mapping) else collection.items)
        plan = flow.reorder(document, collection, move.order(count))
    else:
        plan = relocate.relocate(document, collection, move)
    intended = intent.changed_at(
        document.plain(), path, lambda plain: intent.moved(plain, move.index, move.to)
    )
    return apply_verified(document, plan.edits, intended)
