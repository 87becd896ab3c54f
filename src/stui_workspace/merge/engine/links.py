"""Names that stand for something elsewhere: aliases with their anchors, references by policy.

Before the walk, what one side renamed is renamed in the others, so that references follow. After
it, what a name in the result stands for must be there; what is missing is kept after all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from stui_workspace.document import Limits, read
from stui_workspace.document.emit import scalar_text
from stui_workspace.document.nodes import Alias, Mapping, Node, Scalar, Sequence, children, key_text
from stui_workspace.document.splice import Edit, apply_edits
from stui_workspace.merge.engine.comparing import identity
from stui_workspace.merge.engine.context import UnmergeableError
from stui_workspace.merge.engine.matching import is_keyed, matched
from stui_workspace.merge.engine.members import Member, item_key, members
from stui_workspace.merge.engine.sides import Renamed, Side
from stui_workspace.merge.policy import Policy, Where
from stui_workspace.model.diagnostics import Span

Three = tuple[Side, Side, Side]


def followed(sides: Three, policy: Policy) -> Three:
    """The sides with the renames of each other, and with anchors of different names."""
    sides = _anchors_apart(sides)
    root = policy.root
    base, ours, theirs = sides
    for target in sorted(policy.targets):
        mine, others = (_renamed(sides, number, target, root) for number in (1, 2))
        if not mine and not others:
            continue
        both = {new: mine[old] for old, new in others.items() if old in mine}
        only = {old: new for old, new in others.items() if old not in mine}
        base = _rewritten(base, root, target, {**mine, **only})
        theirs = _rewritten(theirs, root, target, {**mine, **both})
        ours = _rewritten(ours, root, target, only)
    return base, ours, theirs


def references(side: Side, root: Where) -> Iterator[tuple[Scalar, Where]]:
    """The scalars of a document that name something by the policy."""
    stack: list[tuple[Node | None, Where]] = [(side.document.root, root)]
    while stack:
        node, where = stack.pop()
        if isinstance(node, Scalar) and where.rule.ref is not None and isinstance(node.plain, str):
            yield node, where
        elif not where.leads_to_reference:
            continue
        elif isinstance(node, Mapping):
            stack.extend((e.value, where.below(key_text(side.text, e.key))) for e in node.entries)
        elif isinstance(node, Sequence):
            inner = where if where.rule.ref is not None else where.below("*")
            stack.extend((item, inner) for item in node.items)


def target_of(pattern: str, root: Where) -> Where:
    """The place of the collection whose members are named."""
    where = root
    for step in pattern.strip("/").split("/"):
        where = where.below(step)
    return where


def _collection(side: Side, pattern: str) -> Node | None:
    return side.document.node(tuple(pattern.strip("/").split("/")))


def _renamed(sides: Three, number: int, pattern: str, root: Where) -> dict[str, str]:
    """What a side calls anew: old name to new."""
    rule = target_of(pattern, root).rule
    nodes = [_collection(side, pattern) for side in sides]
    if not all(isinstance(node, Sequence) for node in (nodes[0], nodes[number])):
        return {}
    versions: tuple[list[Member], list[Member], list[Member]] = tuple(
        members(side, node) for side, node in zip(sides, nodes, strict=True)
    )  # type: ignore[assignment]
    if not is_keyed(rule, tuple([m for m in v if not m.is_note] for v in versions)):
        return {}
    triples = matched(versions, target_of(pattern, root))
    fields = rule.key or ("id",)
    found: dict[str, str] = {}
    for triple in triples:
        old, new = triple.base, (triple.ours, triple.theirs)[number - 1]
        if old is not None and new is not None and not triple.is_note:
            names = [item_key(m.side, m.node, fields) for m in (old, new)]
            if names[0] is not None and names[1] is not None and names[0] != names[1]:
                found[names[0].fields[0][1]] = names[1].fields[0][1]
    return found


def _rewritten(side: Side, root: Where, pattern: str, names: dict[str, str]) -> Side:
    splices = [
        Edit(Span(node.body, node.end), scalar_text(names[node.text], node.style))
        for node, where in references(side, root)
        if where.rule.ref == pattern and node.text in names
    ]
    return _spliced(side, splices)


def _spliced(side: Side, splices: list[Edit]) -> Side:
    if not splices:
        return side
    renamed: list[Renamed] = []
    moved = 0
    for one in sorted(splices, key=lambda edit: edit.span):
        old = side.text[one.span.start : one.span.end]
        renamed.append(Renamed(one.span.start + moved, one.text, old))
        moved += len(one.text) - len(old)
    document = read(apply_edits(side.text, splices).encode(), Limits.anything()).document
    if document is None:
        raise UnmergeableError
    return Side(side.name, document, tuple(renamed))


def _anchors_apart(sides: Three) -> Three:
    """Of two new anchors of one name, theirs with another."""
    if not all("&" in side.text for side in sides[1:]):
        return sides
    base, ours, theirs = (_anchors(side) for side in sides)
    both = [name for name in theirs if name in ours and name not in base]
    taken = {*base, *ours, *theirs}
    splices: list[Edit] = []
    for name in both:
        if ours[name] == theirs[name]:
            continue
        number = 2
        while f"{name}_{number}" in taken:
            number += 1
        taken.add(f"{name}_{number}")
        splices += _renaming(sides[2], name, f"{name}_{number}")
    return sides[0], sides[1], _spliced(sides[2], splices)


def _anchors(side: Side) -> dict[str, object]:
    """The anchors of a document: where each is, or what it says."""
    found: dict[str, object] = {}
    for path, node in _paths(side):
        if node.anchor is not None:
            found[node.anchor] = (path, found.get(node.anchor))
    return found


def _paths(side: Side) -> Iterator[tuple[tuple[object, ...], Node]]:
    stack: list[tuple[tuple[object, ...], Node]] = []
    if side.document.root is not None:
        stack.append(((), side.document.root))
    while stack:
        path, node = stack.pop()
        yield path, node
        if isinstance(node, Mapping):
            stack.extend(((*path, key_text(side.text, e.key)), e.value) for e in node.entries)
        elif isinstance(node, Sequence):
            for item in node.items:
                key = item_key(side, item, ("id",)) or identity(side, item)
                stack.append(((*path, key), item))


def _renaming(side: Side, old: str, new: str) -> Iterator[Edit]:
    for _, node in _paths(side):
        if isinstance(node, Alias) and node.name == old:
            yield Edit(Span(node.start + 1, node.end), new)
        elif node.anchor == old:
            place = side.text.index(f"&{old}", node.start) + 1
            yield Edit(Span(place, place + len(old)), new)


def missing(sides: Three, result: Side | None, policy: Policy, text: str) -> frozenset[int]:
    """The nodes of the base that the result refers to and no longer has, with all around them."""
    base = sides[0]
    if result is None:
        return _around(base, _undefined(base, text))
    root = policy.root
    wanted: set[int] = set()
    for pattern in sorted(policy.targets):
        # As many as a side had itself lead nowhere for its own reasons.
        excused = _dangling(sides[1], pattern, root) | _dangling(sides[2], pattern, root)
        lost = _dangling(result, pattern, root) - excused
        wanted |= {id(node) for name, node in _named(base, pattern, root).items() if name in lost}
    return _around(base, wanted)


def _undefined(base: Side, text: str) -> set[int]:
    """The anchored nodes of the base whose anchors are gone from a text."""
    return {
        id(node)
        for _, node in _paths(base)
        if node.anchor is not None and f"&{node.anchor}" not in text
    }


def _named(side: Side, pattern: str, root: Where) -> dict[str, Node]:
    """The members of a collection that can be named."""
    node = _collection(side, pattern)
    if isinstance(node, Mapping):
        return {key_text(side.text, e.key): e.value for e in node.entries}
    fields = target_of(pattern, root).rule.key or ("id",)
    found: dict[str, Node] = {}
    for item in node.items if isinstance(node, Sequence) else ():
        key = item_key(side, item, fields)
        if key is not None:
            found[key.fields[0][1]] = item
    return found


def _dangling(side: Side, pattern: str, root: Where) -> Counter[str]:
    """How often which names lead nowhere."""
    names = _named(side, pattern, root)
    return Counter(
        node.text
        for node, where in references(side, root)
        if where.rule.ref == pattern and node.text not in names
    )


def _around(side: Side, wanted: set[int]) -> frozenset[int]:
    """The wanted nodes and all that they are in."""
    found: set[int] = set()
    stack: list[tuple[Node, tuple[int, ...]]] = []
    if side.document.root is not None and wanted:
        stack.append((side.document.root, ()))
    while stack:
        node, above = stack.pop()
        line = (*above, id(node))
        if id(node) in wanted:
            found.update(line)
        stack.extend((child, line) for child in children(node))
    return frozenset(found)
