"""The layouts of tmux as places of ours: by name, or as tmux writes them down in cells. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_CELL: Final = re.compile(r"(\d{1,5})x(\d{1,5}),\d{1,5},\d{1,5}(?:,\d{1,9})?")
_CHECKSUM: Final = re.compile(r"[0-9a-fA-F]{4},")
_DEEPEST: Final = 12
_MOST_BESIDE: Final = 32
_LONGEST: Final = 16384
_CLOSING: Final = {"{": "}", "[": "]"}
_NAMED: Final[Mapping[str, tuple[str, str | None]]] = {
    "even-horizontal": ("row", None),
    "even-vertical": ("column", None),
    "main-vertical": ("row", "column"),
    "main-vertical-mirrored": ("row", "column"),
    "main-horizontal": ("column", "row"),
    "main-horizontal-mirrored": ("column", "row"),
}
"""How the panes stand by a name of tmux: all of them, or the first and beside it the rest."""
_MAIN: Final = 2
"""How much larger the main pane is than the rest together."""


def arranged(layout: str | None, names: Sequence[str]) -> dict[str, Any]:
    """The panes as tmux would show them; side by side in tabs where that cannot be had.

    Args:
        layout: What tmux calls it, `main-vertical`, or its own notation; None for no wish.
        names: The buffers, in the order of the panes; at least one.
    """
    if len(names) == 1:
        return {"buffer": names[0]}
    if len(names) > _MOST_BESIDE:
        return {"tabs": [*names[:100]]}
    leaves: list[dict[str, Any]] = [{"buffer": name} for name in names]
    form = _NAMED.get(layout or "")
    if form is not None:
        outer, inner = form
        return {outer: leaves} if inner is None else _main(outer, inner, leaves)
    own = None if layout is None else _own(layout, names)
    return _tiled(leaves) if own is None else own


def is_known(layout: str, count: int) -> bool:
    """Whether a layout of tmux can be shown as it is, with so many panes."""
    is_own = count == 1 or _own(layout, [str(at) for at in range(count)]) is not None
    return layout == "tiled" or layout in _NAMED or is_own


def _main(outer: str, inner: str, leaves: list[dict[str, Any]]) -> dict[str, Any]:
    first, *rest = leaves
    others = rest[0] if len(rest) == 1 else {inner: rest}
    return {outer: [{**first, "size": _MAIN}, others]}


def _tiled(leaves: list[dict[str, Any]]) -> dict[str, Any]:
    """As tmux does it: as many rows as columns, or one more."""
    across = math.ceil(math.sqrt(len(leaves)))
    rows = [leaves[at : at + across] for at in range(0, len(leaves), across)]
    places = [row[0] if len(row) == 1 else {"row": row} for row in rows]
    return places[0] if len(places) == 1 else {"column": places}


def _own(layout: str, names: Sequence[str]) -> dict[str, Any] | None:
    """A layout in the notation of tmux: `bb62,159x48,0,0{79x48,0,0,79x48,80,0}`.

    Source: the manual of tmux, `select-layout`; `{` puts side by side, `[` one below the other.
    """
    match = _CHECKSUM.match(layout)
    if match is None or len(layout) > _LONGEST:
        return None
    try:
        place, end = _place(layout, match.end(), iter(names), 0)
    except (ValueError, StopIteration):
        return None
    shown = _names(place)
    return place if end == len(layout) and shown == list(names) else None


def _place(text: str, at: int, names: Any, depth: int) -> tuple[dict[str, Any], int]:
    cell = _CELL.match(text, at)
    if cell is None or depth > _DEEPEST:
        raise ValueError("not a layout")
    at = cell.end()
    sizes = {"width": int(cell[1]), "height": int(cell[2])}
    if at >= len(text) or text[at] not in _CLOSING:
        return {"buffer": next(names), **sizes}, at
    closing, form = _CLOSING[text[at]], "row" if text[at] == "{" else "column"
    children: list[dict[str, Any]] = []
    while True:
        child, at = _place(text, at + 1, names, depth + 1)
        children.append(child)
        if at >= len(text) or text[at] not in (",", closing):
            raise ValueError("not a layout")
        if text[at] == closing:
            break
    if len(children) > _MOST_BESIDE:
        raise ValueError("too many panes")
    return {form: _sized(children, "width" if form == "row" else "height"), **sizes}, at + 1


def _sized(children: list[dict[str, Any]], side: str) -> list[dict[str, Any]]:
    """The children with their ratios in place of cells."""
    common = math.gcd(*(one[side] for one in children)) or 1
    return [
        {
            **{key: value for key, value in one.items() if key not in ("width", "height")},
            "size": max(one[side] // common, 1),
        }
        for one in children
    ]


def _names(place: dict[str, Any]) -> list[str]:
    place.pop("width", None)
    place.pop("height", None)
    if "buffer" in place:
        return [place["buffer"]]
    children = place.get("row") or place.get("column") or []
    return [name for child in children for name in _names(child)]
