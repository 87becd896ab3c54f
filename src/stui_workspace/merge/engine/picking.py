"""Whose value stands in the result where one is decided on as one: by the kind of its place."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from stui_workspace.document.nodes import Node, Scalar
from stui_workspace.merge.engine.comparing import is_same
from stui_workspace.merge.engine.context import (
    Context,
    Nodes,
    Texts,
    side_of,
    text_of,
)
from stui_workspace.merge.engine.forms import is_changed
from stui_workspace.merge.engine.frames import Spot, Versions, nodes_of
from stui_workspace.merge.engine.members import is_null
from stui_workspace.merge.lines import merge_text
from stui_workspace.merge.policy import Rule
from stui_workspace.merge.result import Choice, Take, Written
from stui_workspace.model.records import dataclass

CHANGED: Final = "both sides changed the value, and not alike"


@dataclass(frozen=True, slots=True)
class Picked:
    """Whose text a value is, or the text itself where it is nobody's."""

    side: int
    """0 base, 1 ours, 2 theirs."""
    style: int
    """Whose style it is to be written in."""
    text: str | None = None
    """A new plain value as YAML; None for that of the side."""
    words: str | None = None
    """New text of several lines; None for none."""

    is_counted: bool = False
    """Whether the new value was worked out of the others."""

    @property
    def is_as_is(self) -> bool:
        """Whether it is the value of a side, in whosever style."""
        return self.text is None and self.words is None


def pick(context: Context, versions: Versions, spot: Spot) -> Picked:
    """Whose value stands in the result, by the kind of the place."""
    path, rule, nodes = spot.path, spot.where.rule, nodes_of(versions)
    by_ours = is_changed(context, versions, 1)
    by_theirs = is_changed(context, versions, 2)
    if by_ours and by_theirs and _same(context, nodes, 1, 2):
        context.decide(path, "both", "both made the same change")
        return Picked(1, _style(context, nodes))
    if not by_ours:
        if by_theirs:
            context.decide(path, "theirs", "only theirs changed it")
        return Picked(2, _style(context, nodes))
    if not by_theirs:
        context.decide(path, "ours", "only ours changed it")
        return Picked(1, _style(context, nodes))
    joined = _joined(nodes, rule)
    if joined is not None:
        context.decide(path, "both", f"put together, as a {rule.kind} is")
        return joined
    return _clash(context, nodes, spot)


def _clash(context: Context, nodes: Nodes, spot: Spot) -> Picked:
    texts = Texts(*(text_of(side, node) for side, node in zip(context.sides, nodes, strict=True)))
    answer = context.clash(spot.path, texts, CHANGED, sensitive=spot.is_sensitive)
    return _answered(answer, nodes)


def _answered(answer: Choice | None, nodes: Nodes) -> Picked:
    if isinstance(answer, Written):
        return Picked(1, 1, answer.text)
    first, second = nodes[1:]
    if answer is Take.BOTH and isinstance(first, Scalar) and isinstance(second, Scalar):
        ended = first.text if first.text.endswith("\n") else first.text + "\n"
        return Picked(1, 1, words=ended + second.text)
    return Picked(side_of(answer), side_of(answer))


def _same(context: Context, nodes: Nodes, one: int, other: int) -> bool:
    sides = context.sides
    first, second = nodes[one], nodes[other]
    if first is None or second is None:
        return first is second
    return is_same((sides[one], first), (sides[other], second))


def _style(context: Context, nodes: Nodes) -> int:
    """Whose style wins: theirs, where only they changed it."""
    styles = [_style_of(node) for node in nodes]
    if styles[1] == styles[0] and styles[2] != styles[0]:
        return 2
    if styles[1] == styles[2] == styles[0] and nodes[1] is not None and nodes[2] is not None:
        texts = [text_of(s, n) for s, n in zip(context.sides, nodes, strict=True)]
        return 2 if texts[1] == texts[0] else 1
    return 1


def _style_of(node: Node | None) -> str | None:
    if isinstance(node, Scalar):
        return node.style
    return None if node is None else type(node).__name__


def _joined(nodes: Nodes, rule: Rule) -> Picked | None:
    """Both changes in one value, where the kind allows it."""
    if rule.kind == "counter":
        return _counted(nodes)
    if rule.kind == "max":
        return _later(nodes)
    if rule.kind == "text":
        return _lined(nodes)
    return None


def _counted(nodes: Nodes) -> Picked | None:
    values = [_number(node) for node in nodes]
    before, first, second = values
    if first is None or second is None or (before is None and not is_null(nodes[0])):
        return None
    total = first + second - (before or 0)
    return Picked(1, 1, repr(total), is_counted=True)


def _number(node: Node | None) -> int | float | None:
    plain = node.plain if isinstance(node, Scalar) else None
    if isinstance(plain, bool) or not isinstance(plain, (int, float)):
        return None
    return plain


def _later(nodes: Nodes) -> Picked | None:
    first, second = nodes[1:]
    if not isinstance(first, Scalar) or not isinstance(second, Scalar):
        return None
    one, two = _number(first), _number(second)
    if one is not None and two is not None:
        return Picked(2, 2) if two > one else Picked(1, 1)
    if isinstance(first.plain, str) and isinstance(second.plain, str):
        return Picked(2, 2) if _moment(second.plain) > _moment(first.plain) else Picked(1, 1)
    return None


def _moment(text: str) -> tuple[float, str]:
    """Something to compare times by; other text by its characters."""
    try:
        return datetime.fromisoformat(text).timestamp(), ""
    except (ValueError, OverflowError, OSError):
        return 0.0, text


def _lined(nodes: Nodes) -> Picked | None:
    texts = [node.text if isinstance(node, Scalar) else None for node in nodes]
    base, ours, theirs = texts
    if base is None or ours is None or theirs is None:
        return None
    merged = merge_text(base, ours, theirs)
    return None if merged is None else Picked(1, 1, words=merged)
