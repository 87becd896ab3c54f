"""`stui migrate`: one format after another, with every comment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.cli.migrating import follow
from stui_workspace.document import parse
from stui_workspace.errors import EditError
from stui_workspace.schema import Delete, Rename, SetValue, migrated, plan_migration
from support.command_line import CommandLine

OLD = """\
# ours
stui: 0
title: orders   # the team's
backends:
  py: {kind: python, startup: auto}
pads:
  scratch:
    text: |
      1 + 1   # two
preferences:
  timeout: 30   # seconds
history:
  size: 100   # enough
"""
NEW = """\
# ours
stui: 1
name: orders   # the team's
connections:
  py: {kind: python, connect: auto}
buffers:
  scratch:
    source: |
      1 + 1   # two
preferences:
  evaluation_timeout: 30s   # seconds
history:
  keep: 100   # enough
"""


def test_an_old_file_becomes_a_good_new_one(stui: CommandLine, file: Path, tmp_path: Path) -> None:
    file.write_text(OLD)
    ran = stui("migrate")
    assert (ran.status, ran.out) == (0, "")
    assert file.read_text() == NEW
    assert stui("validate", "--strict").all == (0, "", "")
    (kept,) = tmp_path.glob("home/state/workspaces/*/backups/*")
    assert kept.read_text() == OLD
    assert f"the old file is kept as {kept}\n" in ran.err
    assert "note: rename `title` to `name`\n" in ran.err


def test_a_dry_run_shows_the_difference_and_changes_nothing(
    stui: CommandLine, file: Path, tmp_path: Path
) -> None:
    file.write_text(OLD)
    ran = stui("migrate", "--dry-run", file.name)
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[:2] == ["--- .stui-workspace.yaml", "+++ .stui-workspace.yaml"]
    assert [line[1:] for line in lines[3:] if line[0] in " -"] == OLD.splitlines()
    assert [line[1:] for line in lines[3:] if line[0] in " +"] == NEW.splitlines()
    assert file.read_text() == OLD
    assert not (tmp_path / "home").exists()


def test_a_file_that_is_up_to_date_is_left_alone(stui: CommandLine, file: Path) -> None:
    assert stui("migrate").all == (0, "", ".stui-workspace.yaml is up to date\n")


def test_a_file_that_would_have_an_error_is_left_alone(stui: CommandLine, file: Path) -> None:
    old = OLD.replace("kind: python", "kind: [python]")
    file.write_text(old)
    ran = stui("migrate")
    assert (ran.status, file.read_text()) == (1, old)
    assert "note: the file is as it was\n" in ran.err


def test_a_file_that_is_not_yaml(stui: CommandLine, file: Path) -> None:
    file.write_text("stui: 0\ntitle: [\n")
    ran = stui("migrate")
    assert (ran.status, ".stui-workspace.yaml:" in ran.err) == (1, True)


@given(
    st.dictionaries(
        st.sampled_from(["title", "created", "pads", "backends", "preferences", "x-a"]),
        st.one_of(
            st.text("ab: #", max_size=5),
            st.dictionaries(st.sampled_from(["a", "timeout", "text"]), st.integers(0, 9)),
        ),
    )
)
def test_the_text_says_what_was_planned(plain: dict[str, object]) -> None:
    from stui_workspace.document import to_yaml

    document = parse(to_yaml({"stui": 0, **plain}))  # type: ignore[dict-item]
    steps = plan_migration(document.plain())
    before = document.plain()
    assert isinstance(before, dict)
    assert follow(document, steps).plain() == migrated(before, steps)


def test_every_kind_of_step() -> None:
    document = parse("a: 1  # one\nb: {c: 2}\nd: 3\n")
    steps = (
        Rename(("a",), "A"),
        SetValue(("A",), 9, "nine"),
        Delete(("d",)),
    )
    assert follow(document, steps).text == "A: 9  # one\nb: {c: 2}\n"


def test_a_step_that_cannot_be_taken_is_refused() -> None:
    with pytest.raises(EditError):
        follow(parse("a: &x 1\nb: *x\n"), (Delete(("a",)),))
