"""`stui resolve`: one place of the file changes, and it can be taken back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stui_workspace.storage.conflicts.records import Sides
from support.command_line import CommandLine
from unit.cli.conftest import GOOD
from unit.cli.test_conflicts_command import MARKED, THEIRS, merge, merged

__all__ = ["merged"]

PROVISIONAL = THEIRS.replace("gruvbox", "dracula").replace("# they", "# we")
NEXT = "  = help: `stui resolve '/stui#comment' --take ours`, or theirs, base, --value, --edit\n"


@pytest.mark.parametrize(
    ("arguments", "theme"),
    [
        (["--take", "ours"], "dracula"),
        (["--take", "theirs"], "gruvbox"),
        (["--take", "base"], "nord"),
        (["--value", "light"], "light"),
        (["--value", "-light"], "-light"),
    ],
    ids=" ".join,
)
def test_one_conflict(stui: CommandLine, merged: Path, arguments: list[str], theme: str) -> None:
    ran = stui("resolve", "/preferences/theme", *arguments)
    said = ".stui-workspace.yaml: settled `/preferences/theme`; 1 conflict left\n"
    assert ran.all == (0, "", said + NEXT)
    assert merged.read_text() == PROVISIONAL.replace("dracula", theme)


def test_a_comment(stui: CommandLine, merged: Path) -> None:
    assert stui("resolve", "/stui#comment", "--take", "both").status == 0
    assert merged.read_text() == PROVISIONAL.replace("# we", "# we\n# they")
    stui("resolve", "--undo")
    assert stui("resolve", "/stui#comment", "--value", "all of us").status == 0
    assert merged.read_text() == PROVISIONAL.replace("# we", "# all of us")


def test_all_and_back(stui: CommandLine, merged: Path) -> None:
    ran = stui("resolve", "--all", "--take", "theirs")
    said = "settled `/stui#comment`, `/preferences/theme`; no conflict is left\n"
    assert ran.all == (0, "", f".stui-workspace.yaml: {said}")
    assert merged.read_text() == THEIRS
    ran = stui("resolve", "--undo")
    assert ran.err.startswith(
        ".stui-workspace.yaml: took back `/stui#comment`, `/preferences/theme`; 2 conflicts left\n"
    )
    assert merged.read_text() == PROVISIONAL


def test_all_that_can_be_settled_so(stui: CommandLine, merged: Path) -> None:
    ran = stui("resolve", "--all", "--take", "both")
    assert ran.status == 1
    assert "settled `/stui#comment`; 1 conflict left" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name a conflict"),
        (["/preferences/theme"], "say one of --take, --value and --edit"),
        (["/a", "--take", "ours", "--value", "1"], "say one of --take, --value and --edit"),
        (["/a", "--take", "mine"], "'mine' is not one of"),
        (["/a", "--all", "--take", "ours"], "--all goes with --take, or alone"),
        (["--all", "--edit"], "--all goes with --take, or alone"),
        (["--undo", "--all"], "--undo stands alone"),
        (["/preferences/theme", "--undo"], "--undo stands alone"),
        (["/preferences/them", "--take", "ours"], "did you mean `/preferences/theme`?"),
        (["/preferences/theme", "--take", "both"], "cannot have both"),
        (["/preferences/theme", "--value", "[a"], "is not YAML"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense(
    stui: CommandLine, merged: Path, arguments: list[str], said: str
) -> None:
    ran = stui("resolve", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert merged.read_text() == PROVISIONAL


def test_a_value_that_does_not_fit(stui: CommandLine, merged: Path) -> None:
    ran = stui("resolve", "/preferences/theme", "--value", "{a: 1}")
    assert ran.status == 1
    assert "error[S102]" in ran.err
    assert ran.err.endswith("note: the file is as it was\n")
    assert merged.read_text() == PROVISIONAL


def test_where_nothing_is_in_conflict_nothing_need_be_named(stui: CommandLine, file: Path) -> None:
    assert stui("resolve").all == (0, "", f"{file.name}: no conflicts\n")


def test_nothing_to_take_back(stui: CommandLine, file: Path) -> None:
    ran = stui("resolve", "--undo")
    assert (ran.status, ran.out) == (2, "")
    assert "no resolution to take back" in ran.err


def test_a_path_of_a_keyed_item_is_taken_as_it_is_printed(stui: CommandLine, project: Path) -> None:
    base = "list:\n- {id: web, port: 1}\n- {id: db, port: 1}\n"
    sides = [base.replace("web, port: 1", f"web, port: {port}").encode() for port in (2, 3)]
    merge(project / "d.yaml", Sides(base.encode(), *sides))
    path = stui("conflicts", "d.yaml").out.splitlines()[0]
    assert path == "/list/[id=web]/port"
    assert stui("resolve", path, "--take", "theirs", "--file", "d.yaml").status == 0
    assert (project / "d.yaml").read_bytes() == sides[1]


class TestInTheEditor:
    @pytest.fixture(autouse=True)
    def editor(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A program that keeps what it was shown, and does what its own file says."""
        script = tmp_path / "editor.py"
        monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")
        return script

    def write(self, editor: Path, body: str) -> None:
        editor.write_text(
            "import pathlib, sys\n"
            "file = pathlib.Path(sys.argv[1])\n"
            "text = file.read_text()\n"
            f"pathlib.Path({str(editor.with_name('seen'))!r}).write_text(text)\n"
            f"{body}\n"
        )

    def test_what_stands_below_the_line_is_taken(
        self, stui: CommandLine, merged: Path, editor: Path
    ) -> None:
        self.write(editor, "file.write_text(text.replace('\\ndracula\\n', '\\nlight\\n'))")
        assert stui("resolve", "/preferences/theme", "--edit").status == 0
        assert merged.read_text() == PROVISIONAL.replace("dracula", "light")
        lines = editor.with_name("seen").read_text().splitlines()
        assert lines[0].startswith("# /preferences/theme: both sides changed the value")
        assert lines[1:7] == [
            "# base:",
            "#   nord",
            "# ours:",
            "#   dracula",
            "# theirs:",
            "#   gruvbox",
        ]
        assert lines[-1] == "dracula"

    @pytest.mark.parametrize("body", ["", "file.write_text(text.replace('\\ndracula\\n', '\\n'))"])
    def test_nothing_new_leaves_it_open(
        self, stui: CommandLine, merged: Path, editor: Path, body: str
    ) -> None:
        self.write(editor, body)
        ran = stui("resolve", "/preferences/theme", "--edit")
        assert (ran.status, ran.out) == (1, "")
        assert "stays open" in ran.err
        assert merged.read_text() == PROVISIONAL

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ("sys.exit(3)", "ended with status 3"),
            ("file.write_text('light')", "the line above the value is gone"),
            ("file.unlink()", "the line above the value is gone"),
        ],
    )
    def test_an_editor_that_fails(
        self, stui: CommandLine, merged: Path, editor: Path, body: str, said: str
    ) -> None:  # fmt: skip
        self.write(editor, body)
        ran = stui("resolve", "/preferences/theme", "--edit")
        assert ran.status == 2
        assert said in ran.err
        assert merged.read_text() == PROVISIONAL

    def test_the_file_for_it_is_gone_afterwards(
        self, stui: CommandLine, merged: Path, editor: Path, tmp_path: Path
    ) -> None:
        self.write(editor, "assert file.stat().st_mode & 0o77 == 0\nsys.exit(3)")
        assert stui("resolve", "/preferences/theme", "--edit").status == 2
        assert list((tmp_path / "home").rglob("edit-*.yaml")) == []

    def test_a_secret_is_not_shown_there_either(
        self, stui: CommandLine, file: Path, editor: Path
    ) -> None:
        base = GOOD.replace("{kind: python}", "{kind: stui, url: 'tcp:x', credential: keyring:a}")
        sides = [base.replace("keyring:a", f"keyring:{word}").encode() for word in ("b", "c")]
        merge(file, Sides(base.encode(), *sides))
        self.write(editor, "")
        (path,) = [one for one in stui("conflicts").out.splitlines() if one.startswith("/")]
        stui("resolve", path, "--edit")
        assert "keyring" not in editor.with_name("seen").read_text()

    def test_no_editor(
        self, stui: CommandLine, merged: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VISUAL", "no-such-editor-anywhere")
        assert "did not start" in stui("resolve", "/preferences/theme", "--edit").err
        monkeypatch.delenv("VISUAL")
        monkeypatch.delenv("EDITOR", raising=False)
        ran = stui("resolve", "/preferences/theme", "--edit")
        assert ran.status == 2
        assert "no editor" in ran.err


class TestMarkers:
    @pytest.fixture
    def marked(self, file: Path) -> Path:
        file.write_text(MARKED.replace("  theme: gruvbox\n", "  theme: gruvbox\n  tab_width: 8\n"))
        return file

    def test_the_last_resolution_leaves_none(self, stui: CommandLine, marked: Path) -> None:
        ran = stui("resolve", "/preferences/theme", "--take", "theirs")
        said = ".stui-workspace.yaml: settled `/preferences/theme`; no conflict is left\n"
        git = "  = help: `git add` tells git that it is settled\n"
        assert ran.all == (0, "", said + git)
        text = marked.read_text()
        assert text.startswith("stui: 1\nname: orders\npreferences:\n  theme: gruvbox\n")
        assert "<<<" not in text
        assert stui("validate").status == 0
        assert stui("conflicts").status == 0

    def test_and_back(self, stui: CommandLine, marked: Path) -> None:
        stui("resolve", "/preferences/theme", "--take", "theirs")
        assert stui("resolve", "--undo").status == 0
        assert stui("conflicts").status == 1
        stui("resolve", "/preferences/theme", "--value", "light")
        assert "theme: light\n" in marked.read_text()

    def test_not_back_over_an_edit(self, stui: CommandLine, marked: Path) -> None:
        stui("resolve", "/preferences/theme", "--take", "theirs")
        marked.write_text(marked.read_text() + "# mine\n")
        ran = stui("resolve", "--undo")
        assert ran.status == 1
        assert "changed since" in ran.err

    def test_one_of_two_keeps_the_markers_of_the_other(self, stui: CommandLine, file: Path) -> None:
        file.write_text(
            "stui: 1\n<<<<<<< HEAD\nname: a2\ndescription: b2\n||||||| base\nname: a\n"
            "description: b\n=======\nname: a3\ndescription: b3\n>>>>>>> feature\n"
        )
        assert stui("resolve", "/name", "--take", "theirs").status == 0
        text = file.read_text()
        assert text.startswith("stui: 1\nname: a3\n<<<<<<< HEAD")
        assert "description: b2\n" in text
        assert "description: b3\n" in text
        assert stui("conflicts").out.startswith("/description\n")
        assert stui("resolve", "/description", "--take", "ours").status == 0
        assert file.read_text() == "stui: 1\nname: a3\ndescription: b2\n"

    def test_what_needs_no_choice_is_written(self, stui: CommandLine, file: Path) -> None:
        file.write_text(
            "stui: 1\nname: a\n<<<<<<< HEAD\ndescription: b2\n||||||| base\ndescription: b\n"
            "=======\ndescription: b\npreferences: {wrap: true}\n>>>>>>> feature\n"
        )
        ran = stui("validate")
        assert "nothing that is left to decide" in ran.out
        ran = stui("resolve", "--all")
        assert ran.status == 0
        assert file.read_text() == (
            "stui: 1\nname: a\ndescription: b2\npreferences: {wrap: true}\n"
        )

    def test_what_would_be_no_yaml_is_not_written(self, stui: CommandLine, file: Path) -> None:
        file.write_text(
            "<<<<<<< ours\n||||||| base\na: &a 1\n=======\na: &a 1\n>>>>>>> theirs\nb: *a\n"
        )
        before = file.read_bytes()
        ran = stui("resolve", "--all")
        assert ran.status == 1
        assert "not YAML" in ran.err
        assert file.read_bytes() == before

    def test_other_commands_say_what_to_do(self, stui: CommandLine, marked: Path) -> None:
        before = marked.read_bytes()
        for arguments in (["get", "name"], ["set", "name", "x"], ["show"], ["validate"]):
            ran = stui(*arguments)
            assert ran.status == 1
            assert "error[Y119]: conflict at `/preferences/theme`" in ran.out + ran.err
            assert "`stui conflicts` shows the sides" in ran.out + ran.err
            assert "dracula" not in ran.out + ran.err
        assert marked.read_bytes() == before
