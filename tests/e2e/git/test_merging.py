"""Two people's changes of one workspace file, brought home by real git with the real driver."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.repository import BASE, NAME, Clone

PY = "  py: {kind: python}\n"
OURS = PY + "  ours: {kind: python}  # mine\n"
THEIRS = PY + "  theirs: {kind: python}\n"
BOTH = PY + "  ours: {kind: python}  # mine\n  theirs: {kind: python}\n"
"""Two additions at one spot: a conflict for lines, and none by meaning."""
OTHER_WAY_ROUND = PY + "  theirs: {kind: python}\n  ours: {kind: python}  # mine\n"


def diverge(clone: Clone, ours: str = OURS, theirs: str = THEIRS) -> None:
    """Two branches that each changed the connections; `main` is the one that we are on."""
    clone.branch("feature")
    clone.edit(PY, theirs, "their change")
    clone.go("main")
    clone.edit(PY, ours, "our change")


def test_a_merge(clone: Clone) -> None:
    diverge(clone)
    clone.git("merge", "--quiet", "feature")
    assert clone.text == BASE.replace(PY, BOTH)
    assert clone.left_over == []


def test_without_the_driver_it_is_a_conflict(bare_clone: Clone) -> None:
    """Guards the tests here: what they merge is nothing that git could."""
    diverge(bare_clone)
    bare_clone.git("merge", "feature", status=1)
    assert "<<<<<<<" in bare_clone.text


def test_a_merge_from_a_folder_below(clone: Clone) -> None:
    diverge(clone)
    below = clone.root / "src" / "deep"
    below.mkdir(parents=True)
    clone.run("git", "merge", "--quiet", "feature", cwd=below)
    assert clone.text == BASE.replace(PY, BOTH)


def test_a_rebase(clone: Clone) -> None:
    diverge(clone)
    clone.go("feature")
    clone.git("rebase", "--quiet", "main")
    assert clone.text == BASE.replace(PY, BOTH)
    assert clone.git("log", "--format=%s", "-2").splitlines() == ["their change", "our change"]


def test_a_rebase_of_several_commits(clone: Clone) -> None:
    diverge(clone)
    clone.go("feature")
    clone.edit("title: Scratch", "title: Pad", "second")
    clone.edit("  theirs: {kind: python}\n", "  theirs: {kind: python, title: T}\n", "third")
    clone.git("rebase", "--quiet", "main")
    both = BOTH.replace("theirs: {kind: python}", "theirs: {kind: python, title: T}")
    assert clone.text == BASE.replace(PY, both).replace("title: Scratch", "title: Pad")


def test_a_cherry_pick(clone: Clone) -> None:
    diverge(clone)
    clone.git("cherry-pick", "feature")
    assert clone.text == BASE.replace(PY, BOTH)


def test_a_revert(clone: Clone) -> None:
    clone.edit(PY, THEIRS, "one")
    one = clone.git("rev-parse", "HEAD").strip()
    clone.edit(THEIRS, OTHER_WAY_ROUND, "other")
    clone.git("revert", "--no-edit", one)
    assert clone.text == BASE.replace(PY, OURS)


def test_a_stash(clone: Clone) -> None:
    clone.write(clone.text.replace(PY, THEIRS))
    clone.git("stash", "--quiet")
    clone.edit(PY, OURS)
    clone.git("stash", "pop", "--quiet")
    assert clone.text == BASE.replace(PY, BOTH)
    assert clone.git("stash", "list") == ""


def test_a_pull(clone: Clone, tmp_path: Path) -> None:
    other = Clone(tmp_path / "other", clone.environ)
    clone.run("git", "clone", "--quiet", str(clone.root), str(other.root))
    other.stui("git", "install")
    clone.edit(PY, THEIRS)
    other.edit(PY, OURS)
    other.git("pull", "--quiet", "--no-rebase")
    assert other.text == BASE.replace(PY, BOTH)


def cross(clone: Clone) -> None:
    """Two branches with two merge bases, which clash among themselves."""
    clone.branch("left")
    left = clone.edit("name: orders", "name: left")
    clone.branch("right", "main")
    right = clone.edit("name: orders", "name: right")
    clone.git("merge", left, status=1)
    clone.commit(BASE.replace("name: orders", "name: both").replace(PY, OURS), "right merges left")
    clone.go("left")
    clone.git("merge", right, status=1)
    clone.commit(BASE.replace("name: orders", "name: both").replace(PY, THEIRS), "and back")
    assert len(clone.git("merge-base", "--all", "left", "right").split()) == 2


def test_criss_cross(clone: Clone) -> None:
    cross(clone)
    clone.git("merge", "--quiet", "right")
    assert clone.text == BASE.replace("name: orders", "name: both").replace(PY, OTHER_WAY_ROUND)


def test_the_base_of_a_criss_cross_merge_has_no_markers(clone: Clone, tmp_path: Path) -> None:
    """It is the one before both, which git takes only because it is told to."""
    cross(clone)
    programs = tmp_path / "looking"
    programs.mkdir()
    (programs / "stui").write_text(f'#!/bin/sh\ncat "$4" >> "{tmp_path}/bases"\nexit 1\n')
    (programs / "stui").chmod(0o755)
    path = os.pathsep.join([str(programs), clone.environ["PATH"]])
    clone.git("merge", "right", status=1, PATH=path)
    assert (tmp_path / "bases").read_text() == BASE


def test_a_file_that_both_added(bare_clone: Clone) -> None:
    clone = bare_clone
    clone.git("rm", "--quiet", NAME)
    clone.stui("git", "install")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "-m", "without")
    clone.branch("feature")
    clone.commit("stui: 1\nname: orders\nconnections:\n  a: {kind: python}\n")
    clone.go("main")
    clone.commit("stui: 1\nname: orders\nconnections:\n  b: {kind: python}\n")
    status = clone.run("git", "merge", "feature", status=None).returncode
    assert status in (0, 1)
    assert clone.unmerged == bool(status)
    for name in ("a: {kind: python}", "b: {kind: python}"):
        assert name in clone.text
    assert status == 0 or "<<<<<<<" in clone.text


@pytest.mark.parametrize("name", ["with space", 'it\'s "quoted" $HOME `x`; %P', "ünïcode"])
def test_a_folder_of_any_name_that_was_moved(clone: Clone, name: str) -> None:
    clone.branch("feature")
    clone.edit(PY, THEIRS)
    clone.go("main")
    (clone.root / name).mkdir()
    clone.git("mv", NAME, f"{name}/{NAME}")
    clone.file = f"{name}/{NAME}"
    clone.edit(PY, OURS)
    clone.git("merge", "--quiet", "feature")
    assert clone.text == BASE.replace(PY, BOTH)
    assert clone.left_over == []


def test_line_ends_of_two_machines(clone: Clone) -> None:
    """One machine with `autocrlf`, whose work tree has CR LF; the repository has LF."""
    diverge(clone)
    clone.git("config", "core.autocrlf", "true")
    clone.git("rm", "--quiet", "--cached", "-r", ".")
    clone.git("reset", "--quiet", "--hard")
    assert clone.text == BASE.replace(PY, OURS).replace("\n", "\r\n")
    clone.git("merge", "--quiet", "feature")
    assert clone.text == BASE.replace(PY, BOTH).replace("\n", "\r\n")
    assert clone.git("show", f"HEAD:{NAME}") == BASE.replace(PY, BOTH)


def test_line_ends_that_one_side_committed(clone: Clone) -> None:
    clone.branch("feature")
    clone.commit(clone.text.replace(PY, THEIRS).replace("\n", "\r\n"))
    clone.go("main")
    clone.edit(PY, OURS)
    clone.git("merge", "--quiet", "feature")
    assert clone.text.replace("\r\n", "\n") == BASE.replace(PY, BOTH)


class TestConflicts:
    def test_markers_a_status_and_a_word(self, clone: Clone) -> None:
        diverge(clone, PY.replace("python", "stui"), PY.replace("python", "jupyter"))
        ran = clone.run("git", "merge", "feature", status=1)
        assert clone.unmerged
        signs = {line[:7] for line in clone.text.split("\n")}
        assert {"<<<<<<<", "|||||||", "=======", ">>>>>>>"} <= signs
        assert f"stui: {NAME}: conflict at /connections/py" in ran.stderr
        assert clone.left_over == []

    def test_what_is_settled_is_outside_the_markers(self, clone: Clone) -> None:
        clone.branch("feature")
        clone.commit(clone.text.replace(PY, THEIRS).replace("name: orders", "name: x"))
        clone.go("main")
        clone.commit(clone.text.replace(PY, OURS).replace("name: orders", "name: y"))
        clone.git("merge", "feature", status=1)
        assert BOTH in clone.text
        before, _, after = clone.text.partition("<<<<<<<")
        assert BOTH not in before
        assert "name: y" in after

    def test_rerere_takes_what_was_settled_before(self, clone: Clone) -> None:
        clone.git("config", "rerere.enabled", "true")
        diverge(clone, PY.replace("python", "stui"), PY.replace("python", "jupyter"))
        clone.git("merge", "feature", status=1)
        settled = BASE.replace("kind: python", "kind: pty")
        clone.commit(settled, "settled")
        clone.git("reset", "--quiet", "--hard", "HEAD~1")
        clone.git("merge", "feature", status=1)
        assert clone.text == settled

    def test_abort_brings_everything_back(self, clone: Clone) -> None:
        diverge(clone, PY.replace("python", "stui"), PY.replace("python", "jupyter"))
        clone.git("merge", "feature", status=1)
        clone.git("merge", "--abort")
        assert clone.text == BASE.replace("kind: python", "kind: stui")
        assert clone.left_over == []


class TestWithoutHelp:
    def test_a_clone_without_the_driver(self, clone: Clone, tmp_path: Path) -> None:
        """Settings are not cloned: git merges by lines, as ever, and the doctor says so."""
        other = Clone(tmp_path / "other", clone.environ)
        clone.run("git", "clone", "--quiet", str(clone.root), str(other.root))
        found = other.stui("doctor", status=1)
        assert "has none" in found.stderr
        assert "stui git install" in found.stderr
        diverge(other)
        other.git("merge", "feature", status=1)
        assert "<<<<<<<" in other.text

    def test_a_machine_without_stui(self, clone: Clone) -> None:
        folders = [f for f in clone.environ["PATH"].split(os.pathsep) if f != str(PROGRAMS)]
        path = os.pathsep.join(folders)
        diverge(clone)
        clone.git("merge", "feature", status=1, PATH=path)
        assert clone.text.count("<<<<<<< ours") == 1
        clone.git("merge", "--abort")
        clone.git("reset", "--quiet", "--hard", "main~1")
        clone.edit("title: Scratch", "title: Pad")
        clone.git("merge", "--quiet", "feature", PATH=path)
        assert clone.text == BASE.replace(PY, THEIRS).replace("title: Scratch", "title: Pad")
        assert "scratch" in clone.git("diff", "main~1", "main", PATH=path)

    def test_nowhere_to_keep_anything(self, clone: Clone) -> None:
        """The folder of the state is not there, and cannot be made: the driver needs none."""
        blocked = clone.root.parent / "a file"
        blocked.write_text("")
        diverge(clone)
        clone.git("merge", "--quiet", "feature", STUI_HOME=str(blocked / "below"), HOME="/nowhere",
                  GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="a",
                  GIT_COMMITTER_EMAIL="a@b")  # fmt: skip
        assert clone.text == BASE.replace(PY, BOTH)
        assert not Path(clone.environ["STUI_HOME"]).exists()


PROGRAMS = Path(sys.executable).parent
KILLED = """\
import os, signal
from stui_workspace.gitdriver import driver, replacing
written = []
def dying(path, content, _replace=replacing.replace_content):
    if len(written) == {writes}:
        os.kill(os.getpid(), signal.SIGKILL)
    written.append(path)
    _replace(path, content)
