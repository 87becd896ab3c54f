"""Tools that are run from time to time, Unison and rclone, and `stui sync` in between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.rclone import Rclone
from support.replicas import Replicas
from support.unison import Unison

LEFT = ("title: Numbers", "title: Digits", "connections:\n", "# where it runs\nconnections:\n")
RIGHT = ("title: Words", "title: Phrases", "snippets:\n", "# always at hand\nsnippets:\n")
EDITS = ("title: Digits", "# where it runs", "title: Phrases", "# always at hand")
MOST_RUNS = 2


@pytest.fixture
def unison(replicas: Replicas, tmp_path: Path) -> Unison:
    unison = Unison(tmp_path / "unison", replicas)
    unison.run()
    return unison


@pytest.fixture
def rclone(replicas: Replicas, tmp_path: Path) -> Rclone:
    rclone = Rclone(tmp_path / "rclone", replicas)
    rclone.begin()
    return rclone


def diverge(replicas: Replicas) -> None:
    """Have both change the file, the right one some time before the left one."""
    replicas.right.edit(*RIGHT)
    before = replicas.right.file.stat().st_mtime - 10
    os.utime(replicas.right.file, (before, before))
    replicas.left.edit(*LEFT)


def bring_together(replicas: Replicas, tool: Unison | Rclone) -> None:
    """Run stui on one side, the tool, and stui on the other side, until both are equal."""
    for machine in replicas.both * MOST_RUNS:
        machine.stui("sync")
        tool.run()
        if replicas.are_equal:
            return
    raise AssertionError(f"they did not become equal\n{replicas}")


def all_is_well(replicas: Replicas, tool: Unison | Rclone) -> None:
    assert replicas.have(*EDITS)
    for machine in replicas.both:
        assert "no conflict copies" in machine.stui("sync").stderr
    tool.run()
    assert replicas.are_equal, str(replicas)


def test_unison_has_put_aside_what_was_older(replicas: Replicas, unison: Unison) -> None:
    replicas.know()
    diverge(replicas)
    unison.run()
    assert replicas.beside.keys() == {"bert"}
    assert "title: Phrases" not in replicas.right.text
    bring_together(replicas, unison)
    all_is_well(replicas, unison)


def test_unison_has_brought_the_copy_to_the_other_side(replicas: Replicas, unison: Unison) -> None:
    replicas.know()
    diverge(replicas)
    unison.run()
    unison.run()
    assert replicas.left.beside == replicas.right.beside != []
    for machine in replicas.both:  # each of its own accord, and both come to the same
        machine.stui("sync")
    assert replicas.are_equal, str(replicas)
    all_is_well(replicas, unison)


def test_rclone_has_left_two_copies_and_no_file(replicas: Replicas, rclone: Rclone) -> None:
    replicas.know()
    diverge(replicas)
    rclone.run()
    for machine in replicas.both:
        assert machine.text == ""
        assert len(machine.beside) == 2
    bring_together(replicas, rclone)
    all_is_well(replicas, rclone)


@pytest.mark.parametrize("name", ["unison", "rclone"])
def test_who_never_saw_the_file_is_asked(
    replicas: Replicas, name: str, request: pytest.FixtureRequest
) -> None:
    """Without anything to compare with, nobody can tell a change from what was there before."""
    tool: Unison | Rclone = request.getfixturevalue(name)
    diverge(replicas)
    tool.run()
    replicas.right.stui("sync", status=1)
    found = replicas.right.asked("conflicts", status=1)
    assert {"/buffers/words/title", "/buffers/numbers/title"} <= {one["path"] for one in found}
    for one in found:
        side = "ours" if one["path"] == "/buffers/numbers/title" else "theirs"
        replicas.right.stui("resolve", one["path"], "--take", side)
    replicas.right.stui("sync")
    tool.run()
    assert replicas.are_equal, str(replicas)
    assert replicas.have(*EDITS)
