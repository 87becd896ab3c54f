"""A look: content that held still, or why there is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.atomic import WORKSPACE_BYTES
from stui_workspace.watch import look as looking
from stui_workspace.watch.look import Missing, Seen, Unreadable, look

CONTENT = b"stui: 1\r\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "project" / ".stui-workspace.yaml"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


def seen(content: bytes) -> Seen:
    return Seen(content, revision_of(content))


def test_a_file_is_seen_with_its_revision(file: Path) -> None:
    assert look(file, file.parent) == seen(CONTENT)


def test_the_same_bytes_are_the_same_sight(file: Path) -> None:
    before = look(file, file.parent)
    file.unlink()
    file.write_bytes(CONTENT)
    os.utime(file, (0, 0))
    assert look(file, file.parent) == before


@pytest.mark.parametrize("name", ["nothing.yaml", "no-folder/nothing.yaml", "n" * 300])
def test_where_there_is_nothing_to_see(file: Path, name: str) -> None:
    found = look(file.parent / name, file.parent)
    assert isinstance(found, Missing if len(name) < 255 else Unreadable)


def test_a_link_is_followed_within_the_project(file: Path) -> None:
    link = file.with_name("link.yaml")
    link.symlink_to(file.name)
    assert look(link, file.parent) == seen(CONTENT)


def folder(path: Path) -> None:
    path.mkdir()


def link_out(path: Path) -> None:
    outside = path.parent.parent / "outside.yaml"
    outside.write_bytes(b"secret")
    path.symlink_to(outside)


def link_round(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("make", [folder, link_out, link_round])
def test_what_is_no_file_of_the_project_is_not_read(
    file: Path, make: Callable[[Path], None]
) -> None:
    path = file.with_name("odd.yaml")
    make(path)
    found = look(path, file.parent)
    assert isinstance(found, Unreadable)
    assert not found.passing
    assert found.next_step


def test_one_byte_too_many_is_read_for_the_document_to_say_so(file: Path) -> None:
    file.write_bytes(b"#" * (WORKSPACE_BYTES + 100))
    found = look(file, file.parent)
    assert isinstance(found, Seen)
    assert len(found.content) == WORKSPACE_BYTES + 1


class Writer:
    """Somebody who writes while we read, so many times."""

    def __init__(self, file: Path, times: int) -> None:
        self.file, self.times, self.read_count = file, times, 0

    def read(self, path: Path, _root: Path) -> bytes:
        self.read_count += 1
        content = path.read_bytes() if path.exists() else None
        if self.read_count <= self.times:
            path.write_bytes(CONTENT * (self.read_count + 1))
        if content is None:
            raise DiskError(path, "gone")
        return content


@pytest.mark.parametrize("times", [1, 2])
def test_what_moved_while_it_was_read_is_read_again(
    file: Path, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(file, times)
    monkeypatch.setattr(looking, "read_workspace", writer.read)
    assert look(file, file.parent) == seen(CONTENT * (times + 1))


def test_what_never_holds_still_is_left_for_later(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(file, 1000)
    monkeypatch.setattr(looking, "read_workspace", writer.read)
    found = look(file, file.parent)
    assert isinstance(found, Unreadable)
    assert found.passing
    assert writer.read_count < 10


def test_a_file_that_comes_while_we_look_is_seen(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.unlink()
    monkeypatch.setattr(looking, "read_workspace", Writer(file, 1).read)
    assert look(file, file.parent) == seen(CONTENT * 2)
