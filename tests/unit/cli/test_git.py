"""`stui git`: what it says and does in a repository; real git is asked, of a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from stui_workspace.cli import build
from stui_workspace.gitdriver.mergetool import ToolFiles
from stui_workspace.gitdriver.settings import WANTED
from stui_workspace.storage.filesystem import FileSystem
from support.command_line import CommandLine

KEYS = ", ".join(WANTED)
NEXT = "  = help: `stui git uninstall` takes this back\n"
NAME = ".stui-workspace.yaml"


@pytest.fixture
def repository(project: Path, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A repository, and a search path that has git, and a `stui` that nobody starts."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "stui").write_text("#!/bin/sh\n")
    (programs / "stui").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(programs), os.environ["PATH"]]))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir(exist_ok=True)
    subprocess.run(["git", "init", "--quiet", "."], check=True, cwd=project)
    return project


class TestInstall:
    def test_it_says_what_it_did_and_how_to_undo_it(
        self, stui: CommandLine, repository: Path
    ) -> None:
        assert stui("git", "install").all == (
            0,
            "",
            f"set in the configuration of this clone: {KEYS}\n"
            "added 2 lines to .gitattributes\n"
            "  = help: commit .gitattributes; each clone then needs `stui git install` once\n"
            + NEXT,
        )
        assert stui("git", "install").all == (0, "", "everything is in place already\n")

    def test_privately(self, stui: CommandLine, repository: Path) -> None:
        err = stui("git", "install", "--private").err
        assert "added 2 lines to .git/info/attributes\n" in err
        assert "`stui git uninstall --private` takes this back" in err
        assert not (repository / ".gitattributes").exists()

    def test_for_all(self, stui: CommandLine, repository: Path, tmp_path: Path) -> None:
        err = stui("git", "install", "--global").err
        assert "set in the configuration of all your clones: " in err
        assert "`stui git uninstall --global` takes this back" in err
        assert (tmp_path / "home" / ".config" / "git" / "attributes").exists()

    def test_as_json(self, stui: CommandLine, repository: Path) -> None:
        record = json.loads(stui("git", "install", "--json").out)
        assert record["scope"] == "local"
        assert {one["key"]: one["after"] for one in record["settings"]} == dict(WANTED)
        assert [Path(path).name for path in record["attributes"]] == [".gitattributes"]
        nothing = {"scope": "local", "settings": [], "attributes": [], "hooks": []}
        assert json.loads(stui("git", "install", "--json").out) == nothing

    def test_a_command_that_git_will_not_find(
        self, stui: CommandLine, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", os.environ["PATH"].partition(os.pathsep)[2])
        git_alone = tmp_path / "git alone"
        git_alone.mkdir()
        found = subprocess.run(["which", "git"], capture_output=True, text=True, check=True)
        (git_alone / "git").symlink_to(found.stdout.strip())
        monkeypatch.setenv("PATH", str(git_alone))
        assert "warning: git cannot find the command `stui`" in stui("git", "install").err

    @pytest.mark.parametrize(
        ("arguments", "problem"),
        [
            (["--global", "--local"], "--global and --local exclude each other"),
            (["--global", "--private"], "--private is about one clone"),
            (["--project", "missing/folder"], "no folder"),
        ],
    )
    def test_what_makes_no_sense(
        self, stui: CommandLine, repository: Path, arguments: list[str], problem: str
    ) -> None:
        status, out, err = stui("git", "install", *arguments).all
        assert (status, out) == (2, "")
        assert problem in err
        assert "= help: " in err


class TestUninstall:
    def test_it_says_what_it_did(self, stui: CommandLine, repository: Path) -> None:
        stui("git", "install")
        assert stui("git", "uninstall").all == (
            0,
            "",
            f"taken from the configuration of this clone: {KEYS}\ndeleted .gitattributes\n",
        )
        assert stui("git", "uninstall").all == (0, "", "there is nothing of stui to take away\n")

    def test_other_lines_stay(self, stui: CommandLine, repository: Path) -> None:
        (repository / ".gitattributes").write_text("*.py text\n")
        stui("git", "install")
        assert "took 2 lines from .gitattributes\n" in stui("git", "uninstall").err
        assert (repository / ".gitattributes").read_text() == "*.py text\n"


class TestStatus:
    def test_before(self, stui: CommandLine, repository: Path) -> None:
        status, out, err = stui("git", "status").all
        assert status == 1
        assert "driver      not set (0 of 6 settings)\n" in out
        assert out.endswith("merges by   lines\n")
        assert "`stui git install`" in err

    def test_after(self, stui: CommandLine, repository: Path) -> None:
        stui("git", "install")
        status, out, err = stui("git", "status").all
        assert (status, err) == (0, "")
        assert f"attributes  {NAME}: merge=stui diff=stui\n" in out
        assert out.endswith("merges by   meaning\n")

    def test_as_json(self, stui: CommandLine, repository: Path) -> None:
        stui("git", "install")
        record = json.loads(stui("git", "status", "--json").out)
        assert record["active"]
        assert record["settings"] == dict(WANTED)
        assert record["attributes"] == {NAME: {"merge": "stui", "diff": "stui"}}
        assert record["problems"] == []


MIXED = {
    "git-driver-missing": ["git config --remove-section merge.stui"],
    "git-attributes-missing": ["rm .gitattributes"],
    "git-recursive": ["git config --unset merge.stui.recursive"],
    "git-settings-differ": ["git config merge.stui.driver 'stui old %A'"],
    "git-merge-union": [f"echo '{NAME} merge=union' >> .gitattributes"],
}


class TestDoctor:
    def test_all_is_well(self, stui: CommandLine, repository: Path) -> None:
        for _ in range(2):
            assert stui("doctor").all == (0, "", "nothing is wrong here\n")
            assert stui("doctor", "--json").all == (0, "[]\n", "")
            stui("git", "install")

    @pytest.mark.parametrize("code", MIXED)
    def test_what_is_wrong(self, stui: CommandLine, repository: Path, code: str) -> None:
        stui("git", "install")
        for command in MIXED[code]:
            subprocess.run(["/bin/sh", "-c", command], cwd=repository, check=True)
        status, out, _ = stui("doctor", "--json").all
        found = json.loads(out)
        assert status == 1
        assert code in [one["code"] for one in found]
        assert all(one["message"] and one["fix"] for one in found)
        assert not json.loads(stui("git", "status", "--json").out)["active"]

    def test_with_what_to_do(self, stui: CommandLine, repository: Path) -> None:
        (repository / ".gitattributes").write_text("*.yaml merge=stui\n")
        status, out, err = stui("doctor").all
        assert (status, out) == (1, "")
        assert err.startswith(
            "warning: the attributes name the merge driver `stui`, and this clone"
        )
        assert "= help: `stui git install` in this clone" in err

    def test_what_it_says_to_do_helps(self, stui: CommandLine, repository: Path) -> None:
        (repository / ".gitattributes").write_text("*.yaml merge=stui\n")
        stui("git", "install")
        assert stui("doctor").status == 0

    def test_outside_a_repository(self, stui: CommandLine, file: Path) -> None:
        assert stui("doctor").all == (0, "", "nothing is wrong here\n")

    def test_a_repository_that_is_none(self, stui: CommandLine, file: Path) -> None:
        (file.parent / ".git").mkdir()
        status, out, _ = stui("doctor", "--json").all
        assert (status, [one["code"] for one in json.loads(out)]) == (1, ["git-refuses"])


class TestMergetool:
    @pytest.fixture
    def sides(self, project: Path) -> tuple[str, ...]:
        for name, text in (
            ("BASE", "stui: 1\nname: a\nvars: {}\n"),
            ("LOCAL", "stui: 1\nname: ours\nvars: {}\n"),
            ("REMOTE", "stui: 1\nname: theirs\nvars: {}\n"),
            ("merged file", "<<<<<<< as git left it\n"),
        ):
            (project / name).write_text(text)
        return ("BASE", "LOCAL", "REMOTE", "merged file")

    def test_what_is_left_is_told(
        self, stui: CommandLine, project: Path, sides: tuple[str, ...]
    ) -> None:
        status, out, err = stui("git", "mergetool", *sides).all
        assert (status, out) == (1, "")
        assert "conflict at /name" in err
        assert "1 conflict left in merged file\n" in err
        assert "stui resolve" in err
        assert (project / "merged file").read_text() == "<<<<<<< as git left it\n"

    def test_what_needs_nobody_is_written(
        self, stui: CommandLine, project: Path, sides: tuple[str, ...]
    ) -> None:
        (project / "REMOTE").write_text("stui: 1\nname: a\nvars: {b: c}\n")
        assert stui("git", "mergetool", *sides).status == 0
        assert (project / "merged file").read_text() == "stui: 1\nname: ours\nvars: {b: c}\n"

    def test_a_base_that_is_not_there_is_empty(
        self, stui: CommandLine, project: Path, sides: tuple[str, ...]
    ) -> None:
        (project / "BASE").unlink()
        (project / "REMOTE").write_text((project / "LOCAL").read_text())
        assert stui("git", "mergetool", *sides).status == 0

    def test_in_a_terminal_the_screen_opens(
        self, project: Path, sides: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = []

        def open_merging(files: ToolFiles, _fs: FileSystem) -> int:
            opened.append(files)
            return 0

        monkeypatch.setattr("stui_workspace.cli.commands.git.is_terminal", lambda _stream: True)
        root = build(lambda _request, _services: 0, open_merging)
        assert root.main(["git", "mergetool", *sides], standalone_mode=False) == 0
        assert opened == [ToolFiles(*map(Path, sides))]
