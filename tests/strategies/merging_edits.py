"""Edits of a document of the model, and what it is after a script of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from strategies.merging_model import Document, Node

RECENT_LIMIT = 5


@dataclass(frozen=True)
class Set:
    """Another value for a scalar, or for an alias its own."""

    uid: int
    value: Any


@dataclass(frozen=True)
class Count:
    """A counter goes up."""

    uid: int
    by: int


@dataclass(frozen=True)
class Raise:
    """A maximum goes up."""

    uid: int
    value: Any


@dataclass(frozen=True)
class Point:
    """A reference to something else."""

    uid: int
    target: int


@dataclass(frozen=True)
class Rename:
    """Another id for an item; whoever names it follows."""

    uid: int
    name: str


@dataclass(frozen=True)
class Remark:
    """Another comment above a node; none: it goes."""

    uid: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class End:
    """Another comment behind it, or none."""

    uid: int
    text: str | None


@dataclass(frozen=True)
class Note:
    """Another section note above it."""

    uid: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Tail:
    """Another comment below its last child."""

    uid: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Delete:
    """A node goes, with all that is its own."""

    uid: int


@dataclass(frozen=True)
class Add:
    """A new node in `uid`, after one of its children or first."""

    uid: int
    after: int | None
    node: Node


@dataclass(frozen=True)
class Reorder:
    """Another order of the children that there were."""

    uid: int
    order: tuple[int, ...]


@dataclass(frozen=True)
class Reparent:
    """A pane goes into another list."""

    uid: int
    parent: int
    after: int | None


@dataclass(frozen=True)
class Lines:
    """Lines of a text, from `start` to `end` in the base, replaced."""

    uid: int
    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Push:
    """New entries at the front of a list of recent things."""

    uid: int
    nodes: tuple[Node, ...]


Edit: TypeAlias = (
    Set | Count | Raise | Point | Rename | Remark | End | Note | Tail
    | Delete | Add | Reorder | Reparent | Lines | Push
)  # fmt: skip

_ABOUT = {Remark: "comment", Note: "note", Tail: "tail"}
_LATE = {Reparent: 1, Reorder: 2, Delete: 3}


def edited(document: Document, edits: Iterable[Edit]) -> Document:
    """The document after all edits; what is added, moved and deleted comes last, in that order."""
    result = document.clone()
    apply = _Applier(result)
    for edit in sorted(edits, key=_turn):
        apply.one(edit)
    return result


def _turn(edit: Edit) -> tuple[int, int]:
    return _LATE.get(type(edit), 0), -edit.start if isinstance(edit, Lines) else 0


class _Applier:
    def __init__(self, document: Document) -> None:
        self.places = document.places()

    def one(self, edit: Edit) -> None:
        node, parent = self.places[edit.uid]
        match edit:
            case Set(value=said) | Raise(value=said):
                node.kind, node.value = "scalar", said
            case Remark(lines=said) | Note(lines=said) | Tail(lines=said):
                setattr(node, _ABOUT[type(edit)], said)
            case End(text=said):
                node.eol = said
            case Count(by=by):
                node.value += by
            case Point(target=target):
                node.value = target
            case _:
                self.inner(edit, node, parent)

    def inner(self, edit: Edit, node: Node, parent: Node | None) -> None:
        match edit:
            case Rename(name=name):
                node.child("id").value = name
            case Lines(start=start, end=end, lines=lines):
                node.value = [*node.value[:start], *lines, *node.value[end:]]
            case Push(nodes=nodes):
                node.children = [*(new.clone() for new in nodes), *node.children][:RECENT_LIMIT]
            case Add(after=after, node=new):
                self.insert(node, after, new.clone())
            case _:
                assert parent is not None
                self.place(edit, node, parent)

    def place(self, edit: Edit, node: Node, parent: Node) -> None:
        match edit:
            case Reparent(parent=target, after=after):
                parent.children.remove(node)
                self.insert(self.places[target][0], after, node)
            case Reorder(order=order):
                rank = {uid: number for number, uid in enumerate(order)}
                node.children.sort(key=lambda child: rank.get(child.uid, -1))
            case Delete():
                number = index_of(parent.children, node.uid)
                assert number is not None
                parent.children.pop(number)
                if node.note:
                    _pass_on(node.note, parent, number)

    def insert(self, parent: Node, after: int | None, node: Node) -> None:
        number = index_of(parent.children, after)
        parent.children.insert(0 if number is None else number + 1, node)
        for child in node.walk():
            self.places.update((inner.uid, (inner, child)) for inner in child.children)
        self.places[node.uid] = (node, parent)


def _pass_on(note: tuple[str, ...], parent: Node, number: int) -> None:
    if number < len(parent.children):
        below = parent.children[number]
        below.note = (*note, *below.note)
    else:
        parent.tail = (*note, *parent.tail)


def index_of(children: Sequence[Node], uid: int | None) -> int | None:
    """Where a child stands, or None."""
    return next((number for number, child in enumerate(children) if child.uid == uid), None)


def copied(edit: Edit) -> Edit:
    """The same edit with nodes of its own."""
    match edit:
        case Add(node=node):
            return replace(edit, node=node.clone())
        case Push(nodes=nodes):
            return replace(edit, nodes=tuple(node.clone() for node in nodes))
    return edit
