"""Which program a word means: never one that the project slipped in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stui_workspace.trust.programs import Program, find_program, is_inside, real_path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A real folder with `project/bin/tool`, `system/tool`, `system/python3` and `plain/tool`.

    The last one cannot be started.
    """
    base = Path(os.path.realpath(tmp_path))
    for name in ("project/bin/tool", "system/tool", "system/python3", "plain/tool"):
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o644 if name.startswith("plain") else 0o755)
    return base


def search(*folders: Path | str) -> str:
    return os.pathsep.join(str(folder) for folder in folders)


def test_a_bare_name_is_looked_for_in_order(base: Path) -> None:
    found = find_program("tool", base / "project", search(base / "plain", base / "system", "/"))
    assert found == Program("tool", base / "system" / "tool")


@pytest.mark.parametrize("entry", ["", ".", "bin", "system", "project/bin", "~/bin"])
@pytest.mark.parametrize("here", [".", "project", "system"])
def test_only_absolute_folders_count(
    base: Path, here: str, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(base / here)
    assert find_program("tool", base / "project", search(entry)) == Program("tool", None)


@pytest.mark.parametrize("entry", ["project/bin", "system/../project/bin", "link", "project"])
def test_folders_of_the_project_do_not_count(base: Path, entry: str) -> None:
    (base / "link").symlink_to("project/bin")
    (base / "project" / "tool").symlink_to("../system/tool")
    path = search(f"{base}/{entry}", base / "system")
    found = find_program("tool", base / "project", path)
    assert found == Program("tool", base / "system" / "tool")


@pytest.mark.parametrize("name", ["no-such-thing", "", ".", "..", "a\0b", "\ud800", "n" * 300])
def test_what_is_nowhere_is_no_program(base: Path, name: str) -> None:
    found = find_program(name, base / "project", search(base / "system"))
    assert found.path is None or not found.path.is_file()


def test_a_folder_is_no_program(base: Path) -> None:
    (base / "system" / "folder").mkdir()
    assert find_program("folder", base / "project", search(base / "system")).path is None


def test_a_link_into_the_project_is_said_to_be_of_the_project(base: Path) -> None:
    (base / "system" / "mine").symlink_to("../project/bin/tool")
    found = find_program("mine", base / "project", search(base / "system"))
    assert found == Program("mine", base / "system" / "mine", of_project=True)


def test_a_relative_path_starts_at_the_root(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(base)
    found = find_program("bin/tool", base / "project", search(base / "system"))
    assert found == Program("bin/tool", base / "project" / "bin" / "tool", of_project=True)


def test_the_last_link_is_kept_and_the_others_are_followed(base: Path) -> None:
    """By the name it is started with, an interpreter finds its virtual environment."""
    (base / "venv" / "bin").mkdir(parents=True)
    (base / "venv" / "bin" / "python").symlink_to(base / "system" / "python3")
    (base / "project" / ".venv").symlink_to("../venv")
    found = find_program(".venv/bin/python", base / "project", "")
    assert found == Program(".venv/bin/python", base / "venv" / "bin" / "python")


def test_an_interpreter_in_the_project_is_of_the_project(base: Path) -> None:
    """Even where it is a link to the system's: what it loads stands beside the link."""
    folder = base / "project" / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(base / "system" / "python3")
    found = find_program(".venv/bin/python", base / "project", "")
    assert found == Program(".venv/bin/python", folder / "python", of_project=True)


@pytest.mark.parametrize("written", ["../system/tool", "bin/../../system/tool"])
def test_a_path_out_of_the_project_is_taken_as_it_is(base: Path, written: str) -> None:
    found = find_program(written, base / "project", "")
    assert found == Program(written, base / "system" / "tool")


def test_an_absolute_path_is_taken_as_it_is(base: Path) -> None:
    written = str(base / "system" / "not-yet-there")
    assert find_program(written, base / "project", "") == Program(written, Path(written))


def test_what_can_be_no_path_stays_as_it_is(base: Path) -> None:
    assert real_path(Path("a\0b")) == Path("a\0b")
    assert find_program("a\0b/c", base, "").path == base / "a\0b" / "c"


def test_inside_is_meant_after_links(base: Path) -> None:
    (base / "project" / "out").symlink_to("../system")
    (base / "in").symlink_to("project")
    assert is_inside(base / "project", base / "project")
    assert is_inside(base / "in" / "bin", base / "project")
    assert not is_inside(base / "project" / "out", base / "project")
    assert not is_inside(base / "project-2", base / "project")
