"""Connections that a session alone has, and writing them to a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.errors import LeakError
from stui_workspace.model.session import ConnectionRecord
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.runtime.connecting.ad_hoc import (
    ad_hoc_specs,
    free_name,
    name_for,
    notation_of,
)
from stui_workspace.runtime.connecting.saving import save_connection
from stui_workspace.storage.project import find_project

FULL = ConnectionSpec(
    "image",
    "stui",
    title="Image",
    url="tcp://localhost:5555?socket=req",
    identity="pharo/orders",
    credential="keyring:orders/image",
    guard=Guard.CONFIRM,
    hold=True,
    command=("sqlite3", "orders.db"),
    env={"TZ": "UTC"},
    prompt="=> ",
    other={"tls": {"verify": [False, 1]}, "health": {"pong": 2}},
)


@pytest.mark.parametrize("spec", [FULL, ConnectionSpec("image", "python")])
def test_a_record_describes_the_connection_and_gives_it_back(spec: ConnectionSpec) -> None:
    record = ConnectionRecord(spec=notation_of(spec))
    assert ad_hoc_specs({"image": record, "other": ConnectionRecord()}) == {"image": spec}


def test_what_has_its_default_is_not_written() -> None:
    assert notation_of(ConnectionSpec("py", "python")) == {"kind": "python"}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("tcp://[::1]:5555", "1-5555"),
        ("unix:run/image.sock", "run-image.sock"),
        ("jupyter:python3", "python3"),
        ("python:", "python"),
        ("pty:/usr/bin/sqlite3 -batch a.db", "sqlite3"),
        ("pty:", "pty"),
        ("https://hub.example.org/user/ada/", "hub.example.org-user-ada"),
    ],
)
def test_an_address_gives_a_name(url: str, name: str) -> None:
    assert name_for(url) == name


def test_a_name_is_made_free() -> None:
    assert free_name("py", {}) == "py"
    assert free_name("py", {"py": 1, "py-2": 1}) == "py-3"


def project_of(folder: Path, text: str | None) -> Path:
    folder.mkdir()
    file = folder / ".stui-workspace.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    return file


FILE = "stui: 1\nname: orders  # ours\nconnections:\n  py: {kind: python}  # mine\n"


def test_it_is_written_to_the_file_and_all_else_stays(tmp_path: Path) -> None:
    file = project_of(tmp_path / "p", FILE)
    project = find_project(file.parent, tmp_path)
    spec = ConnectionSpec("image", "stui", url="tcp://localhost:5555")
    save_connection(spec, project, services_in(tmp_path / "home"), to_overlay=False)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(FILE)
    assert "image" in text
    assert "tcp://localhost:5555" in text


def test_an_overlay_is_made_for_it(tmp_path: Path) -> None:
    file = project_of(tmp_path / "p", FILE)
    project = find_project(file.parent, tmp_path)
    spec = ConnectionSpec("image", "stui", url="tcp://localhost:5555")
    path = save_connection(spec, project, services_in(tmp_path / "home"), to_overlay=True)
    assert path.name == ".stui-workspace.local.yaml"
    assert "image" in path.read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8") == FILE


def test_what_the_file_may_not_have_is_not_written(tmp_path: Path) -> None:
    file = project_of(tmp_path / "p", FILE)
    project = find_project(file.parent, tmp_path)
    spec = ConnectionSpec("image", "stui", url="tcp://h:1", credential="hunter2")
    with pytest.raises(LeakError):
        save_connection(spec, project, services_in(tmp_path / "home"), to_overlay=False)
    assert file.read_text(encoding="utf-8") == FILE
