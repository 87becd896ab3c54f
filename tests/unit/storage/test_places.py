"""Where things are kept, and which project a folder belongs to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.storage.locations import Locations
from stui_workspace.storage.project import Project, find_project

HIDDEN, VISIBLE = ".stui-workspace.yaml", "stui-workspace.yaml"


def test_one_variable_moves_everything(tmp_path: Path) -> None:
    found = Locations.find({"STUI_HOME": str(tmp_path)})
    assert found == Locations(
        tmp_path / "config", tmp_path / "state", tmp_path / "data", tmp_path / "cache"
    )
    assert found.history == tmp_path / "data" / "history"
    assert list(tmp_path.iterdir()) == []


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Locations.find({"STUI_HOME": "here"}).state == tmp_path / "here" / "state"


@pytest.mark.parametrize("environ", [{}, {"STUI_HOME": ""}])
def test_without_it_the_system_says(environ: dict[str, str]) -> None:
    found = Locations.find(environ)
    folders = (found.config, found.state, found.data, found.cache)
    assert all(folder.is_absolute() and "stui" in folder.parts for folder in folders)


def test_a_workspace_has_one_folder_whatever_the_way_to_it(tmp_path: Path) -> None:
    locations = Locations.find({"STUI_HOME": str(tmp_path / "home")})
    (tmp_path / "project").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to("project")
    one = locations.workspace(tmp_path / "project")
    assert locations.workspace(tmp_path / "link") == one
    assert locations.workspace(tmp_path / "other" / ".." / "project") == one
    assert locations.workspace(tmp_path / "other") != one


def test_names_from_outside_are_no_paths_of_ours(tmp_path: Path) -> None:
    locations = Locations.find({"STUI_HOME": str(tmp_path)})
    folder = locations.workspace(tmp_path / "a b\n;" / "..." / "x")
    assert folder.path.parent == locations.state / "workspaces"
    assert folder.path.name.isalnum()
    places = (folder.sessions, folder.journals, folder.snapshots, folder.grants, folder.crashes)
    assert {place.parent for place in (*places, folder.locks, folder.rescued)} == {folder.path}
    assert folder.journal_of("a").parent == folder.journals
    assert folder.snapshots_of("a").parent == folder.snapshots
    assert folder.crashes_of("a").parent == folder.crashes


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with a project in it: `home/project/sub/deep`."""
    home = Path(os.path.realpath(tmp_path)) / "home"
    (home / "project" / "sub" / "deep").mkdir(parents=True)
    return home


@pytest.mark.parametrize("name", [HIDDEN, VISIBLE])
@pytest.mark.parametrize("start", [".", "sub", "sub/deep", "sub/../sub"])
def test_the_file_is_found_upwards(home: Path, name: str, start: str) -> None:
    file = home / "project" / name
    file.touch()
    assert find_project(home / "project" / start, home) == Project(home / "project", file)


def test_the_nearest_one_counts(home: Path) -> None:
    (home / "project" / HIDDEN).touch()
    (home / "project" / "sub" / VISIBLE).touch()
    assert find_project(home / "project" / "sub" / "deep", home).root == home / "project" / "sub"


def test_a_folder_without_any_is_a_project_of_its_own(home: Path) -> None:
    assert find_project(home / "project" / "sub", home) == Project(home / "project" / "sub")


@pytest.mark.parametrize("mark", [".git", ".hg", ".jj", ".svn"])
def test_looking_stops_at_the_root_of_a_repository(home: Path, mark: str) -> None:
    (home / HIDDEN).touch()
    (home / "project" / mark).touch()  # in a git worktree it is a file
    start = home / "project" / "sub"
    assert find_project(start, home) == Project(start)
    (home / "project" / HIDDEN).touch()
    assert find_project(start, home).root == home / "project"


def test_looking_stops_at_home(home: Path) -> None:
    (home.parent / HIDDEN).touch()
    start = home / "project"
    assert find_project(start, home) == Project(start)
    (home / HIDDEN).touch()
    assert find_project(start, home).root == home


def test_both_names_in_one_place_are_refused(home: Path) -> None:
    (home / HIDDEN).touch()
    (home / VISIBLE).touch()
    with pytest.raises(UsageError, match="has both") as caught:
        find_project(home / "project", home)
    assert caught.value.next_step


def test_the_overlay_stands_beside_the_file(home: Path) -> None:
    overlay = home / "project" / ".stui-workspace.local.yaml"
    overlay.touch()
    (home / "project" / VISIBLE).touch()
    assert find_project(home / "project" / "sub", home).overlay == overlay


def test_a_file_can_be_named_itself(home: Path) -> None:
    file = home / "project" / "sub" / "other.yaml"
    file.touch()
    assert find_project(file, home) == Project(file.parent, file)


def test_a_broken_link_is_found_so_that_somebody_says_so(home: Path) -> None:
    file = home / "project" / HIDDEN
    file.symlink_to("nowhere")
    assert find_project(home / "project", home).file == file
    assert find_project(file, home).file == file


def test_a_link_on_the_way_changes_nothing(home: Path) -> None:
    (home / HIDDEN).touch()
    (home.parent / HIDDEN).touch()
    (home.parent / "link").symlink_to(home / "project" / "sub")
    (home.parent / "home-link").symlink_to(home)
    found = find_project(home.parent / "link", home.parent / "home-link")
    assert found == Project(home, home / HIDDEN)


def test_a_start_that_is_not_there(home: Path) -> None:
    with pytest.raises(NotFoundError, match="no folder"):
        find_project(home / "no", home)


def test_home_is_asked_of_the_system(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERPROFILE" if sys.platform == "win32" else "HOME", str(home))
    (home.parent / HIDDEN).touch()
    assert find_project(home / "project") == Project(home / "project")


def test_a_relative_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home / "project")
    (home / "project" / HIDDEN).touch()
    assert find_project(Path("sub"), home).root == home / "project"
    assert find_project(Path(os.curdir), home).root == home / "project"
