"""What an editor makes of a workspace file: asked of the language server that editors run.

Nothing is configured: the server knows the schema by the first line of the file alone, as it does
in an editor after `stui init`. It has no schema store to ask.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.schema import FileKind
from stui_workspace.schema.kinds import parts_for
from support.language_client import LanguageClient

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/.stui-workspace.yaml"))
STUI = Path(sys.executable).with_name("stui")
FILE = ".stui-workspace.yaml"
TYPED = """\

connections:
  more:
    kind: jupyter
    connect:\x20
    # here
"""
"""What somebody is typing; the comment marks a line of its own below a connection."""

examples = pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.parent.name)


@pytest.fixture(scope="module")
def editor(
    server_command: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LanguageClient]:
    with LanguageClient(server_command, tmp_path_factory.getbasetemp()) as client:
        yield client


@pytest.fixture
def copied(example: Path, tmp_path: Path) -> Path:
    """The workspace file of a copy of an example."""
    shutil.copytree(example.parent, tmp_path / "project")
    return tmp_path / "project" / FILE


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """The workspace file that `stui init` makes."""
    environ = {**os.environ, "STUI_HOME": str(tmp_path / "home")}
    folder = tmp_path / "project"
    folder.mkdir()
    subprocess.run(
        [STUI, "init", folder],
        check=True,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return folder / FILE


def line_of(file: Path, start: str) -> int:
    """The number of the first line that starts so, counted from 0."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines) if line.startswith(start))


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def described(*path: str) -> str:
    """The description of a key, as the schema has it, to its first quote."""
    return str(parts_for(FileKind.WORKSPACE).at(path).get("description")).partition("`")[0]


def assert_helpful(editor: LanguageClient, file: Path) -> None:
    """That a file is good, and that its keys are described and completed."""
    assert editor.open(file) == []
    assert described("name") in editor.hover(file, line_of(file, "name:"), 1)
    typing = file.with_name("typing.yaml")
    text = file.read_text(encoding="utf-8").replace("\nconnections:", "\nx-connections:")
    typing.write_text(text.rstrip("\n") + "\n" + TYPED, encoding="utf-8")
    editor.open(typing)
    below = line_of(typing, "    # here")
    assert {"auto", "lazy", "manual"} == set(editor.labels(typing, below - 1, 13))
    assert described("connections", "a", "kind") in editor.hover(typing, below - 2, 5)
    keys = editor.labels(typing, below, 4)
    assert set(parts_for(FileKind.WORKSPACE).at(("connections", "a")).names) - {
        "kind",
        "connect",
    } == set(keys)
    assert described("connections", "a", "cwd") in str(keys["cwd"]["documentation"])


@examples
def test_an_example_is_good_and_its_keys_are_described_and_completed(
    editor: LanguageClient, copied: Path
) -> None:
    assert_helpful(editor, copied)


def test_so_is_what_init_makes(editor: LanguageClient, started: Path) -> None:
    assert_helpful(editor, started)


def test_keys_of_the_root_are_completed(editor: LanguageClient, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "minimal", tmp_path / "project")
    file = tmp_path / "project" / FILE
    with file.open("a", encoding="utf-8") as more:
        more.write("\n")
    editor.open(file)
    found = editor.labels(file, line_of(file, "name:") + 1, 0)
    assert set(found) == set(parts_for(FileKind.WORKSPACE).names) - {"stui", "name"}


@pytest.mark.parametrize("name", ["quickstart", "team"])
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(("kind: python", "kind: Python", "A kind is a word"), id="a kind"),
        pytest.param(
            ("{panel: connections, size: 1}", "{size: 1}", "Missing property"), id="a place"
        ),
        pytest.param(("size: 3", "size: big", "Incorrect type"), id="a type"),
        pytest.param(("file: ", "file: ../", "relative path inside the project"), id="a path"),
        pytest.param(("below: 100", "below: 1", "below the minimum"), id="a range"),
    ],
)
def test_a_wrong_value_is_reported_where_it_stands(
    editor: LanguageClient, tmp_path: Path, name: str, case: tuple[str, str, str]
) -> None:
    good, wrong, said = case
    shutil.copytree(ROOT / "examples" / name, tmp_path / "project")
    file = tmp_path / "project" / FILE
    text = file.read_text(encoding="utf-8")
    before, found_good, after = text.partition(good)
    assert found_good
    file.write_text(before + wrong + after, encoding="utf-8")
    reported = [one for one in editor.open(file) if said in one["message"]]
    assert [one["range"]["start"]["line"] for one in reported] == [before.count("\n")]


def test_a_wrong_value_in_what_init_makes_is_reported(
    editor: LanguageClient, started: Path
) -> None:
    replace(started, "kind: python", "kind: Python")
    [found] = editor.open(started)
    assert found["range"]["start"]["line"] == line_of(started, "    kind: Python")
    assert "python" in found["message"]


def test_the_overlay_has_a_schema_of_its_own(editor: LanguageClient, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "team", tmp_path / "project")
    file = tmp_path / "project" / "overlay.example.yaml"
    assert editor.open(file) == []
    shown = editor.hover(file, line_of(file, "    python:"), 6)
    assert described("connections", "a", "python") in shown
