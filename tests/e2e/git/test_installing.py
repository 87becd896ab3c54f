"""Telling real git of stui: in any kind of repository, without a byte of anybody else's changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from stui_workspace.gitdriver.attributes import LINES
from stui_workspace.gitdriver.settings import WANTED
from support.repository import BASE, NAME, Clone

OURS = "".join(f"{line}\n" for line in LINES)


def status_of(clone: Clone, **environ: str) -> dict[str, object]:
    found = clone.run("stui", "git", "status", "--json", status=None, environ=environ)
    record: dict[str, object] = json.loads(found.stdout)
    assert record["active"] == (found.returncode == 0)
    return record


def settings_of(clone: Clone, scope: str = "--local") -> dict[str, str]:
    listed = clone.git("config", scope, "--list", "-z").split("\0")
    found = dict(entry.partition("\n")[::2] for entry in listed if entry)
    return {key: value for key, value in found.items() if "stui" in key}


def test_a_repository(bare_clone: Clone) -> None:
    done = bare_clone.stui("git", "install")
    assert done.stdout == ""
    assert "added 2 lines to .gitattributes" in done.stderr
    assert "`stui git uninstall` takes this back" in done.stderr
    assert settings_of(bare_clone) == {key.lower(): value for key, value in WANTED.items()}
    assert (bare_clone.root / ".gitattributes").read_text() == OURS
    assert status_of(bare_clone)["active"]


def test_twice_is_once(bare_clone: Clone) -> None:
    bare_clone.stui("git", "install")
    config = (bare_clone.root / ".git" / "config").read_bytes()
    assert bare_clone.stui("git", "install").stderr == "everything is in place already\n"
    assert (bare_clone.root / ".git" / "config").read_bytes() == config
    assert (bare_clone.root / ".gitattributes").read_text() == OURS


def test_what_others_wrote_stays_byte_for_byte(bare_clone: Clone) -> None:
    config = bare_clone.root / ".git" / "config"
    attributes = bare_clone.root / ".gitattributes"
    own = (
        '[merge "other"]\n\tdriver = x %A ; # y\n# mine\n[mergetool "stui"]\n\tkeepBackup = false\n'
    )
    config.write_text(config.read_text() + own)
    attributes.write_bytes(b"*.py  text\r\n\r\n# \xff\r\n*.bin binary\r\n")
    before = config.read_bytes(), attributes.read_bytes()
    bare_clone.stui("git", "install")
    assert attributes.read_bytes().startswith(before[1])
    assert own.encode() in config.read_bytes()
    bare_clone.stui("git", "uninstall")
    assert (config.read_bytes(), attributes.read_bytes()) == before


def test_uninstall_leaves_no_trace(bare_clone: Clone) -> None:
    config = bare_clone.root / ".git" / "config"
    before = config.read_bytes()
    bare_clone.stui("git", "install")
    bare_clone.stui("git", "install", "--private")
    bare_clone.stui("git", "uninstall")
    assert config.read_bytes() == before
    assert bare_clone.git("status", "--short") == ""
    assert not (bare_clone.root / ".git" / "info" / "attributes").exists()
    assert not status_of(bare_clone)["active"]
    assert "nothing of stui" in bare_clone.stui("git", "uninstall").stderr


def test_private_attributes_are_not_committed(bare_clone: Clone) -> None:
    bare_clone.stui("git", "install", "--private")
    assert bare_clone.git("status", "--short") == ""
    assert (bare_clone.root / ".git" / "info" / "attributes").read_text().endswith(OURS)
    assert status_of(bare_clone)["active"]
    bare_clone.stui("git", "uninstall", "--private")
    assert not status_of(bare_clone)["active"]


def test_what_is_committed_can_stay(clone: Clone) -> None:
    clone.stui("git", "uninstall", "--private")
    assert clone.git("status", "--short") == ""
    assert settings_of(clone) == {}


def test_for_all_clones(bare_clone: Clone) -> None:
    bare_clone.stui("git", "install", "--global")
    attributes = Path(bare_clone.environ["XDG_CONFIG_HOME"]) / "git" / "attributes"
    assert attributes.read_text() == OURS
    assert bare_clone.git("status", "--short") == ""
    assert status_of(bare_clone)["active"]
    assert bare_clone.run("stui", "git", "status", "--global", cwd=Path("/")).returncode == 0
    bare_clone.stui("git", "status", "--local", status=1)
    bare_clone.stui("git", "uninstall", "--global")
    bare_clone.stui("git", "status", "--global", status=1)
    assert not attributes.exists()
    assert settings_of(bare_clone, "--global") == {}


def test_for_all_clones_where_the_attributes_are_kept_elsewhere(
    bare_clone: Clone, tmp_path: Path
) -> None:
    kept = tmp_path / "dot files" / "attributes"
    kept.parent.mkdir()
    kept.write_text("*.py text\n")
    link = tmp_path / "home folder" / "attributes"
    link.symlink_to(kept)
    bare_clone.git("config", "--global", "core.attributesFile", "~/attributes")
    bare_clone.run("stui", "git", "install", "--global", cwd=tmp_path)
    assert link.is_symlink()
    assert kept.read_text() == "*.py text\n" + OURS
    assert status_of(bare_clone)["active"]


def test_a_work_tree_of_its_own(bare_clone: Clone, tmp_path: Path) -> None:
    other = Clone(tmp_path / "second tree", bare_clone.environ)
    bare_clone.git("worktree", "add", "--quiet", str(other.root), "-b", "second")
    other.stui("git", "install")
    assert (other.root / ".gitattributes").read_text() == OURS
    assert status_of(other)["active"]
    assert settings_of(bare_clone) == settings_of(other) != {}
    other.stui("git", "install", "--private")
    assert status_of(bare_clone)["active"]


def test_a_submodule(bare_clone: Clone, tmp_path: Path) -> None:
    above = Clone(tmp_path / "above it", bare_clone.environ)
    above.root.mkdir()
    above.git("init", "--quiet")
    above.git("submodule", "--quiet", "add", str(bare_clone.root), "modules/a b")
    inside = Clone(above.root / "modules" / "a b", bare_clone.environ)
    inside.stui("git", "install", "--private")
    assert status_of(inside)["active"]
    assert settings_of(above) == {}
    inside.stui("git", "install")
    assert (inside.root / ".gitattributes").read_text() == OURS
    assert not (above.root / ".gitattributes").exists()


def test_a_folder_below(bare_clone: Clone) -> None:
    below = bare_clone.root / "a" / "b"
    below.mkdir(parents=True)
    bare_clone.run("stui", "git", "install", cwd=below)
    assert (bare_clone.root / ".gitattributes").read_text() == OURS
    assert status_of(Clone(below, bare_clone.environ))["active"]


def test_a_folder_that_is_named(bare_clone: Clone, tmp_path: Path) -> None:
    for project in (str(bare_clone.root), str(bare_clone.path)):
        bare_clone.run("stui", "git", "install", "--project", project, cwd=tmp_path)
    assert status_of(bare_clone)["active"]


@pytest.mark.parametrize("place", ["bare.git", "a project/.git"])
def test_where_there_is_no_work_tree(bare_clone: Clone, tmp_path: Path, place: str) -> None:
    bare_clone.git("init", "--quiet", "--bare", str(tmp_path / "bare.git"))
    here = Clone(tmp_path / place, bare_clone.environ)
    done = here.stui("git", "install")
    assert "there is no work tree here" in done.stderr
    assert (here.root / "info" / "attributes").read_text().endswith(OURS)
    assert settings_of(here) != {}
    here.stui("git", "uninstall")
    assert settings_of(here) == {}


def test_a_repository_that_the_environment_names(bare_clone: Clone, tmp_path: Path) -> None:
    elsewhere = Clone(tmp_path, bare_clone.environ)
    named = {"GIT_DIR": str(bare_clone.root / ".git"), "GIT_WORK_TREE": str(bare_clone.root)}
    elsewhere.run("stui", "git", "install", environ=named)
    assert (bare_clone.root / ".gitattributes").read_text() == OURS
    assert settings_of(bare_clone) != {}


def test_outside_a_repository(bare_clone: Clone, tmp_path: Path) -> None:
    elsewhere = Clone(tmp_path, bare_clone.environ)
    for command in ("install", "uninstall", "status"):
        refused = elsewhere.stui("git", command, status=2)
        assert refused.stderr == (
            "error: this is no git repository\n"
            "  = help: `git init` makes one; --global needs none\n"
        )
    elsewhere.stui("git", "install", "--global")


def test_without_git(bare_clone: Clone, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "stui").symlink_to(Path(bare_clone.environ["PATH"].split(os.pathsep)[0]) / "stui")
    refused = bare_clone.run("stui", "git", "install", status=2, environ={"PATH": str(empty)})
    assert "no program `git`" in refused.stderr
    found = bare_clone.run("stui", "doctor", "--json", status=1, environ={"PATH": str(empty)})
    assert [one["code"] for one in json.loads(found.stdout)] == ["git-missing"]


def test_a_configuration_that_somebody_is_writing(bare_clone: Clone) -> None:
    (bare_clone.root / ".git" / "config.lock").write_text("")
    refused = bare_clone.stui("git", "install", status=2)
    assert "could not lock config file" in refused.stderr
    assert "= help: " in refused.stderr
    assert not (bare_clone.root / ".gitattributes").exists()


def test_a_list_of_attributes_that_git_would_not_read(bare_clone: Clone, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("*.py text\n")
    (bare_clone.root / ".gitattributes").symlink_to(outside)
    refused = bare_clone.stui("git", "install", status=2)
    assert "symbolic link" in refused.stderr
    assert outside.read_text() == "*.py text\n"


def test_a_diff_shows_everything_but_secrets(clone: Clone) -> None:
    clone.edit("title: Scratch", "title: Scratch\n    x-password: hunter2")
    clone.write(clone.text.replace("hunter2", "hunter3").replace("# who we are", "# who"))
    shown = clone.git("diff")
    assert "hunter" not in shown
    assert "-# who we are\n+# who\n" in shown
    assert "hunter" not in clone.git("log", "-p")
    assert "hunter3" in clone.git("diff", "--no-textconv")
    assert "hunter3" in clone.text


class TestMergetool:
    @pytest.fixture
    def stopped(self, bare_clone: Clone) -> Clone:
        """A merge that git could not finish, because it had no driver then."""
        clone = bare_clone
        clone.branch("feature")
        clone.edit("  py: {kind: python}\n", "  py: {kind: python}\n  a: {kind: python}\n")
        clone.go("main")
        clone.edit("  py: {kind: python}\n", "  py: {kind: python}\n  b: {kind: python}\n")
        return clone

    def test_what_needs_nobody_is_merged(self, stopped: Clone) -> None:
        stopped.git("merge", "feature", status=1)
        stopped.stui("git", "install", "--private")
        stopped.git("-c", "mergetool.keepBackup=false", "mergetool", "--no-prompt", "--tool=stui")
        assert not stopped.unmerged
        assert stopped.text == BASE.replace(
            "  py: {kind: python}\n",
            "  py: {kind: python}\n  b: {kind: python}\n  a: {kind: python}\n",
        )
        assert stopped.left_over == []

    def test_what_needs_somebody_is_said_and_left(self, stopped: Clone) -> None:
        stopped.edit("name: orders", "name: ours")
        stopped.go("feature")
        stopped.edit("name: orders", "name: theirs")
        stopped.go("main")
        stopped.stui("git", "install", "--private")
        stopped.git("merge", "feature", status=1)
        before = stopped.text
        ran = stopped.run("git", "mergetool", "--no-prompt", "--tool=stui", status=1)
        assert "conflict at /name" in ran.stderr
        assert "stui resolve" in ran.stderr
        assert stopped.unmerged
        assert stopped.text == before
        assert NAME in stopped.git("status", "--short")
