"""`stui conflicts`: where, why and what, and nothing that may be a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.merge.lines import Labels
from stui_workspace.runtime.settling import keep_merge
from stui_workspace.storage.conflicts.records import Sides
from support.command_line import CommandLine
from unit.cli.conftest import GOOD

OURS = GOOD.replace("nord", "dracula").replace("# who we are", "# we")
THEIRS = GOOD.replace("nord", "gruvbox").replace("# who we are", "# they").replace("team", "crew")
SIDES = Sides(GOOD.encode(), OURS.encode(), THEIRS.encode())
MARKED = """\
stui: 1
name: orders
preferences:
<<<<<<< HEAD
  theme: dracula
  wrap: true
=======
  theme: gruvbox
>>>>>>> feature
"""


def merge(file: Path, sides: Sides = SIDES, labels: Labels | None = None) -> None:
    """Merge into a file, as `stui merge -o` does."""
    home = Path(file.parent.parent / "home")
    keep_merge(file, file.parent, sides, services_in(home), labels=labels or Labels("", "", ""))


@pytest.fixture
def merged(file: Path) -> Path:
    merge(file)
    return file


def test_nothing_is_in_conflict(stui: CommandLine, file: Path) -> None:
    assert stui("conflicts").all == (0, "", ".stui-workspace.yaml: no conflicts\n")
    assert stui("conflicts", "--json").all == (0, "[]\n", ".stui-workspace.yaml: no conflicts\n")


def test_each_conflict_with_its_three_texts(stui: CommandLine, merged: Path) -> None:
    ran = stui("conflicts")
    assert ran.status == 1
    where = [line for line in ran.out.splitlines() if line.startswith("/")]
    assert where == ["/stui#comment", "/preferences/theme"]
    theme = ran.out.split("\n\n")[1].splitlines()
    assert theme[0] == "/preferences/theme"
    assert theme[1].startswith("  both sides changed the value")
    assert theme[2:] == ["  base    nord", "  ours    dracula", "  theirs  gruvbox"]
    assert ran.err == (
        ".stui-workspace.yaml: 2 conflicts\n"
        "  = help: `stui resolve '/stui#comment' --take ours`, or theirs, base, --value, --edit\n"
    )


def test_for_programs(stui: CommandLine, merged: Path) -> None:
    ran = stui("conflicts", "--json")
    assert ran.status == 1
    first, second = json.loads(ran.out)
    assert first["path"] == "/stui#comment"
    assert first["aspect"] == "comment"
    assert {key: second[key] for key in ("path", "aspect", "base", "ours", "theirs")} == {
        "path": "/preferences/theme",
        "aspect": "value",
        "base": "nord",
        "ours": "dracula",
        "theirs": "gruvbox",
    }
    assert second["sensitive"] is False
    assert second["style"] == "valid"
    assert isinstance(second["merged_at"], float)


def test_sides_are_called_as_they_were_named(stui: CommandLine, file: Path) -> None:
    merge(file, labels=Labels("HEAD", "", "feature\x1b[31m"))
    out = stui("conflicts").out
    assert "  base                   nord\n" in out
    assert "  ours (HEAD)            dracula\n" in out
    assert "  theirs (feature␛[31m)  gruvbox\n" in out


def test_what_is_settled_by_hand_drops_off(stui: CommandLine, merged: Path) -> None:
    merged.write_text(merged.read_text().replace("dracula", "light"))
    ran = stui("conflicts")
    assert "/preferences/theme" not in ran.out
    assert ran.err.startswith(
        ".stui-workspace.yaml: `/preferences/theme` was settled by hand\n"
        ".stui-workspace.yaml: 1 conflict\n"
    )
    merged.write_text(merged.read_text().replace("# we", "# all"))
    ran = stui("conflicts")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.endswith(".stui-workspace.yaml: no conflicts\n")


def test_a_secret_is_not_shown(stui: CommandLine, file: Path) -> None:
    base = GOOD.replace("{kind: python}", "{kind: stui, url: 'tcp:x', credential: keyring:a}")
    sides = [base.replace("keyring:a", f"keyring:{word}").encode() for word in ("mine", "yours")]
    merge(file, Sides(base.encode(), *sides))
    for arguments in ([], ["--json"]):
        ran = stui("conflicts", *arguments)
        assert ran.status == 1
        assert "not shown" in ran.out
        assert "keyring" not in ran.out + ran.err


def test_a_deleted_thing_and_a_long_one(stui: CommandLine, file: Path) -> None:
    base = "a: {x: 1}\nb: |\n  1\n"
    long = "".join(f"  line {number}\n" for number in range(30))
    theirs = base.replace("1}", "2}").replace("  1\n", "  other\n")
    merge(file, Sides(base.encode(), f"b: |\n{long}".encode(), theirs.encode()))
    out = stui("conflicts").out
    assert "  ours    (nothing)\n" in out
    assert "    line 5\n" in out
    assert "line 29" not in out
    assert "more lines\n" in out


def test_a_file_that_was_named_is_named_in_the_command(stui: CommandLine, project: Path) -> None:
    other = project / "my deploy.yaml"
    merge(other, Sides(b"a: {b: 1}\n", b"a: {b: 2}\n", b"a: {b: 3}\n"))
    ran = stui("conflicts", other.name)
    assert ran.err.startswith("my deploy.yaml: 1 conflict\n")
    assert f"`stui resolve /a/b --take ours --file '{other.name}'`" in ran.err


def test_a_file_with_markers(stui: CommandLine, file: Path) -> None:
    file.write_text(MARKED)
    before = file.read_bytes()
    ran = stui("conflicts", "--json")
    assert ran.status == 1
    (one,) = json.loads(ran.out)
    assert (one["path"], one["ours"], one["theirs"]) == ("/preferences/theme", "dracula", "gruvbox")
    assert one["labels"] == {"base": "", "ours": "HEAD", "theirs": "feature"}
    assert (one["style"], one["merged_at"]) == ("markers", None)
    assert file.read_bytes() == before


def test_a_damaged_record_is_named(stui: CommandLine, merged: Path) -> None:
    (record,) = merged.parent.parent.rglob("conflicts/*.json")
    record.write_bytes(b"{")
    ran = stui("conflicts")
    assert ran.status == 0
    assert ran.err.startswith("warning: ")
    assert "kept as" in ran.err


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nowhere.yaml"], 2, "no file `nowhere.yaml`"),
        ([], 2, "no workspace file"),
    ],
)
def test_what_is_not_there(
    stui: CommandLine, project: Path, arguments: list[str], status: int, said: str
) -> None:
    ran = stui("conflicts", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
