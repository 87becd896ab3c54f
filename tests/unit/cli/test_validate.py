"""`stui validate`: silent for good files, one line a finding for bad ones, and quick for both."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import perf_counter

import pytest

from stui_workspace.model.printable import printable
from support.command_line import CommandLine

CORPUS = Path(__file__).parents[2] / "corpus" / "hostile"
HOSTILE = sorted(CORPUS.iterdir())
WARNED = "stui: 1\nname: a\nconections: {}\n"
BROKEN = "stui: 1\nname: [\n"


def test_a_good_file_is_not_spoken_of(stui: CommandLine, file: Path) -> None:
    for arguments in ([], ["."], [str(file)], [file.name], ["--strict"], ["--format", "concise"]):
        assert stui("validate", *arguments).all == (0, "", "")
    assert stui("validate", "--format", "json").all == (0, "[]\n", "")


def test_a_broken_file(stui: CommandLine, file: Path) -> None:
    file.write_text("stui: 1\nname: a\nbuffers:\n  b: {kind: cod}\n")
    assert stui("validate").all == (
        1,
        (
            "error[S103]: `kind` must be `code`, `markdown` or `text`\n"
            " --> .stui-workspace.yaml:4:13\n"
            "  |\n"
            "4 |   b: {kind: cod}\n"
            "  |             ^^^\n"
            "  = help: did you mean `code`?\n"
        ),
        "1 error\n  = help: `stui explain S103` says more\n",
    )


def test_warnings_are_shown_and_are_errors_when_strict(stui: CommandLine, file: Path) -> None:
    file.write_text(WARNED)
    ran = stui("validate", "--format", "concise")
    assert ran.all == (
        0,
        (
            ".stui-workspace.yaml:3:1: warning[S104]: unknown key `conections` "
            "(did you mean `connections`?)\n"
        ),
        "",
    )
    strict = stui("validate", "--format", "concise", "--strict")
    assert (strict.status, "error[S104]" in strict.out) == (1, True)


def test_any_warning_fails_when_strict(stui: CommandLine, file: Path) -> None:
    file.write_text("stui: 1\nname: a\n" + "# long\n" * 12_000)
    assert (stui("validate").status, stui("validate", "--strict").status) == (0, 1)


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_hostile_files_get_a_line_each_finding_within_a_second(
    stui: CommandLine, path: Path, *, tmp_path: Path
) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    began = perf_counter()
    ran = stui("validate", "--format", "concise", str(copy))
    assert perf_counter() - began < 1.0
    assert copy.read_bytes() == path.read_bytes()
    code = "Y119" if path.stem.endswith("conflict-markers") else path.name[:4]
    severity = "warning" if path.name.startswith("Y117") else "error"
    lines = ran.out.splitlines()
    assert ran.status == int("error[" in ran.out)
    assert all(line.startswith(f"{copy}:") for line in lines)
    assert any(f": {severity}[{code}]: " in line for line in lines)
    assert ran.err == ""
    full = stui("validate", "--format", "full", str(copy)).out
    assert printable(full) == full


class TestWhatIsChecked:
    def test_from_below_and_with_the_overlay(
        self, stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        overlay = file.with_name(".stui-workspace.local.yaml")
        overlay.write_text("prefernces: {}\n")
        below = file.parent / "a" / "b"
        below.mkdir(parents=True)
        monkeypatch.chdir(below)
        ran = stui("validate", "--format", "concise")
        assert ran.out.startswith(f"{overlay}:1:1: warning[S104]: unknown key `prefernces`")

    def test_an_overlay_needs_no_format_and_no_name(self, stui: CommandLine, file: Path) -> None:
        overlay = file.with_name(".stui-workspace.local.yaml")
        overlay.write_text("preferences: {theme: nord}\n")
        assert stui("validate", str(overlay)).all == (0, "", "")
        file.write_text("preferences: {theme: nord}\n")
        assert stui("validate", str(file)).status == 1

    def test_a_session_file_is_one(self, stui: CommandLine, file: Path) -> None:
        session = file.parent / ".stui" / "sessions" / "ada.yaml"
        session.parent.mkdir(parents=True)
        meta = "id: a, name: a, machine: m, created: 1.0, opened: 1.0, saved: 1.0"
        session.write_text(f"stui-session: 1\nmeta: {{{meta}}}\n")
        assert stui("validate", str(session)).all == (0, "", "")
        session.write_text("stui: 1\nname: a\n")
        assert stui("validate", str(session)).status == 1

    def test_your_own_defaults(self, stui: CommandLine, tmp_path: Path) -> None:
        config = tmp_path / "home" / "config" / "config.yaml"
        config.parent.mkdir(parents=True)
        config.write_text("preferences: {theme: nord}\n")
        assert stui("validate", str(config)).all == (0, "", "")
        config.write_text("preferences: {wrap: perhaps}\n")
        assert stui("validate", str(config)).status == 1

    def test_standard_input(self, stui: CommandLine) -> None:
        assert stui("validate", "-", given="stui: 1\nname: a\n").all == (0, "", "")
        ran = stui("validate", "--format", "concise", "-", given=b"\xff\xfe\x00")
        assert (ran.status, ran.out.split(" ")[0]) == (1, "-:1:1:")

    def test_too_much_of_standard_input(self, stui: CommandLine) -> None:
        ran = stui("validate", "--format", "concise", "-", given=b"a" * (1 << 21))
        assert (ran.status, "error[Y111]" in ran.out) == (1, True)

    def test_several_files_are_all_checked(self, stui: CommandLine, project: Path) -> None:
        for name, text in (("a.yaml", BROKEN), ("b.yaml", WARNED), ("c.yaml", BROKEN)):
            (project / name).write_text(text)
        ran = stui("validate", "a.yaml", "b.yaml", "missing.yaml", "c.yaml", "--format", "json")
        assert ran.status == 2
        files = [one["file"] for one in json.loads(ran.out)]
        assert sorted(set(files)) == ["a.yaml", "b.yaml", "c.yaml"]
        assert ran.err == "error: no file `missing.yaml`\n  = help: check the path\n"

    def test_findings_and_a_bad_disk_are_a_bad_disk(self, stui: CommandLine, project: Path) -> None:
        (project / "a.yaml").write_text(BROKEN)
        os.mkfifo(project / "pipe.yaml")
        assert stui("validate", "a.yaml", "pipe.yaml").status == 3


def test_a_file_of_a_newer_format_is_named(stui: CommandLine, file: Path) -> None:
    file.write_text("stui: 99\nname: a\nnew: thing\n")
    ran = stui("validate", "--format", "concise")
    assert (ran.status, "error[S105]" in ran.out) == (1, True)


@pytest.mark.parametrize(
    ("binding", "said"),
    [
        ("{env: A, command: [pass, a]}", "3:15: error[S114]: `command` stands beside another of"),
        ("{for: [tcp://h:1]}", "3:3: error[S101]: `a` does not say where it is"),
    ],
)
def test_a_binding_says_where_in_one_way(
    stui: CommandLine, tmp_path: Path, binding: str, said: str
) -> None:
    path = tmp_path / "home" / "config" / "credentials.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"stui: 1\nsecrets:\n  a: {binding}\n")
    ran = stui("validate", str(path), "--format", "concise")
    assert ran.status == 1
    assert f"credentials.yaml:{said}" in ran.out
