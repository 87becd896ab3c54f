"""The journal: what was appended comes back, and damage costs only what it hit."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError
from stui_workspace.model.values import Plain, same
from stui_workspace.storage.checked_lines import body_of, line_of
from stui_workspace.storage.sessions import journal as journals
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import Replay, apply, combine, replay

PATH = Path("/state/journals/a.journal")

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(), max_size=20),  # lone surrogates too
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(["meta", "layout", "buffer/a", "buffer/ü\n"])
RECORDS = st.lists(st.dictionaries(NAMES, VALUES, max_size=3), max_size=6)


def written(records: list[dict[str, Plain]]) -> bytes:
    return b"".join(line_of({"at": float(n), "items": one}) for n, one in enumerate(records))


def folded(records: list[dict[str, Plain]]) -> dict[str, Plain]:
    """The later value of each item: an oracle that knows nothing of lines."""
    return {name: value for record in records for name, value in record.items()}


@pytest.fixture
def disk() -> FlakyDisk:
    return FlakyDisk()


@pytest.fixture
def journal(disk: FlakyDisk) -> Journal:
    return Journal(PATH, disk)


def test_nothing_was_never_a_change() -> None:
    assert replay(b"") == Replay({}, 0, 0, 0, None)


def test_later_values_win_and_none_deletes(disk: FlakyDisk, journal: Journal) -> None:
    journal.append({"a": 1, "b": 1, "c": 1}, at=10.0)
    journal.append({"a": 2, "b": None}, at=11.0)
    found = replay(disk.files[PATH])
    assert found == Replay({"a": 2, "b": None, "c": 1}, 2, at=11.0)
    assert apply({"b": 7, "d": 4}, found.items) == {"a": 2, "c": 1, "d": 4}


def test_the_size_counts_bytes(disk: FlakyDisk, journal: Journal) -> None:
    assert journal.size == 0
    for number in range(3):
        journal.append({"a": number}, at=0.0)
        assert journal.size == len(disk.files[PATH])
    assert Journal(PATH, disk).size == len(disk.files[PATH])
    journal.set_aside()
    assert journal.size == 0


@given(RECORDS)
def test_what_was_appended_is_replayed(records: list[dict[str, Plain]]) -> None:
    disk = FlakyDisk()
    for number, record in enumerate(records):
        Journal(PATH, disk).append(record, at=float(number))
    found = replay(disk.files.get(PATH, b""))
    assert same(found.items, folded(records))
    assert (found.records_count, found.torn_bytes, found.damaged_count) == (len(records), 0, 0)


@given(RECORDS, st.data())
def test_a_cut_anywhere_leaves_whole_records(
    records: list[dict[str, Plain]], data: st.DataObject
) -> None:
    content = written(records)
    cut = data.draw(st.integers(0, len(content)))
    found = replay(content[:cut])
    assert same(found.items, folded(records[: found.records_count]))
    assert found.damaged_count == 0
    assert found.records_count >= content[:cut].count(b"\n")


@given(RECORDS.filter(any), st.data())
def test_a_damaged_line_costs_that_line(
    records: list[dict[str, Plain]], data: st.DataObject
) -> None:
    lines = written(records).splitlines(keepends=True)
    victim = data.draw(st.integers(0, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[victim]) - 2))
    flipped = lines[victim][at] ^ data.draw(st.integers(1, 255))
    broken = lines[victim][:at] + bytes([flipped]) + lines[victim][at + 1 :]
    found = replay(b"".join((*lines[:victim], broken, *lines[victim + 1 :])))
    assert same(found.items, folded([*records[:victim], *records[victim + 1 :]]))
    assert found.records_count == len(records) - 1
    assert found.damaged_count >= 1


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    assert replay(content).items == {}


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"at":1}',
        b'{"items":{}}',
        b'{"at":"1","items":{}}',
        b'{"at":1,"items":[]}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_line_with_the_right_checksum_and_the_wrong_content(body: bytes) -> None:
    from stui_workspace.storage.checked_lines import checksum

    line = checksum(body) + b" " + body + b"\n"
    assert replay(line) == Replay(damaged_count=1)


def test_a_body_needs_its_checksum() -> None:
    line = line_of({"a": 1}).rstrip(b"\n")
    assert body_of(line) == {"a": 1}
    assert body_of(line[1:]) is None
    assert body_of(line.replace(b" ", b"_", 1)) is None
    assert body_of(b"") is None


@pytest.mark.parametrize("tail", [b"0123", b"\xff\xff", b"0123456789abcdef {"])
def test_appending_after_a_torn_line_starts_a_new_one(disk: FlakyDisk, tail: bytes) -> None:
    Journal(PATH, disk).append({"a": 1}, at=0.0)
    disk.files[PATH] += tail
    Journal(PATH, disk).append({"b": 2}, at=1.0)
    assert replay(disk.files[PATH]) == Replay({"a": 1, "b": 2}, 2, 0, 1, 1.0)


def test_a_failed_append_is_told_and_the_next_one_works(disk: FlakyDisk, journal: Journal) -> None:
    journal.append({"a": 1}, at=0.0)
    disk.fails_at, disk.error = disk.operations + 1, errno.ENOSPC
    with pytest.raises(DiskError, match="full") as caught:
        journal.append({"a": 2}, at=1.0)
    assert caught.value.next_step
    journal.append({"b": 3}, at=2.0)
    assert replay(disk.files[PATH]).items == {"a": 1, "b": 3}
    assert journal.size == len(disk.files[PATH])


def test_a_failed_append_that_could_not_be_taken_back(disk: FlakyDisk, journal: Journal) -> None:
    journal.append({"a": 1}, at=0.0)
    disk.fails_at = disk.operations + 1
    with pytest.raises(DiskError):
        journal.append({"a": 2}, at=1.0)
    disk.files[PATH] += b"0123456789abcdef {"  # a part of it stayed
    journal.append({"b": 3}, at=2.0)
    assert replay(disk.files[PATH]) == Replay({"a": 1, "b": 3}, 2, 0, 1, 2.0)


def test_a_folder_that_was_taken_away_is_made_again(disk: FlakyDisk, journal: Journal) -> None:
    journal.append({"a": 1}, at=0.0)
    disk.files.clear()
    disk.folders = {Path("/")}
    journal.append({"b": 2}, at=1.0)
    assert replay(disk.files[PATH]).items == {"b": 2}
    assert journal.size == len(disk.files[PATH])


def test_setting_aside_what_is_not_there(journal: Journal) -> None:
    assert journal.set_aside() == ()
    assert journal.replay_asides() == Replay()
    journal.discard_asides()


def test_a_recovery_cut_short_is_replayed_with_the_next(disk: FlakyDisk) -> None:
    for number in range(12):  # past 9, where names and numbers sort differently
        journal = Journal(PATH, disk)
        journal.append({"last": number, f"own/{number}": number}, at=float(number))
        aside = journal.set_aside()
        assert len(aside) == number + 1
    found = Journal(PATH, disk).replay_asides()
    assert found.items["last"] == 11
    assert found.records_count == 12
    assert len(found.items) == 13
    assert PATH not in disk.files


def test_names_of_asides_are_never_used_twice(disk: FlakyDisk, journal: Journal) -> None:
    journal.append({"a": 1}, at=0.0)
    journal.set_aside()
    journal.append({"a": 2}, at=0.0)
    first, second = journal.set_aside()
    disk.remove(first)
    journal.append({"a": 3}, at=0.0)
    assert journal.set_aside()[0] == second
    assert journal.replay_asides().items == {"a": 3}


def test_a_checkpoint_forgets_what_was_saved(disk: FlakyDisk, journal: Journal) -> None:
    journal.append({"a": 1}, at=0.0)
    with journal.checkpoint():
        journal.append({"b": 2}, at=1.0)
    assert journal.asides() == ()
    assert replay(disk.files[PATH]).items == {"b": 2}


def test_a_checkpoint_that_fails_forgets_nothing(journal: Journal) -> None:
    journal.append({"a": 1}, at=0.0)
    with pytest.raises(DiskError), journal.checkpoint():
        raise DiskError(PATH, "full")
    journal.append({"b": 2}, at=1.0)
    journal.set_aside()
    assert journal.replay_asides().items == {"a": 1, "b": 2}


def test_the_asides_of_another_session_are_not_ours(disk: FlakyDisk, journal: Journal) -> None:
    for name in ("a.journal.aside-x", "b.journal.aside-1", "a.journal.aside-"):
        disk.files[PATH.with_name(name)] = line_of({"at": 0, "items": {"b": 1}})
    journal.append({"a": 1}, at=0.0)
    journal.set_aside()
    journal.discard_asides()
    assert sorted(path.name for path in disk.files) == [
        "a.journal.aside-",
        "a.journal.aside-x",
        "b.journal.aside-1",
    ]


@given(st.lists(RECORDS, max_size=4))
def test_replays_combine_as_their_journals_would(parts: list[list[dict[str, Plain]]]) -> None:
    apart = combine(replay(written(part)) for part in parts)
    together = replay(b"".join(written(part) for part in parts))
    assert same(apart.items, together.items)
    assert (apart.records_count, apart.at) == (together.records_count, together.at)


def test_one_too_large_to_be_ours_is_set_apart_and_the_others_are_replayed(
    disk: FlakyDisk, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "MOST_BYTES", 1 << 20)
    journal.append({"a": 1}, 1.0)
    journal.set_aside()
    disk.files[PATH] = bytes((1 << 20) + 9)
    assert Journal(PATH, disk).size == (1 << 20) + 1
    journal.set_aside()
    found = journal.replay_asides()
    assert dict(found.items) == {"a": 1}
    assert [one.reason for one in found.problems] == [
        "it cannot be ours; kept as a.journal.aside-2.damaged-1"
    ]
    journal.discard_asides()
    assert [path.name for path in disk.files] == ["a.journal.aside-2.damaged-1"]
