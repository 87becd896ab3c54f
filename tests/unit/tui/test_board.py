"""The board: each pane stands exactly where the layout says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.layout import Rect, groups, parse_layout, place
from support.workbench import LARGE, SMALL, Bench, opened, workspace

LAYOUTS: Mapping[str, Mapping[str, Any]] = {
    "one": {"panel": "scratch"},
    "thirds": {"row": ["connections", "scratch", "results"]},
    "odd ratios": {
        "row": [
            {"panel": "connections", "size": 2},
            {"size": 5, "column": [{"panel": "scratch", "size": 3.5}, {"tabs": ["results"]}]},
            {"size": 1.3, "column": ["history", "snippets", "inspector"]},
        ]
    },
    "unknown names are left out": {"row": ["scratch", "nobody", "results"]},
}


def regions(bench: Bench) -> dict[str, Rect]:
    """Where the panes are on the board."""
    board = bench.screen.board
    found = {}
    for name, pane in board.panes.items():
        if pane.display:
            region = pane.region.translate(-board.region.offset)
            found[name] = Rect(region.x, region.y, region.width, region.height)
    return found


def session(layout: Mapping[str, Any]) -> FakeSession:
    return FakeSession(workspace(layout={"default": "work", "work": layout}))


@pytest.mark.parametrize("size", [SMALL, LARGE, (101, 33)], ids=str)
@pytest.mark.parametrize("name", LAYOUTS)
async def test_panes_are_where_the_layout_places_them(name: str, size: tuple[int, int]) -> None:
    plain = dict(LAYOUTS[name])
    if name.startswith("unknown"):
        plain = {"row": ["scratch", "results"]}
    tree = parse_layout(plain)
    assert tree is not None
    async with opened(session(LAYOUTS[name]), size) as bench:
        area = bench.screen.board.size
        placed = place(tree, area.width, area.height)
        expected = {group[0]: placed[group[0]] for group in groups(tree)}
        assert regions(bench) == expected


async def test_a_new_size_places_them_anew() -> None:
    tree = parse_layout(LAYOUTS["odd ratios"])
    assert tree is not None
    async with opened(session(LAYOUTS["odd ratios"]), LARGE) as bench:
        for width, height in ((120, 40), (150, 30)):
            await bench.pilot.resize_terminal(width, height)
            await bench.settle()
            placed = place(tree, width, height - 2)
            assert regions(bench) == {name: placed[name] for name in regions(bench)}
            assert len(regions(bench)) == 6


async def test_narrow_terminals_get_the_narrow_form_and_back() -> None:
    async with opened(size=LARGE) as bench:
        wide = set(regions(bench))
        await bench.pilot.resize_terminal(*SMALL)
        await bench.settle()
        narrow = set(regions(bench))
        await bench.pilot.resize_terminal(*LARGE)
        await bench.settle()
        assert (wide, narrow) == ({"connections", "scratch", "results"}, {"scratch", "results"})
        assert set(regions(bench)) == wide


@pytest.mark.parametrize("size", [(10, 5), (3, 3), (1, 1)], ids=str)
async def test_a_terminal_that_is_too_small_is_no_trouble(size: tuple[int, int]) -> None:
    async with opened(size=size) as bench:
        await bench.press("f10", "ctrl+o", "ctrl+g", "escape")
        await bench.pilot.resize_terminal(*SMALL)
        await bench.settle()
        assert "Results" in bench.text


async def test_what_a_pane_shows_outlives_moving_it() -> None:
    async with opened() as bench:
        await bench.press("x")
        editor = bench.editor
        await bench.press("ctrl+g", "shift+left", "shift+up", "right", "escape")
        assert bench.editor is editor
        await bench.press("ctrl+z")
        assert editor.source == "one\ntwo\nthree\n"
