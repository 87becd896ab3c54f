"""Laws of the arrangement. What is seen is painted cell by cell, or computed with fractions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.layouts import names_in, trees
from stui_workspace.layout import (
    PANELS,
    Column,
    Direction,
    Leaf,
    Node,
    Row,
    Tabs,
    Variant,
    add,
    close,
    even,
    join,
    move,
    neighbour,
    parse_layout,
    parse_variant,
    place,
    resize,
    select_variant,
    to_plain,
    unknown_names,
    variant_names,
    variant_to_plain,
)
from stui_workspace.layout.arrange import SMALLEST_SHARE
from stui_workspace.layout.notation import DEEPEST

ROUNDING = Fraction(1, 10**9)
"""Sizes are floats; what is exact here is as exact as they are."""
OPPOSITE = {
    Direction.UP: Direction.DOWN,
    Direction.DOWN: Direction.UP,
    Direction.LEFT: Direction.RIGHT,
    Direction.RIGHT: Direction.LEFT,
}
directions = st.sampled_from(Direction)
anywhere = st.integers(0, 10**6)


def pick(tree: Node, number: int) -> str:
    names = names_in(tree)
    return names[number % len(names)]


def groups_in(tree: Node) -> list[list[str]]:
    if isinstance(tree, (Leaf, Tabs)):
        return [names_in(tree)]
    return [group for child in tree.children for group in groups_in(child)]


def companions(tree: Node, name: str) -> list[str]:
    return next(group for group in groups_in(tree) if name in group)


def splits(tree: Node) -> list[Row | Column]:
    if isinstance(tree, (Leaf, Tabs)):
        return []
    return [tree, *(split for child in tree.children for split in splits(child))]


def depth(tree: Node) -> int:
    if isinstance(tree, (Leaf, Tabs)):
        return 0
    return 1 + max(depth(child) for child in tree.children)


def shape(tree: Node) -> object:
    """The tree without its sizes."""
    if isinstance(tree, (Leaf, Tabs)):
        return names_in(tree)
    return (type(tree).__name__, [shape(child) for child in tree.children])


def painted(tree: Node, width: int, height: int) -> dict[tuple[int, int], str]:
    """The group on each cell, by its first name. Fails where two groups want one cell."""
    placed = place(tree, width, height)
    cells: dict[tuple[int, int], str] = {}
    for group in groups_in(tree):
        rect = placed[group[0]]
        assert all(placed[name] == rect for name in group)
        for x in range(rect.x, rect.x + rect.width):
            for y in range(rect.y, rect.y + rect.height):
                assert (x, y) not in cells
                cells[x, y] = group[0]
    return cells


Part: TypeAlias = tuple[Fraction, Fraction]
WHOLE: Part = (Fraction(0), Fraction(1))


def exact(tree: Node, across: Part = WHOLE, down: Part = WHOLE) -> dict[str, tuple[Part, Part]]:
    """Start and end of each name in width and height, as parts of the whole, without rounding."""
    if isinstance(tree, (Leaf, Tabs)):
        return dict.fromkeys(names_in(tree), (across, down))
    line = across if isinstance(tree, Row) else down
    sizes = [Fraction(child.size) for child in tree.children]
    edges = [line[0] + (line[1] - line[0]) * sum(sizes[:i]) / sum(sizes) for i in range(len(sizes))]
    found: dict[str, tuple[Part, Part]] = {}
    for child, part in zip(tree.children, pairwise([*edges, line[1]]), strict=True):
        wide = isinstance(tree, Row)
        found |= exact(child, part if wide else across, down if wide else part)
    return found


def extent(part: Part) -> Fraction:
    return part[1] - part[0]


def overlap(one: Part, other: Part) -> Fraction:
    return min(one[1], other[1]) - max(one[0], other[0])


# -- the notation --


@given(trees())
def test_what_is_written_reads_back_the_same(tree: Node) -> None:
    assert parse_layout(to_plain(tree)) == tree


KEYS = st.sampled_from(["row", "column", "tabs", "panel", "buffer", "size", "narrow", "below", "x"])
SCALARS = (
    st.sampled_from(["a", "b", "c", "results", "", None, True, 0, 1, 3, -1, 10**400, 1.5, 1e300])
    | st.floats()
)
plains: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


@given(plains)
def test_reading_takes_anything_and_gives_a_sound_tree(plain: Any) -> None:
    tree = parse_layout(plain)
    if tree is None:
        return
    names = names_in(tree)
    assert len(names) == len(set(names))
    assert all(names)
    assert all(split.children for split in splits(tree))
    assert parse_layout(to_plain(tree)) == tree
    assert place(tree, 80, 24).keys() == set(names)


@given(plains, st.integers(0, 300))
def test_choosing_takes_anything_and_always_shows_something(plain: Any, width: int) -> None:
    layout = {"default": plain, "work": plain, "other": {"tabs": ["a"]}}
    chosen = select_variant(layout, width, name="work", buffers=("a",))
    assert names_in(chosen.tree)
    assert "other" in variant_names(layout)


@given(st.integers(0, 120), st.sampled_from(["row", "column"]))
def test_deep_layouts_are_bounded_and_lose_no_name(nested: int, kind: str) -> None:
    plain: Any = {"tabs": ["deepest", "n0"]}
    for level in range(nested):
        plain = {kind: [f"n{level}", plain]}
    tree = parse_layout(plain)
    assert tree is not None
    assert depth(tree) <= DEEPEST
    assert set(names_in(tree)) == {"deepest", "n0", *(f"n{level}" for level in range(nested))}


def test_a_layout_of_any_depth_is_read() -> None:
    plain: Any = {"panel": "results"}
    for _ in range(100_000):
        plain = {"row": [plain]}
    tree = parse_layout(plain)
    assert tree is not None
    assert names_in(tree) == ["results"]


@given(trees(), st.none() | trees(), st.integers(1, 300), st.integers(1, 300))
def test_a_variant_reads_back_the_same(
    wide: Node, narrow: Node | None, below: int, width: int
) -> None:
    variant = Variant("work", wide, narrow, below if narrow is not None else 100, width)
    again = parse_variant(variant_to_plain(variant), "work")
    assert again is not None
    assert again.at(width) == variant
    assert again.at(width).tree == (narrow if narrow is not None and width < below else wide)


# -- placing --


@given(trees(), st.integers(0, 60), st.integers(0, 40))
def test_the_groups_tile_the_area(tree: Node, width: int, height: int) -> None:
    cells = painted(tree, width, height)
    assert cells.keys() == {(x, y) for x in range(width) for y in range(height)}


@given(trees(), st.integers(0, 300), st.integers(0, 100))
def test_each_group_has_its_share_to_the_cell(tree: Node, width: int, height: int) -> None:
    placed = place(tree, width, height)
    for name, (across, down) in exact(tree).items():
        assert abs(placed[name].width - extent(across) * width) <= 1 + ROUNDING
        assert abs(placed[name].height - extent(down) * height) <= 1 + ROUNDING


@given(trees())
def test_reading_order_is_down_a_column_and_along_a_row(tree: Node) -> None:
    placed = place(tree, 10_000, 10_000)
    firsts = [group[0] for group in groups_in(tree)]
    for one, other in pairwise(firsts):
        here, there = placed[one], placed[other]
        beside = there.x >= here.x + here.width
        below = there.y >= here.y + here.height
        assert beside or below


def borders(tree: Node, name: str, direction: Direction) -> dict[str, Fraction]:
    """How long a border each other name has with this one on that side."""
    along = 0 if direction in (Direction.LEFT, Direction.RIGHT) else 1
    near, far = (1, 0) if direction in (Direction.RIGHT, Direction.DOWN) else (0, 1)
    parts = exact(tree)
    here = parts[name]
    found = {
        other: overlap(there[1 - along], here[1 - along])
        for other, there in parts.items()
        if there[along][far] == here[along][near]
    }
    return {other: length for other, length in found.items() if length > 0}


@given(trees(), anywhere, directions)
def test_the_neighbour_is_the_one_with_the_longest_border(
    tree: Node, number: int, direction: Direction
) -> None:
    name = pick(tree, number)
    shared = borders(tree, name, direction)
    found = neighbour(tree, name, direction)
    assert bool(found) == bool(shared)
    if found:
        assert list(found) == companions(tree, found[0])
        assert float(shared[found[0]]) == pytest.approx(float(max(shared.values())), rel=1e-6)


@given(trees(), anywhere, directions)
def test_neighbours_are_mutual_where_there_is_only_one(
    tree: Node, number: int, direction: Direction
) -> None:
    name = pick(tree, number)
    for other in neighbour(tree, name, direction):
        if borders(tree, other, OPPOSITE[direction]).keys() == set(companions(tree, name)):
            assert name in neighbour(tree, other, OPPOSITE[direction])


# -- changing --


@given(trees(), anywhere, directions)
def test_resizing_moves_one_border_the_way_the_key_points(
    tree: Node, number: int, direction: Direction
) -> None:
    name = pick(tree, number)
    after = resize(tree, name, direction)
    assert shape(after) == shape(tree)
    changed = [
        (one.size, other.size)
        for before, now in zip(splits(tree), splits(after), strict=True)
        for one, other in zip(before.children, now.children, strict=True)
        if one.size != other.size
    ]
    assert len(changed) in (0, 2)
    for before, now in zip(splits(tree), splits(after), strict=True):
        total = sum(child.size for child in before.children)
        assert sum(child.size for child in now.children) == pytest.approx(total, rel=1e-9)
    here, there = place(tree, 10**6, 10**6)[name], place(after, 10**6, 10**6)[name]
    start, end = ("x", "width") if direction.sideways else ("y", "height")
    moved = {
        getattr(there, start) - getattr(here, start),
        getattr(there, start) + getattr(there, end) - getattr(here, start) - getattr(here, end),
    }
    assert all(step >= -1 if direction.forward else step <= 1 for step in moved)


@given(trees(), anywhere, directions, st.floats(0.001, 2.0))
def test_resizing_leaves_each_its_smallest_share(
    tree: Node, number: int, direction: Direction, amount: float
) -> None:
    after = resize(tree, pick(tree, number), direction, amount)
    for before, now in zip(splits(tree), splits(after), strict=True):
        changed = [
            (one, other)
            for one, other in zip(before.children, now.children, strict=True)
            if one.size != other.size
        ]
        both = sum(other.size for _, other in changed)
        for one, other in changed:
            assert other.size >= min(one.size, both * SMALLEST_SHARE) * (1 - 1e-9)


@given(trees(), anywhere, directions)
def test_a_border_can_be_moved_until_it_stops_and_back(
    tree: Node, number: int, direction: Direction
) -> None:
    name = pick(tree, number)
    pushed = tree
    for _ in range(25):
        pushed = resize(pushed, name, direction)
    assert resize(pushed, name, direction) == pushed
    if pushed != tree and all(len(split.children) <= 2 for split in splits(tree)):
        assert resize(pushed, name, OPPOSITE[direction]) != pushed


@given(trees(), anywhere, directions)
def test_moving_and_joining_keep_every_name(tree: Node, number: int, direction: Direction) -> None:
    name = pick(tree, number)
    for after in (move(tree, name, direction), join(tree, name, direction)):
        assert sorted(names_in(after)) == sorted(names_in(tree))
        assert parse_layout(to_plain(after)) == after


@given(trees(), anywhere)
def test_closing_takes_away_one_name_and_adding_brings_one(tree: Node, number: int) -> None:
    name = pick(tree, number)
    rest = close(tree, name)
    left = [] if rest is None else names_in(rest)
    assert left == [each for each in names_in(tree) if each != name]
    added = add(tree, "new", name)
    assert [each for each in names_in(added) if each != "new"] == names_in(tree)
    position = names_in(added).index("new")
    assert names_in(added)[position - 1] == name
    assert companions(added, "new") == companions(added, name)


@given(trees(), anywhere)
def test_closing_keeps_the_proportions_of_the_others(tree: Node, number: int) -> None:
    """Of two that stay in one split, neither wins over the other."""
    name = pick(tree, number)
    rest = close(tree, name)
    if rest is None or len(companions(tree, name)) > 1:
        return
    before, after = exact(tree), exact(rest)
    for split in splits(tree):
        groups = [child for child in split.children if isinstance(child, (Leaf, Tabs))]
        names = [names_in(group)[0] for group in groups if name not in names_in(group)]
        axis = 0 if isinstance(split, Row) else 1
        for one, other in pairwise(names):
            was = extent(before[one][axis]) / extent(before[other][axis])
            now = extent(after[one][axis]) / extent(after[other][axis])
            assert float(now) == pytest.approx(float(was), rel=1e-3 * (depth(tree) + 1))


@given(trees(), anywhere, directions)
def test_what_moves_goes_the_way_the_key_points(
    tree: Node, number: int, direction: Direction
) -> None:
    name = pick(tree, number)
    after = move(tree, name, direction)
    here, there = place(tree, 10**6, 10**6)[name], place(after, 10**6, 10**6)[name]
    if direction is Direction.RIGHT:
        assert there.x + there.width >= here.x + here.width - 300
    if direction is Direction.LEFT:
        assert there.x <= here.x + 300
    if direction is Direction.DOWN:
        assert there.y + there.height >= here.y + here.height - 300
    if direction is Direction.UP:
        assert there.y <= here.y + 300


@given(trees(), anywhere, directions)
def test_joining_ends_in_one_place_with_the_neighbour(
    tree: Node, number: int, direction: Direction
) -> None:
    name = pick(tree, number)
    other = neighbour(tree, name, direction)
    after = join(tree, name, direction)
    if not other:
        assert after == tree
        return
    assert companions(after, name) == [*other, name]


@given(trees())
def test_even_gives_siblings_the_same(tree: Node) -> None:
    after = even(tree)
    assert shape(after) == shape(tree)
    for split in splits(after):
        assert len({child.size for child in split.children}) == 1


@given(trees(), directions)
def test_a_name_that_is_not_there_changes_nothing(tree: Node, direction: Direction) -> None:
    assert resize(tree, "nobody", direction) == tree
    assert move(tree, "nobody", direction) == tree
    assert join(tree, "nobody", direction) == tree
    assert close(tree, "nobody") == tree
    assert neighbour(tree, "nobody", direction) == ()
    assert unknown_names(tree, set(names_in(tree))) == ()


STEPS = st.lists(st.tuples(st.sampled_from("rmjcae"), anywhere, directions), max_size=30)


@given(trees(), STEPS)
def test_any_number_of_changes_leaves_a_tree_that_can_be_kept(
    tree: Node, steps: list[tuple[str, int, Direction]]
) -> None:
    expected = Counter(names_in(tree))
    for position, (step, number, direction) in enumerate(steps):
        name = pick(tree, number)
        match step:
            case "r":
                tree = resize(tree, name, direction)
            case "m":
                tree = move(tree, name, direction)
            case "j":
                tree = join(tree, name, direction)
            case "c":
                rest = close(tree, name)
                if rest is not None:
                    tree = rest
                    del expected[name]
            case "a":
                tree = add(tree, f"a{position}", name)
                expected[f"a{position}"] = 1
            case "e":
                tree = even(tree)
    assert Counter(names_in(tree)) == expected
    assert parse_layout(to_plain(tree)) == tree


@given(
    st.lists(st.sampled_from([*PANELS, "scratch", "notes", ""]), max_size=5), st.integers(1, 300)
)
def test_the_built_in_layout_shows_every_buffer_once(buffers: list[str], width: int) -> None:
    chosen = select_variant({}, width, buffers=buffers)
    names = names_in(chosen.tree)
    assert len(names) == len(set(names))
    assert set(names) >= {name for name in buffers if name and name not in PANELS}
    assert "connections" in names
