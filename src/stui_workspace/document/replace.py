"""Splices that put another value where one stands."""

from __future__ import annotations

import re
from collections.abc import Mapping as AbstractMapping
from typing import Final

from stui_workspace.document.emit import (
    MAX_INDICATOR,
    Style,
    as_scalar,
    block_lines,
    flow_text,
    indented,
    is_literal_safe,
    literal_parts,
    scalar_text,
)
from stui_workspace.document.nodes import Alias, Mapping, Node, Scalar, Sequence
from stui_workspace.document.place import Place, Plan
from stui_workspace.document.splice import Edit, insertion, removal
from stui_workspace.document.trivia import column_of, line_start, line_stop, lines_from, next_line
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.values import Plain

_HEADER: Final = re.compile(r"[|>][-+0-9]*([^\r\n]*)")


def replace_value(place: Place, value: Plain, style: Style) -> Plan:
    """The splices that write `value` where the value of `place` stands."""
    node = place.node
    if place.parent is not None and place.parent.flow:
        return _in_place(place, flow_inline(node, value, style))
    if isinstance(node, (Mapping, Sequence)) and not node.flow:
        return _replace_block(place, value, style)
    inline, below = _parts(place, value, style)
    if not below:
        return _in_place(place, inline)
    if inline:
        return _with_lines(place, inline, below)
    return _to_block(place, below)


def flow_inline(node: Node | None, value: Plain, style: Style) -> str:
    """`value` on one line between brackets, quoted as `node` is."""
    if isinstance(value, (AbstractMapping, list, tuple)):
        return flow_text(value, style.quote)
    kept = node.style if isinstance(node, Scalar) else "plain"
    return scalar_text(as_scalar(value), kept, quote=style.quote, flow=True)


def _outer_column(place: Place) -> int:
    return 0 if place.parent is None else column_of(place.document.text, place.parent.body)


def _depth(place: Place, value: Plain, style: Style) -> int:
    """How much deeper than the collection around it the lines of a value stand."""
    if place.parent is None:
        return 0
    if isinstance(place.parent, Sequence):
        return style.gap
    return style.dash if isinstance(value, (list, tuple)) else style.step


def _parts(place: Place, value: Plain, style: Style) -> tuple[str, list[str]]:
    """What stands beside the indicator, and the indented lines below it."""
    outer, depth = _outer_column(place), _depth(place, value, style)
    if isinstance(value, (AbstractMapping, list, tuple)):
        if not value:
            return flow_text(value), []
        return "", indented(block_lines(value, style), outer + depth)
    scalar = as_scalar(value)
    kept = place.node.style if isinstance(place.node, Scalar) else "plain"
    depth = max(depth, _comment_below(place) + 1 - outer)
    if _fits_literal(scalar, kept, depth):
        inline, below = literal_parts(str(scalar), depth)
        return inline, indented(below, outer + depth)
    return scalar_text(scalar, kept, quote=style.quote), []


def _comment_below(place: Place) -> int:
    """The column of the first comment line below the value, which must not become text."""
    text = place.document.text
    lines = lines_from(text, next_line(text, place.node.end))
    return next((line.column for line in lines if line.column is not None), -1)


def _fits_literal(scalar: object, kept: str, depth: int) -> bool:
    """Whether to write a literal block; who wrote escapes in double quotes gets them again."""
    return (
        isinstance(scalar, str)
        and is_literal_safe(scalar)
        and kept != "double"
        and depth > 0
        and (depth <= MAX_INDICATOR or scalar.lstrip("\n")[:1] not in (" ", "\t"))
    )


def _value_start(place: Place) -> int:
    """Where what is replaced begins: a tag goes with its value, an anchor stays."""
    node = place.node
    return node.start if isinstance(node, Alias) or node.tag is not None else node.body


def _in_place(place: Place, inline: str) -> Plan:
    text, node = place.document.text, place.node
    if isinstance(node, Scalar) and node.is_empty:
        if place.is_unannounced:
            return Plan((insertion(node.end, f": {inline}"),))
        return Plan((insertion(place.announced, f" {inline}"),))
    start = _value_start(place)
    if isinstance(node, Scalar) and node.style in ("literal", "folded"):
        header = _HEADER.match(text, node.body, node.end)
        rest = header[1].rstrip() if header is not None else ""
        return Plan((Edit(Span(start, node.end), inline + rest),))
    doomed = (Span(start, node.end),) if isinstance(node, (Mapping, Sequence)) else ()
    return Plan((Edit(Span(start, node.end), inline),), doomed)


