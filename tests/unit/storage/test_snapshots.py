"""Snapshots: equal values once, verified when read, and never the sudden loss of most items."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError, NotFoundError
from stui_workspace.model.values import Plain, same
from stui_workspace.model.workspace import Keep
from stui_workspace.storage.checked_lines import line_of
from stui_workspace.storage.sessions.items import ItemProblem
from stui_workspace.storage.snapshots import store as snapshots
from stui_workspace.storage.snapshots.index import SnapshotId
from stui_workspace.storage.snapshots.store import FILE_NAME, SnapshotStore, lost_most

FOLDER = Path("/state/snapshots/a")
FILE = FOLDER / FILE_NAME

TEXT = "a line of text that is long enough to be compressed\n" * 10
FOUR: dict[str, Plain] = {"meta": {"id": "a"}, "buffer/a": TEXT, "buffer/b": "b", "layout": {}}
ONE: dict[str, Plain] = {"meta": {"id": "a"}}


@pytest.fixture
def disk() -> FlakyDisk:
    return FlakyDisk()


@pytest.fixture
def store(disk: FlakyDisk) -> SnapshotStore:
    return SnapshotStore(FOLDER, disk)


def latest(store: SnapshotStore) -> dict[str, Plain]:
    found = store.latest()
    assert found is not None
    return dict(found.items)


def test_an_empty_store_has_nothing(store: SnapshotStore) -> None:
    assert store.latest() is None
    assert store.log() == ()
    assert store.prune(Keep(), 0.0) == 0
    with pytest.raises(NotFoundError):
        store.get(SnapshotId("no"))


def test_what_was_put_is_got(store: SnapshotStore) -> None:
    first = store.put(FOUR, 1.0)
    second = store.put({**FOUR, "buffer/b": "c", "gone": None}, 2.0)
    assert dict(store.get(first).items) == FOUR
    assert latest(store) == {**FOUR, "buffer/b": "c"}
    assert [(entry.id, entry.at) for entry in store.log()] == [(first, 1.0), (second, 2.0)]


VALUES = st.one_of(
    st.text(st.characters(), max_size=400),
    st.integers(),
    st.booleans(),
    st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3),
)


@given(st.lists(st.dictionaries(st.text(min_size=1, max_size=4), VALUES), max_size=5))
def test_any_state_comes_back(states: list[dict[str, Plain]]) -> None:
    disk = FlakyDisk()
    names = [
        (SnapshotStore(FOLDER, disk).put(state, float(number), confirmed=True), state)
        for number, state in enumerate(states)
    ]
    for name, state in names:
        found = SnapshotStore(FOLDER, disk).get(name)
        assert same(found.items, state)
        assert found.problems == ()


def test_equal_values_are_stored_once(disk: FlakyDisk, store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    before = disk.files[FILE].count(b'"object"')
    store.put({**FOUR, "buffer/c": TEXT, "buffer/b": "c"}, 2.0)
    SnapshotStore(FOLDER, disk).put({**FOUR, "buffer/d": TEXT}, 3.0)
    assert disk.files[FILE].count(b'"object"') == before + 1


def test_the_same_state_is_not_stored_again(disk: FlakyDisk, store: SnapshotStore) -> None:
    first = store.put(FOUR, 1.0)
    before = disk.files[FILE]
    assert store.put(dict(reversed(FOUR.items())), 2.0) == first
    assert SnapshotStore(FOLDER, disk).put(FOUR, 3.0) == first
    assert disk.files[FILE] == before


def test_a_state_that_lost_most_is_stored_and_not_the_latest(store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    shrunk = store.put(ONE, 2.0)
    assert latest(store) == FOUR
    assert dict(store.get(shrunk).items) == ONE
    assert store.put(ONE, 3.0) == shrunk
    assert latest(store) == FOUR
    assert [entry.shrunk for entry in store.log()] == [False, True]


def test_a_loss_that_was_confirmed_counts(disk: FlakyDisk, store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    shrunk = store.put(ONE, 2.0)
    store.confirm(shrunk)
    assert latest(store) == ONE
    assert latest(SnapshotStore(FOLDER, disk)) == ONE
    store.put({**ONE, "buffer/new": 1}, 3.0)
    assert latest(store) == {**ONE, "buffer/new": 1}
    with pytest.raises(NotFoundError):
        store.confirm(SnapshotId("no"))


@pytest.mark.parametrize("stored_before", [True, False])
def test_a_loss_can_be_confirmed_as_it_is_put(store: SnapshotStore, stored_before: bool) -> None:
    store.put(FOUR, 1.0)
    if stored_before:
        store.put(ONE, 2.0)
    store.put(ONE, 3.0, confirmed=True)
    assert latest(store) == ONE


def test_a_store_that_grew_again_is_trusted(store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    store.put(ONE, 2.0)
    store.put({**FOUR, "buffer/b": "again"}, 3.0)
    assert latest(store) == {**FOUR, "buffer/b": "again"}


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("", "", False),
        ("ab", "", False),
        ("abc", "abc", False),
        ("abc", "ab", False),
        ("abc", "a", True),
        ("abcd", "ab", False),
        ("abcd", "axyz", True),
    ],
)
def test_losing_most(before: str, after: str, lost: bool) -> None:
    assert lost_most(before, after) == lost


def damage(disk: FlakyDisk, mark: bytes, nth: int = 0) -> None:
    """Flip a bit in the nth line that has `mark`."""
    lines = disk.files[FILE].splitlines(keepends=True)
    victim = [number for number, line in enumerate(lines) if mark in line][nth]
    lines[victim] = lines[victim][:40] + bytes([lines[victim][40] ^ 1]) + lines[victim][41:]
    disk.files[FILE] = b"".join(lines)


def test_damage_is_found_and_an_older_whole_state_serves(
    disk: FlakyDisk, store: SnapshotStore
) -> None:
    store.put(FOUR, 1.0)
    newer = store.put({**FOUR, "buffer/b": "only in the newer one"}, 2.0)
    damage(disk, b'"object"', nth=-1)
    assert latest(store) == FOUR
    assert store.get(newer).problems == (ItemProblem("buffer/b", "its stored value is missing"),)
    assert "buffer/a" in store.get(newer).items


def test_where_nothing_is_whole_what_is_left_serves(disk: FlakyDisk, store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    damage(disk, b'"zlib"')
    found = store.latest()
    assert found is not None
    assert found.problems == (ItemProblem("buffer/a", "its stored value is missing"),)
    assert dict(found.items) == {name: FOUR[name] for name in FOUR if name != "buffer/a"}


def test_a_damaged_value_is_stored_again(disk: FlakyDisk, store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    damage(disk, b'"zlib"')
    SnapshotStore(FOLDER, disk).put({**FOUR, "buffer/b": "c"}, 2.0)
    assert latest(SnapshotStore(FOLDER, disk)) == {**FOUR, "buffer/b": "c"}


def test_a_value_under_the_wrong_name_is_not_believed(disk: FlakyDisk) -> None:
    SnapshotStore(FOLDER, disk).put({"a": 1}, 1.0)
    SnapshotStore(FOLDER, disk).put({"a": 2}, 2.0)
    first, second = SnapshotStore(FOLDER, disk).log()
    wrong = {"object": second.items["a"], "text": "MQ=="}
    disk.files[FILE] += line_of(wrong)
    assert SnapshotStore(FOLDER, disk).get(second.id).problems == (
        ItemProblem("a", "its stored value is damaged"),
    )
    assert SnapshotStore(FOLDER, disk).get(first.id).items == {"a": 1}


@pytest.mark.parametrize("record", [{"zlib": "eJw="}, {"zlib": "MQ=="}, {"text": "?"}, {}])
def test_a_value_that_cannot_be_unpacked_is_damaged(
    disk: FlakyDisk, record: dict[str, str]
) -> None:
    name = SnapshotStore(FOLDER, disk).put({"a": 1, "b": 2}, 1.0)
    digest = SnapshotStore(FOLDER, disk).log()[0].items["a"]
    disk.files[FILE] += line_of({"object": digest, **record})
    found = SnapshotStore(FOLDER, disk).get(name)
    assert found.problems == (ItemProblem("a", "its stored value is damaged"),)
    assert found.items == {"b": 2}


def test_a_torn_line_does_not_take_the_next_snapshot_with_it(disk: FlakyDisk) -> None:
    SnapshotStore(FOLDER, disk).put(FOUR, 1.0)
    disk.files[FILE] += b"0123456789abcdef {"
    SnapshotStore(FOLDER, disk).put({**FOUR, "buffer/b": "c"}, 2.0)
    assert latest(SnapshotStore(FOLDER, disk)) == {**FOUR, "buffer/b": "c"}


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    disk = FlakyDisk({FILE: content}, {Path("/"), FOLDER})
    assert SnapshotStore(FOLDER, disk).latest() is None


def test_pruning_keeps_what_is_wanted_and_its_values(disk: FlakyDisk, store: SnapshotStore) -> None:
    names = [store.put({**FOUR, "buffer/b": str(number)}, float(number)) for number in range(10)]
    assert store.prune(Keep(last=3, hourly=0, daily=0), now=10.0) == 7
    assert [entry.id for entry in store.log()] == names[-3:]
    assert all(store.get(name).problems == () for name in names[-3:])
    assert disk.files[FILE].count(b'"object"') == len(FOUR) + 2
    assert store.prune(Keep(last=3, hourly=0, daily=0), now=10.0) == 0
    assert store.put(FOUR, 11.0) not in names


def test_pruning_never_takes_the_latest(store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    store.put(ONE, 2.0)
    store.prune(Keep(last=1, hourly=0, daily=0), now=3.0)
    assert latest(store) == FOUR
    assert len(store.log()) == 2


def test_a_confirmation_survives_pruning(disk: FlakyDisk, store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    store.confirm(store.put(ONE, 2.0))
    store.prune(Keep(last=1, hourly=0, daily=0), now=3.0)
    assert latest(SnapshotStore(FOLDER, disk)) == ONE


def test_the_newest_is_the_end_of_the_log(disk: FlakyDisk, store: SnapshotStore) -> None:
    assert store.newest() is None
    store.put(FOUR, 1.0)
    assert store.newest() == store.log()[-1]
    lost = store.put(ONE, 2.0)
    found = store.newest()
    assert found is not None
    assert (found.id, found.shrunk) == (lost, True)
    disk.files[FILE] += b"torn"
    assert store.newest() == found
    store.confirm(lost)
    assert store.newest() == store.log()[-1]
    assert not store.log()[-1].shrunk


def test_a_full_disk_is_told_and_costs_nothing(disk: FlakyDisk, store: SnapshotStore) -> None:
    store.put(FOUR, 1.0)
    disk.fails_at, disk.error = disk.operations + 1, errno.ENOSPC
    with pytest.raises(DiskError, match="full"):
        store.put({**FOUR, "buffer/b": "c"}, 2.0)
    assert latest(store) == FOUR
    store.put({**FOUR, "buffer/b": "c"}, 3.0)
    assert latest(SnapshotStore(FOLDER, disk)) == {**FOUR, "buffer/b": "c"}


def test_a_file_too_large_to_be_ours_is_named_and_the_next_snapshot_sets_it_apart(
    disk: FlakyDisk, store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MOST_BYTES", 1 << 20)
    disk.folders.add(FOLDER)
    disk.files[FILE] = bytes((1 << 20) + 1)
    with pytest.raises(DiskError, match="larger than 1 MiB"):
        store.log()
    assert store.latest() is None
    store.put(ONE, 1.0)
    assert latest(store) == ONE
    assert len(disk.files[FOLDER / f"{FILE_NAME}.damaged-1"]) > 1 << 20
