"""What an edit means, on plain data alone. Values are never changed, always made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain


def changed_at(plain: Plain, path: NodePath, change: Callable[[Plain], Plain]) -> Plain:
    """`plain` with `change` applied to what is at `path`, which must be there."""
    if not path:
        return change(plain)
    step, rest = path[0], path[1:]
    if isinstance(plain, Mapping) and isinstance(step, str):
        return {
            key: changed_at(value, rest, change) if key == step else value
            for key, value in plain.items()
        }
    if isinstance(plain, (list, tuple)) and isinstance(step, int):
        return [
            changed_at(value, rest, change) if index == step else value
            for index, value in enumerate(plain)
        ]
    raise KeyError(step)


def with_entry(plain: Plain, key: str, value: Plain, index: int) -> Plain:
    """A map with one more key, at `index` in its order."""
    entries = list(plain.items()) if isinstance(plain, Mapping) else []
    return dict([*entries[:index], (key, value), *entries[index:]])


def with_item(plain: Plain, value: Plain, index: int) -> Plain:
    """A list with one more item."""
    items = list(plain) if isinstance(plain, (list, tuple)) else []
    return [*items[:index], value, *items[index:]]


def without(plain: Plain, step: str | int) -> Plain:
    """A collection without one of its children."""
    if isinstance(plain, Mapping):
        return {key: value for key, value in plain.items() if key != step}
    if isinstance(plain, (list, tuple)):
        return [value for index, value in enumerate(plain) if index != step]
    return plain


def renamed(plain: Plain, old: str, new: str) -> Plain:
    """A map with one key called otherwise, in its old place."""
    if not isinstance(plain, Mapping):
        return plain
    return {new if key == old else key: value for key, value in plain.items()}


def moved(plain: Plain, index: int, to: int) -> Plain:
    """A collection with one of its children elsewhere in the order."""
    if isinstance(plain, Mapping):
        entries = list(plain.items())
        entries.insert(to, entries.pop(index))
        return dict(entries)
    if isinstance(plain, (list, tuple)):
        items = list(plain)
        items.insert(to, items.pop(index))
        return items
    return plain
