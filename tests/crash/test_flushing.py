"""What is said to be done is flushed to the device: the content, and the names that changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stui_workspace.storage.filesystem import RealFileSystem, Write

FS = RealFileSystem()


def flushed_by(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The inodes that are flushed meanwhile."""
    found: set[int] = set()
    flush = os.fsync

    def note(descriptor: int) -> None:
        found.add(os.fstat(descriptor).st_ino)
        flush(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", note)
        act()
    return found


def inode(path: Path) -> int:
    return path.stat().st_ino


def test_of_a_file_that_goes_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").touch()
    assert flushed_by(lambda: FS.remove(tmp_path / "a"), monkeypatch) == {inode(tmp_path)}
    assert flushed_by(lambda: FS.remove(tmp_path / "a"), monkeypatch) == set()


def test_of_folders_that_come_those_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "one" / "two"
    found = flushed_by(lambda: FS.make_folder(deep), monkeypatch)
    assert found == {inode(tmp_path), inode(deep.parent)}
    assert flushed_by(lambda: FS.make_folder(deep), monkeypatch) == set()


def test_of_a_file_that_is_moved_both_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "deep").mkdir()
    target = tmp_path / "deep" / "a"
    found = flushed_by(lambda: FS.move(tmp_path / "a", target), monkeypatch)
    assert found == {inode(tmp_path), inode(target.parent)}


def test_of_a_file_that_is_written_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    assert inode_after(path, Write.APPEND, monkeypatch) == {inode(path), inode(tmp_path)}
    for how in (Write.APPEND, Write.OVER):
        assert inode_after(path, how, monkeypatch) == {inode(path)}


def inode_after(path: Path, how: Write, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    return flushed_by(lambda: FS.write(path, b"x", how), monkeypatch)
