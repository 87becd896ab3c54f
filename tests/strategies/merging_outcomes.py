"""What two scripts come to, by what they edit: which edits meet, and the document after all others.

Nothing here reads a text or compares two documents: an edit names what it edits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from strategies.merging_edits import (
    Add,
    Count,
    Delete,
    Edit,
    End,
    Lines,
    Note,
    Push,
    Raise,
    Remark,
    Reorder,
    Reparent,
    Tail,
    copied,
    edited,
)
from strategies.merging_model import Document, Node, item_name, paths, plain

UNITS = frozenset({"atomic", "together"})
_ASPECTS = {Remark: "comment", End: "eol", Note: "note", Tail: "tail", Reorder: "order"}


@dataclass
class Clash:
    """Edits of both sides that cannot both be."""

    path: str
    ours: list[Edit]
    theirs: list[Edit]
    keeps_ours: bool = True
    """Whose stand in the provisional document."""
    alone: bool = True
    """Whether it can be settled without another clash coming or going."""


@dataclass
class Outcome:
    """What becomes of two scripts."""

    document: Document
    clashes: list[Clash]
    placed: bool
    """Whether the order of everything is known, too."""
    left: tuple[list[Edit], list[Edit]]
    """The edits of both sides that are in no clash."""

    @property
    def paths(self) -> set[str]:
        """Where the conflicts are."""
        return {clash.path for clash in self.clashes}


@dataclass
class Scripts:
    """A document and two scripts for it."""

    base: Document
    ours: list[Edit]
    theirs: list[Edit]
    places: dict[int, tuple[Node, Node | None]] = field(init=False)
    paths: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.places = self.base.places()
        self.paths = paths(self.base)

    def above(self, uid: int) -> Iterator[int]:
        """The node and all that it is in, as the base has them."""
        at: Node | None = self.places[uid][0] if uid in self.places else None
        while at is not None:
            yield at.uid
            at = self.places[at.uid][1]

    def is_in(self, uid: int, other: int) -> bool:
        """Whether a node is another, or inside it."""
        return other in self.above(uid)

    def thing(self, edit: Edit) -> tuple[int, str]:
        """What is edited, so far as it can be edited only once."""
        aspect = _ASPECTS.get(type(edit), "value")
        if isinstance(edit, Reparent):
            aspect = "parent"
        elif isinstance(edit, Add):
            aspect = f"new {name_of(edit.node)}"
        uid = self.unit(edit.uid) if aspect == "value" else edit.uid
        return uid, aspect

    def is_pane(self, uid: int) -> bool:
        """Whether it is one of the things that move between lists."""
        parent = self.places[uid][1]
        return parent is not None and parent.role == "strict"

    def unit(self, uid: int) -> int:
        """The atomic thing that a node is part of, or the node itself."""
        for upper in self.above(uid):
            node = self.places[upper][0]
            if node.role == "atomic" or (node.role == "together" and upper != uid):
                return uid if self.is_free_member(uid, node) else upper
        return uid

    def is_free_member(self, uid: int, group: Node) -> bool:
        """Whether a field of a map is not among those that are decided on as one."""
        return group.role == "together" and self.places[uid][0].key == "title"


def name_of(node: Node) -> str:
    """What a new node is called among its siblings."""
    return node.key or (item_name(node) if node.role == "item" else str(node.value))


def outcome(scripts: Scripts) -> Outcome:
    """The provisional document and the conflicts."""
    ours, theirs = list(scripts.ours), list(scripts.theirs)
    clashes = [
        *_deletions(scripts, ours, theirs, swapped=False),
        *_deletions(scripts, theirs, ours, swapped=True),
        *_same_things(scripts, ours, theirs),
        *_texts(scripts, ours, theirs),
        *_additions(scripts, ours, theirs),
        *_cycles(scripts, ours, theirs),
    ]
    return settled(scripts, ours, theirs, clashes)


def settled(
    scripts: Scripts, ours: list[Edit], theirs: list[Edit], clashes: list[Clash]
) -> Outcome:
    """The document after the edits that are left, and the conflicts, those of order among them."""
    kept = [clash.ours if clash.keeps_ours else clash.theirs for clash in clashes]
    # Theirs first: what is pushed last stands first.
    every = [*theirs, *ours, *(edit for some in kept for edit in some)]
    document = edited(scripts.base, [copied(edit) for edit in _once(every)])
    placed, orders = _arranged(scripts, document)
    return Outcome(document, [*clashes, *orders], placed, (ours, theirs))


def answered(scripts: Scripts, before: Outcome, clash: Clash, take: str) -> Outcome:
    """What it comes to after an answer to one clash: `ours`, `theirs` or `base`."""
    rest = [other for other in before.clashes if other is not clash]
    rest = [other for other in rest if not other.path.endswith("#order")]  # these are found anew
    ours, theirs = before.left
    ours = [*ours, *(clash.ours if take == "ours" else [])]
    theirs = [*theirs, *(clash.theirs if take == "theirs" else [])]
    return settled(scripts, ours, theirs, rest)


def _once(edits: list[Edit]) -> list[Edit]:
    found: list[Edit] = []
    for edit in edits:
        if edit not in found:
            found.append(edit)
    return found


def _is_transient(scripts: Scripts, edit: Edit) -> bool:
    """Whether it keeps no deleted thing alive."""
    if isinstance(edit, Add):
        return False
    return isinstance(edit, (Count, Raise, Reorder, Reparent))


def _deletions(
    scripts: Scripts, deleting: list[Edit], other: list[Edit], *, swapped: bool
) -> Iterator[Clash]:
    """What one side deleted and the other edited: the edited one stays."""
    for edit in [edit for edit in deleting if isinstance(edit, Delete)]:
        inside = [o for o in other if scripts.is_in(o.uid, edit.uid) and o != edit]
        # A section note is not the node's that it stands over.
        inside = [o for o in inside if not (isinstance(o, Note) and o.uid == edit.uid)]
        if not inside:
            continue
        for o in inside:
            other.remove(o)
        if all(_is_transient(scripts, o) for o in inside):
            continue
        deleting.remove(edit)
        sides: tuple[list[Edit], list[Edit]] = ([edit], inside)
        ours, theirs = sides[::-1] if swapped else sides
        yield Clash(scripts.paths[edit.uid], ours, theirs, keeps_ours=swapped)


def _same_things(scripts: Scripts, ours: list[Edit], theirs: list[Edit]) -> Iterator[Clash]:
    """What both sides edited differently; ours stays."""
    things: dict[tuple[int, str], tuple[list[Edit], list[Edit]]] = {}
    for side, edits in enumerate((ours, theirs)):
        for edit in edits:
            if not isinstance(edit, (Add, Delete, Push, Lines, Reorder)):
                things.setdefault(scripts.thing(edit), ([], []))[side].append(edit)
    after = edited(scripts.base, ours), edited(scripts.base, theirs)
    for (uid, aspect), (mine, other) in things.items():
        if not mine or not other or _alike(scripts, (uid, aspect), (mine, other), after):
            continue
        if isinstance(mine[0], Count):
            continue
        for edit in other:
            theirs.remove(edit)
        if isinstance(mine[0], Raise):
            top = max(e.value for e in (*mine, *other) if isinstance(e, Raise))
            ours[ours.index(mine[0])] = Raise(uid, top)
            continue
        for edit in mine:
            ours.remove(edit)
        path = scripts.paths[uid]
        yield Clash(path if aspect == "value" else f"{path}#{aspect}", mine, other)


def _alike(
    scripts: Scripts,
    thing: tuple[int, str],
    edits: tuple[list[Edit], list[Edit]],
    after: tuple[Document, Document],
) -> bool:
    if edits[0] == edits[1]:
        return True
    if thing[1] != "value" or scripts.places[thing[0]][0].role not in UNITS:
        return False
    seen = []
    for document in after:
        nodes = {node.uid: node for node in document.root.walk()}
        unit = nodes[thing[0]]
        members = unit.children
        if unit.role == "together":
            members = [child for child in members if child.key != "title"]
        seen.append([plain(child, nodes) for child in members])
    return seen[0] == seen[1]


def _texts(scripts: Scripts, ours: list[Edit], theirs: list[Edit]) -> Iterator[Clash]:
    """Lines of one text that touch."""
    for mine in [edit for edit in ours if isinstance(edit, Lines)]:
        for other in [edit for edit in theirs if isinstance(edit, Lines)]:
            touching = mine.start <= other.end and other.start <= mine.end
            if mine.uid == other.uid and touching and mine != other:
                ours.remove(mine)
                theirs.remove(other)
                yield Clash(scripts.paths[mine.uid], [mine], [other])


def _additions(scripts: Scripts, ours: list[Edit], theirs: list[Edit]) -> Iterator[Clash]:
    """New nodes of one name at one place."""
    for mine in [edit for edit in ours if isinstance(edit, Add)]:
        for other in [edit for edit in theirs if isinstance(edit, Add)]:
            if mine.uid != other.uid or not _one_name(mine.node, other.node):
                continue
            theirs.remove(other)
            path = f"{scripts.paths[mine.uid].rstrip('/')}/{name_of(mine.node)}"
            if mine.node.role != "item":
                if mine.node.value != other.node.value:
                    yield Clash(path, [], [], alone=False)
                continue
            union, clashing = _union(mine.node, other.node)
            ours[ours.index(mine)] = replace(mine, node=union)
            yield from (Clash(f"{path}/{key}", [], [], alone=False) for key in clashing)


def _one_name(one: Node, other: Node) -> bool:
    return name_of(one) == name_of(other)


def _union(mine: Node, other: Node) -> tuple[Node, list[str]]:
    fields = {child.key: child for child in mine.children}
    more = [child for child in other.children if child.key not in fields]
    clashing = [
        child.key
        for child in other.children
        if child.key in fields and child.value != fields[child.key].value
    ]
    return replace(mine.clone(), children=[*mine.children, *more]), [key or "" for key in clashing]


def _cycles(scripts: Scripts, ours: list[Edit], theirs: list[Edit]) -> Iterator[Clash]:
    """Two panes that were put into each other."""
    for mine in [edit for edit in ours if isinstance(edit, Reparent)]:
        for other in [edit for edit in theirs if isinstance(edit, Reparent)]:
            if is_cycle(scripts, mine, other):
                theirs.remove(other)
                for edit in (mine, other):
                    yield Clash(f"{scripts.paths[edit.uid]}#parent", [], [], alone=False)


def is_cycle(scripts: Scripts, mine: Reparent, other: Reparent) -> bool:
    """Whether each goes into the other."""
    return scripts.is_in(mine.parent, other.uid) and scripts.is_in(other.parent, mine.uid)


def _arranged(scripts: Scripts, document: Document) -> tuple[bool, list[Clash]]:
    """Put all children in their order, which both sides and the base have a part in."""
    clashes = []
    placed = True
    sides = [
        {node.uid: [child.uid for child in node.children] for node in side.root.walk()}
        for side in (
            scripts.base,
            edited(scripts.base, scripts.ours),
            edited(scripts.base, scripts.theirs),
        )
    ]
    for node in document.root.walk():
        if node.role == "mru" or len(node.children) < 2:
            continue
        base, ours, theirs = (side.get(node.uid, []) for side in sides)
        present = {child.uid: child for child in node.children}
        order, clash = arranged(base, ours, theirs, list(present))
        node.children = [present[uid] for uid in order]
        placed = placed and not clash
        if clash and node.role == "strict":
            clashes.append(Clash(f"{scripts.paths[node.uid]}#order", [], [], alone=False))
    return placed, clashes


def arranged(
    base: Sequence[int], ours: Sequence[int], theirs: Sequence[int], present: Sequence[int]
) -> tuple[list[int], bool]:
    """The order of what is there, and whether both sides reordered differently.

    A side that reordered alone has its way; else it is ours. What one side added goes right after
    the nearest of those before it, or before the nearest of those after it; ours first.
    """
    common = [uid for uid in base if uid in ours and uid in theirs and uid in present]
    mine = [uid for uid in ours if uid in common]
    other = [uid for uid in theirs if uid in common]
    clash = mine != common and other not in (common, mine)
    if mine == common and other != common:
        order = _filled(other, ours, present, after=())
    else:
        order = [uid for uid in ours if uid in present]
    new = {uid for uid in ours if uid not in base and uid not in theirs}
    order = _filled(order, theirs, present, after=new)
    return [*order, *(uid for uid in present if uid not in order)], clash


def _filled(
    order: Sequence[int], author: Sequence[int], present: Sequence[int], after: set[int] | tuple[()]
) -> list[int]:
    result = list(order)
    for number, uid in enumerate(author):
        if uid in result or uid not in present:
            continue
        before = [other for other in author[:number] if other in result]
        below = [other for other in author[number + 1 :] if other in result]
        place = result.index(before[-1]) + 1 if before else 0
        if not before and below and result[0] not in after:
            place = result.index(below[0])
        while place < len(result) and result[place] in after:
            place += 1
        result.insert(place, uid)
    return result
