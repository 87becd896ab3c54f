"""The edits of a document. Each returns a new one that says exactly what was meant.

Nothing here trusts its own splices: `verify` reads every result back and compares it
with the intention, computed on plain data. What does not come out as meant is an
`EditError`, and the document is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping

from stui_workspace.document import block, flow, intent
from stui_workspace.document.document import Document
from stui_workspace.document.emit import (
    block_lines,
    entry_lines,
    flow_text,
    is_open_ended,
    item_lines,
    scalar_text,
)
from stui_workspace.document.manner import key_gap, manner_near
from stui_workspace.document.nodes import Alias, Collection, Mapping, Scalar, Sequence, key_text
from stui_workspace.document.place import Place, Plan, collection_at, place_of, refuse_dangling
from stui_workspace.document.replace import flow_inline, replace_value
from stui_workspace.document.splice import insertion
from stui_workspace.document.verify import apply_verified
from stui_workspace.errors import EditError
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.values import Plain, same


def set_value(document: Document, path: NodePath, value: Plain) -> Document:
    """The document with `value` at `path`; a value that is there already changes nothing.

    Missing maps on the way are made; an index one past the end of a list appends. Where
    both the old and the new value are maps, or both lists, only what differs is touched.

    Raises:
        EditError: It cannot be done without touching anything else.
    """
    if document.root is None:
        return _set_in_nothing(document, path, value)
    existing = _deepest_existing(document, path)
    if len(existing) < len(path):
        return _create(document, existing, path, value)
    place = place_of(document, path)
    if same(document.plain(path), value):
        return document
    node = place.node
    if isinstance(node, Mapping) and isinstance(value, AbstractMapping) and node.entries and value:
        return _set_map(document, path, node, value)
    if isinstance(node, Sequence) and isinstance(value, (list, tuple)) and node.items and value:
        return _set_list(document, path, value)
    return _replace(document, place, value)


def _set_in_nothing(document: Document, path: NodePath, value: Plain) -> Document:
    for step in reversed(path):
        if not isinstance(step, str):
            raise EditError("an empty document has no lists to add to")
        value = {step: value}
    text, eol = document.text, document.eol
    style = manner_near(document, None)
    lines = (
        block_lines(value, style)
        if isinstance(value, (AbstractMapping, list, tuple)) and value
        else [flow_text(value)]
    )
    start = "" if not text or text.endswith("\n") else eol
    plan = Plan((insertion(len(text), start + "".join(line + eol for line in lines)),))
    return apply_verified(document, plan.edits, value)


def _deepest_existing(document: Document, path: NodePath) -> NodePath:
    for length in range(len(path), 0, -1):
        if document.node(path[:length]) is not None:
            return path[:length]
    return ()


def _create(document: Document, existing: NodePath, path: NodePath, value: Plain) -> Document:
    """Add what is missing of `path` below what exists."""
    step, missing = path[len(existing)], path[len(existing) + 1 :]
    for later in reversed(missing):
        if not isinstance(later, str):
            raise EditError(f"there is no list at `{format_key_path(path[:-1])}`")
        value = {later: value}
    place = place_of(document, existing)
    node = place.node
    if isinstance(node, Scalar) and node.plain is None and isinstance(step, str) and existing:
        return _replace(document, place, {step: value})
    if isinstance(node, Sequence) and step == len(node.items):
        return insert_item(document, existing, len(node.items), value)
    if isinstance(node, Mapping) and isinstance(step, str):
        return insert_key(document, existing, step, value)
    if isinstance(node, Alias):
        place_of(document, (*existing, step))  # says why
    raise EditError(f"`{format_key_path(path[: len(existing) + 1])}` has no place to be in")


def _set_map(
    document: Document, path: NodePath, node: Mapping, value: AbstractMapping[str, Plain]
) -> Document:
    for key in value:
        document = set_value(document, (*path, key), value[key])
    for entry in node.entries:
        key = key_text(document.text, entry.key) if isinstance(entry.key, Scalar) else ""
        if document.node((*path, key)) is not None and key not in value:
            document = delete(document, (*path, key))
    return document


def _set_list(
    document: Document, path: NodePath, value: list[Plain] | tuple[Plain, ...]
) -> Document:
    """Make a list say `value`: the same items at both ends are left alone."""
    old = document.plain(path)
    if not isinstance(old, list):
        return document
    first = _agreeing(old, value)
    last = _agreeing(old[first:][::-1], value[first:][::-1])
    old_end, new_end = len(old) - last, len(value) - last
    shared = min(old_end, new_end)
    for index in range(first, shared):
        document = set_value(document, (*path, index), value[index])
    for index in range(shared, new_end):
        document = insert_item(document, path, index, value[index])
    for index in range(old_end - 1, shared - 1, -1):
        document = delete(document, (*path, index))
    return document


def _agreeing(old: list[Plain], new: list[Plain] | tuple[Plain, ...]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if not same(one, other):
            break
        count += 1
    return count


def _replace(document: Document, place: Place, value: Plain) -> Document:
    refuse_dangling(document, place.node)
    style = manner_near(document, place.parent)
    plan = ended(document, replace_value(place, value, style), value)
    intended = intent.changed_at(document.plain(), place.path, lambda _old: value)
    return apply_verified(document, plan.edits, intended, plan.doomed)


def ended(document: Document, plan: Plan, value: Plain) -> Plan:
    """`plan` with the line break that a literal block needs at the end of a file without one."""
    size = len(document.text)
    if document.text.endswith("\n") or not is_open_ended(value):
        return plan
    if not any(edit.span.end == size and edit.text for edit in plan.edits):
        return plan
    return Plan((*plan.edits, insertion(size, document.eol)), plan.doomed)


def insert_key(  # noqa: PLR0913 (what, where, and beside which)
    document: Document,
    path: NodePath,
    key: str,
    value: Plain,
    *,
    before: str | None = None,
    after: str | None = None,
) -> Document:
    """The document with a new `key` in the map at `path`: at its end, or beside another key.

    Raises:
        EditError: The key is there already, or it cannot be added as meant.
    """
    place = place_of(document, path)
    if isinstance(place.node, Scalar) and place.node.plain is None:
        return _replace(document, place, {key: value})
    mapping = collection_at(document, path)
    if not isinstance(mapping, Mapping):
        raise EditError(f"`{format_key_path(path)}` is a list and has no keys")
    keys = [key_text(document.text, entry.key) for entry in mapping.entries]
    if key in keys:
        raise EditError(f"`{format_key_path((*path, key))}` is there already")
    index = _index_beside(path, keys, before, after)
    if not mapping.entries and _is_bare(document, place):
        return _replace(document, place, {key: value})
    plan = _plan_key(document, mapping, index, (key, value, before is not None))
    plan = ended(document, plan, value)
    intended = intent.changed_at(
        document.plain(), path, lambda old: intent.with_entry(old, key, value, index)
    )
    return apply_verified(document, plan.edits, intended, plan.doomed)


def _plan_key(
    document: Document, mapping: Mapping, index: int, new: tuple[str, Plain, bool]
) -> Plan:
    key, value, before = new
    style = manner_near(document, mapping)
    name = _key_in_manner(mapping, key, style.quote)
    if mapping.flow:
        return flow.insert_element(
            document, mapping, index, f"{name}: {flow_inline(None, value, style)}"
        )
    first, *rest = entry_lines(key, value, style, key_text=name)
    gap = key_gap(document.text, mapping, len(name))
    if first.startswith(f"{name}: "):
        first = f"{name}:{' ' * gap}{first[len(name) + 2 :]}"
    return block.insert_lines(document, mapping, index, [first, *rest], before=before)


def _key_in_manner(mapping: Mapping, key: str, quote: str) -> str:
    styles = {entry.key.style for entry in mapping.entries if isinstance(entry.key, Scalar)}
    style = styles.pop() if len(styles) == 1 else "plain"
    return scalar_text(key, style, quote=quote, flow=mapping.flow)


def _is_bare(document: Document, place: Place) -> bool:
    """Whether an empty collection is `{}` or `[]` where a block could be as well."""
    node = place.node
    if place.parent is None:
        return document.text[node.start : node.end] in ("{}", "[]")
    if place.parent.flow or node.body != node.start:
        return False
    return document.text[place.announced : node.end] in (" {}", " []")


def _index_beside(path: NodePath, keys: list[str], before: str | None, after: str | None) -> int:
    beside = before if before is not None else after
    if beside is None:
        return len(keys)
    if beside not in keys:
        raise EditError(f"there is no `{format_key_path((*path, beside))}`")
    return keys.index(beside) + (before is None)


def insert_item(document: Document, path: NodePath, index: int, value: Plain) -> Document:
    """The document with `value` as a new item of the list at `path`, before `index`.

    Raises:
        EditError: There is no such place, or it cannot be added as meant.
    """
    place = place_of(document, path)
    if isinstance(place.node, Scalar) and place.node.plain is None and index == 0:
        return _replace(document, place, [value])
    sequence = collection_at(document, path)
    if not isinstance(sequence, Sequence):
        raise EditError(f"`{format_key_path(path)}` is a map and has no items")
    if not 0 <= index <= len(sequence.items):
        raise EditError(f"`{format_key_path(path)}` has no place {index}")
    if not sequence.items and _is_bare(document, place):
        return _replace(document, place, [value])
    style = manner_near(document, sequence)
    if sequence.flow:
        plan = flow.insert_element(document, sequence, index, flow_inline(None, value, style))
    else:
        plan = block.insert_lines(document, sequence, index, item_lines(value, style))
        plan = ended(document, plan, value)
    intended = intent.changed_at(
        document.plain(), path, lambda old: intent.with_item(old, value, index)
    )
    return apply_verified(document, plan.edits, intended, plan.doomed)


def delete(document: Document, path: NodePath) -> Document:
    """The document without what is at `path`, its comments, and nothing else.

    The last entry of a collection leaves `{}` or `[]` behind.

    Raises:
        EditError: There is nothing, or an alias elsewhere stands for it.
    """
    if not path:
        raise EditError("the whole document cannot be deleted")
    place = place_of(document, path)
    if place.parent is None:
        raise EditError("the whole document cannot be deleted")
    entry = place.entry
    refuse_dangling(document, place.node, but=None if entry is None else entry.key)
    plan = _plan_delete(document, path, place.parent, place.index)
    intended = intent.changed_at(
        document.plain(), path[:-1], lambda old: intent.without(old, path[-1])
    )
    return apply_verified(document, plan.edits, intended, plan.doomed)


def _plan_delete(document: Document, path: NodePath, parent: Collection, index: int) -> Plan:
    if parent.flow:
        return flow.delete_element(document, parent, index)
    count = len(parent.entries) if isinstance(parent, Mapping) else len(parent.items)
    if count == 1:
        return block.empty_out(place_of(document, path[:-1]), parent)
    return block.delete_entry(document, parent, index)
