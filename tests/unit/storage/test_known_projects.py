"""Which projects this machine knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.storage.known_projects import KnownProject, known_projects, note_project
from stui_workspace.storage.locations import Locations

HERE = Locations(Path("/c"), Path("/s"), Path("/d"), Path("/x"))


def known(root: str, opened: float) -> KnownProject:
    return KnownProject(HERE.workspace(Path(root)), Path(root), root[1:], opened)


def test_the_last_opened_first_and_each_once() -> None:
    disk = FlakyDisk()
    for root, opened in (("/a", 1.0), ("/b", 3.0), ("/a", 2.0)):
        note_project(known(root, opened), disk)
    assert known_projects(HERE, disk) == (known("/b", 3.0), known("/a", 2.0))


def test_none_where_nothing_is_kept() -> None:
    assert known_projects(HERE, FlakyDisk()) == ()


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[",
        b"{}",
        b'{"root": "", "name": "x", "opened": 1}',
        b'{"root": "/a\\u0000", "name": "x", "opened": 1}',
        b'{"root": "/a", "name": "x", "opened": 1e999}',
        b'{"root": 1, "name": "x", "opened": 1}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_record_is_left_out_and_the_rest_is_told(record: bytes) -> None:
    disk = FlakyDisk()
    for root in ("/a", "/b"):
        note_project(known(root, 1.0), disk)
    disk.files[known("/a", 1.0).folder.project] = record
    assert [one.root for one in known_projects(HERE, disk)] == [Path("/b")]
