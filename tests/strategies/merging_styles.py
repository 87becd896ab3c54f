"""Other ways to write what a document says, and other orders that mean nothing."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from strategies.merging_model import FREE_ORDER, Document, Node


def restyled(document: Document, random: Random) -> Document:
    """The same document in another format: quotes, indentation, blanks, line ends, flow."""
    result = document.clone()
    for change in random.sample(_CHANGES, random.choice((1, 1, 2))):
        change(result, random)
    return result


def _requote(document: Document, random: Random) -> None:
    for node in document.root.walk():
        if random.random() < 0.3 and node.kind in ("scalar", "text"):
            quote = random.choice(("plain", "single", "double"))
            fits = node.kind != "text" or (quote == "double" and not node.eol)
            node.write(quote=quote if fits else "plain")


def _reindent(document: Document, random: Random) -> None:
    step, width = random.choice((2, 4, 3)), random.choice((2, 4))
    dash = random.choice((step, 0))
    for node in document.root.walk():
        node.write(step=step, width=width, dash=dash if dash or not node.tail else step)


def _respace(document: Document, random: Random) -> None:
    for node in document.root.walk():
        if random.random() < 0.3:
            node.write(gap=random.choice((1, 1, 4)), eol_gap=random.choice((1, 2, 6)))
    for _, parent in document.places().values():
        if parent is not None and parent.look.flow:
            for child in parent.children:
                child.write(gap=1)


def _blank(document: Document, random: Random) -> None:
    spaced = document.root.children[1:]
    for section in document.root.children:
        if section.role == "keyed" and random.random() < 0.5:
            spaced += section.children[1:]
    for node in spaced:
        node.write(blanks=random.choice((0, 1, 2)))


def _rekey(document: Document, random: Random) -> None:
    for node in document.root.walk():
        if node.key is not None and random.random() < 0.2:
            node.write(quoted_key=not node.look.quoted_key)


def _reflow(document: Document, random: Random) -> None:
    for node in document.root.walk():
        small = node.role in ("set", "mru", "atomic") or node.key in ("auth", "gutter", "window")
        bare = not any(one.comment or one.eol or one.note or one.tail for one in _inner(node))
        if small and node.children and bare and not node.tail and random.random() < 0.5:
            node.write(flow=not node.look.flow)
            for one in _inner(node):
                one.write(gap=1, trailing=0, blanks=0)


def _inner(node: Node) -> Iterable[Node]:
    return (one for one in node.walk() if one is not node)


def _repaper(document: Document, random: Random) -> None:
    document.paper.crlf = not document.paper.crlf
    document.paper.start = document.paper.start or random.random() < 0.2


_CHANGES = [_requote, _rekey, _reindent, _respace, _blank, _reflow, _repaper]


def shuffled(document: Document, random: Random) -> Document:
    """The same document with the entries of maps and the items of soft lists in another order."""
    result = document.clone()
    for node in result.root.walk():
        free = node.kind == "map" or node.role in FREE_ORDER
        if not free or random.random() < 0.4 or any(child.note for child in node.children):
            continue
        if node is result.root and any(one.anchor for one in node.walk()):
            continue  # an alias stands behind its anchor
        if node.role == "item" and any(child.comment for child in node.children):
            continue  # the first field stands behind the dash, and nothing can stand above it
        random.shuffle(node.children)
    return result
