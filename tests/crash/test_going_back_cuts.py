"""The power goes while an open session goes back: the next start finds one state or the other."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError
from stui_workspace.model.session import BufferState, LayoutState, SessionState
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.snapshots.store import SnapshotStore
from support.going_back import FOLDER, META, Bed, found_on, without_meta

EARLY = SessionState(
    META, buffers={name: BufferState(f"{name} early\n" * 50, ad_hoc=True) for name in "abc"}
)
LATE = replace(
    EARLY,
    layout=LayoutState(focus="a"),
    buffers={"a": BufferState("late", ad_hoc=True), "d": BufferState("new", ad_hoc=True)},
    preferences={"wrap": True},
)
UNSAVED = replace(LATE, preferences={"wrap": False})


def prepared() -> Bed:
    bed = Bed()
    bed.become(EARLY)
    bed.become(LATE)
    bed.memory.keep(UNSAVED)
    return bed


def test_wherever_it_is_cut_nothing_is_mixed_and_nothing_lost() -> None:
    wanted = without_meta(items_of(EARLY))
    written, unsaved = (without_meta(items_of(one)) for one in (LATE, UNSAVED))
    seen: set[int] = set()
    for step in range(1, 1000):
        bed = prepared()
        first = bed.past.snapshots()[-1].entry.id
        bed.disk.dies_at = bed.disk.steps + step
        try:
            bed.past.take_back(first)
        except PowerCut:
            disk = bed.disk.reboot()
            found = found_on(disk)
            assert found in (written, unsaved, wanted)
            seen.add((written, unsaved, wanted).index(found))
            if found == wanted:
                store = SnapshotStore(FOLDER.snapshots_of("main"), disk)
                assert any(store.get(one.id).items == unsaved for one in store.log())
        else:
            break
    assert step < 1000 - 1
    assert seen == {0, 1, 2}


def test_a_disk_that_refuses_leaves_memory_and_disk_as_one() -> None:
    for operation in range(1, 100):
        bed = prepared()
        bed.become(UNSAVED)
        first = bed.past.snapshots()[-1].entry.id
        bed.disk.fails_at = bed.disk.operations + operation
        failed = False
        try:
            bed.past.take_back(first)
        except DiskError:
            failed = True
            assert bed.items == without_meta(items_of(UNSAVED))
        if bed.disk.operations < bed.disk.fails_at:
            break
        bed.disk.fails_at = 0
        assert bed.memory.schedule.first_change is not None or not failed
        with suppress(DiskError):
            bed.keeper.save()
        assert found_on(bed.disk) == bed.items
    assert operation > 5


def _all_kept(disk: FlakyDisk) -> int:
    return len(SnapshotStore(FOLDER.snapshots_of("main"), disk).log())


def test_nothing_more_is_kept_than_the_two_states() -> None:
    bed = prepared()
    count = _all_kept(bed.disk)
    bed.past.take_back(bed.past.snapshots()[-1].entry.id)
    assert _all_kept(bed.disk) == count + 2
