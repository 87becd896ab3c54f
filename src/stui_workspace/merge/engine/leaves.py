"""The text of one value: in the words and the form that were picked."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document.emit import is_literal_safe, literal_parts, scalar_text
from stui_workspace.document.nodes import Alias, Mapping, Node, Scalar
from stui_workspace.document.unfold import block_indent
from stui_workspace.errors import EditError
from stui_workspace.merge.engine.columns import rest_shifted
from stui_workspace.merge.engine.context import (
    UnmergeableError,
    three,
)
from stui_workspace.merge.engine.forms import USUAL_STEP
from stui_workspace.merge.engine.frames import Versions, main_of
from stui_workspace.merge.engine.members import Member
from stui_workspace.merge.engine.picking import Picked
from stui_workspace.merge.engine.wording import worded

_BLOCK: Final = ("literal", "folded")
_ANCHOR: Final = re.compile(r"&[^\s]*[ \t]*")
_FOLDABLE: Final = re.compile(r"(?:[^\s][^\n]*\n)*[^\s][^\n]*\n?")


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
