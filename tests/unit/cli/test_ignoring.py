"""`.gitignore` gets one line more, once, and keeps every other byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.errors import DiskError
from stui_workspace.runtime.starting.ignoring import ignore, with_line
from stui_workspace.storage.filesystem import RealFileSystem

NAME = ".stui-workspace.local.yaml"
DISK = RealFileSystem()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_it_is_made_where_there_is_none(repository: Path) -> None:
    assert ignore(DISK, repository, NAME) == repository / ".gitignore"
    assert (repository / ".gitignore").read_bytes() == f"{NAME}\n".encode()


def test_twice_is_once(repository: Path) -> None:
    ignore(DISK, repository, NAME)
    assert ignore(DISK, repository, NAME) is None


def test_outside_a_repository_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / ".hg").mkdir()
    assert ignore(DISK, tmp_path, NAME) is None
    assert not (tmp_path / ".gitignore").exists()


@pytest.mark.parametrize(
    ("where", "line", "is_added"),
    [
        pytest.param(".", NAME, False, id="the line itself"),
        pytest.param(".", f"  {NAME}  ", False, id="with blanks"),
        pytest.param(".", f"/{NAME}", False, id="anchored here"),
        pytest.param("..", NAME, False, id="above"),
        pytest.param("..", f"/{NAME}", True, id="anchored above is another file"),
        pytest.param(".", f"# {NAME}", True, id="a comment"),
        pytest.param(".", f"!{NAME}", True, id="a negation"),
    ],
)
def test_what_is_there_already(repository: Path, where: str, line: str, *, is_added: bool) -> None:
    folder = repository / "app"
    folder.mkdir()
    (folder / where / ".gitignore").write_text(f"build/\n{line}\n")
    assert (ignore(DISK, folder, NAME) is not None) == is_added


@given(st.binary(max_size=200))
def test_every_foreign_byte_stays(content: bytes) -> None:
    new = with_line(content, NAME)
    assert new.startswith(content)
    assert NAME.encode() in new.splitlines()


def test_a_link_out_of_the_project_is_not_written_through(repository: Path) -> None:
    outside = repository / "outside"
    outside.write_text("theirs\n")
    folder = repository / "app"
    folder.mkdir()
    (folder / ".gitignore").symlink_to(outside)
    with pytest.raises(DiskError):
        ignore(DISK, folder, NAME)
    assert outside.read_text() == "theirs\n"
