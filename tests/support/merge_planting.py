"""Mistakes planted in the text of a merge, as slips of whoever puts it together would make them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from stui_workspace.document import Alias, Document, Limits, Mapping, Node, Scalar, Sequence, read
from stui_workspace.document.nodes import children, key_text
from stui_workspace.document.slices import comments
from stui_workspace.document.trivia import slots

Planted = tuple[str, str]
"""What kind of mistake it is, and the text with it."""


def parsed(text: str) -> Document | None:
    """The document, or None."""
    return read(text.encode(), Limits.anything()).document


def plants(text: str) -> Iterator[Planted]:
    """The text with one mistake in it, for every place where one can be made."""
    document = parsed(text)
    if document is None or document.root is None:
        return
    every = [*_scalars(document), *_comments(document)]
    for node in _nodes(document.root):
        every += [*_parts(text, node), *_properties(text, node)]
    yield from (planted for planted in every if planted[1] != text)


def says(text: str) -> tuple[Any, Counter[str]] | None:
    """All that a text says: values in their order, comments, anchors; None where it is no YAML."""
    document = parsed(text)
    if document is None:
        return None
    root = None if document.root is None else _said(text, document.root)
    return root, Counter(text[piece.start : piece.end].rstrip() for piece in comments(document))


def _said(text: str, node: Node) -> Any:
    if isinstance(node, Alias):
        return "*", node.name
    if isinstance(node, Scalar):
        return type(node.plain).__name__, str(node.plain), node.tag, node.anchor
    if isinstance(node, Mapping):
        pairs = [(key_text(text, e.key), _said(text, e.value)) for e in node.entries]
        return "map", pairs, node.tag, node.anchor
    return "list", [_said(text, item) for item in node.items], node.tag, node.anchor


def _nodes(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def _values(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    for entry in node.entries if isinstance(node, Mapping) else ():
        yield from _values(entry.value)
    for item in node.items if isinstance(node, Sequence) else ():
        yield from _values(item)


def _scalars(document: Document) -> Iterator[Planted]:
    text = document.text
    found = [] if document.root is None else list(_values(document.root))
    found = [scalar for scalar in found if not scalar.is_empty]
    for scalar in found:
        start, end = scalar.body, scalar.end
        yield "wrong span", text[: start + 1] + text[start:end] + text[end + 1 :]
        yield "cut short", text[: end - 1] + text[end:]
        if scalar.style == "plain":
            other = "7" if isinstance(scalar.plain, str) else f'"{scalar.text}"'
            yield "another type", text[:start] + other + text[end:]
    plain = [scalar for scalar in found if scalar.style == "plain"]
    for one, two in pairwise(plain):
        if one.plain != two.plain:
            first, second = text[one.body : one.end], text[two.body : two.end]
            turned = second + text[one.end : two.body] + first
            yield "swapped", text[: one.body] + turned + text[two.end :]


def _comments(document: Document) -> Iterator[Planted]:
    text = document.text
    for piece in comments(document):
        yield "lost comment", text[: piece.start] + text[piece.end :]
        start, end = _line(text, piece.start)
        if not text[start : piece.start].strip():
            yield "comment twice", text[:end] + text[start:end] + text[end:]


def _parts(text: str, node: Node) -> Iterator[Planted]:
    if not isinstance(node, (Mapping, Sequence)) or node.flow:
        return
    kind = "key" if isinstance(node, Mapping) else "item"
    lines = [
        None if slot.inline else (_line(text, slot.head)[0], _line(text, slot.content_end - 1)[1])
        for slot in slots(text, node)
    ]
    for part, following in zip(lines, [*lines[1:], None], strict=True):
        if part is None:
            continue
        start, end = part
        block = text[start:end].splitlines(keepends=True)
        yield f"dropped {kind}", text[:start] + text[end:]
        yield f"{kind} twice", text[:end] + text[start:end] + text[end:]
        yield "line deeper", f"{text[:start]} {text[start:]}"
        yield "deeper", text[:start] + "".join(f"  {line}" for line in block) + text[end:]
        if all(line.startswith("  ") or not line.strip() for line in block):
            yield "less deep", text[:start] + "".join(line[2:] for line in block) + text[end:]
        if following is not None:
            first, last = following
            turned = text[first:last] + text[end:first] + text[start:end]
            yield f"{kind}s turned", text[:start] + turned + text[last:]


def _properties(text: str, node: Node) -> Iterator[Planted]:
    if isinstance(node, Alias):
        yield "lost alias", text[: node.start] + "~" + text[node.end :]
        return
    if node.anchor is not None:
        yield "lost anchor", text.replace(f"&{node.anchor}", "", 1)
        yield "another anchor", text.replace(f"&{node.anchor}", "&other", 1)
    if node.tag is not None and "!" in text[node.start : node.body]:
        yield "lost tag", text[: node.start] + text[node.body :]


def _line(text: str, place: int) -> tuple[int, int]:
    """The line of a place, with its end."""
    end = text.find("\n", place) + 1
    return text.rfind("\n", 0, place) + 1, end or len(text)
