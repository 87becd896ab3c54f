"""Layouts as the workspace file writes them: `{row: [...]}`, `{tabs: [...]}`, `{panel: name}`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeGuard

from stui_workspace.layout.tree import LARGEST, SMALLEST, Column, Leaf, Node, Row, Tabs
from stui_workspace.model.revision import Revision, revision_of_text
from stui_workspace.model.values import Plain

DEEPEST = 32
"""Splits within splits. What lies deeper could not be seen anyway: it becomes tabs of one place."""


def parse_layout(plain: Plain) -> Node | None:
    """The tree that `plain` describes; None where nothing of it can be shown.

    Total: what is no layout is passed over, a name that comes twice counts the first time, a
    size that is no ratio is 1. The schema tells people about all of these.
    """
    return _parse(plain, set(), 0)


def to_plain(tree: Node) -> dict[str, Plain]:
    """A tree as the file writes it; `parse_layout` gives the same tree back."""
    written: dict[str, Plain]
    match tree:
        case Leaf(name):
            written = {"panel": name}
        case Tabs(names):
            written = {"tabs": list(names)}
        case Row(children):
            written = {"row": [to_plain(child) for child in children]}
        case Column(children):
            written = {"column": [to_plain(child) for child in children]}
    if tree.size != 1:
        written["size"] = int(tree.size) if tree.size == int(tree.size) else tree.size
    return written


def layout_revision(layout: Mapping[str, Plain]) -> Revision:
    """The revision of the file's `layout` as data: comments and order of keys do not count."""
    return revision_of_text(json.dumps(layout, sort_keys=True, default=_as_dict))


def _as_dict(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _parse(plain: Plain, seen: set[str], depth: int) -> Node | None:
    size = _size(plain.get("size")) if isinstance(plain, Mapping) else 1.0
    match plain:
        case str(name) | {"panel": str(name)} | {"buffer": str(name)}:
            return _leaf(name, size, seen)
        case {"tabs": names} if _is_list(names):
            return _tabs(names, size, seen)
        case {"row": _} | {"column": _} if depth >= DEEPEST:
            return _tabs(_names(plain), size, seen)
        case {"row": children} if _is_list(children):
            return _split(Row, _children(children, seen, depth), size)
        case {"column": children} if _is_list(children):
            return _split(Column, _children(children, seen, depth), size)
    return None


def _split(kind: type[Row | Column], children: tuple[Node, ...], size: float) -> Node | None:
    return kind(children, size) if children else None


def _children(plains: Sequence[Plain], seen: set[str], depth: int) -> tuple[Node, ...]:
    nodes = (_parse(plain, seen, depth + 1) for plain in plains)
    return tuple(node for node in nodes if node is not None)


def _tabs(plains: Iterable[Plain], size: float, seen: set[str]) -> Tabs | None:
    names: list[str] = []
    for name in plains:
        if isinstance(name, str) and name and name not in seen:
            seen.add(name)
            names.append(name)
    return Tabs(tuple(names), size) if names else None


def _leaf(name: str, size: float, seen: set[str]) -> Leaf | None:
    if not name or name in seen:
        return None
    seen.add(name)
    return Leaf(name, size)


def _names(plain: Plain) -> Iterator[str]:
    """All names below, in reading order, however deep that is: without recursion."""
    waiting: list[Plain] = [plain]
    while waiting:
        match waiting.pop():
            case str(name) | {"panel": str(name)} | {"buffer": str(name)}:
                yield name
            case {"tabs": inner} | {"row": inner} | {"column": inner} if _is_list(inner):
                waiting += reversed(inner)


def _size(plain: Plain) -> float:
    if isinstance(plain, (int, float)) and SMALLEST <= plain <= LARGEST:
        return float(plain)
    return 1.0


def _is_list(plain: object) -> TypeGuard[Sequence[Plain]]:
    return isinstance(plain, (list, tuple))
