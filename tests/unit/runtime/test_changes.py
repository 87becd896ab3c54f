"""What differs between two readings, by key path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.paths import format_key_path
from stui_workspace.runtime.changes import changes_between

plain: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, 1, 1.0, "", "1", "true"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)


def told(before: Any, after: Any) -> list[str]:
    return [f"{c.kind} {format_key_path(c.path)}" for c in changes_between(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({"a": 1}, {"a": 1}, [], id="nothing"),
        pytest.param({"a": 1}, {"a": True}, ["changed a"], id="from 1 to true is a change"),
        pytest.param({"a": {"b": 1}}, {"a": {"b": 2}}, ["changed a.b"], id="as deep as it goes"),
        pytest.param({"a": 1}, {}, ["removed a"], id="removed"),
        pytest.param({}, {"a": {"b": 1}}, ["added a"], id="added as a whole"),
        pytest.param({"a": [1, 2]}, {"a": [2, 1]}, ["changed a"], id="a list is one thing"),
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, [], id="the order of keys says nothing"),
        pytest.param({"a": {}}, {"a": 3}, ["changed a"], id="from a map to a number"),
    ],
)
def test_changes(before: Any, after: Any, expected: list[str]) -> None:
    assert told(before, after) == expected


@given(plain, plain)
def test_the_other_way_round_added_and_removed_change_places(before: Any, after: Any) -> None:
    swap = {"added": "removed", "removed": "added", "changed": "changed"}
    there = {tuple(line.split(" ", 1)) for line in told(before, after)}
    back = {tuple(line.split(" ", 1)) for line in told(after, before)}
    assert {(swap[kind], path) for kind, path in there} == back


@given(plain, plain)
def test_there_is_a_change_exactly_where_the_two_would_be_written_differently(
    before: Any, after: Any
) -> None:
    assert bool(told(before, after)) == (written(before) != written(after))


def written(value: Any) -> str:
    """The value as text, an oracle that owes the comparison nothing."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{k}:{written(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return repr(value)
