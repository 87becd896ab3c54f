"""The rounds of a lookout, one by one, with ears and clocks that a test commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from doubles.lookouts import Watch
from stui_workspace.watch.names import Names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.path.realpath(tmp_path)) / "project"
    folder.mkdir()
    (folder / "a").write_bytes(b"old")
    return folder


def test_where_all_is_quiet_nothing_is_told(folder: Path) -> None:
    watch = Watch(folder)
    assert [watch.round() for _ in range(3)] == [(2.0, 0)] * 3
    assert watch.ears.history == [("listen", "project")]
    assert watch.ears.names == Names.of(["a"])


def test_what_is_heard_is_told_at_once(folder: Path) -> None:
    watch = Watch(folder)
    watch.round()
    watch.ears.heard(str(folder / "a"))
    assert (watch.told_count, watch.disturbed_count) == (1, 0)


def test_what_was_not_heard_is_seen_in_the_next_round(folder: Path) -> None:
    watch = Watch(folder)
    watch.round()
    (folder / "a").write_bytes(b"newer")
    assert [watch.round() for _ in range(3)] == [(2.0, 1), (2.0, 0), (2.0, 0)]


def test_what_changed_before_the_first_round_is_not_told(folder: Path) -> None:
    """Whoever watches looks once after it."""
    watch = Watch(folder)
    (folder / "a").write_bytes(b"newer")
    assert watch.round() == (2.0, 0)


def test_what_happens_during_the_first_round_is_told_or_seen_by_all(folder: Path) -> None:
    """The glance comes after the listening began."""
    watch = Watch(folder)
    watch.ears.while_listening = lambda: watch.ears.heard(str(folder / "a"))
    assert watch.round() == (2.0, 1)


def test_who_only_glances_looks_once_more(folder: Path) -> None:
    watch = Watch(folder, poll=True)
    watch.round()
    (folder / "a").write_bytes(b"newer")
    assert [watch.round() for _ in range(3)] == [(0.5, 1), (0.5, 1), (0.5, 0)]
    assert watch.notices == []


def test_each_of_several_files_counts(folder: Path) -> None:
    watch = Watch(folder, "a", "b", "sub/c")
    assert watch.round() == (2.0, 0)
    (folder / "b").touch()
    assert watch.round() == (2.0, 1)
    (folder / "sub").mkdir()
    assert watch.round() == (2.0, 0)
    assert watch.ears.folders == {folder, folder / "sub"}
    (folder / "sub" / "c").touch()
    assert watch.round() == (2.0, 1)


def is_copy(name: str) -> bool:
    return "conflict" in name


def rounds(watch: Watch, seconds: float) -> list[int]:
    """How often it was told to look, in all rounds of so many seconds."""
    found: list[int] = []
    until = watch.machine.steady + seconds
    while watch.machine.steady < until:
        found.append(watch.round()[1])
    return found


class TestSiblings:
    def test_they_are_listened_to_in_the_folder_of_the_first_file(self, folder: Path) -> None:
        (folder / "sub").mkdir()
        watch = Watch(folder, "a", "sub/b", siblings=is_copy)
        watch.round()
        names = watch.ears.names
        assert str(folder / "a.conflict") in names
        assert str(folder / "sub" / "b.conflict") not in names
        assert str(folder / "sub" / "b") in names

    def test_and_in_the_folder_to_which_that_one_leads(self, folder: Path) -> None:
        (folder / "sub").mkdir()
        (folder / "sub" / "target").touch()
        (folder / "link").symlink_to("sub/target")
        watch = Watch(folder, "link", siblings=is_copy)
        watch.round()
        assert str(folder / "sub" / "target.conflict") in watch.ears.names

    def test_one_that_was_not_heard_is_found_within_half_a_minute(self, folder: Path) -> None:
        watch = Watch(folder, siblings=is_copy)
        assert rounds(watch, 4.0) == [0, 0]
        (folder / "a.conflict").touch()
        told = rounds(watch, 30.0)
        assert sum(told) == 1
        assert rounds(watch, 60.0) == [0] * 30

    def test_one_that_was_there_before_is_not_told(self, folder: Path) -> None:
        (folder / "a.conflict").touch()
        assert sum(rounds(Watch(folder, siblings=is_copy), 60.0)) == 0

    def test_who_only_glances_finds_it_in_the_next_round(self, folder: Path) -> None:
        watch = Watch(folder, poll=True, siblings=is_copy)
        watch.round()
        (folder / "a.conflict").touch()
        assert [watch.round() for _ in range(3)] == [(0.5, 1), (0.5, 1), (0.5, 0)]
        (folder / "other").touch()
        assert watch.round() == (0.5, 0)

    def test_whatever_else_was_missed_is_a_reason_to_list_at_once(self, folder: Path) -> None:
        """As after an overflow: if the change of the file was lost, so may others be."""
        watch = Watch(folder, siblings=is_copy)
        watch.round()
        for path in (folder / "a", folder / "a.conflict"):
            path.write_bytes(b"newer")
        assert watch.round() == (2.0, 1)
        assert rounds(watch, 60.0) == [0] * 30

    def test_a_change_that_was_heard_is_none(self, folder: Path) -> None:
        watch = Watch(folder, siblings=is_copy)
        watch.round()
        (folder / "a").write_bytes(b"newer")
        watch.ears.heard(str(folder / "a"))
        (folder / "a.conflict").touch()
        assert watch.round() == (2.0, 1)
        assert sum(rounds(watch, 30.0)) == 1

    def test_they_are_listed_when_a_folder_is_listened_to_anew(self, folder: Path) -> None:
        watch = Watch(folder, siblings=is_copy)
        watch.round()
        watch.ears.deaf.add(folder)
        (folder / "a.conflict").touch()
        assert watch.round() == (2.0, 1)


class TestSleep:
    def test_after_it_everything_is_looked_at(self, folder: Path) -> None:
        watch = Watch(folder, siblings=is_copy)
        assert rounds(watch, 4.0) == [0, 0]
        watch.machine.wall += 3600.0
        (folder / "a.conflict").touch()
        assert watch.round() == (2.0, 1)
        assert rounds(watch, 60.0) == [0] * 30

    @pytest.mark.parametrize("seconds", [-3600.0, 5.5])
    def test_a_clock_that_was_set_is_taken_for_it(self, folder: Path, seconds: float) -> None:
        watch = Watch(folder)
        watch.round()
        watch.machine.wall += seconds
        assert [watch.round()[1] for _ in range(2)] == [1, 0]

    def test_and_so_is_a_round_that_comes_much_too_late(self, folder: Path) -> None:
        """Where both clocks go on in a sleeping machine, or none, and the process was stopped."""
        watch = Watch(folder)
        watch.round()
        watch.machine.go_on(6.0)
        assert [watch.round()[1] for _ in range(2)] == [1, 0]

    def test_a_clock_that_is_nudged_is_not(self, folder: Path) -> None:
        watch = Watch(folder)
        watch.round()
        watch.machine.wall += 4.0
        watch.machine.go_on(1.0)
        assert watch.round()[1] == 0
