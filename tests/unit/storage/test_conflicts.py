"""Records of merges: whole when they come back, named when they are damaged, and never too many."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError, UsageError
from stui_workspace.merge import Take, Written
from stui_workspace.merge.lines import Labels
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.conflicts.records import (
    SIDE_BYTES,
    MergeRecord,
    SettledAt,
    Sides,
    Style,
)
from stui_workspace.storage.conflicts.store import MOST, ConflictStore
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder

FOLDER = WorkspaceFolder(Path("/state/workspaces/x"))
FILE = Path("/project/.stui-workspace.yaml")
SIDES = Sides(b"a: 1\n", b"a: 2\n", b"\xff\x00not text")
RECORD = MergeRecord(str(FILE), 5.0, SIDES, revision_of(b"a: 2\n"))
FULL = MergeRecord(
    str(FILE),
    5.5,
    SIDES,
    revision_of(b"x"),
    Labels("HEAD", "", "their machine"),
    Style.MARKERS,
    15,
    {"/a": {"kind": "keyed", "key": ["id", "when"], "order": "strict"}},
    (
        SettledAt({"/a": Take.BOTH, "/b#eol": Written("# mine\n")}, 6.0),
        SettledAt({"/connections/[id=web]": Take.THEIRS}, 7.0),
    ),
    is_open=False,
    is_merged=False,
)


def store(disk: FlakyDisk) -> ConflictStore:
    return ConflictStore(FOLDER, disk)


@pytest.mark.parametrize("record", [RECORD, FULL], ids=["blank", "full"])
def test_a_record_comes_back_as_it_was(record: MergeRecord) -> None:
    disk = FlakyDisk()
    name = store(disk).add(record)
    found = store(disk).find(FILE)
    assert [(one.name, one.record) for one in found.records] == [(name, record)]
    assert found.problems == ()


@given(st.binary(), st.binary(), st.text(), st.dictionaries(st.text(), st.text()))
def test_any_bytes_and_any_words_come_back(
    base: bytes, ours: bytes, label: str, words: dict[str, str]
) -> None:
    disk = FlakyDisk()
    choices = {path: Written(text) for path, text in words.items()}
    sides = Sides(base, ours, b"")
    record = replace(RECORD, sides=sides, labels=Labels(label), steps=(SettledAt(choices, 1.0),))
    store(disk).add(record)
    assert [one.record for one in store(disk).find().records] == [record]


def test_the_oldest_merge_comes_first_and_files_are_told_apart() -> None:
    disk = FlakyDisk()
    other = replace(RECORD, file="/project/other.yaml")
    for record in (RECORD, other, FULL):
        store(disk).add(replace(record, is_open=True))
    assert [one.record.at for one in store(disk).find(FILE).records] == [5.0, 5.5]
    assert [one.record.at for one in store(disk).find(Path(other.file)).records] == [5.0]
    assert len(store(disk).find().records) == 3


def test_a_new_record_takes_the_place_of_those_that_are_finished() -> None:
    disk = FlakyDisk()
    store(disk).add(FULL)
    name = store(disk).add(RECORD)
    assert [one.name for one in store(disk).find(FILE).records] == [name]


def test_nothing_open_is_forgotten_for_a_new_one() -> None:
    disk = FlakyDisk()
    for _ in range(MOST):
        store(disk).add(RECORD)
    with pytest.raises(UsageError, match="conflicts of 32 merges already"):
        store(disk).add(RECORD)
    assert len(store(disk).find(FILE).records) == MOST


def test_a_side_that_is_too_large_is_not_kept() -> None:
    disk = FlakyDisk()
    with pytest.raises(DiskError, match="larger than 16 MiB"):
        store(disk).add(replace(RECORD, sides=Sides(b"", bytes(SIDE_BYTES + 1), b"")))
    assert disk.files == {}


def test_a_record_is_changed_and_removed() -> None:
    disk = FlakyDisk()
    name = store(disk).add(RECORD)
    store(disk).replace(name, FULL)
    assert [one.record for one in store(disk).find().records] == [FULL]
    store(disk).remove(name)
    assert store(disk).find().records == ()


def damaged(change: dict[str, Any]) -> bytes:
    disk = FlakyDisk()
    store(disk).add(RECORD)
    (content,) = disk.files.values()
    return json.dumps({**json.loads(content), **change}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        damaged({"revision": "another"}),
        damaged({"sides": ["", "", ""]}),
        damaged({"file": "/project/other.yaml"}),
        damaged({"sum": None}),
    ],
    ids=["empty", "cut", "list", "binary", "deep", "revision", "sides", "file", "sum"],
)
def test_a_damaged_record_is_named_and_kept_under_another_name(content: bytes) -> None:
    disk = FlakyDisk()
    name = store(disk).add(RECORD)
    path = FOLDER.conflicts / name
    disk.files[path] = content
    found = store(disk).find(FILE)
    assert found.records == ()
    assert found.problems == (
        f"{name} is no record of a merge that this stui knows; kept as {name}.damaged-1",
    )
    assert disk.files == {path.with_name(f"{name}.damaged-1"): content}
    assert store(disk).find(FILE).problems == ()
    disk.files[path] = b"again"
    store(disk).find()
    assert path.with_name(f"{name}.damaged-2") in disk.files


def test_a_record_of_a_newer_stui_stays_where_it_is() -> None:
    disk = FlakyDisk()
    name = store(disk).add(RECORD)
    content = damaged({"stui-conflicts": 2})
    disk.files[FOLDER.conflicts / name] = content
    found = store(disk).find(FILE)
    assert found.problems == (f"{name} is of a newer stui, and stays as it is",)
    assert disk.files == {FOLDER.conflicts / name: content}


def test_a_damaged_record_that_cannot_be_moved_is_named_all_the_same() -> None:
    disk = FlakyDisk()
    name = store(disk).add(RECORD)
    disk.files[FOLDER.conflicts / name] = b"{"
    disk.fails_at, disk.error = disk.operations + 1, errno.EROFS
    found = store(disk).find(FILE)
    assert found.problems == (f"{name} is no record of a merge, and stays: the disk is read-only",)


def test_a_disk_that_refuses_is_told() -> None:
    disk = FlakyDisk(fails_at=1, error=errno.ENOSPC)
    with pytest.raises(DiskError, match="the disk is full"):
        store(disk).add(RECORD)


def test_a_record_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = WorkspaceFolder(tmp_path / "state")
    name = ConflictStore(folder, RealFileSystem()).add(RECORD)
    assert (folder.conflicts / name).stat().st_mode & 0o777 == 0o600
    assert folder.conflicts.stat().st_mode & 0o777 == 0o700


def test_the_name_of_the_file_is_not_part_of_the_record_s_own() -> None:
    disk = FlakyDisk()
    name = store(disk).add(replace(RECORD, file="/project/../../etc/passwd.yaml"))
    assert "passwd" not in name
    assert "/" not in name


def test_a_file_is_the_same_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    disk = FlakyDisk()
    store(disk).add(replace(RECORD, file=str(tmp_path / "real" / "w.yaml")))
    assert len(store(disk).find(tmp_path / "link" / "w.yaml").records) == 1
