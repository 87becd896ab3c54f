"""Scripts of edits for two sides, and which pairs of edits the rules leave open."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from strategies.merging_authors import Author, other_order
from strategies.merging_documents import Maker
from strategies.merging_edits import (
    Add,
    Count,
    Delete,
    Edit,
    End,
    Note,
    Point,
    Remark,
    Rename,
    Reorder,
    Reparent,
    Set,
    Tail,
)
from strategies.merging_model import Document, Node
from strategies.merging_outcomes import Scripts, is_cycle


def is_doubtful(scripts: Scripts, one: Edit, other: Edit) -> bool:
    """Whether the rules do not say for certain what two edits of two sides come to."""
    return _doubt(scripts, one, other) or _doubt(scripts, other, one)


def _doubt(scripts: Scripts, one: Edit, other: Edit) -> bool:
    if one == other:
        return False
    found = False
    match one, other:
        case Rename(), _:
            found = _of_rename(scripts, one, other)
        case Delete(), _:
            found = _of_deletion(scripts, one, other)
        case Reparent(), Reparent():
            found = _of_moves(scripts, one, other)
        case End(), End():
            found = one.uid == other.uid and _is_on_dash(scripts, one.uid)
        case (Tail(), Tail()) | (Note(), Note()):
            found = one.uid == other.uid
    return found


def _of_moves(scripts: Scripts, one: Reparent, other: Reparent) -> bool:
    if one.uid == other.uid:
        return one.parent == other.parent
    return scripts.is_in(one.parent, other.uid) and not is_cycle(scripts, one, other)


def _of_rename(scripts: Scripts, one: Rename, other: Edit) -> bool:
    """A name against another, or against what goes away with it or turns from it."""
    match other:
        case Rename(uid=uid):
            return uid == one.uid
        case Delete(uid=uid):
            naming = [node for node, _ in scripts.places.values() if node.value == one.uid]
            named = [node.uid for node in naming if node.kind == "ref"]
            return any(scripts.is_in(inner, uid) for inner in (one.uid, *named))
        case Point(uid=uid):
            return bool(scripts.places[uid][0].value == one.uid)
    return False


def _of_deletion(scripts: Scripts, one: Delete, other: Edit) -> bool:
    """A deletion against what is moved into it or out of it, or names something in it."""
    match other:
        case Point(target=target):
            return scripts.is_in(target, one.uid)
        case Add(node=node):
            named = [inner.value for inner in node.walk() if inner.kind == "ref"]
            return any(scripts.is_in(uid, one.uid) for uid in named)
        case Reparent(uid=uid, parent=parent):
            return scripts.is_in(uid, one.uid) or scripts.is_in(parent, one.uid)
        case End(uid=uid):
            return uid == one.uid and _is_on_dash(scripts, uid)
        case Delete(uid=uid):  # a counter that goes: does its list live on for that?
            return scripts.places[uid][0].role in ("counter", "max") and scripts.is_in(uid, one.uid)
    return False


def _is_on_dash(scripts: Scripts, uid: int) -> bool:
    parent = scripts.places[uid][1]
    return parent is not None and parent.role == "item" and parent.children[0].uid == uid


def scripts(random: Random, base: Document, maker: Maker, *, meeting: float) -> Scripts:
    """Two scripts; `meeting` is how often theirs edits what ours edited."""
    ours = Author(random, base, maker)
    theirs = Author(random, base, maker)
    both = Scripts(base, ours.edits, theirs.edits)
    for _ in range(random.choice((1, 2, 3, 4, 6))):
        made = ours.edit()
        if made is not None:
            ours.take(made)
    for _ in range(random.choice((1, 2, 3, 4, 6))):
        made = _meeting(random, ours, theirs) if random.random() < meeting else theirs.edit()
        if made is not None and not any(is_doubtful(both, edit, made) for edit in ours.edits):
            theirs.take(made)
    return both


def _meeting(random: Random, ours: Author, theirs: Author) -> Edit | None:
    """An edit of theirs that meets one of ours: alike, of the same thing, or close by."""
    if not ours.edits:
        return theirs.edit()
    edit = random.choice(ours.edits)
    other = edit if random.random() < 0.3 else _other(random, theirs, edit)
    if other is None:
        return theirs.edit([edit.uid])
    return other if _is_possible(theirs, other) and theirs.may(other) else None


def _is_possible(theirs: Author, edit: Edit) -> bool:
    return not (
        isinstance(edit, Delete)
        and theirs.is_named({n.uid for n in theirs.places[edit.uid][0].walk()})
    )


def _other(random: Random, theirs: Author, edit: Edit) -> Edit | None:
    """Another edit of the same thing."""
    words = theirs.maker.words
    match edit:
        case Set():
            return replace(edit, value=words.value())
        case Remark() | Note() | Tail():
            return replace(edit, lines=words.block())
        case End():
            return replace(edit, text=words.remark())
        case Count():
            return replace(edit, by=edit.by + random.choice((0, 1)))
        case Reorder(order=order):
            return replace(edit, order=other_order(random, list(order)))
    return _elsewhere(random, theirs, edit)


def _elsewhere(random: Random, theirs: Author, edit: Edit) -> Edit | None:
    """A new node of the same name that says something else, or a pane in another place."""
    match edit:
        case Add(node=node) if node.kind == "scalar" and node.key is not None:
            value = theirs.maker.words.value()
            return replace(edit, node=replace(node.clone(), value=value, comment=(), eol=None))
        case Add(node=node) if node.role == "item" and node.children[0].key == "id":
            return replace(edit, node=_like(random, theirs, node))
        case Reparent(uid=uid, parent=parent):
            node = theirs.places[uid][0]
            homes = theirs.homes(node, parent, theirs.container(uid).uid)
            return Reparent(uid, random.choice(homes).uid, None) if homes else _into(theirs, edit)
    return None


def _into(theirs: Author, edit: Reparent) -> Edit | None:
    """The pane into which ours went goes into the pane that went."""
    inner = [one for one in theirs.places[edit.uid][0].walk() if one.role == "strict"]
    around = [theirs.places[uid][0] for uid in theirs.script.above(edit.parent)]
    panes = [one for one in around if theirs.script.is_pane(one.uid) and not one.kept]
    if not inner or not panes or theirs.script.is_in(edit.uid, panes[0].uid):
        return None
    return Reparent(panes[0].uid, inner[0].uid, None)


def _like(random: Random, theirs: Author, node: Node) -> Node:
    """A new item of the same name, with one field otherwise, one more, or both."""
    new = node.clone()
    plain = [child for child in new.children if child.kind == "scalar" and not child.role]
    if plain and random.random() < 0.7:
        random.choice(plain).value = theirs.maker.words.value()
    if random.random() < 0.7:
        new.children.append(theirs.maker.scalar(f"k_{theirs.maker.words.word()}"))
    return new
