"""Values between brackets: merged member by member, in a form that can hold them."""

from __future__ import annotations

from typing import Protocol

from stui_workspace.document.nodes import Mapping, Sequence
from stui_workspace.merge.engine import leaves, placing
from stui_workspace.merge.engine.collections import Parts
from stui_workspace.merge.engine.columns import rest_shifted
from stui_workspace.merge.engine.context import (
    Context,
    Nodes,
    Texts,
    UnmergeableError,
    side_of,
    text_of,
)
from stui_workspace.merge.engine.flows import flow_lines
from stui_workspace.merge.engine.forms import editor_of, form_of, is_changed
from stui_workspace.merge.engine.frames import (
    Frame,
    Spot,
    Versions,
    main_of,
    nodes_of,
    three_of,
)
from stui_workspace.merge.engine.members import Member
from stui_workspace.merge.engine.picking import pick
from stui_workspace.merge.engine.placing import Block
from stui_workspace.merge.engine.trees import Moves
from stui_workspace.merge.engine.wording import worded
from stui_workspace.merge.result import Choice, Written


class Joining(Protocol):
    """The walk, as far as brackets need it."""

    context: Context
    moves: Moves
    emptied: set[int]

    def parts(self, nodes: Nodes, spot: Spot, frame: Frame) -> Parts:
        """The members of a merged collection, each with its text."""


def element(walk: Joining, versions: Versions, spot: Spot) -> str:
    """A member of a collection between brackets: its key and value.

    Raises:
        UnmergeableError: It has comments, which have no place there.
    """
    for version in versions[1:]:
        if version is not None and version.slot is not None:
            placing.in_flow(version)  # refuses what has comments
    value = _value(walk, versions, spot)
    if main_of(versions).key is None:
        return value.lstrip(" ")
    return three_of(versions, "head") + (value if value[:1].isspace() else f" {value}")


def _value(walk: Joining, versions: Versions, spot: Spot) -> str:
    whole = untouched(walk, versions, spot)
    if whole is not None and whole.slot is None:
        return whole.inline
    taken = form_of(walk.context, versions, spot.where.rule)
    if taken is not None:
        return _inner(walk, versions, spot, taken)
    if versions[1] is None or versions[2] is None:
        return " " + leaves.flow_text(main_of(versions))
    picked = pick(walk.context, versions, spot)
    source = versions[picked.side] or main_of(versions)
    if picked.is_as_is and source.slot is not None:
        return " " + leaves.flow_text(source)
    return leaves.inline_text(picked, versions, 0)


def untouched(walk: Joining, versions: Versions, spot: Spot) -> Member | None:
    """The side whose flow collection is the result as it is: the other left it alone."""
    base, ours, theirs = versions
    if base is None or ours is None or theirs is None or any(m.is_nested for m in versions if m):
        return None
    if isinstance(base.node, (Mapping, Sequence)) and not walk.moves.concern(spot.where):
        remarked = any(member.remarks() for member in (base, ours, theirs))
        for number, other in ((1, theirs), (2, ours)):
            member = ours if number == 1 else theirs
            if member.inline == base.inline:
                return other
            if remarked and not is_changed(walk.context, versions, number):
                return other
    return None


def joined(
    walk: Joining, versions: Versions, spot: Spot, forms: tuple[Member, Frame]
) -> Block | None:
    """A flow collection as the value of a member of a block; None where brackets cannot hold it.

    `forms` are the member whose form it takes, and the frame of the block.
    """
    taken, frame = forms
    mark = walk.context.mark()
    try:
        text = leaves.separator(taken) + _text(walk, versions, spot, taken)
    except UnmergeableError:
        walk.context.fall_back(mark)
    else:
        by = frame.column - taken.column if taken.slot is not None else 0
        return Block(rest_shifted(text, by))
    only = editor_of(walk.context, versions)
    if only is not None:  # the form that the other chose cannot hold it, and gives way
        return placing.as_it_is(only, frame)
    return None


def unjoined(context: Context, versions: Versions, spot: Spot, frame: Frame) -> Block:
    """A collection that no form can hold together: a conflict, ours stays."""
    answer = unjoinable(context, versions, spot)
    if isinstance(answer, Written):
        return Block(worded(answer.text, frame.column, flow=False))
    return placing.as_it_is(versions[side_of(answer)] or main_of(versions), frame)


def _inner(walk: Joining, versions: Versions, spot: Spot, taken: Member) -> str:
    """A flow collection inside another, its separator included."""
    mark = walk.context.mark()
    try:
        return leaves.separator(taken) + _text(walk, versions, spot, taken)
    except UnmergeableError:
        walk.context.fall_back(mark)
    only = editor_of(walk.context, versions)
    if only is not None:
        return " " + leaves.flow_text(only)
    answer = unjoinable(walk.context, versions, spot)
    if isinstance(answer, Written):
        return worded(answer.text, 0, flow=True)
    return " " + leaves.flow_text(versions[side_of(answer)] or main_of(versions))


def _text(walk: Joining, versions: Versions, spot: Spot, taken: Member) -> str:
    node = taken.value
    if not isinstance(node, (Mapping, Sequence)):
        raise TypeError("only collections are joined")
    parts = walk.parts(nodes_of(versions), spot, Frame(taken.side, node, 0, flow=True))
    if not parts.line:
        walk.emptied.update(id(node) for node in nodes_of(versions))
    return flow_lines(taken.side, node, parts)


def unjoinable(context: Context, versions: Versions, spot: Spot) -> Choice | None:
    """The answer given where both changed a value, and its form allows no joining."""
    texts = Texts(*(None if m is None else text_of(m.side, m.node) for m in versions))
    reason = "both sides changed it, and its form allows no joining"
    return context.clash(spot.path, texts, reason, sensitive=spot.is_sensitive)