driver.replace_content = dying
from stui_workspace.main import main
raise SystemExit(main())
"""


class TestKilled:
    """A driver that is killed at any moment leaves something that git and a person can use."""

    @pytest.fixture
    def killed(self, clone: Clone, tmp_path: Path, request: pytest.FixtureRequest) -> Clone:
        programs = tmp_path / "killed"
        programs.mkdir()
        script = programs / "script.py"
        script.write_text(KILLED.format(writes=request.param))
        stui = programs / "stui"
        stui.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        stui.chmod(0o755)
        clone.environ["PATH"] = os.pathsep.join([str(programs), clone.environ["PATH"]])
        return clone

    @pytest.mark.parametrize("killed", [0, 1], indirect=True, ids=["at once", "after the lines"])
    def test_the_line_merge_is_left(self, killed: Clone) -> None:
        diverge(killed)
        killed.git("merge", "feature", status=1)
        assert killed.unmerged
        assert killed.text.count("<<<<<<< ours") == 1
        assert killed.text.count(">>>>>>> theirs") == 1
        assert killed.left_over == []

    @pytest.mark.parametrize("killed", [0, 1], indirect=True, ids=["at once", "after the lines"])
    def test_a_clean_one_has_to_be_looked_at(self, killed: Clone) -> None:
        killed.branch("feature")
        killed.edit(PY, THEIRS)
        killed.go("main")
        killed.edit("title: Scratch", "title: Pad")
        killed.git("merge", "feature", status=1)
        assert killed.unmerged
        assert killed.text == BASE.replace(PY, THEIRS).replace("title: Scratch", "title: Pad")


ENDLESS = """\
from stui_workspace.gitdriver import driver
def endless(sides, names, size):
    while True:
        pass
