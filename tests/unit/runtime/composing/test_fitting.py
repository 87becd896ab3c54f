"""A new workspace file says all that it may, and what it may not is told."""

from __future__ import annotations

from typing import Any

import pytest

from stui_workspace.document import parse
from stui_workspace.errors import UsageError
from stui_workspace.model.paths import format_key_path
from stui_workspace.runtime.composing.fitting import fitted

SECRET = "ghp_" + "a1B2" * 9
GOOD: dict[str, Any] = {
    "stui": 1,
    "name": "a",
    "connections": {"py": {"kind": "python"}},
    "buffers": {"b": {"connection": "py", "source": "x\n"}},
    "layout": {"default": "w", "w": {"row": [{"tabs": ["b"]}, {"panel": "results"}]}},
}


def left_out(plain: dict[str, Any]) -> list[str]:
    return [format_key_path(one.path) for one in fitted(plain, "s")[1]]


def test_what_is_good_is_said_as_it_is() -> None:
    text, left = fitted(GOOD, "s")
    assert (parse(text).plain(), left) == (GOOD, ())


@pytest.mark.parametrize(
    ("place", "value", "gone"),
    [
        ("buffers", {"b": {"source": SECRET}, "c": {"source": "y"}}, ["buffers.b.source"]),
        ("buffers", {"b": {}, "x y": {}, "c.d": {"nope": 1}}, ['buffers["x y"]']),
        ("connections", {"py": {"kind": 5, "url": 7}, "b": {"kind": "python"}}, ["connections.py"]),
        ("snippets", {"a": {"source": 1}, "b": {"source": "x"}}, ["snippets.a"]),
        ("preferences", {"tab_width": 99, "wrap": "maybe", "theme": "a"}, None),
        ("layout", {"w": {"row": [{"tabs": ["nobody"]}]}}, ["layout.w"]),
        ("buffers", {"b": {"source": "z" * 70_000}}, ["buffers.b.source"]),
        ("buffers", {"b": {"source": "\ud800"}}, ["buffers.b.source"]),
    ],
)
def test_what_is_wrong_is_left_out_alone(place: str, value: Any, gone: list[str] | None) -> None:
    found = left_out({**GOOD, place: value})
    if gone is None:
        gone = ["preferences.tab_width", "preferences.wrap"]
    assert found[: len(gone)] == gone


def test_what_names_something_that_is_gone_goes_with_it() -> None:
    plain = {**GOOD, "connections": {"py": {"kind": "pty", "command": [SECRET]}}}
    assert left_out(plain) == ["connections.py", "buffers.b.connection"]


def test_a_whole_section_is_never_lost_for_one_thing_in_it() -> None:
    buffers = {"b": {"source": "x", "connection": 5, "language": 6}, "c": {"source": "y"}}
    text, _ = fitted({**GOOD, "buffers": buffers}, "s")
    assert parse(text).plain(("buffers", "c", "source")) == "y"


def test_what_has_no_room_is_left_out_from_the_longest_on() -> None:
    buffers = {f"b{n}": {"source": "x\n" * 25_000 + "y" * n} for n in range(40)}
    text, left = fitted({**GOOD, "buffers": buffers, "layout": {}}, "s")
    assert len(text) < 1 << 20
    assert {str(one.path[0]) for one in left} == {"buffers"}


def test_what_is_no_workspace_at_all_is_an_error() -> None:
    with pytest.raises(UsageError):
        fitted({"stui": 1, "name": 5}, "s")
