"""One value that is decided on as one: a scalar, an alias, an atomic collection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from stui_workspace.document.emit import is_literal_safe, literal_parts, scalar_text
from stui_workspace.document.nodes import Alias, Mapping, Node, Scalar
from stui_workspace.document.unfold import block_indent
from stui_workspace.errors import EditError
from stui_workspace.merge.engine.columns import rest_shifted
from stui_workspace.merge.engine.comparing import is_same
from stui_workspace.merge.engine.context import (
    Context,
    Nodes,
    Texts,
    UnmergeableError,
    side_of,
    text_of,
    three,
)
from stui_workspace.merge.engine.forms import USUAL_STEP, is_changed
from stui_workspace.merge.engine.frames import Spot, Versions, main_of, nodes_of
from stui_workspace.merge.engine.members import Member, is_null
from stui_workspace.merge.engine.wording import worded
from stui_workspace.merge.lines import merge_text
from stui_workspace.merge.policy import Rule
from stui_workspace.merge.result import Choice, Take, Written

_BLOCK: Final = ("literal", "folded")
_ANCHOR: Final = re.compile(r"&[^\s]*[ \t]*")
_FOLDABLE: Final = re.compile(r"(?:[^\s][^\n]*\n)*[^\s][^\n]*\n?")
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


def inline_text(picked: Picked, versions: Versions, by: int) -> str:
    """The picked value as it stands behind its key or dash, separator included.

    `by` is how many columns the member moves from ours.
    """
    main = main_of(versions)
    source = versions[picked.side] or main
    styled = versions[picked.style] or source
    if picked.text is not None:
        if "\n" not in picked.text.strip("\n"):
            kept = _properties(source, versions) if picked.is_counted else ""
            return separator(styled) + kept + picked.text.strip("\n")
        return worded(picked.text, main.column + by, flow=main.slot is None)
    if picked.words is not None:
        return _worded(picked.words, versions, by)
    if source.slot is not None and main.slot is not None:
        by += main.column - source.column
    node, form = source.value, styled.value
    if isinstance(node, Scalar) and isinstance(form, Scalar) and _is_restyled(node, form):
        before = separator(styled) + _properties(source, versions)
        return before + _restyled(source, node, form, by)
    return rest_shifted(_spaced(source, versions), by)


def _is_restyled(node: Scalar, form: Scalar) -> bool:
    texts = isinstance(node.plain, str) and isinstance(form.plain, str)
    return texts and node.style != form.style


def _spaced(source: Member, versions: Versions) -> str:
    """The value as it is, behind as many blanks as the sides decide on."""
    blanks = [None if m is None else _blanks(m.inline) for m in versions]
    inline = _anchored(source, versions)
    if None in blanks or "" in blanks or inline[len(_blanks(inline)) :][:1] in ("", "\n"):
        return inline
    base, ours, theirs = blanks
    wanted = theirs if ours == base else ours
    return (wanted or "") + inline[len(_blanks(inline)) :]


def _blanks(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" "))]


def _anchored(source: Member, versions: Versions) -> str:
    """The value of one side as it is, with the anchor that the sides decide on."""
    node, text = source.value, source.side.text
    properties = _properties(source, versions)
    if properties == text[node.start : node.body]:
        return source.inline
    start = max(node.start, source.announced)
    before = text[source.announced : start]
    rest = source.inline[len(before) + max(node.body - start, 0) :]
    return (before or " ") + properties + rest


def _properties(source: Member, versions: Versions) -> str:
    """Anchor and tag as they stand before a value: the anchor is merged apart from it."""
    node = source.value
    text = source.side.text[node.start : node.body]
    anchors = [None if m is None or m.node is None else m.node.anchor for m in versions]
    if versions[0] is None or versions[1] is None or versions[2] is None:
        return text
    wanted = three(*anchors)
    if wanted == node.anchor or isinstance(node, Alias):
        return text
    rest = _ANCHOR.sub("", text)
    return rest if wanted is None else f"&{wanted} {rest}"


def separator(member: Member) -> str:
    return _blanks(member.inline) or " "


def _restyled(source: Member, node: Scalar, form: Scalar, by: int) -> str:
    if form.style in _BLOCK:
        if not is_literal_safe(node.text):
            return source.side.text[node.body : node.end]
        return _literal(node.text, source, source.column + by + USUAL_STEP, by)
    try:
        return scalar_text(node.text, form.style, flow=source.slot is None)
    except EditError:
        raise UnmergeableError from None


def _worded(words: str, versions: Versions, by: int) -> str:
    """Text of several lines in the form of ours."""
    member = main_of(versions)
    node = member.value
    if not isinstance(node, Scalar):
        raise UnmergeableError
    before = separator(member) + _properties(member, versions)
    is_block = node.style in _BLOCK
    if member.slot is None or not words.strip() or ("\n" not in words and not is_block):
        return before + scalar_text(words, node.style, flow=member.slot is None)
    indent = (_indent(member, node) if is_block else member.column + USUAL_STEP) + by
    if node.style == "folded" and _FOLDABLE.fullmatch(words):
        return before + _folded(words, indent)
    return before + _literal(words, member, indent, by)


def _folded(words: str, indent: int) -> str:
    """A folded block with each line as a paragraph of its own."""
    header = ">" if words.endswith("\n") else ">-"
    lines = words.removesuffix("\n").split("\n")
    return f"{header}\n" + "\n\n".join(" " * indent + line for line in lines)


def _indent(member: Member, node: Scalar) -> int:
    return block_indent(member.side.text[node.body : node.end], member.column)


def _literal(words: str, member: Member, indent: int, by: int) -> str:
    """A literal block. Its lines stand at `indent`; the caller does not move them again."""
    depth = indent - (member.column + by)
    kept = words.endswith("\n\n") or not words.strip("\n")
    header, lines = literal_parts(words.rstrip("\n") + "\n" if kept else words, max(depth, 1))
    if kept:
        header = header.rstrip("-") + "+"
        lines = words.removesuffix("\n").split("\n")
    body = "\n".join(" " * indent + line if line else "" for line in lines)
    return f"{header}\n{body}"


def flow_text(member: Member) -> str:
    """A value on one line, as it can stand between brackets."""
    return _flow(member, member.value)


def _flow_scalar(node: Scalar, written: str) -> str:
    if node.style in ("single", "double") and "\n" not in written:
        return written
    if not isinstance(node.plain, str):
        return written or "null"
    style = "double" if node.style in _BLOCK or "\n" in written else node.style
    return scalar_text(node.text, style, flow=True)


def _flow(member: Member, node: Node) -> str:
    text = member.side.text
    written = text[node.start : node.end]
    if isinstance(node, Alias) or (not isinstance(node, Scalar) and node.flow):
        return written
    properties = " ".join(text[node.start : node.body].split())
    before = f"{properties} " if properties else ""
    if isinstance(node, Scalar):
        return before + _flow_scalar(node, text[node.body : node.end])
    if member.side.comments_within(node.start, node.end):
        raise UnmergeableError
    if isinstance(node, Mapping):
        pairs = (f"{_flow(member, e.key)}: {_flow(member, e.value)}" for e in node.entries)
        return before + "{" + ", ".join(pairs) + "}"
    return before + "[" + ", ".join(_flow(member, item) for item in node.items) + "]"
