"""Documents of the model as text, each line with the nodes that it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from strategies.merging_model import Document, Node

_PLAIN = re.compile(r"(?:[A-Za-z_éλ][\wéλ./+@ -]*(?<! )|\d{4}-\d\d-\d\d)\Z")
_RESERVED = {"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"}

Line = tuple[str, frozenset[int]]


def written(document: Document) -> bytes:
    """The bytes of the file."""
    end = "\r\n" if document.paper.crlf else "\n"
    text = end.join(line for line, _ in lines(document))
    if document.paper.final_newline or _last(document.root).kind == "text":
        text += end * (
            1 + document.paper.blank_end
        )  # a text that lost its last newline would be another text
    return (("\ufeff" if document.paper.bom else "") + text).encode()


def _last(node: Node) -> Node:
    return _last(node.children[-1]) if node.children else node


def lines(document: Document) -> list[Line]:
    """Its lines without their ends, each with the identities of what is written there."""
    start = [("---", frozenset[int]())] if document.paper.start else []
    return [*start, *_Writer(document).map(document.root, 0)]


class _Writer:
    def __init__(self, document: Document) -> None:
        self.nodes = {node.uid: node for node in document.root.walk()}

    def map(self, node: Node, indent: int) -> Iterator[Line]:
        for child in node.children:
            yield from self.above(child, indent)
            yield from self.entry(child, indent)
        yield from self.tail(node, indent)

    def list(self, node: Node, indent: int) -> Iterator[Line]:
        for child in node.children:
            yield from self.above(child, indent)
            yield from self.item(child, indent)
        yield from self.tail(node, indent)

    def above(self, node: Node, indent: int) -> Iterator[Line]:
        pad, mine = " " * indent, frozenset({node.uid})
        if node.note:
            yield from ((f"{pad}{line}", frozenset({-node.uid})) for line in node.note)
            yield "", frozenset({-node.uid})
        yield from (("", mine) for _ in range(node.look.blanks))
        yield from ((f"{pad}{line}", mine) for line in node.comment)

    def tail(self, node: Node, indent: int) -> Iterator[Line]:
        yield from ((f"{' ' * indent}{line}", frozenset({node.uid})) for line in node.tail)

    def entry(self, node: Node, indent: int) -> Iterator[Line]:
        yield from self.headed(node, f"{' ' * indent}{_key(node)}:", indent)

    def headed(self, node: Node, head: str, indent: int) -> Iterator[Line]:
        mine = frozenset({node.uid})
        look = node.look
        anchor = f" &{node.anchor}" if node.anchor else ""
        if self.is_inline(node):
            text = f"{head}{anchor}{' ' * look.gap}{self.inline(node)}"
            owners = frozenset(one.uid for one in node.walk())
            yield self.ended(node, text), owners
        elif node.kind == "text":
            yield self.ended(node, f"{head}{anchor} |"), mine
            pad = " " * (indent + look.step)
            yield from ((f"{pad}{line}" if line else "", mine) for line in node.value)
        else:
            yield self.ended(node, f"{head}{anchor}"), mine
            if node.kind == "map":
                yield from self.map(node, indent + look.step)
            else:
                yield from self.list(node, indent + look.dash)

    def item(self, node: Node, indent: int) -> Iterator[Line]:
        dash = f"{' ' * indent}-"
        if node.kind != "map" or self.is_inline(node):
            yield from self.headed(node, dash, indent)
            return
        inner = indent + node.look.width
        inside = list(self.map(node, inner))
        first, owners = inside[0]
        if first.lstrip().startswith("#") or not first:
            yield dash, frozenset({node.uid})
            yield from inside
            return
        yield f"{dash}{' ' * (node.look.width - 1)}{first[inner:]}", owners | {node.uid}
        yield from inside[1:]

    def ended(self, node: Node, text: str) -> str:
        if node.eol:
            return f"{text}{' ' * node.look.eol_gap}{node.eol}"
        return text + " " * node.look.trailing

    def is_inline(self, node: Node) -> bool:
        if node.kind in ("scalar", "ref", "alias"):
            return True
        if node.kind == "text":
            return node.look.quote == "double"
        return node.look.flow or not node.children

    def inline(self, node: Node) -> str:
        match node.kind:
            case "map":
                inner = ", ".join(f"{_key(child)}: {self.inline(child)}" for child in node.children)
                return "{" + inner + "}"
            case "list":
                return "[" + ", ".join(self.inline(child) for child in node.children) + "]"
            case "text":
                return _double("".join(f"{line}\n" for line in node.value))
            case "ref":
                return str(self.nodes[node.value].child("id").value)
            case "alias":
                return f"*{self.nodes[node.value].anchor}"
        return scalar(node)


def _key(node: Node) -> str:
    return f'"{node.key}"' if node.look.quoted_key else str(node.key)


def scalar(node: Node) -> str:
    """A scalar as its look has it, where its value can be written so."""
    value = node.value
    if not isinstance(value, str):
        return json.dumps(value)
    quote = node.look.quote
    if quote == "plain" and _PLAIN.match(value) and value not in _RESERVED:
        return value
    if quote == "single" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return _double(value)


def _double(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
