"""Which layout is shown, at which width."""

from __future__ import annotations

import pytest

from stui_workspace.layout import (
    NARROW_BELOW,
    Leaf,
    Row,
    Tabs,
    Variant,
    default_layout,
    focus_order,
    parse_variant,
    select_variant,
    variant_names,
)
from stui_workspace.model.values import Plain

LAYOUT: dict[str, Plain] = {
    "default": "work",
    "review": {"panel": "results"},
    "work": {
        "row": ["scratch", "results"],
        "narrow": {"below": 90, "tabs": ["scratch", "results"]},
    },
    "broken": {"row": []},
}
WORK = Row((Leaf("scratch"), Leaf("results")))
WORK_NARROW = Tabs(("scratch", "results"))


def test_names_are_those_that_can_be_shown() -> None:
    assert variant_names(LAYOUT) == ("review", "work")


@pytest.mark.parametrize(
    ("layout", "chosen", "expected"),
    [
        pytest.param(LAYOUT, None, "work", id="the file's default"),
        pytest.param(LAYOUT, "review", "review", id="a person's choice"),
        pytest.param(LAYOUT, "gone", "work", id="a choice that is gone is none"),
        pytest.param(LAYOUT, "broken", "work", id="nor is one that shows nothing"),
        pytest.param({**LAYOUT, "default": "gone"}, None, "review", id="else the first"),
        pytest.param({**LAYOUT, "default": 3}, None, "review", id="a default that is no name"),
        pytest.param({}, "work", None, id="the built-in one where the file has none"),
        pytest.param({"default": "work"}, None, None, id="or only a default of nothing"),
    ],
)
def test_choosing(layout: dict[str, Plain], chosen: str | None, expected: str | None) -> None:
    assert select_variant(layout, 120, name=chosen, buffers=("scratch",)).name == expected


@pytest.mark.parametrize(
    ("width", "narrow"),
    [
        pytest.param(89, True, id="below"),
        pytest.param(90, False, id="exactly"),
        pytest.param(200, False, id="wide"),
    ],
)
def test_the_narrow_form(width: int, *, narrow: bool) -> None:
    chosen = select_variant(LAYOUT, width)
    assert chosen.is_narrow == narrow
    assert chosen.tree == (WORK_NARROW if narrow else WORK)


def test_a_layout_without_a_narrow_form_is_the_same_at_any_width() -> None:
    chosen = select_variant(LAYOUT, 20, name="review")
    assert not chosen.is_narrow
    assert chosen.tree == Leaf("results")


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        pytest.param(80, 80, id="a width"),
        pytest.param(0, NARROW_BELOW, id="none"),
        pytest.param(-3, NARROW_BELOW, id="negative"),
        pytest.param(True, NARROW_BELOW, id="a boolean"),
        pytest.param("80", NARROW_BELOW, id="text"),
        pytest.param(None, NARROW_BELOW, id="null"),
    ],
)
def test_below_which_width(below: Plain, expected: int) -> None:
    plain: Plain = {"row": ["scratch"], "narrow": {"below": below, "tabs": ["scratch"]}}
    variant = parse_variant(plain, "work")
    assert variant is not None
    assert variant.below == expected


@pytest.mark.parametrize("plain", ["scratch", None, [], {"row": []}, {"narrow": {"tabs": ["a"]}}])
def test_what_is_no_layout(plain: Plain) -> None:
    assert parse_variant(plain, "work") is None


def test_a_change_touches_the_form_that_is_shown() -> None:
    variant = Variant("work", WORK, WORK_NARROW, 90, 120)
    other = Leaf("scratch")
    assert variant.having(other) == Variant("work", other, WORK_NARROW, 90, 120)
    assert variant.at(80).having(other) == Variant("work", WORK, other, 90, 80)


def test_the_built_in_layout_shows_each_pad_and_no_panel_twice() -> None:
    order = focus_order(default_layout(["scratch", "results", "notes", "scratch", ""]))
    assert order == (
        "connections",
        "scratch",
        "notes",
        "results",
        "inspector",
        "transcript",
        "history",
    )
    assert "results" in focus_order(default_layout([]))
