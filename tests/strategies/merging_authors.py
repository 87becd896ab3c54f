"""Edits of a document at random, such as one person could make at one sitting."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from strategies.merging_documents import Maker, may_end, may_have_tail
from strategies.merging_edits import (
    Add,
    Count,
    Delete,
    Edit,
    End,
    Lines,
    Note,
    Point,
    Push,
    Raise,
    Remark,
    Rename,
    Reorder,
    Reparent,
    Set,
    Tail,
)
from strategies.merging_model import Document, Node
from strategies.merging_outcomes import UNITS, Scripts

_FIXED = frozenset({"id", "key", "element"})
_CLOSED = frozenset({"atomic", "together", "set", "mru"})
"""Of what is in these, nothing is said: no comments, no deletions one by one."""


class Author:
    """Makes the edits of one side."""

    def __init__(self, random: Random, base: Document, maker: Maker) -> None:
        self.random = random
        self.base = base
        self.maker = maker
        self.places = base.places()
        self.nodes = [node for node, parent in self.places.values() if parent is not None]
        self.script = Scripts(base, [], [])
        self.edits: list[Edit] = []
        self.done: set[tuple[int, str]] = set()
        self.busy: set[int] = set()
        """Nodes in or below which something was edited."""
        self.dead: set[int] = set()
        self.frozen: set[int] = set()
        self.shuffled: set[int] = set()
        self.filled: set[int] = set()
        self.specials: dict[str, Callable[[Node], Edit | None]] = {
            "counter": self.count, "max": self.raised, "mru": self.push, "text": self.lines,
            "ref": self.point, "item": self.rename, "pane": self.reparent,
            "keyed": self.reorder, "strict": self.reorder,
        }  # fmt: skip
        self.by_kind: dict[str, list[Node]] = {}
        for node in self.nodes:
            if self.kind(node) in self.specials:
                self.by_kind.setdefault(self.kind(node), []).append(node)

    def edit(self, near: list[int] | None = None) -> Edit | None:
        """One more edit, near one of the given nodes if any; None where it found nothing to do."""
        kinds: list[Callable[[Node], Edit | None]] = [
            self.say, self.say, self.say, self.remark, self.end, self.delete, self.delete, self.add,
            self.add, self.reorder, self.special, self.special, self.special, self.note,
        ]  # fmt: skip
        for _ in range(8):
            made = self.random.choice(kinds)(self.target(near))
            if made is not None and self.may(made):
                return made
        return None

    def target(self, near: list[int] | None) -> Node:
        if not near:
            return self.random.choice(self.nodes)
        uid = self.random.choice(near)
        upper = [self.places[one][0] for one in self.script.above(uid)]
        inner = list(self.places[uid][0].walk()) if uid in self.places else []
        found = [node for node in [*upper[:2], *inner] if self.parent(node) is not None]
        return self.random.choice(found or self.nodes)

    def take(self, edit: Edit) -> None:
        """Count an edit as made."""
        self.edits.append(edit)
        self.done.add(self.script.thing(edit))
        self.busy.update(self.script.above(edit.uid))
        if isinstance(edit, Delete):
            self.dead.update(node.uid for node in self.places[edit.uid][0].walk())
        elif isinstance(edit, Rename):
            self.frozen.update(node.uid for node in self.places[edit.uid][0].walk())
        elif isinstance(edit, Reorder):
            self.shuffled.add(edit.uid)
        elif isinstance(edit, Add):
            self.filled.add(edit.uid)
        elif isinstance(edit, Reparent):
            self.filled.update((edit.parent, self.container(edit.uid).uid))
            self.busy.update(self.script.above(edit.parent))
            self.frozen.add(edit.uid)

    def may(self, edit: Edit) -> bool:
        """Whether it goes together with what was done before."""
        uids = {edit.uid}
        if isinstance(edit, Reparent):
            if any(isinstance(other, Reparent) for other in self.edits):
                return False  # two moves of one side might be a circle
            uids |= {edit.parent, self.container(edit.uid).uid}
        if isinstance(edit, (Add, Reparent)) and edit.after is not None:
            uids.add(edit.after)
        if uids & (self.dead | self.frozen):
            return False
        if isinstance(edit, (Delete, Rename)) and edit.uid in self.busy:
            return False
        if isinstance(edit, Reorder) and edit.uid in self.filled:
            return False
        if isinstance(edit, (Add, Reparent)) and uids & self.shuffled:
            return False
        return self.script.thing(edit) not in self.done

    # What to do with a node; None where nothing can be done so.

    def say(self, node: Node) -> Edit | None:
        alias = node.kind == "alias" and self.places[node.value][0].kind == "scalar"
        if node.role or not (node.kind == "scalar" or alias):
            return None
        return Set(node.uid, self.maker.words.value())

    def remark(self, node: Node) -> Edit | None:
        if self.is_closed(node) or self.is_on_dash(node):
            return None
        if node.comment and self.random.random() < 0.3:
            return Remark(node.uid, ())
        return Remark(node.uid, self.maker.words.block())

    def end(self, node: Node) -> Edit | None:
        if self.is_closed(node) or not may_end(node):
            return None
        if node.eol and self.random.random() < 0.3:
            return End(node.uid, None)
        return End(node.uid, self.maker.words.remark())

    def note(self, node: Node) -> Edit | None:
        if node.note:
            return Note(node.uid, self.maker.words.block())
        if (
            not may_have_tail(node)
            or self.is_closed(node)
            or node.look.flow
            or node.role in _CLOSED
        ):
            return None
        return Tail(node.uid, self.maker.words.block())

    def delete(self, node: Node) -> Edit | None:
        parent = self.container(node.uid)
        if node.kept or node.role in _FIXED - {"element"} or parent.role in UNITS | {"mru"}:
            return None
        inner = {one.uid for one in node.walk()}
        if self.is_named(inner) or any(one.anchor or one.kind == "alias" for one in node.walk()):
            return None
        siblings = [child for child in parent.children if child.uid not in self.dead]
        number = siblings.index(node) if node in siblings else -1
        if node.note and number + 1 >= len(siblings):
            return None
        if self.is_on_dash(node) and _says_above(siblings[1:2]):
            return None
        return Delete(node.uid)

    def is_named(self, uids: set[int]) -> bool:
        """Whether a reference leads to one of these."""
        named = {one.value for one in self.nodes if one.kind == "ref"}
        named |= {edit.target for edit in self.edits if isinstance(edit, Point)}
        named |= {
            child.value
            for edit in self.edits
            if isinstance(edit, Add)
            for child in edit.node.walk()
            if child.kind == "ref"
        }
        return bool(uids & named)

    def add(self, node: Node) -> Edit | None:
        if node.kind not in ("map", "list") or not node.children or node.role in ("atomic", "mru"):
            return None
        if any(self.places[upper][0].role == "atomic" for upper in self.script.above(node.uid)):
            return None
        alive = [child.uid for child in node.children if child.uid not in self.dead]
        after = self.random.choice([None, *alive])
        if after is None and node.role == "item" and self.random.random() < 0.7:
            return None
        new = self.new(node)
        if new is None:
            return None
        if after is None and node.role == "item":
            new.comment = ()
        return Add(node.uid, after, new)

    def new(self, parent: Node) -> Node | None:
        """Something that may be added to a collection."""
        if parent.role == "set":
            return self.maker.scalar(None, self.maker.words.word(), role="element")
        if parent.role in ("keyed", "strict"):
            return self.new_item(parent)
        if parent.kind == "list":
            return None
        key = f"k_{self.maker.words.word()}"
        if self.is_flowing(parent) or _may_flow(parent):
            new = self.maker.scalar(key)
            new.write(gap=1, trailing=0)
            return new
        match self.random.randrange(5):
            case 0:
                new = self.maker.mapping(key, self.maker.scalars("one", "two"))
            case 1:
                new = self.maker.flow(self.maker.mapping(key, self.maker.scalars("one", "two")), 1)
            case _:
                new = self.maker.scalar(key)
        return self.remarked(new)

    def remarked(self, new: Node) -> Node:
        if self.random.random() < 0.2:
            new.comment = self.maker.words.block()
        if self.random.random() < 0.2 and may_end(new):
            new.eol = self.maker.words.remark()
        return new

    def new_item(self, parent: Node) -> Node:
        made = {
            "connections": self.maker.connection,
            "bookmarks": self.maker.bookmark,
            "keybindings": self.maker.binding,
            "snippets": self.maker.snippet,
        }.get(parent.key or "", lambda: self.maker.pane(self.random.choice((0, 0, 1))))()
        for one in made.walk():
            if one.kind == "ref" and one.value in self.dead:
                one.kind, one.role, one.value = "scalar", "", self.maker.words.word()
                one.key = "other"
        return self.remarked(made)

    def reorder(self, node: Node) -> Edit | None:
        listed = node.role in ("keyed", "strict") or (
            node.kind == "map" and node.role in ("", "root") and self.container_role(node) != "list"
        )
        if not listed or node.look.flow or self.is_flowing(node) or len(node.children) < 2:
            return None
        if any(child.note for child in node.children) or self.holds_anchors(node):
            return None
        order = [child.uid for child in node.children]
        if self.random.random() < 0.5:
            order.insert(
                self.random.randrange(len(order)), order.pop(self.random.randrange(len(order)))
            )
        else:
            self.random.shuffle(order)
        if order == [child.uid for child in node.children]:
            return None
        return Reorder(node.uid, tuple(order))

    def container_role(self, node: Node) -> str:
        parent = self.parent(node)
        return parent.kind if parent is not None else ""

    def holds_anchors(self, node: Node) -> bool:
        return any(one.anchor or one.kind == "alias" for one in node.walk())

    def special(self, node: Node) -> Edit | None:
        """What only nodes of some kinds allow."""
        if not self.by_kind:
            return None
        kind = self.random.choice(list(self.by_kind))
        if self.kind(node) not in self.by_kind:
            node = self.random.choice(self.by_kind[kind])
        return self.specials[self.kind(node)](node)

    def kind(self, node: Node) -> str:
        if node.role == "item" and self.container(node.uid).role == "strict":
            return "pane"
        return node.role or node.kind

    def count(self, node: Node) -> Edit:
        return Count(node.uid, self.random.choice((1, 2, 3)))

    def raised(self, node: Node) -> Edit:
        month = self.random.randint(6, 9)
        return Raise(node.uid, f"2026-{month:02}-{self.random.randint(10, 28)}")

    def push(self, node: Node) -> Edit:
        return Push(node.uid, tuple(self.entry() for _ in range(self.random.choice((1, 2)))))

    def entry(self) -> Node:
        return self.maker.scalar(None, self.maker.words.word(), role="element")

    def lines(self, node: Node) -> Edit:
        start = self.random.randint(0, len(node.value))
        end = min(len(node.value), start + self.random.choice((0, 1, 1, 2)))
        if end - start == len(node.value):
            end -= 1
        count = self.random.choice((1, 1, 2)) if start == end else self.random.choice((0, 1, 1, 2))
        new = tuple(f"{self.maker.words.word()} --y" for _ in range(count))
        return Lines(node.uid, start, end, new)

    def point(self, node: Node) -> Edit | None:
        others = [one.uid for one in self.maker.connections if one.uid != node.value]
        others = [uid for uid in others if uid not in self.dead and uid in self.places]
        return Point(node.uid, self.random.choice(others)) if others else None

    def rename(self, node: Node) -> Edit | None:
        if self.container(node.uid).key == "keybindings" or not any(
            child.key == "id" for child in node.children
        ):
            return None
        return Rename(node.uid, self.maker.words.word())

    def reparent(self, node: Node) -> Edit | None:
        targets = self.homes(node, self.container(node.uid).uid)
        if node.kept or node.note or not targets:
            return None
        target = self.random.choice(targets)
        alive = [child.uid for child in target.children if child.uid not in self.dead]
        return Reparent(node.uid, target.uid, self.random.choice([None, *alive]))

    def homes(self, node: Node, *but: int) -> list[Node]:
        """Where a pane could go."""
        inner = {one.uid for one in node.walk()} | {*but}
        return [one for one in self.nodes if one.role == "strict" and one.uid not in inner]

    # What a node is, and is in.

    def parent(self, node: Node) -> Node | None:
        return self.places[node.uid][1] if node.uid in self.places else None

    def container(self, uid: int) -> Node:
        parent = self.places[uid][1]
        assert parent is not None
        return parent

    def is_flowing(self, node: Node) -> bool:
        return any(self.places[upper][0].look.flow for upper in self.script.above(node.uid))

    def is_closed(self, node: Node) -> bool:
        """Whether nothing is said about it: on one line with others, or one of many words."""
        uppers = [self.places[uid][0] for uid in self.script.above(node.uid)][1:]
        return any(upper.look.flow or upper.role in _CLOSED or _may_flow(upper) for upper in uppers)

    def is_on_dash(self, node: Node) -> bool:
        parent = self.container(node.uid)
        return parent.role == "item" and parent.children[0] is node


def _may_flow(node: Node) -> bool:
    """Whether it may be written on one line by a change of format."""
    return node.key in ("auth", "gutter", "window") or node.role in _CLOSED


def _says_above(nodes: list[Node]) -> bool:
    return any(node.comment or node.note or node.look.blanks for node in nodes)


def other_order(random: Random, order: list[int]) -> tuple[int, ...]:
    """Another order of two or more."""
    new = list(order)
    while new == order:
        if random.random() < 0.5:
            new.insert(random.randrange(len(new)), new.pop(random.randrange(len(new))))
        else:
            random.shuffle(new)
    return tuple(new)