driver._engine = lambda: endless
driver.merge_for_git.__defaults__ = (None, 0.2)
from stui_workspace.main import main
raise SystemExit(main())
"""


def test_a_merge_that_does_not_end_is_ended(clone: Clone) -> None:
    for name, text in (("O", BASE), ("A", BASE.replace(PY, OURS)), ("B", BASE.replace(PY, THEIRS))):
        (clone.root / name).write_text(text)
    ran = clone.run(sys.executable, "-c", ENDLESS, "git-merge", "--", "O", "A", "B", status=1)
    assert "takes longer than 0.2 s" in ran.stderr
    assert "<<<<<<< ours" in (clone.root / "A").read_text()


def test_the_driver_itself_needs_no_streams_and_no_home(clone: Clone) -> None:
    for name, text in (("O", BASE), ("A", BASE.replace(PY, OURS)), ("B", BASE.replace(PY, THEIRS))):
        (clone.root / name).write_text(text)
    ran = subprocess.run(
        ["/bin/sh", "-c", "exec stui git-merge -- O A B w.yaml <&- >&- 2>&-"],
        cwd=clone.root,
        env={"PATH": clone.environ["PATH"]},
        check=False,
    )
    assert ran.returncode == 0
    assert (clone.root / "A").read_text() == BASE.replace(PY, BOTH)


def test_the_driver_loads_neither_the_command_line_nor_the_screen(clone: Clone) -> None:
    for name, text in (("O", BASE), ("A", BASE.replace(PY, OURS)), ("B", BASE.replace(PY, THEIRS))):
        (clone.root / name).write_text(text)
    script = (
        "import sys; sys.argv = ['stui', 'git-merge', '--', 'O', 'A', 'B']\n"
        "from stui_workspace.main import main\n"
        "print(main(), *sys.modules)"
    )
    status, *modules = clone.run(sys.executable, "-c", script).stdout.split()
    assert status == "0"
    unneeded = {"click", "textual", "rich", "subprocess", "asyncio", "platformdirs", "filelock"}
    assert unneeded.isdisjoint(modules)


def test_what_needs_no_merge_loads_nothing_but_the_driver(clone: Clone) -> None:
    for name, text in (("O", BASE), ("A", BASE), ("B", BASE.replace(PY, THEIRS))):
        (clone.root / name).write_text(text)
    script = (
        "import sys; sys.argv = ['stui', 'git-merge', '--', 'O', 'A', 'B']\n"
        "from stui_workspace.main import main\n"
        "print(main(), *sys.modules)"
    )
    status, *modules = clone.run(sys.executable, "-c", script).stdout.split()
    assert (status, (clone.root / "A").read_text()) == ("0", BASE.replace(PY, THEIRS))
    ours = {name for name in modules if name.startswith("stui_workspace.")}
    assert {name.split(".")[1] for name in ours} == {"main", "gitdriver"}
    assert "ruamel" not in modules
