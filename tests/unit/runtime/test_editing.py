"""Editing a file beside programs that take no locks: made anew on what they wrote, not forever."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.document import Document, set_value
from stui_workspace.errors import StaleRevisionError
from stui_workspace.runtime.editing import RETRIES, edit_file
from stui_workspace.storage.filesystem import RealFileSystem, Write

TEXT = "stui: 1\nname: a\n"


class Busy:
    """A disk on which another program writes the file while we are about to."""

    def __init__(self, file: Path, times: int) -> None:
        self._disk = RealFileSystem()
        self._file, self._left = file, times
        self.read, self.names = self._disk.read, self._disk.names
        self.move, self.remove = self._disk.move, self._disk.remove
        self.make_folder = self._disk.make_folder

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        self._disk.write(path, content, how, like=like)
        if self._left and path.parent == self._file.parent:
            self._left -= 1
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"x-{self._left}: 1\n")


def set_name(document: Document) -> Document:
    return set_value(document, ("name",), "b")


@pytest.mark.parametrize("times", [0, 1, RETRIES])
def test_nobody_loses_a_line(tmp_path: Path, times: int) -> None:
    file = tmp_path / ".stui-workspace.yaml"
    file.write_text(TEXT)
    services = services_in(tmp_path / "home", fs=Busy(file, times))
    edit_file(file, tmp_path, set_name, services)
    lines = file.read_text().splitlines()
    assert lines[:2] == ["stui: 1", "name: b"]
    assert sorted(lines[2:]) == [f"x-{number}: 1" for number in range(times)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".stui-workspace.yaml", "home"]


def test_a_program_that_never_stops_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".stui-workspace.yaml"
    file.write_text(TEXT)
    services = services_in(tmp_path / "home", fs=Busy(file, RETRIES + 1))
    with pytest.raises(StaleRevisionError):
        edit_file(file, tmp_path, set_name, services)
    assert "name: a" in file.read_text()
    assert file.read_text().count("x-") == RETRIES + 1


class Emptied(Busy):
    """A disk on which an editor has emptied the file, and is about to fill it again."""

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        self._disk.write(path, content, how, like=like)
        if path.parent == self._file.parent:
            self._file.write_text("")


def test_a_file_that_is_being_written_is_not_made_anew_from_its_half(tmp_path: Path) -> None:
    file = tmp_path / ".stui-workspace.yaml"
    file.write_text(TEXT)
    services = services_in(tmp_path / "home", fs=Emptied(file, 1))
    with pytest.raises(StaleRevisionError):
        edit_file(file, tmp_path, set_name, services)
    assert file.read_text() == ""
