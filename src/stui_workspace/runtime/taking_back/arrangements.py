"""Two arrangements of the workbench, and what a person would see to be other. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from stui_workspace.layout import Node, Rect, focus_order, group_of, parse_variant, place
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain
from stui_workspace.runtime.taking_back.lines import Line

_WHOLE = 100
"""Both sides of the area that sizes are told of."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where one panel is."""

    tabs: tuple[str, ...]
    """All that share its place."""
    number: int
    """Of its place, in reading order."""
    rect: Rect


def arrangement_lines(before: Plain, after: Plain) -> Iterator[Line]:
    """The panels that came, went, moved or have another size; nothing where either is unknown.

    Args:
        before: A layout in the file's notation.
        after: Another.
    """
    trees = [parse_variant(one, None) for one in (before, after)]
    if trees[0] is None or trees[1] is None:
        return
    yield from _between(_seen(trees[0].wide), _seen(trees[1].wide))
    narrow = [one.narrow for one in trees if one is not None]
    if narrow[0] != narrow[1]:
        yield Line("~", "the form for narrow terminals is another")


def _between(old: dict[str, _Seen], new: dict[str, _Seen]) -> Iterator[Line]:
    yield from (
        Line("-", f"{name}: {_place(one, name)}") for name, one in old.items() if name not in new
    )
    yield from (
        Line("+", f"{name}: {_place(one, name)}") for name, one in new.items() if name not in old
    )
    common = [name for name in old if name in new]
    resized: set[tuple[str, ...]] = set()
    for name in common:
        one, two = old[name], new[name]
        if _mates(one, name, common) != _mates(two, name, common) or _has_moved(name, old, new):
            yield Line(">", f"{name}: {_place(one, name)} -> {_place(two, name)}")
        elif _size(one) != _size(two) and two.tabs not in resized:
            resized.add(two.tabs)
            yield Line("~", f"{', '.join(two.tabs)}: {_size(one)} -> {_size(two)}")


def _seen(tree: Node) -> dict[str, _Seen]:
    rects = place(tree, _WHOLE, _WHOLE)
    names = focus_order(tree)
    places = list(dict.fromkeys(group_of(tree, name) for name in names))
    return {
        name: _Seen(group, places.index(group), rects[name])
        for name in names
        for group in (group_of(tree, name),)
    }


def _mates(one: _Seen, name: str, common: list[str]) -> set[str]:
    """The tabs beside it that are there both times."""
    return {mate for mate in one.tabs if mate != name and mate in common}


def _has_moved(name: str, old: dict[str, _Seen], new: dict[str, _Seen]) -> bool:
    """Whether anything that is there both times lies on another side of it now."""
    return any(
        _side(old[name].rect, old[other].rect) != _side(new[name].rect, new[other].rect)
        for other in old
        if other in new and other not in old[name].tabs and other not in new[name].tabs
    )


def _side(one: Rect, other: Rect) -> tuple[bool, bool, bool, bool]:
    return (
        other.x >= one.x + one.width,
        one.x >= other.x + other.width,
        other.y >= one.y + one.height,
        one.y >= other.y + other.height,
    )


def _place(one: _Seen, name: str) -> str:
    mates = [mate for mate in one.tabs if mate != name]
    where = f"a tab with {', '.join(mates)}" if mates else "a place of its own"
    return f"{where}, {_size(one)}"


def _size(one: _Seen) -> str:
    return f"{one.rect.width}% wide, {one.rect.height}% high"
