"""`stui init --from`: another program's file as a workspace, and what of it is missing."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy

import pytest

from support.command_line import CommandLine
from unit.cli.test_completing import completed

CORPUS = Path(__file__).parents[2] / "corpus" / "importing"
NAME = ".stui-workspace.yaml"


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.iterdir()))
def test_each_file_starts_a_workspace_without_a_finding(
    stui: CommandLine, project: Path, name: str
) -> None:
    ran = stui("init", "--from", str(CORPUS / name))
    assert (ran.status, ran.out) == (0, "")
    assert stui("validate", "--strict").all == (0, "", "")
    assert (project / ".stui" / "workspace.schema.json").is_file()


def test_what_is_not_carried_over_is_told_with_its_line(stui: CommandLine, project: Path) -> None:
    copy(CORPUS / "shop.tmuxinator.yml", ".tmuxinator.yml")
    ran = stui("init", "--from", "auto")
    assert ".tmuxinator.yml:4: not carried over: `socket_name`" in ran.err
    assert ".tmuxinator.yml:23: not carried over: ERB" in ran.err


def test_a_dry_run_writes_nothing(stui: CommandLine, project: Path) -> None:
    ran = stui("init", "new", "--from", str(CORPUS / "analysis.ipynb"), "--dry-run")
    assert ran.out.startswith("# yaml-language-server")
    assert "nothing was written" in ran.err
    assert [path.name for path in project.iterdir()] == [".hg"]


def test_for_programs(stui: CommandLine, project: Path) -> None:
    file = str(CORPUS / "orders.tmuxp.yaml")
    said = json.loads(stui("init", "--from", file, "--json", "--name", "mine").out)
    assert (said["kind"], said["file"]) == ("tmuxp", str(project / NAME))
    assert {"line": 8, "text": "`options`"} in said["not_carried"]
    assert (project / NAME).read_text() == said["text"]
    assert stui("get", "name").out == "mine\n"


def test_nothing_is_overwritten(stui: CommandLine, file: Path) -> None:
    before = file.read_text()
    assert stui("init", "--from", str(CORPUS / "analysis.ipynb")).status == 2
    assert file.read_text() == before
    assert stui("init", "--from", str(CORPUS / "analysis.ipynb"), "--force").status == 0
    assert "kernel: python3" in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "nothing.yaml"], "nothing.yaml"),
        (["--from", "auto"], "no file to import in"),
        (["--from", "broken.json"], "broken.json:2:4: this is not JSON"),
        (["--from", "broken.json", "--yes"], "brings its own connections"),
        (["--dry-run"], "go with --from"),
    ],
)
def test_what_cannot_be(stui: CommandLine, project: Path, arguments: list[str], words: str) -> None:
    Path("broken.json").write_text("{\n   nope}")
    ran = stui("init", *arguments)
    assert ran.status in (2, 3)
    assert words in ran.err
    assert not (project / NAME).exists()


def test_several_files_are_a_question(stui: CommandLine, project: Path) -> None:
    for name in ("a.ipynb", "b.ipynb"):
        copy(CORPUS / "analysis.ipynb", name)
    ran = stui("init", "--from", "auto")
    assert ran.status == 2
    assert "`a.ipynb`, `b.ipynb`" in ran.err


def test_auto_is_completed() -> None:
    assert "auto" in completed("init", "--from", "a")


def test_a_file_that_is_not_there(stui: CommandLine, project: Path) -> None:
    assert stui("init", "--from", "nope.yaml").all == (
        2,
        "",
        ("error: no file `nope.yaml`\n  = help: check the path, or `--from auto` looks for one\n"),
    )
    assert not (project / NAME).exists()
