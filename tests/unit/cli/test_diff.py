"""`stui diff`: two files or two revisions, by key path, and no secret among them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stui_workspace.document import parse
from stui_workspace.repository import running
from stui_workspace.storage.atomic import WORKSPACE_BYTES
from support.command_line import CommandLine
from unit.cli.conftest import GOOD

Git = Callable[..., str]
NEW = GOOD.replace("theme: nord", "theme: dracula").replace("  # the team's", "  # ours")


@pytest.fixture
def git(file: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Git in the project, which has one commit, and no settings but these."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    program = shutil.which("git")
    assert program is not None

    def run(*arguments: str) -> str:
        who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
        command = (program, *who, *arguments)
        done = subprocess.run(command, cwd=file.parent, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    run("add", "-A")
    run("commit", "-qm", "one")
    return run


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return path.name


class TestFiles:
    def test_what_differs(self, stui: CommandLine, file: Path) -> None:
        other = write(file.with_name("other.yaml"), NEW + "x-new: [1, 2]\n")
        ran = stui("diff", file.name, other)
        assert ran.all == (
            1,
            (
                "--- .stui-workspace.yaml\n"
                "+++ other.yaml\n"
                "# /name#eol           # the team's -> # ours\n"
                "~ /preferences/theme  nord -> dracula\n"
                "+ /x-new              [1, 2]\n"
            ),
            "1 added, 1 changed, 1 in comments\n",
        )

    def test_nothing(self, stui: CommandLine, file: Path) -> None:
        assert stui("diff", file.name, file.name).all == (0, "", "")

    def test_format_is_counted_and_listed_only_on_demand(
        self, stui: CommandLine, file: Path
    ) -> None:
        one = write(file.with_name("one.yaml"), "a: 'x'\nb:\n  c: 1\nd: {e: 1}\n")
        two = write(file.with_name("two.yaml"), "a: x\nb:\n    c: 1\nd:\n  e: 1\n")
        ran = stui("diff", one, two)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("3 in format only\n")
        assert stui("diff", "--all", one, two).out.splitlines()[2:] == [
            "= /a  'x' -> x",
            "= /b  white space",
            "= /d  flow -> block",
        ]

    def test_a_long_text_by_its_lines(self, stui: CommandLine, file: Path) -> None:
        lines = [f"line {number}" for number in range(9)]
        before, after = list(lines), list(lines)
        after[4:5] = ["new", "and newer"]
        del after[-1]
        texts = ["a: |\n" + "".join(f"  {line}\n" for line in some) for some in (before, after)]
        texts[1] = texts[1].replace("a: |\n", "a: |-\n")
        one = write(file.with_name("one.yaml"), texts[0])
        two = write(file.with_name("two.yaml"), texts[1])
        assert stui("diff", one, two).out.splitlines()[2:] == [
            "~ /a",
            "    …",
            "      line 3",
            "    - line 4",
            "    + new",
            "    + and newer",
            "      line 5",
            "    …",
            "      line 7",
            "    - line 8",
            "    + (no line end)",
        ]

    def test_a_long_value_that_is_new_or_gone(self, stui: CommandLine, file: Path) -> None:
        one = write(file.with_name("one.yaml"), "a: {b: 1}\n")
        long = {"kind": "python", "title": "A title that is rather long for a line"}
        two = write(file.with_name("two.yaml"), json.dumps({"a": {"b": 1}, "c": long}))
        rows = ["kind: python", f"title: {long['title']}"]
        for arguments, sign in (((one, two), "+"), ((two, one), "-")):
            out = stui("diff", *arguments).out.splitlines()[2:]
            assert out == [f"{sign} /c", *(f"    {sign} {row}" for row in rows)]

    def test_what_moved(self, stui: CommandLine, file: Path) -> None:
        one = write(file.with_name("one.yaml"), "a: {x: 1}\nb: 2\nc: 3\n")
        two = write(file.with_name("two.yaml"), "c: 3\nz: {x: 1}\nb: 2\n")
        assert stui("diff", one, two).out.splitlines()[2:] == [
            "> /c#order  moved up to place 1",
            "~ /a        renamed to z",
        ]

    def test_json(self, stui: CommandLine, file: Path) -> None:
        other = write(file.with_name("other.yaml"), NEW)
        ran = stui("diff", file.name, other, "--json")
        assert (ran.status, ran.err) == (1, "")
        assert json.loads(ran.out) == {
            "before": ".stui-workspace.yaml",
            "after": "other.yaml",
            "differences": [
                {
                    "kind": "eol",
                    "path": "/name#eol",
                    "before": "# the team's",
                    "after": "# ours",
                    "sensitive": False,
                    "line_before": 3,
                    "line_after": 3,
                },
                {
                    "kind": "changed",
                    "path": "/preferences/theme",
                    "before": "nord",
                    "after": "dracula",
                    "sensitive": False,
                    "line_before": 12,
                    "line_after": 12,
                },
            ],
        }
        same = json.loads(stui("diff", file.name, file.name, "--json").out)
        assert same["differences"] == []

    def test_json_can_hold_every_number(self, stui: CommandLine, file: Path) -> None:
        one = write(file.with_name("one.yaml"), "a: 1\n")
        two = write(file.with_name("two.yaml"), "a: [.inf, .nan]\n")
        found = json.loads(stui("diff", one, two, "--json").out)
        assert found["differences"][0]["after"] == [".inf", ".nan"]

    def test_colour(self, stui: CommandLine, file: Path) -> None:
        other = write(file.with_name("other.yaml"), NEW)
        assert (
            "\x1b[1;33m~\x1b[0m /preferences/theme  nord -> dracula\n"
            in stui("diff", file.name, other, FORCE_COLOR="1").out
        )
        assert "\x1b" not in stui("diff", file.name, other).out

    def test_no_secret_and_nothing_that_a_terminal_obeys(
        self, stui: CommandLine, file: Path
    ) -> None:
        one = write(file.with_name("one.yaml"), "connections: {i: {credential: 'keyring:one'}}\n")
        two = write(
            file.with_name("two.yaml"),
            "connections: {i: {credential: 'keyring:two'}}\n"
            'x-a: "\\e[31m"\nx-b: {password: hunter2}\n"\\e[0m": 1\n',
        )
        for extra in ((), ("--json",)):
            out = stui("diff", one, two, *extra).out
            assert "keyring:" not in out
            assert "hunter2" not in out
            assert "\x1b" not in out
        assert "~ /connections/i/credential  changed (not shown)\n" in stui("diff", one, two).out

    def test_any_yaml_may_be_compared(self, stui: CommandLine, file: Path) -> None:
        one = write(file.with_name("one.yaml"), "a: &x {b: 1}\nc: {<<: *x}\n1: !t v\n")
        two = write(file.with_name("two.yaml"), "a: &x {b: 2}\nc: {<<: *x}\n1: !t v\n")
        assert stui("diff", one, two).out.splitlines()[2:] == ["~ /a/b  1 -> 2"]

    @pytest.mark.parametrize("swapped", [False, True])
    def test_what_is_no_yaml(self, stui: CommandLine, file: Path, *, swapped: bool) -> None:
        names = [file.name, write(file.with_name("bad.yaml"), "a: [\n")]
        ran = stui("diff", *(names[::-1] if swapped else names))
        assert (ran.status, ran.out) == (1, "")
        assert "--> bad.yaml:2:1\n" in ran.err

    def test_too_many(self, stui: CommandLine, file: Path) -> None:
        assert stui("diff", "a", "b", "c").status == 2


class TestRevisions:
    def test_the_file_against_head(self, stui: CommandLine, file: Path, git: Git) -> None:
        assert stui("diff").all == (0, "", "")
        file.write_text(NEW)
        ran = stui("diff")
        assert ran.status == 1
        assert ran.out.splitlines()[:2] == [
            "--- HEAD:.stui-workspace.yaml",
            "+++ .stui-workspace.yaml",
        ]
        assert "~ /preferences/theme  nord -> dracula" in ran.out
        assert stui("diff", file.name).out == ran.out
        assert stui("diff", "HEAD").out == ran.out
        assert stui("diff", "main").out == ran.out.replace("HEAD:", "main:")
        assert stui("diff", "--file", file.name).out == ran.out

    def test_two_revisions(self, stui: CommandLine, file: Path, git: Git) -> None:
        file.write_text(NEW)
        git("commit", "-qam", "two")
        file.write_text("x: 1\n")
        rows = stui("diff", "HEAD~1..HEAD").out.splitlines()
        assert rows[:2] == ["--- HEAD~1:.stui-workspace.yaml", "+++ HEAD:.stui-workspace.yaml"]
        assert rows[-1] == "~ /preferences/theme  nord -> dracula"
        assert stui("diff", "HEAD~1", "HEAD").out.splitlines() == rows
        assert stui("diff", "HEAD~1..").out.splitlines() == rows
        back = stui("diff", "main..HEAD~1").out.splitlines()
        assert back[-1] == "~ /preferences/theme  dracula -> nord"

    def test_a_file_that_is_named_with_its_revision(
        self, stui: CommandLine, file: Path, git: Git
    ) -> None:
        folder = file.with_name("deep")
        folder.mkdir()
        other = folder / "other file.yaml"
        other.write_text("a: 1\n")
        git("add", "-A")
        git("commit", "-qm", "two")
        other.write_text("a: 2\n")
        name = "deep/other file.yaml"
        for arguments in ((f"HEAD:{name}",), (f"HEAD:{name}", name), ("HEAD", name), (name,)):
            assert stui("diff", *arguments).out == (f"--- HEAD:{name}\n+++ {name}\n~ /a  1 -> 2\n")

    def test_in_a_folder_below(
        self, stui: CommandLine, file: Path, git: Git, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file.write_text(NEW)
        folder = file.with_name("below")
        folder.mkdir()
        monkeypatch.chdir(folder)
        assert "~ /preferences/theme  nord -> dracula\n" in stui("diff").out

    def test_a_file_that_was_not_there(self, stui: CommandLine, file: Path, git: Git) -> None:
        other = write(file.with_name("other.yaml"), "a: 1\n")
        assert (
            stui("diff", other).out == "--- HEAD:other.yaml (not there)\n+++ other.yaml\n+ /a  1\n"
        )
        ran = stui("diff", "HEAD..HEAD", "--file", other)
        assert (ran.status, ran.out) == (2, "")

    def test_a_revision_that_is_not_yaml(self, stui: CommandLine, file: Path, git: Git) -> None:
        file.write_text("a: [\n")
        git("commit", "-qam", "broken")
        file.write_text(GOOD)
        ran = stui("diff")
        assert (ran.status, ran.out) == (1, "")
        assert "--> HEAD:.stui-workspace.yaml:2:1\n" in ran.err

    @pytest.mark.parametrize(
        "name", ["nothing", "HEAD~9", "nothing:x.yaml", "a..b", "HEAD..nothing"]
    )
    def test_what_is_no_revision(self, stui: CommandLine, file: Path, git: Git, name: str) -> None:
        ran = stui("diff", name)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("error: no file or revision `")

    def test_a_revision_is_no_option_of_git(self, stui: CommandLine, file: Path, git: Git) -> None:
        trace = file.with_name("trace")
        for name in (f"--output={trace}", "--help", "-c"):
            assert stui("diff", "--", name).status == 2
            assert stui("diff", "--", f"{name}:x").status == 2
        assert not trace.exists()

    def test_what_is_too_large(self, stui: CommandLine, file: Path, git: Git) -> None:
        file.write_text("a: 1\n#" + "x" * WORKSPACE_BYTES)
        git("commit", "-qam", "large")
        file.write_text(GOOD)
        ran = stui("diff")
        assert (ran.status, "error[Y111]" in ran.err) == (1, True)

    def test_nothing_of_the_repository_is_run_or_written(
        self, stui: CommandLine, file: Path, git: Git
    ) -> None:
        trace = file.with_name("trace")
        for key in ("core.fsmonitor", "core.pager", "diff.external", "filter.x.smudge"):
            git("config", key, f"touch '{trace}'; false")
        git("config", "diff.x.textconv", f"touch '{trace}'; false")
        file.with_name(".gitattributes").write_text("* filter=x diff=x\n")
        file.write_text(NEW)
        index = (file.parent / ".git" / "index").read_bytes()
        assert stui("diff").status == 1
        assert not trace.exists()
        assert (file.parent / ".git" / "index").read_bytes() == index

    def test_where_there_is_no_repository(self, stui: CommandLine, file: Path) -> None:
        ran = stui("diff", GIT_CEILING_DIRECTORIES=str(file.parent.parent))
        assert ran.all == (
            2,
            "",
            (
                "error: this folder is in no git repository\n"
                "  = help: name two files: `stui diff OLD NEW`\n"
            ),
        )

    def test_where_nothing_is_committed(self, stui: CommandLine, file: Path, git: Git) -> None:
        shutil.rmtree(file.parent / ".git")
        git("init", "-q")
        ran = stui("diff")
        assert (ran.status, "nothing is committed yet" in ran.err) == (2, True)

    def test_where_there_is_no_git(
        self, stui: CommandLine, file: Path, git: Git, tmp_path: Path
    ) -> None:
        ran = stui("diff", PATH=str(tmp_path))
        assert (ran.status, ran.err.splitlines()[0]) == (2, "error: no program `git`")

    def test_where_git_does_not_answer(
        self, stui: CommandLine, file: Path, git: Git, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "TIME_LIMIT", 0.0)
        ran = stui("diff")
        assert (ran.status, "did not answer" in ran.err) == (2, True)


def test_a_file_does_not_differ_from_its_own_style(stui: CommandLine, file: Path) -> None:
    file.write_text(GOOD.replace("preferences:\n  theme", "preferences:\n    theme"))
    before = write(file.with_name("before.yaml"), file.read_text())
    assert stui("fmt").status == 0
    assert parse(file.read_bytes()).plain() == parse(GOOD).plain()
    assert stui("diff", before, file.name).err.splitlines()[0] == "1 in format only"
