"""What git is told: only what is missing, only what is ours, and a command that ends well."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from stui_workspace.gitdriver.settings import (
    MERGE_KEY,
    RECURSIVE_KEY,
    WANTED,
    SettingChange,
    parsed,
    to_set,
    to_unset,
)

ALL = {key.lower(): value for key, value in WANTED.items()}
FOREIGN = {"merge.other.driver": "x", "mergetool.stui.keepbackup": "false", "core.bare": "false"}
MISSING = 127


def test_all_is_set_where_there_is_nothing() -> None:
    assert {change.key: change.after for change in to_set(FOREIGN)} == dict(WANTED)


def test_nothing_is_set_twice() -> None:
    assert to_set(ALL | FOREIGN) == ()


def test_what_differs_is_set_anew() -> None:
    found = ALL | {MERGE_KEY: "stui old-driver"}
    assert to_set(found) == (SettingChange(MERGE_KEY, "stui old-driver", WANTED[MERGE_KEY]),)


def test_only_what_is_ours_is_taken_away() -> None:
    changes = to_unset(ALL | FOREIGN)
    assert [change.key for change in changes] == list(WANTED)
    assert {change.after for change in changes} == {None}
    assert to_unset(FOREIGN) == ()


def test_what_git_is_called_with() -> None:
    assert SettingChange("a.b", None, "c d").arguments == ("--replace-all", "a.b", "c d")
    assert SettingChange("a.b", "c", None).arguments == ("--unset-all", "a.b")


def test_what_git_lists() -> None:
    listed = b"Merge.stui.Driver\na\nb=c\0core.bare\0x.y\nfirst\0x.y\nlast\0\0"
    assert parsed(listed) == {"merge.stui.driver": "a\nb=c", "core.bare": "", "x.y": "last"}


def test_criss_cross_merges_have_a_base_without_markers() -> None:
    assert WANTED[RECURSIVE_KEY] == "binary"


class Shell:
    """Runs a command as git does: with a `stui` of the test's own, or none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in ("git", "grep", "cat", "sh", "env"):
            found = subprocess.run(
                ["/bin/sh", "-c", f"command -v {name}"], capture_output=True, text=True, check=True
            )
            (self.programs / name).symlink_to(found.stdout.strip())
        for name, text in (("O", "a\n\nb\n"), ("A", "ours\n\nb\n"), ("B", "a\n\ntheirs\n")):
            (folder / name).write_text(text)

    def stui(self, script: str) -> None:
        path = self.programs / "stui"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def clash(self) -> None:
        (self.folder / "B").write_text("other\n\nb\n")

    def drive(self) -> tuple[int, str]:
        command = WANTED[MERGE_KEY]
        for placeholder, value in {
            "%O": "O", "%A": "A", "%B": "B", "%L": "9", "%P": "'a b.yaml'",
            "%S": "'x'", "%X": "'it'\\''s'", "%Y": "'z'",
        }.items():  # fmt: skip
            command = command.replace(placeholder, value)
        ran = self.run(command)
        return ran.returncode, (self.folder / "A").read_text()

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", command, command, *arguments],
            cwd=self.folder,
            env={"PATH": str(self.programs), "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


class TestDriver:
    def test_the_arguments_arrive_whole(self, shell: Shell) -> None:
        shell.stui('for word in "$@"; do echo "$word"; done > seen')
        assert shell.drive()[0] == 0
        assert (shell.folder / "seen").read_text().splitlines() == [
            "git-merge", "--marker-size=9", "--", "O", "A", "B", "a b.yaml", "x", "it's", "z",
        ]  # fmt: skip

    def test_a_conflict_of_stui_is_left_as_it_is(self, shell: Shell) -> None:
        shell.stui('printf "<<<<<<<<< ours\\n" > A; exit 1')
        assert shell.drive() == (1, "<<<<<<<<< ours\n")

    def test_without_stui_git_merges_by_lines(self, shell: Shell) -> None:
        assert shell.drive() == (0, "ours\n\ntheirs\n")

    def test_without_stui_a_conflict_has_markers(self, shell: Shell) -> None:
        shell.clash()
        status, text = shell.drive()
        assert status == 1
        assert text.startswith("<<<<<<<<< ours\nours\n")

    @pytest.mark.parametrize(
        "script",
        [
            pytest.param("exit 1", id="does not start"),
            pytest.param("exit 2", id="does not know the command"),
            pytest.param("exit 127", id="lost its interpreter"),
            pytest.param("exit 255", id="crashes"),
            pytest.param("kill -9 $$", id="is killed"),
            pytest.param('printf "ours\\n\\ntheirs\\n" > A; kill -9 $$', id="is killed later"),
        ],
    )
    def test_a_stui_that_fails_leaves_a_line_merge_to_look_at(
        self, shell: Shell, script: str
    ) -> None:
        shell.stui(script)
        assert shell.drive() == (1, "ours\n\ntheirs\n")

    def test_a_stui_that_fails_on_a_clash_leaves_markers(self, shell: Shell) -> None:
        shell.stui("exit 1")
        shell.clash()
        status, text = shell.drive()
        assert (status, text.count("<<<<<<<<<")) == (1, 1)

    def test_binary_files_do_not_end_the_whole_merge(self, shell: Shell) -> None:
        (shell.folder / "A").write_bytes(b"\0ours")
        assert shell.drive()[0] == 1


class TestTextconv:
    COMMAND = WANTED["diff.stui.textconv"]

    def as_git(self, shell: Shell) -> subprocess.CompletedProcess[str]:
        return shell.run(f'{self.COMMAND} "$@"', "A")

    def test_stui_is_asked(self, shell: Shell) -> None:
        shell.stui('echo "$1 $2"')
        assert self.as_git(shell).stdout == "git-textconv A\n"

    @pytest.mark.parametrize("script", [None, "exit 1"], ids=["no stui", "one that fails"])
    def test_a_diff_never_fails(self, shell: Shell, script: str | None) -> None:
        if script is not None:
            shell.stui(script)
        ran = self.as_git(shell)
        assert (ran.returncode, ran.stdout) == (0, "ours\n\nb\n")
