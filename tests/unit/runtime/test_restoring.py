"""Each item of a session comes back with an outcome, and nothing unsaved is given up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.layout import layout_revision
from stui_workspace.model.receipt import Outcome
from stui_workspace.model.revision import revision_of_text
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import (
    BufferSpec,
    ConnectionSpec,
    ConnectWhen,
    RestorePolicy,
    Workspace,
)
from stui_workspace.runtime.pads import Source
from stui_workspace.runtime.restoring import Plan, Surroundings, plan_restore
from stui_workspace.storage.sessions.items import ItemProblem

LAYOUT: dict[str, Plain] = {"work": {"panel": "results"}}
OTHER_LAYOUT: dict[str, Plain] = {"work": {"panel": "history"}}
WORKSPACE = Workspace(
    connections={
        "py": ConnectionSpec("py", "python"),
        "hand": ConnectionSpec("hand", "python", connect=ConnectWhen.MANUAL),
    },
    buffers={"scratch": BufferSpec("scratch", source="now"), "notes": BufferSpec("notes")},
    layout=LAYOUT,
)
SOURCES = {"scratch": Source("now"), "notes": Source("", problem="notes.md is not there")}
AROUND = Surroundings(WORKSPACE, SOURCES)
BLANK = SessionState(SessionMeta("main", "main", "m", 0.0, 0.0, 0.0))
UNSAVED = BufferState("typed", revision_of_text("now"))
OUTDATED = BufferState("typed", revision_of_text("then"))


def plan(state: SessionState, around: Surroundings = AROUND) -> Plan:
    return plan_restore(state, (), around)


def outcomes(made: Plan) -> dict[str, Outcome]:
    return {item.item: item.outcome for item in made.items}


@pytest.mark.parametrize(
    ("name", "buffer", "outcome"),
    [
        pytest.param("scratch", BufferState(cursor=(1, 2)), Outcome.OK, id="only a cursor"),
        pytest.param("scratch", UNSAVED, Outcome.OK, id="unsaved text"),
        pytest.param("scratch", OUTDATED, Outcome.CHANGED, id="its source moved on"),
        pytest.param("gone", BufferState(), Outcome.MISSING, id="gone from the file"),
        pytest.param("gone", UNSAVED, Outcome.CHANGED, id="gone, with unsaved text"),
        pytest.param("pad-1", BufferState("x", ad_hoc=True), Outcome.OK, id="the session's own"),
        pytest.param("notes", BufferState(), Outcome.FAILED, id="its file is missing"),
    ],
)
def test_buffer(name: str, buffer: BufferState, outcome: Outcome) -> None:
    made = plan(replace(BLANK, buffers={name: buffer}))
    assert outcomes(made) == {f"buffer/{name}": outcome}


def test_unsaved_text_that_lost_its_place_lives_on_as_a_pad() -> None:
    made = plan(replace(BLANK, buffers={"gone": UNSAVED}))
    assert made.state.buffers == {"gone": BufferState("typed", ad_hoc=True)}


@pytest.mark.parametrize(
    ("layout", "outcome", "kept"),
    [
        pytest.param(
            LayoutState("work", {"panel": "py"}, layout_revision(LAYOUT)), Outcome.OK, True,
            id="as it was",
        ),
        pytest.param(
            LayoutState("work", {"panel": "py"}, layout_revision(OTHER_LAYOUT)),
            Outcome.CHANGED, False, id="the file has another one",
        ),
        pytest.param(LayoutState(focus="scratch"), Outcome.OK, False, id="never arranged"),
    ],
)  # fmt: skip
def test_layout(layout: LayoutState, outcome: Outcome, kept: bool) -> None:
    made = plan(replace(BLANK, layout=layout))
    assert outcomes(made) == {"layout": outcome}
    assert (made.state.layout.tree is not None) == kept
    assert made.state.layout.focus == layout.focus


@pytest.mark.parametrize(
    ("name", "wanted", "connect", "outcome"),
    [
        pytest.param("py", True, True, Outcome.WAITING, id="was up"),
        pytest.param("py", True, False, Outcome.REFUSED, id="was up, nothing may connect"),
        pytest.param("py", False, True, Outcome.OK, id="was not up"),
        pytest.param("hand", True, True, Outcome.REFUSED, id="connects by hand only"),
        pytest.param("gone", True, True, Outcome.MISSING, id="gone from the file"),
    ],
)
def test_connection(name: str, wanted: bool, connect: bool, outcome: Outcome) -> None:
    state = replace(BLANK, connections={name: ConnectionRecord(wanted=wanted)})
    made = plan(state, replace(AROUND, connect=connect))
    assert outcomes(made) == {f"connection/{name}": outcome}


def test_everything_else_that_is_there_is_on_the_receipt() -> None:
    entry = TranscriptEntry(1, "py", "1", "ok")
    made = plan(replace(BLANK, preferences={"theme": "nord"}, transcript=(entry,)))
    assert outcomes(made) == {"preferences": Outcome.OK, "transcript": Outcome.OK}


def test_what_the_workspace_leaves_out_starts_as_the_file_has_it() -> None:
    workspace = replace(WORKSPACE, restore=RestorePolicy(include=("buffers",)))
    layout = LayoutState(focus="scratch")
    state = replace(BLANK, layout=layout, buffers={"scratch": UNSAVED})
    made = plan(state, replace(AROUND, workspace=workspace))
    assert outcomes(made) == {"buffer/scratch": Outcome.OK}
    assert made.state.layout == LayoutState()


def test_damage_is_named_with_the_item_that_it_hit() -> None:
    problems = (
        ItemProblem("buffer/scratch", "`cursor` is not a position"),
        ItemProblem("transcript[3]", "it is not a map"),
    )
    made = plan_restore(replace(BLANK, buffers={"scratch": UNSAVED}), problems, AROUND)
    assert [(item.item, item.outcome, item.reason) for item in made.items] == [
        ("buffer/scratch", Outcome.CHANGED, "`cursor` is not a position"),
        ("transcript", Outcome.FAILED, "it is not a map"),
    ]


buffers = st.builds(
    BufferState,
    text=st.none() | st.sampled_from(["typed", "now", ""]),
    base=st.none() | st.sampled_from([revision_of_text("now"), revision_of_text("then")]),
    ad_hoc=st.booleans(),
)
states = st.builds(
    SessionState,
    meta=st.just(BLANK.meta),
    buffers=st.dictionaries(st.sampled_from(["scratch", "notes", "gone"]), buffers),
    connections=st.dictionaries(
        st.sampled_from(["py", "hand", "gone"]),
        st.builds(ConnectionRecord, wanted=st.booleans()),
    ),
)


@given(states, st.booleans(), st.booleans())
def test_no_unsaved_text_is_ever_given_up(state: SessionState, usable: bool, connect: bool) -> None:
    made = plan(state, Surroundings(WORKSPACE, SOURCES, usable, connect))
    unsaved = {name: one.text for name, one in state.buffers.items() if one.text is not None}
    assert {n: b.text for n, b in made.state.buffers.items() if b.text is not None} == unsaved


@given(states, st.booleans())
def test_everything_that_is_not_ok_says_why_and_what_to_do(
    state: SessionState, connect: bool
) -> None:
    for item in plan(state, replace(AROUND, connect=connect)).items:
        assert (
            item.outcome is Outcome.OK
            or (item.reason and item.next_step)
            or (item.outcome is Outcome.WAITING)
        ), item


@given(states)
def test_while_the_file_is_broken_nothing_is_given_up(state: SessionState) -> None:
    made = plan(state, Surroundings(Workspace(), {}, usable=False))
    assert made.state.buffers == state.buffers
    assert made.state.connections == state.connections


@given(states)
def test_restoring_is_a_fixed_point(state: SessionState) -> None:
    once = plan(state).state
    assert plan(once).state == once
