"""A first workspace file from the workbench: good, once, and nothing of a person's undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.saving import save_connection
from stui_workspace.runtime.loading import load
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.starting.beginning import begin_workspace
from stui_workspace.runtime.starting.copies import is_stale
from stui_workspace.runtime.starting.greeting import is_new_here
from stui_workspace.storage.locations import Locations
from stui_workspace.storage.project import find_project


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return services_in(tmp_path / "home")


@pytest.mark.parametrize("name", ["orders", "my project", "1.0", "é: #"])
def test_it_is_good_and_has_the_name_of_its_folder(
    name: str, tmp_path: Path, services: Services
) -> None:
    root = tmp_path / name
    (root / ".git").mkdir(parents=True)
    begun = begin_workspace(root, services)
    loaded = load(find_project(root, root), services)
    assert (loaded.workspace.name, loaded.problems) == (name, ())
    assert list(loaded.workspace.buffers) == ["scratch", "notes"]
    assert not any(is_stale(path) for path in begun.schemas)
    assert begun.ignored == root / ".gitignore"


@pytest.mark.parametrize("name", [".stui-workspace.yaml", "stui-workspace.yaml"])
def test_one_that_is_there_stays(name: str, tmp_path: Path, services: Services) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        begin_workspace(tmp_path, services)
    assert (tmp_path / name).read_text() == "mine"
    assert not (tmp_path / ".stui").exists()


def test_a_machine_is_greeted_once(services: Services) -> None:
    assert [is_new_here(services) for _ in range(3)] == [True, False, False]


def test_nobody_is_greeted_where_that_cannot_be_kept(tmp_path: Path, services: Services) -> None:
    (tmp_path / "file").write_text("no folder")
    blocked = Locations(tmp_path, tmp_path / "file" / "state", tmp_path, tmp_path)
    assert not is_new_here(replace(services, locations=blocked))


@pytest.mark.parametrize("to_overlay", [False, True])
def test_a_connection_that_is_saved_to_an_empty_folder_can_be_used(
    to_overlay: bool, tmp_path: Path, services: Services
) -> None:
    root = tmp_path / "my orders"
    (root / ".hg").mkdir(parents=True)
    spec = ConnectionSpec("image", "python")
    save_connection(spec, find_project(root, root), services, to_overlay=to_overlay)
    loaded = load(find_project(root, root), services)
    assert loaded.workspace.name == "my orders"
    assert list(loaded.workspace.connections) == ["image"]
