"""Laws of removing, bringing back, cloning and pruning sessions, whatever is kept of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from stui_workspace.runtime.sessions.pruning import Rule
from support.kept_sessions import DAY, Shelf, shelf_in

IDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,12}", fullmatch=True)
SHELVES = st.dictionaries(
    IDS,
    st.fixed_dictionaries(
        {
            "days": st.integers(0, 90),
            "unsaved": st.integers(0, 2),
            "journalled": st.booleans(),
            "snapshots": st.booleans(),
            "is_bad": st.booleans(),
            "is_open": st.booleans(),
        }
    ),
    min_size=1,
    max_size=6,
)


def filled(folder: str, plan: dict[str, dict[str, int]]) -> Shelf:
    shelf = shelf_in(Path(folder))
    for name, of in plan.items():
        state = shelf.keep(name, of["days"] * DAY, of["unsaved"], closed=not of["is_open"])
        if of["snapshots"]:
            shelf.snapshot(state)
        if of["journalled"]:
            shelf.journal(name, "typed")
        if of["is_bad"]:
            shelf.store.path_of(name).write_text("stui-session: [")
    return shelf


@settings(max_examples=25, deadline=None)
@given(SHELVES, st.data())
def test_removed_and_brought_back_every_file_has_its_bytes(
    plan: dict[str, dict[str, int]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = filled(folder, plan)
        before = shelf.contents()
        some = data.draw(st.lists(st.sampled_from(sorted(plan)), min_size=1, unique=True))
        shelf.catalogue.remove(some)
        assert sorted(shelf.ids) == sorted(set(plan) - set(some))
        shelf.catalogue.undo()
        assert shelf.contents() == before


@settings(max_examples=25, deadline=None)
@given(SHELVES)
def test_a_clone_leaves_the_original_and_all_others_untouched(
    plan: dict[str, dict[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = filled(folder, plan)
        name = next((one for one, of in plan.items() if not of["is_bad"]), None)
        if name is None:
            return
        before = shelf.contents()
        made = shelf.catalogue.clone(name, "a clone of it")
        after = shelf.contents()
        assert {one: after[one] for one in before} == before
        assert made.id not in plan
        copied, kept = (shelf.catalogue.details(one).kept for one in (made.id, name))
        assert copied is not None
        assert kept is not None
        assert copied.state.buffers == kept.state.buffers


@settings(max_examples=30, deadline=None)
@given(
    SHELVES,
    st.builds(
        Rule,
        older=st.none() | st.floats(0, 90 * DAY),
        keep=st.integers(0, 5),
        larger=st.none() | st.integers(0, 3000),
        unsaved=st.booleans(),
    ),
)
def test_pruning_removes_what_the_dry_run_named_and_nothing_else(
    plan: dict[str, dict[str, int]], rule: Rule
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shelf = filled(folder, plan)
        before, newest = shelf.contents(), shelf.ids[0]
        locks = [shelf.store.acquire(name) for name, of in plan.items() if of["is_open"]]
        planned = shelf.catalogue.plan(rule)
        assert shelf.contents() == before
        done = shelf.catalogue.prune(planned, rule)
        going = {one.id for one in planned.going}
        assert {one.id for one in done.going} == going == set(plan) - set(shelf.ids)
        assert newest not in going
        for name in going:
            assert not plan[name]["is_open"]
            assert not plan[name]["is_bad"]
            assert rule.unsaved or not (plan[name]["unsaved"] or plan[name]["journalled"])
        for lock in locks:
            assert lock is not None
            lock.release()
        if going:
            shelf.catalogue.undo()
        assert shelf.contents() == before
