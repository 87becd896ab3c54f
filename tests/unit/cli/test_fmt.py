"""`stui fmt`: one style for all, and never another word."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.cli.commands import fmt
from stui_workspace.document import Document, parse
from stui_workspace.document.formatting import Formatted, formatted
from support.command_line import CommandLine
from unit.cli.conftest import GOOD

UNTIDY = """\
# ours
stui:   1
name: 'orders' # the team's


connections:
    py: { kind: python }
x-list:
- a
"""
TIDY = """\
# ours
stui: 1
name: orders  # the team's

connections:
  py: {kind: python}
x-list:
  - a
"""


def test_a_file_is_written_anew(stui: CommandLine, file: Path) -> None:
    file.write_text(UNTIDY)
    assert stui("fmt").all == (0, "", "formatted .stui-workspace.yaml\n")
    assert file.read_text() == TIDY
    assert stui("fmt").all == (0, "", "")


def test_a_file_in_style_is_not_touched(stui: CommandLine, file: Path, tmp_path: Path) -> None:
    before = file.stat()
    assert stui("fmt").all == (0, "", "")
    assert (file.read_text(), file.stat().st_mtime_ns) == (GOOD, before.st_mtime_ns)
    assert not (tmp_path / "home").exists()


def test_the_overlay_beside_it_is_formatted_too(stui: CommandLine, file: Path) -> None:
    overlay = file.with_name(".stui-workspace.local.yaml")
    overlay.write_text("preferences:   {theme: nord}\n")
    assert stui("fmt").err == "formatted .stui-workspace.local.yaml\n"
    assert overlay.read_text() == "preferences: {theme: nord}\n"


def test_files_and_folders_that_are_named(stui: CommandLine, file: Path) -> None:
    file.write_text(UNTIDY)
    other = file.with_name("other.yaml")
    other.write_text("a:   1\n")
    ran = stui("fmt", "other.yaml", ".")
    assert ran.all == (0, "", "formatted other.yaml\nformatted .stui-workspace.yaml\n")


def test_check_names_the_files_and_changes_none(
    stui: CommandLine, file: Path, tmp_path: Path
) -> None:
    file.write_text(UNTIDY)
    other = file.with_name("other.yaml")
    other.write_text("a: 1\n")
    ran = stui("fmt", "--check", file.name, "other.yaml")
    assert (ran.status, ran.out) == (1, ".stui-workspace.yaml\n")
    assert ran.err.startswith("1 file is not in the canonical style\n")
    assert file.read_text() == UNTIDY
    assert not (tmp_path / "home").exists()
    assert stui("fmt", "--check", "other.yaml").all == (0, "", "")


def test_diff_shows_what_would_change(stui: CommandLine, file: Path) -> None:
    file.write_text(UNTIDY)
    ran = stui("fmt", "--diff")
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert lines[:2] == ["--- .stui-workspace.yaml", "+++ .stui-workspace.yaml"]
    assert [line[1:] for line in lines[3:] if line[0] in " -"] == UNTIDY.splitlines()
    assert [line[1:] for line in lines[3:] if line[0] in " +"] == TIDY.splitlines()
    assert file.read_text() == UNTIDY


def test_diff_shows_no_secret(stui: CommandLine, file: Path) -> None:
    file.write_text("x-a:   1\npassword:   hunter2\n")
    ran = stui("fmt", "--diff", FORCE_COLOR="1")
    assert "x-a: 1" in ran.out
    assert "hunter2" not in ran.out
    assert "\x1b[32m+(not shown" not in stui("fmt", "--diff").out


@pytest.mark.parametrize("options", [[], ["--check"], ["--diff"]], ids=["write", "check", "diff"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"a:  [\n", "error[Y103]", id="no YAML"),
        pytest.param(b"a:  1\na: 2\n", "error[Y106]", id="a key twice"),
        pytest.param(b"stui:  2\nname:  x\n", "error[S105]", id="newer format"),
        pytest.param(b"a:  \xff\n", "error[Y101]", id="no text"),
        pytest.param(b"a:  1\n" + b"#" * (1 << 20), "error[Y111]", id="too large"),
        pytest.param(b"a:  " + b"[" * 80 + b"]" * 80, "error[Y112]", id="too deep"),
        pytest.param(
            b"a:  1\n<<<<<<< ours\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n", "error[Y", id="conflicts"
        ),
    ],
)
def test_what_it_cannot_read_it_leaves_alone(
    stui: CommandLine, file: Path, content: bytes, said: str, options: list[str]
) -> None:
    file.write_bytes(content)
    other = file.with_name("other.yaml")
    other.write_text("a:   1\n")
    ran = stui("fmt", *options, file.name, "other.yaml")
    assert (ran.status, said in ran.err) == (1, True)
    assert file.read_bytes() == content
    assert other.read_text() == ("a:   1\n" if options else "a: 1\n")


def test_a_file_that_is_no_workspace_is_formatted_all_the_same(
    stui: CommandLine, file: Path
) -> None:
    file.write_text("stui: 1\nconections:   {}\nname:   [x]\n")
    assert stui("fmt").status == 0
    assert file.read_text() == "stui: 1\nconections: {}\nname: [x]\n"


def test_a_mistake_of_ours_is_told_and_nothing_written(
    stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def objecting(document: Document) -> Formatted:
        return Formatted(document, "it went wrong")

    monkeypatch.setattr(fmt, "formatted", objecting)
    file.write_text(UNTIDY)
    ran = stui("fmt")
    assert (ran.status, file.read_text()) == (1, UNTIDY)
    assert ran.err.startswith("error: it went wrong; nothing was changed\n")


def test_somebody_who_writes_at_the_same_time(
    stui: CommandLine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they wrote is neither lost nor formatted unseen."""
    file.write_text(UNTIDY)
    right = formatted

    def meddling(document: Document) -> Formatted:
        file.write_text("a:   theirs\n")  # before the file is read again, under the lock
        return right(document)

    monkeypatch.setattr(fmt, "formatted", meddling)
    assert stui("fmt").status == 3
    assert file.read_text() == "a:   theirs\n"


