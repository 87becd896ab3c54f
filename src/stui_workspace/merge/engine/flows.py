"""Flow collections put together: the elements between their brackets, in the form of one side."""

from __future__ import annotations

from collections.abc import Sequence as List
from itertools import pairwise

from stui_workspace.document.flow import elements
from stui_workspace.document.nodes import Collection, Mapping
from stui_workspace.merge.engine.collections import Parts
from stui_workspace.merge.engine.context import UnmergeableError
from stui_workspace.merge.engine.sides import Side


def flow_lines(side: Side, collection: Collection, members: Parts) -> str:
    """The text of a flow collection with `members` as its elements.

    `side` is the one whose form it takes, `collection` its node there.

    Raises:
        UnmergeableError: Comments stand between elements that come or go.
    """
    text, parts, there = side.text, members.line, members.there
    if [id(t) for t in there] == [id(t) for t, _ in parts] and there:
        return _spliced(text, collection, [written for _, written in parts])
    opened, closed = "{}" if isinstance(collection, Mapping) else "[]"
    properties = text[collection.start : collection.body]
    if not parts:
        return f"{properties}{opened}{closed}"
    if isinstance(collection, Mapping) and collection.single_pair:
        raise UnmergeableError
    places = elements(text, collection)
    if not places:
        return f"{properties}{opened}{', '.join(w for _, w in parts)}{closed}"
    begin = text[collection.body : places[0].head]
    leads = [text[one.after : two.head] for one, two in pairwise(places)]
    finish = text[places[-1].end : collection.end]
    if "#" in begin or "#" in finish or any("#" in lead for lead in leads):
        raise UnmergeableError
    lead = leads[0] if leads else " "
    own = {id(t): leads[n - 1] for n, t in enumerate(there) if n}
    line = properties + begin + parts[0][1]
    for triple, written in parts[1:]:
        line += "," + own.get(id(triple), lead) + written
    return line + finish


def _spliced(text: str, collection: Collection, written: List[str]) -> str:
    pieces: list[str] = []
    position = collection.start
    for element, new in zip(elements(text, collection), written, strict=True):
        pieces += text[position : element.head], new
        position = element.end
    return "".join((*pieces, text[position : collection.end]))
