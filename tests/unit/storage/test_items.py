"""A session as items: a fixed point, and tolerant by the field."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.model.values import Plain, same
from stui_workspace.storage.sessions.items import _READERS, ItemProblem, items_of, state_from

META = SessionMeta("a", "first", "host", 1.0, 2.0, 3.0)
STATE = SessionState(
    META,
    LayoutState("work", {"row": [{"panel": "x"}]}, None, "scratch", {"a|b": "b"}, None),
    {"theme": "nord", "tab_width": 2},
    {
        "scratch": BufferState("text\n", None, (3, 4), (0, 1), 2, "T", "python", "py", ad_hoc=True),
        "untouched": BufferState(),
    },
    {"py": ConnectionRecord(True, "i1", 5, "lost", 9.0), "nb": ConnectionRecord()},
    (TranscriptEntry(1, "py", "1 + 1", "ok", "", "2", 5.0, "i1"),),
)

texts = st.text(max_size=20)
maybe_texts = st.none() | texts
counts = st.integers(0, 10**6)
times = st.floats(0, 1e10)
positions = st.tuples(counts, counts)
names = st.text(min_size=1, max_size=8)
metas = st.builds(
    SessionMeta, texts, texts, texts, times, times, times, st.booleans(), counts, counts, times
)
buffers = st.builds(
    BufferState,
    maybe_texts,
    maybe_texts,
    positions,
    st.none() | positions,
    counts,
    maybe_texts,
    maybe_texts,
    maybe_texts,
    st.booleans(),
)
records = st.builds(
    ConnectionRecord, st.booleans(), maybe_texts, counts, maybe_texts, st.none() | times
)
entries = st.builds(
    TranscriptEntry, counts, texts, texts, texts, texts, maybe_texts, times, maybe_texts
)
trees = st.recursive(
    st.none() | texts | counts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
layouts = st.builds(
    LayoutState,
    maybe_texts,
    trees,
    maybe_texts,
    maybe_texts,
    st.dictionaries(names, texts, max_size=3),
    maybe_texts,
)
states = st.builds(
    SessionState,
    metas,
    layouts,
    st.dictionaries(names, trees, max_size=3),
    st.dictionaries(names, buffers, max_size=3),
    st.dictionaries(names, records, max_size=3),
    st.lists(entries, max_size=3).map(tuple),
)


def test_a_full_session_comes_back() -> None:
    assert state_from(items_of(STATE)) == (STATE, ())


@given(states)
def test_any_session_comes_back_also_through_json(state: SessionState) -> None:
    items = items_of(state)
    through_json = json.loads(json.dumps(items))
    assert same(items, through_json)
    assert state_from(through_json) == (state, ())


def test_defaults_are_left_out_but_for_the_meta() -> None:
    items = items_of(SessionState(META, buffers={"a": BufferState(cursor=(0, 7))}))
    assert items.keys() == {"meta", "buffer/a"}
    assert items["buffer/a"] == {"cursor": [0, 7]}
    meta = items["meta"]
    assert isinstance(meta, dict)
    assert meta.keys() == {field.name for field in fields(SessionMeta)}


def test_every_field_of_the_model_is_read() -> None:
    for kind, readers in _READERS.items():
        assert readers.keys() == {field.name for field in fields(kind)}


@pytest.mark.parametrize(
    ("field", "bad", "reason"),
    [
        ("text", 12, "`text` is not text"),
        ("cursor", [1], "`cursor` is not a position"),
        ("cursor", [1, -1], "`cursor` is not a count"),
        ("cursor", [True, 1], "`cursor` is not a count"),
        ("anchor", "1,2", "`anchor` is not a position"),
        ("scroll", 1.5, "`scroll` is not a count"),
        ("ad_hoc", "yes", "`ad_hoc` is not true or false"),
        ("colour", "red", "`colour` is not known to this stui"),
    ],
)
def test_a_bad_field_costs_that_field(field: str, bad: Plain, reason: str) -> None:
    good: dict[str, Plain] = {"text": "kept", "title": "T", "language": "python"}
    state, problems = state_from(
        {"meta": items_of(STATE)["meta"], "buffer/a": {**good, field: bad}}
    )
    assert problems == (ItemProblem("buffer/a", reason),)
    expected = BufferState(text="kept", title="T", language="python")
    assert state.buffers["a"] == (replace(expected, text=None) if field == "text" else expected)


@pytest.mark.parametrize("bad", [nan, inf, 10**400, True, "1", None, []])
def test_a_time_is_a_finite_number(bad: Plain) -> None:
    state, problems = state_from({"meta": {"name": "n", "saved": bad}})
    assert (state.meta.name, state.meta.saved) == ("n", 0.0)
    assert problems == (ItemProblem("meta", "`saved` is not a number"),)


@pytest.mark.parametrize(
    "item", ["meta", "layout", "preferences", "transcript", "buffer/a", "connection/a", "weather"]
)
def test_an_item_of_the_wrong_shape_costs_that_item(item: str) -> None:
    state, problems = state_from({**items_of(STATE), item: "nonsense"})
    assert [problem.item for problem in problems] == [item]
    assert (state.buffers.get("scratch"), state.transcript or item) in (
        (STATE.buffers["scratch"], STATE.transcript),
        (STATE.buffers["scratch"], "transcript"),
    )


def test_a_bad_entry_of_the_transcript_costs_that_entry() -> None:
    good: dict[str, Plain] = {"number": 2, "connection": "py", "code": "1", "outcome": "ok"}
    items: dict[str, Plain] = {"meta": {}, "transcript": ["x", {**good, "at": "noon"}]}
    state, problems = state_from(items)
    assert state.transcript == (TranscriptEntry(2, "py", "1", "ok"),)
    assert problems == (
        ItemProblem("transcript[0]", "it is not a map"),
        ItemProblem("transcript[1]", "`at` is not a number"),
    )


def test_a_session_without_meta_still_has_its_texts() -> None:
    state, problems = state_from({"buffer/a": {"text": "kept"}})
    assert state.buffers == {"a": BufferState(text="kept")}
    assert problems == (ItemProblem("meta", "it is missing"),)


@given(st.dictionaries(st.sampled_from([*items_of(STATE), "x"]), trees))
def test_no_values_make_it_raise(items: dict[str, Plain]) -> None:
    state_from(items)