def _with_lines(place: Place, inline: str, below: list[str]) -> Plan:
    """A literal block where a scalar or flow collection stands."""
    document, text, node = place.document, place.document.text, place.node
    eol = document.eol
    block = "".join(eol + line for line in below)
    if isinstance(node, Scalar) and node.style in ("literal", "folded"):
        header = _HEADER.match(text, node.body, node.end)
        rest = header[1].rstrip() if header is not None else ""
        return Plan((Edit(Span(_value_start(place), node.end), f"{inline}{rest}{block}"),))
    plan = _in_place(place, inline)
    stop = line_stop(text, node.end)
    return Plan((*plan.edits, insertion(stop, block)), plan.doomed)


def _to_block(place: Place, below: list[str]) -> Plan:
    """A block collection where a scalar, an alias or a flow collection stands."""
    document, text, node = place.document, place.document.text, place.node
    eol = document.eol
    start, announced = _value_start(place), place.announced
    doomed = (Span(start, node.end),) if isinstance(node, (Mapping, Sequence)) else ()
    if place.parent is None:
        return Plan((Edit(Span(start, node.end), eol.join(below)),), doomed)
    stop = line_stop(text, node.end)
    rest = text[node.end : stop].strip()
    if isinstance(node, Scalar) and node.style in ("literal", "folded"):
        header = _HEADER.match(text, node.body, node.end)
        rest = header[1].rstrip() if header is not None else ""
        block = "".join(eol + line for line in below)
        return Plan((Edit(Span(announced, node.end), rest + block),))
    if "\n" in text[announced:start]:
        return _to_block_below(text, (line_start(text, start), start, node.end, stop), below, eol)
    if isinstance(place.parent, Sequence) and not rest and announced == place.indicator_end:
        compact = eol.join(below).lstrip(" ")
        gap = " " * (len(below[0]) - len(below[0].lstrip(" ")) - column_of(text, announced))
        return Plan((Edit(Span(announced, stop), gap + compact),), doomed)
    block = "".join(eol + line for line in below)
    comment = text[node.end : stop] if rest else ""
    return Plan((removal(announced, node.end), Edit(Span(node.end, stop), comment + block)), doomed)


def _to_block_below(
    text: str, bounds: tuple[int, int, int, int], below: list[str], eol: str
) -> Plan:
    """The same for a value that stands on a line below its key."""
    first, start, end, stop = bounds
    if text[end:stop].strip():
        block = "".join(eol + line for line in below)
        return Plan((removal(start, end), insertion(stop, block)))
    return Plan((Edit(Span(first, stop), eol.join(below)),))


def _replace_block(place: Place, value: Plain, style: Style) -> Plan:
    """Anything where a block collection stands."""
    document, text, node = place.document, place.document.text, place.node
    eol = document.eol
    inline, below = _parts(place, value, style)
    if place.parent is None:
        written = eol.join(below) if below and not inline else eol.join([inline, *below])
        return Plan((Edit(Span(node.start, node.end), written),), (Span(node.start, node.end),))
    announced, end = place.announced, place.slot.end
    has_break = text[end - 1 : end] == "\n"
    last = end - (2 if text[end - 2 : end] == "\r\n" else 1) if has_break else end
    head = line_stop(text, announced)
    if "\n" not in text[announced : node.body]:
        if below and not inline:
            compact = eol.join(below)
            column = column_of(text, node.body)
            if compact.startswith(" " * column):
                compact = compact[column:]
                return Plan((Edit(Span(node.body, last), compact),), (Span(node.body, end),))
        written = eol.join([f" {inline}" if inline else "", *below])
        return Plan((Edit(Span(announced, last), written),), (Span(node.body, end),))
    lines = "".join(eol + line for line in below)
    edits = [Edit(Span(head, last), lines)]
    if inline:
        edits.insert(0, insertion(announced, f" {inline}"))
    return Plan(tuple(edits), (Span(next_line(text, announced), end),))
