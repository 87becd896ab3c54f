"""The hooks that other projects run before a commit name commands that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stui_workspace.cli.group import NAMES
from stui_workspace.document import Limits, parse
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME

FILE = Path(__file__).parents[3] / ".pre-commit-hooks.yaml"
HOOKS = parse(FILE.read_bytes(), Limits.anything()).plain()


def hooks() -> list[dict[str, object]]:
    assert isinstance(HOOKS, list)
    return [hook for hook in HOOKS if isinstance(hook, dict)]


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
class TestHook:
    def test_its_command_exists(self, hook: dict[str, object]) -> None:
        program, command, *options = str(hook["entry"]).split()
        assert program == "stui"
        assert command in NAMES
        assert hook["id"] == f"stui-{options[0].strip('-') if options else command}"

    def test_it_is_for_workspace_files_alone(self, hook: dict[str, object]) -> None:
        pattern = re.compile(str(hook["files"]))
        for name in (*FILE_NAMES, OVERLAY_NAME):
            assert pattern.search(name)
            assert pattern.search(f"a/b/{name}")
            if hook.get("pass_filenames", True):
                assert not pattern.search(f"x{name}")
                assert not pattern.search(f"{name}.orig")


def test_the_one_that_looks_for_itself_runs_for_every_file_it_would_look_into() -> None:
    [hook] = [one for one in hooks() if one["id"] == "stui-staged"]
    pattern = re.compile(str(hook["files"]))
    for name in (
        ".stui-workspace.sync-conflict-20261123-233407-HATNS7N.yaml",
        "a/.stui/sessions/b",
    ):
        assert pattern.search(name)
    assert not pattern.search("src/main.py")


def test_there_are_all() -> None:
    assert {hook["id"] for hook in hooks()} == {"stui-validate", "stui-fmt", "stui-staged"}
