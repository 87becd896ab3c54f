"""Whether a value is merged member by member, and whose form the result has."""

from __future__ import annotations

from typing import TypeAlias

from stui_workspace.document.nodes import Collection, Mapping, Sequence
from stui_workspace.merge.engine.comparing import is_same
from stui_workspace.merge.engine.context import Context, Nodes
from stui_workspace.merge.engine.frames import Frame, Versions, main_of, nodes_of, three_of
from stui_workspace.merge.engine.matching import is_keyed
from stui_workspace.merge.engine.members import Member, is_null, members
from stui_workspace.merge.engine.sides import are_at_odds
from stui_workspace.merge.policy import Rule

Form: TypeAlias = tuple[int, ...]
"""Nothing for flow; for a block, how deep it stands and how far its items are from the dash."""

USUAL_STEP = 2


def form_of(context: Context, versions: Versions, rule: Rule) -> Member | None:
    """The member whose form a merged collection takes; None where it is decided on as one."""
    nodes = nodes_of(versions)
    if not _is_mergeable(context, versions, rule):
        return None
    base, ours, theirs = (None if member is None else form(member) for member in versions)
    side = 2 if ours is None or (ours == base and theirs not in (None, base)) else 1
    if (ours, theirs)[side - 1] is None:
        side = 1 if isinstance(nodes[1], (Mapping, Sequence)) else 2
    return versions[side]


def form(member: Member) -> Form | None:
    """The form of a collection, to compare; None for one without members."""
    node = member.node
    if not isinstance(node, (Mapping, Sequence)) or is_empty(node):
        return None
    if node.flow:
        return ()
    column = member.side.column(node)
    return column - member.column, _gap(member, node, column)


def _gap(member: Member, node: Collection, column: int) -> int:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, (Mapping, Sequence)) and not item.flow:
            return member.side.column(item) - column
    return 0


def is_empty(node: Collection) -> bool:
    """Whether a collection has no members."""
    return not (node.entries if isinstance(node, Mapping) else node.items)


def _is_mergeable(context: Context, versions: Versions, rule: Rule) -> bool:
    nodes = nodes_of(versions)
    _, ours, theirs = nodes
    there = [node for node in nodes if not is_null(node)]
    kinds = {type(node) for node in there}
    if len(kinds) != 1 or not kinds <= {Mapping, Sequence} or (is_null(ours) and is_null(theirs)):
        return False
    if len({node.tag for node in there if node is not None}) > 1:
        return False
    if ours is None or theirs is None:
        return True
    if (is_null(ours) or is_null(theirs)) and _is_left_alone(context, versions):
        return False
    if not _is_atomic(context, nodes, rule):
        return True
    return _is_one_sided(context, nodes) or is_same((context.ours, ours), (context.theirs, theirs))


def _is_one_sided(context: Context, nodes: Nodes) -> bool:
    """Whether one side says what the base says."""
    base = (context.base, nodes[0])
    return nodes[0] is not None and (
        is_same(base, (context.ours, nodes[1])) or is_same(base, (context.theirs, nodes[2]))
    )


def _is_left_alone(context: Context, versions: Versions) -> bool:
    """Whether one side says what the base says, with all comments in it."""
    return any(not is_changed(context, versions, number) for number in (1, 2))


def is_changed(context: Context, versions: Versions, number: int) -> bool:
    """Whether a side says something else than the base, or has other comments in it."""
    base, side = versions[0], versions[number]
    if base is None or side is None:
        return base is not side
    sides = context.sides
    if not is_same((sides[0], base.node), (sides[number], side.node)):
        return True
    return base.remarks() != side.remarks()


def editor_of(context: Context, versions: Versions) -> Member | None:
    """The member of the only side that changed what is said; ours where neither or both alike."""
    base, ours, theirs = versions
    if base is None or ours is None or theirs is None:
        return ours or theirs
    said = [(side, m.node) for side, m in zip(context.sides, (base, ours, theirs), strict=True)]
    if is_same(said[0], said[2]) or is_same(said[1], said[2]):
        return ours
    return theirs if is_same(said[0], said[1]) else None


def _is_atomic(context: Context, nodes: Nodes, rule: Rule) -> bool:
    if not any(isinstance(node, Sequence) for node in nodes):
        return rule.kind in ("atomic", "scalar", "counter", "max", "text")
    if rule.tree or rule.kind in ("set", "mru"):
        return False
    versions = tuple(
        [member for member in members(side, node) if not member.is_note]
        for side, node in zip(context.sides, nodes, strict=True)
    )
    return not is_keyed(rule, versions)


def offset_of(versions: Versions, taken: Member, frame: Frame) -> int:
    """How far inside its member a block collection begins."""
    alone = versions[1] is None or versions[2] is None
    if alone and taken.side is not frame.side and frame.node is not None:
        step, dash, gap = frame.manner
        if are_at_odds(taken.side.manner(taken.owner), frame.manner):
            wanted = dash if isinstance(taken.node, Sequence) else step
            wanted = gap if taken.key is None else wanted
            if wanted is not None:
                return wanted
    base, ours, theirs = (None if member is None else _depth(member) for member in versions)
    if ours is None or (ours == base and theirs is not None):
        ours = theirs if theirs is not None else ours
    return USUAL_STEP if ours is None else ours


def _depth(member: Member) -> int | None:
    if not member.is_nested or not isinstance(member.node, (Mapping, Sequence)):
        return None
    return member.side.column(member.node) - member.column


def properties(versions: Versions, taken: Member) -> str:
    """The anchor and tag of a nested value, as they stand behind its key."""
    base, ours, theirs = (m if m is not None and m.is_nested else None for m in versions)
    if ours is None or theirs is None:
        return main_of((None, ours or taken, theirs)).inline if taken.is_nested else ""
    return three_of((base, ours, theirs), "inline")
