"""The comments of one place in conflict: those of one side are there in full."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from stui_workspace.document import Mapping, Node, Sequence
from stui_workspace.merge.gate.forms import sides_of
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import BASE, RESULT, Spot, objection

_COMMENT: Final = re.compile(r"[ \t]*(#[^\n]*)\n")
_END: Final = re.compile(r"[ \t]*,?[ \t]+(#[^\n]*)")
_INNER: Final = re.compile(r"(?<!\S)#[^\n]*")
_SHARED: Final = re.compile(r"[\[{,]|-[ \t]+[^\s-]")
_IDLE: Final = re.compile(r"\s*(?:#.*)?\Z")


def check_remarks(scene: Scene, spot: Spot) -> None:
    """Nothing, where a place in conflict has all the comments right above it that one side has.

    Raises:
        ObjectionError: It has those of no side.
    """
    result = spot.nodes[RESULT]
    if result is None or scene.excuses.are_settled(spot.live):
        return
    for part in (leading, ending):  # one may be in conflict, and the other merged
        there = part(scene.texts[RESULT], result)
        sides = [
            part(scene.texts[side], node) for side, node in sides_of(spot.nodes) if side != BASE
        ]
        if sides and not any(_holds(there, wanted) for wanted in sides):
            raise objection(spot, "is in conflict and has lost its comment")
    kept = [(side, node) for side, node in sides_of(spot.nodes) if side != BASE]
    if len(kept) == 1 and not (scene.forms.trees_apart and spot.where.leads_to_tree):
        (side, node), found = kept[0], _inside(scene.texts[RESULT], result)
        if _inside(scene.texts[side], node) - found:
            raise objection(spot, "is in conflict and has lost a comment in it")


def _inside(text: str, node: Node) -> Counter[str]:
    """What looks like comments within a node."""
    return Counter(found.rstrip() for found in _INNER.findall(text, node.start, node.end))


def _holds(there: list[str], wanted: list[str]) -> bool:
    return [text for text in there if text in wanted] == wanted


def leading(text: str, node: Node) -> list[str]:
    """The comment lines right above the line of a node, or of its key, that are no deeper."""
    start = text.rfind("\n", 0, node.start) + 1
    if _SHARED.search(text, start, node.start):  # it shares its line with what is around it
        return []
    is_below = not text[start : node.start].strip()
    while is_below and start > 0:  # the key stands above
        start = text.rfind("\n", 0, start - 1) + 1
        if not _IDLE.match(text[start : text.find("\n", start)]):
            break
    found: list[str] = []
    column = _column(text, start)
    while start > 0:
        before = text.rfind("\n", 0, start - 1) + 1
        match = _COMMENT.fullmatch(text, before, start)
        if match is None or match.start(1) - before > column:
            break
        found.append(match[1].rstrip())
        start = before
    return found[::-1]


def ending(text: str, node: Node) -> list[str]:
    """The comment behind a value of one line."""
    if isinstance(node, (Mapping, Sequence)) and not node.flow:
        return []
    match = _END.match(text, node.end)
    return [match[1].rstrip()] if match else []


def _column(text: str, start: int) -> int:
    line = text[start : text.find("\n", start)]
    return len(line) - len(line.lstrip(" "))
