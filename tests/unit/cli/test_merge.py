"""`stui merge`: the result on standard output byte for byte, everything else beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.command_line import CommandLine

BASE = "stui: 1\nname: a  # n\ndescription: b\n"
OURS = "stui: 1\nname: ours  # n\ndescription: b\n"
THEIRS = "stui: 1\nname: a  # n\ndescription: theirs\n"
BOTH = "stui: 1\nname: ours  # n\ndescription: theirs\n"
CLASH = "stui: 1\nname: theirs  # n\ndescription: b\n"
FILES = ("base", "ours", "theirs")


@pytest.fixture
def files(project: Path) -> Path:
    for name, text in zip(FILES, (BASE, OURS, THEIRS), strict=True):
        (project / name).write_text(text)
    return project


@pytest.fixture
def clashing(files: Path) -> Path:
    (files / "theirs").write_text(CLASH)
    return files


class TestClean:
    def test_it_is_printed(self, stui: CommandLine, files: Path) -> None:
        assert stui("merge", *FILES).all == (0, BOTH, "")

    @pytest.mark.parametrize("style", ["valid", "markers"])
    def test_in_either_style(self, stui: CommandLine, files: Path, style: str) -> None:
        assert stui("merge", *FILES, "--style", style).all == (0, BOTH, "")

    def test_it_is_written(self, stui: CommandLine, files: Path) -> None:
        assert stui("merge", *FILES, "-o", "out").all == (0, "", "")
        assert (files / "out").read_text() == BOTH

    def test_over_ours(self, stui: CommandLine, files: Path) -> None:
        (files / "ours").chmod(0o640)
        assert stui("merge", *FILES, "-o", "ours").status == 0
        assert (files / "ours").read_text() == BOTH
        assert (files / "ours").stat().st_mode & 0o777 == 0o640

    def test_from_standard_input(self, stui: CommandLine, files: Path) -> None:
        assert stui("merge", "base", "ours", "-", given=THEIRS).all == (0, BOTH, "")

    def test_from_a_pipe_of_the_shell(self, stui: CommandLine, files: Path) -> None:
        reading, writing = os.pipe()
        os.write(writing, THEIRS.encode())
        os.close(writing)
        assert stui("merge", "base", "ours", f"/dev/fd/{reading}").all == (0, BOTH, "")
        os.close(reading)

    def test_a_pipe_with_a_name_would_wait_for_ever(self, stui: CommandLine, files: Path) -> None:
        os.mkfifo(files / "pipe")
        ran = stui("merge", "base", "ours", "pipe")
        assert (ran.status, ran.out) == (3, "")
        assert "not a regular file" in ran.err

    def test_with_nothing_for_a_base(self, stui: CommandLine, files: Path) -> None:
        assert stui("merge", os.devnull, "ours", "ours").all == (0, OURS, "")

    def test_bytes_stay_bytes(self, stui: CommandLine, files: Path) -> None:
        (files / "base").write_bytes(b"a: \xff\r\n")
        (files / "ours").write_bytes(b"a: \xff\r\n")
        (files / "theirs").write_bytes(b"b: \xfe\r\n")
        stui("merge", *FILES, "-o", "out")
        assert (files / "out").read_bytes() == b"b: \xfe\r\n"

    def test_why(self, stui: CommandLine, files: Path) -> None:
        status, out, err = stui("merge", *FILES, "--explain").all
        assert (status, out) == (0, BOTH)
        assert "/name" in err
        assert "/description" in err

    def test_as_json(self, stui: CommandLine, files: Path) -> None:
        status, out, err = stui("merge", *FILES, "--json").all
        assert (status, json.loads(out), err) == (
            0,
            {"clean": True, "conflicts": [], "text": BOTH},
            "",
        )


class TestConflicts:
    def test_ours_stays_and_it_is_told(self, stui: CommandLine, clashing: Path) -> None:
        status, out, err = stui("merge", *FILES).all
        assert (status, out) == (1, OURS)
        assert "conflict at /name" in err
        assert "= help: " in err

    def test_markers(self, stui: CommandLine, clashing: Path) -> None:
        status, out, _ = stui("merge", *FILES, "--style", "markers").all
        assert status == 1
        assert [line[:7] for line in out.splitlines() if line[0] in "<|=>"] == [
            "<<<<<<<",
            "|||||||",
            "=======",
            ">>>>>>>",
        ]

    def test_as_json(self, stui: CommandLine, clashing: Path) -> None:
        status, out, _ = stui("merge", *FILES, "--json", "--explain", "-o", "out").all
        record = json.loads(out)
        (conflict,) = record["conflicts"]
        assert (status, record["clean"], "text" in record) == (1, False, False)
        assert (conflict["path"], conflict["aspect"]) == ("/name", "value")
        assert [conflict[side].strip() for side in FILES] == ["a", "ours", "theirs"]
        assert [one["path"] for one in record["decisions"]] == ["/name"]
        assert (clashing / "out").read_text() == OURS

    def test_what_is_left_is_kept_until_it_is_settled(
        self, stui: CommandLine, clashing: Path
    ) -> None:
        err = stui("merge", *FILES, "-o", "out").err
        assert "stui resolve /name --take ours --file out" in err
        assert "/name" in stui("conflicts", "out").out
        assert stui("resolve", "/name", "--take", "theirs", "--file", "out").status == 0
        assert (clashing / "out").read_text() == CLASH

    def test_a_result_is_written_where_nothing_can_be_kept(
        self, stui: CommandLine, clashing: Path
    ) -> None:
        (clashing / "home").write_text("no folder")
        status, _, err = stui("merge", *FILES, "-o", "out", STUI_HOME=str(clashing / "home")).all
        assert (status, (clashing / "out").read_text()) == (1, OURS)
        assert "warning: the conflicts are not kept: " in err

    def test_secrets_are_not_told(self, stui: CommandLine, files: Path) -> None:
        for name in FILES:
            (files / name).write_text(f"stui: 1\nname: a\nx-password: hunter-{name}\n")
        for arguments in (["--json", "--explain", "-o", "out"], ["--explain", "-o", "out"]):
            status, out, err = stui("merge", *FILES, *arguments).all
            assert status == 1
            assert "hunter" not in out + err


class TestPolicy:
    def merged(self, stui: CommandLine, project: Path, policy: str) -> tuple[int, str]:
        for name, text in zip(
            FILES, ("n: 1\nt: [a]\n", "n: 3\nt: [a, b]\n", "n: 2\nt: [a, c]\n"), strict=True
        ):
            (project / name).write_text(text)
        (project / "policy.yaml").write_text(policy)
        status, out, _ = stui("merge", *FILES, "--policy", "policy.yaml").all
        return status, out

    def test_it_decides(self, stui: CommandLine, project: Path) -> None:
        policy = "/n: {kind: counter}\n/t: {kind: set}\n"
        assert self.merged(stui, project, policy) == (0, "n: 4\nt: [a, b, c]\n")

    def test_without_it_both_are_conflicts(self, stui: CommandLine, project: Path) -> None:
        assert self.merged(stui, project, "{}\n")[0] == 1

    @pytest.mark.parametrize(
        ("policy", "problem"),
        [
            pytest.param("- a\n", "policy.yaml", id="a list"),
            pytest.param("", "no patterns", id="nothing"),
            pytest.param("/a: keyed\n", "`/a` has no rule", id="no rule"),
            pytest.param("/a: {kind: heap}\n", "unknown kind", id="no such kind"),
            pytest.param("/a: {kind: [set]}\n", "`/a: kind` is no word", id="no kind"),
            pytest.param("/a: {key: 5}\n", "`/a: key` is no list of names", id="no key"),
            pytest.param("/a: {together: [1]}\n", "no list of names", id="no fields"),
            pytest.param("a: {kind: set}\n", "does not begin with `/`", id="no pattern"),
            pytest.param("/a: {\n", "cannot be used", id="no yaml"),
        ],
    )
    def test_what_makes_no_sense(
        self, stui: CommandLine, files: Path, policy: str, problem: str
    ) -> None:
        (files / "policy.yaml").write_text(policy)
        status, out, err = stui("merge", *FILES, "--policy", "policy.yaml").all
        assert status in (1, 2)
        assert out == ""
        assert problem in err
        assert "= help: " in err


@pytest.mark.parametrize("missing", FILES)
def test_a_file_that_is_not_there(stui: CommandLine, files: Path, missing: str) -> None:
    (files / missing).unlink()
    assert stui("merge", *FILES).all == (
        2,
        "",
        f"error: no file `{missing}`\n  = help: check the path\n",
    )


def test_a_result_that_cannot_be_written(stui: CommandLine, files: Path) -> None:
    status, out, err = stui("merge", *FILES, "-o", "missing/out").all
    assert (status, out) == (3, "")
    assert err.startswith("error: missing/out: ")


@pytest.mark.parametrize("content", [b"", b"a: [", b"\0\1", b"<<<<<<< x\na: 1\n=======\n"])
@pytest.mark.parametrize("which", FILES)
def test_anything_can_be_merged(stui: CommandLine, files: Path, which: str, content: bytes) -> None:
    (files / which).write_bytes(content)
    for style in ("valid", "markers"):
        assert stui("merge", *FILES, "--style", style, "-o", "out").status in (0, 1)
