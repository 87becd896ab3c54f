"""Laws of going back: it brings back what was, undoing it is as if nothing had been."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from doubles.outside import HandClock, services_in
from strategies.sessions import states
from stui_workspace.model.session import SessionState
from stui_workspace.runtime.taking_back import Past, compare
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from support.going_back import Bed, without_meta


@given(states)
def test_a_state_is_no_other_than_itself(state: SessionState) -> None:
    assert compare(items_of(state), items_of(state)).differences == ()


@given(states, states)
def test_the_way_back_names_the_same_items(one: SessionState, other: SessionState) -> None:
    there, back = (
        compare(items_of(first), items_of(second)).items
        for first, second in ((one, other), (other, one))
    )
    assert there == back


@given(states, states)
def test_each_difference_says_something(one: SessionState, other: SessionState) -> None:
    for found in compare(items_of(one), items_of(other)).differences:
        assert found.summary


@given(states, states)
def test_what_came_back_is_what_was(early: SessionState, late: SessionState) -> None:
    bed = Bed()
    first = bed.become(early)
    bed.become(late)
    bed.past.take_back(first)
    assert bed.past.compare(first).differences == ()


@given(states, states)
def test_what_is_counted_of_a_connection_goes_on(early: SessionState, late: SessionState) -> None:
    bed = Bed()
    first = bed.become(early)
    bed.become(late)
    bed.past.take_back(first)
    for name in early.connections.keys() & late.connections.keys():
        now, before = bed.memory.state.connections[name], late.connections[name]
        assert (now.evaluations, now.last_error) == (before.evaluations, before.last_error)


@given(states, states)
def test_undoing_it_is_as_if_nothing_had_been(early: SessionState, late: SessionState) -> None:
    bed = Bed()
    first = bed.become(early)
    bed.become(late)
    before = bed.items
    done = bed.past.take_back(first)
    came = bed.items
    if done.back is None:
        return
    for expected in (before, came, before):
        bed.past.undo()
        assert bed.items == expected


@given(states, states, st.data())
def test_some_items_alone_leave_the_others(
    early: SessionState, late: SessionState, data: st.DataObject
) -> None:
    bed = Bed()
    first = bed.become(early)
    bed.become(late)
    differing = bed.past.compare(first).items
    only = data.draw(st.lists(st.sampled_from(differing), unique=True)) if differing else []
    if only:
        bed.past.take_back(first, only)
    assert bed.past.compare(first).items == tuple(one for one in differing if one not in only)


@settings(max_examples=25)
@given(states, states)
def test_the_same_on_the_disk(early: SessionState, late: SessionState) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock()
        services = services_in(Path(folder), clock)
        place = services.locations.workspace(Path(folder) / "project")
        store = SessionStore(place)
        snapshots = SnapshotStore(place.snapshots_of("main"))
        first = snapshots.put(without_meta(items_of(early)), clock.now)
        clock.now += 60.0
        snapshots.put(without_meta(items_of(late)), clock.now, confirmed=True)
        store.save(late)
        past = Past(place, "main", services)
        clock.now += 60.0
        done = past.take_back(first)
        assert past.compare(first).differences == ()
        if done.back is not None:
            past.undo_take_back()
            assert without_meta(past.now()[0]) == without_meta(items_of(late))
            past.undo_take_back()
            assert past.compare(first).differences == ()
