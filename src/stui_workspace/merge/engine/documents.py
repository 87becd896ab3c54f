"""Whole documents: what stands before and behind the content, and the walk through it."""

from __future__ import annotations

from collections.abc import Mapping as Dict

from stui_workspace.document import Document, Limits, read
from stui_workspace.document.nodes import Mapping, Sequence
from stui_workspace.merge.engine import links, placing, trees
from stui_workspace.merge.engine.collections import Parts
from stui_workspace.merge.engine.columns import dedented
from stui_workspace.merge.engine.context import (
    Context,
    Nodes,
    Texts,
    UnmergeableError,
    side_of,
    three,
)
from stui_workspace.merge.engine.flows import flow_lines
from stui_workspace.merge.engine.frames import Frame, Spot, versions_of
from stui_workspace.merge.engine.marks import Marks
from stui_workspace.merge.engine.members import is_null
from stui_workspace.merge.engine.sides import Side
from stui_workspace.merge.engine.walk import Walk
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.policy import Policy
from stui_workspace.merge.result import Choice, Conflict, Decision, Take
from stui_workspace.model.records import dataclass

Documents = tuple[Document, Document, Document]


@dataclass(frozen=True, slots=True)
class Manner:
    """How to walk."""

    choices: Dict[str, Choice]
    coarse: bool = False
    """Whether what both sides changed under the root is a conflict as a whole."""
    marks: Marks | None = None
    """The markers to put around conflicts; None for a text that parses."""
    sides: links.Three | None = None
    """What an earlier walk derived of the same documents."""
    kept: frozenset[int] = frozenset()
    """The nodes of the base, of these sides, that stay though one side deleted them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the walk made of three documents. The text has LF and no byte order mark."""

    text: str
    conflicts: tuple[Conflict, ...]
    decisions: tuple[Decision, ...]
    sides: links.Three


def walked(documents: Documents, policy: Policy, manner: Manner) -> Outcome:
    """The merge of three documents, each with LF and a final newline.

    Raises:
        UnmergeableError: They are not of one kind, or written in a way that nothing here joins.
    """
    sides = manner.sides
    if sides is None:
        base, ours, theirs = documents
        sides = (Side("base", base), Side("ours", ours), Side("theirs", theirs))
        sides = links.followed(sides, policy)
    context = Context(*sides, manner.choices, manner.kept, manner.coarse)
    text = _root(context, policy, manner.marks)
    return Outcome(text, tuple(context.conflicts), tuple(context.decisions), sides)


def lost(outcome: Outcome, policy: Policy) -> frozenset[int]:
    """The nodes of the base that the text refers to and no longer has, with all around them."""
    document = read(outcome.text.encode(), Limits.anything()).document
    result = None if document is None else Side("result", document)
    return links.missing(outcome.sides, result, policy, outcome.text)


def _root(context: Context, policy: Policy, marks: Marks | None) -> str:
    base, ours, theirs = (side.document.root for side in context.sides)
    nodes: Nodes = (base, ours, theirs)
    kinds = {type(node) for node in nodes if not is_null(node)}
    if len(kinds) != 1 or not kinds <= {Mapping, Sequence}:
        raise UnmergeableError
    spot = Spot(policy.root, MergePath())
    walk = Walk(context, trees.planned(context, policy.root), marks)
    side = _form_of(context)
    node = side.document.root
    if not isinstance(node, (Mapping, Sequence)):
        raise UnmergeableError
    frame = Frame(side, node, 0 if node.flow else side.column(node), node.flow)
    parts = walk.parts(nodes, spot, frame)
    before, behind = (_around(context, which, marks) for which in (0, 1))
    if node.flow:
        return before + flow_lines(side, node, parts) + behind
    text = parts.text if marks is None else _marked(walk, parts, spot, frame)
    return before + (text or ("{}\n" if isinstance(node, Mapping) else "[]\n")) + behind


def _marked(walk: Walk, parts: Parts, spot: Spot, frame: Frame) -> str:
    """The members, with markers around those that have conflicts of their lists in them."""
    marks, conflicts = walk.marks, walk.context.conflicts
    lines: list[str] = []
    for triple, text in parts.line:
        due = [] if marks is None else marks.due(conflicts, spot.below(triple).path)
        if marks is None or not due:
            lines.append(text)
            continue
        versions = versions_of(triple)
        texts = [None if m is None else placing.moved(m, frame) for m in versions]
        lines.append(marks.around(due, texts))
    return "".join(lines)


def _form_of(context: Context) -> Side:
    """Whose form the root takes."""
    base, ours, theirs = (_form(side) for side in context.sides)
    is_theirs = ours is None or (ours == base and theirs not in (None, base))
    return context.theirs if is_theirs and theirs is not None else context.ours


def _form(side: Side) -> int | None:
    """The column of a root in block form, -1 for flow, None where there is no collection."""
    node = side.document.root
    if not isinstance(node, (Mapping, Sequence)):
        return None
    return -1 if node.flow else side.column(node)


def _around(context: Context, which: int, marks: Marks | None) -> str:
    """What stands before the content (0) or behind it (1)."""
    base, ours, theirs = (_outside(side)[which] for side in context.sides)
    flat = [dedented(text.strip("\n")) for text in (base, ours, theirs)]
    if flat[1] == flat[0]:
        if flat[2] != flat[0]:
            context.decide(MergePath((), "comment"), "theirs", "only theirs changed it")
            return theirs
        return three(base, ours, theirs)
    if flat[2] in (flat[0], flat[1]):
        return ours
    texts = Texts(*(text or None for text in flat))
    path, reason = MergePath((), "comment"), "both sides changed the comment, and not alike"
    answer = context.clash(path, texts, reason)
    if answer is None and marks is not None:
        return marks.around(marks.due(context.conflicts, path), [base, ours, theirs])
    return ours + theirs if answer is Take.BOTH else (base, ours, theirs)[side_of(answer)]


def _outside(side: Side) -> tuple[str, str]:
    text, root = side.text, side.document.root
    if is_null(root) or not isinstance(root, (Mapping, Sequence)):
        return text, ""
    if root.flow:
        return text[: root.start], text[root.end :]
    places = side.slots(root)
    first = places[0]
    return text[: first.head if first.inline else first.gap], text[places[-1].end :]