def test_standard_input_is_formatted_to_standard_output(stui: CommandLine, project: Path) -> None:
    assert stui("fmt", "-", given=UNTIDY).all == (0, TIDY, "")
    assert stui("fmt", "-", given=TIDY).all == (0, TIDY, "")
    ran = stui("fmt", "--check", "-", given=UNTIDY)
    assert (ran.status, ran.out) == (1, "-\n")
    assert stui("fmt", "-", given="a: [\n").status == 1
    assert stui("fmt", "-", given=b"\xef\xbb\xbfa:  1\n").out == "\ufeffa: 1\n"


def test_what_is_not_there(stui: CommandLine, project: Path) -> None:
    assert stui("fmt").status == 2
    assert stui("fmt", "nothing.yaml").all[0] == 2


def test_session_files_are_left_to_the_program(stui: CommandLine, project: Path) -> None:
    session = project / "sessions" / "one.yaml"
    session.parent.mkdir()
    session.write_text("a:   1\n")
    assert (stui("fmt", str(session)).status, session.read_text()) == (2, "a:   1\n")


def test_the_mode_and_a_link_stay(stui: CommandLine, file: Path) -> None:
    real = file.with_name("real.yaml")
    real.write_text(UNTIDY)
    real.chmod(0o640)
    file.unlink()
    file.symlink_to(real.name)
    assert stui("fmt").status == 0
    assert file.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == (TIDY, 0o640)


def test_what_init_writes_is_in_style(stui: CommandLine, project: Path) -> None:
    assert stui("init").status == 0
    assert stui("fmt", "--check").all == (0, "", "")


def test_what_set_writes_is_in_style(stui: CommandLine, file: Path) -> None:
    for arguments in (
        ("preferences.wrap", "true"),
        ("connections.other", "{kind: python, connect: auto}"),
        ("x-a", "[1, {b: 2}]"),
        ("x-b.c.d", "it's"),
        ("buffers.scratch.source", "one\ntwo\n"),
    ):
        stui("set", *arguments)
    assert parse(file.read_bytes()).plain(("x-b", "c", "d")) == "it's"
    assert stui("fmt", "--check").all == (0, "", "")
