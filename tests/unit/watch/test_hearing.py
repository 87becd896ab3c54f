"""Which folders are listened to, mended round by round, with ears that a test commands."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from doubles.lookouts import Ears, Watch
from stui_workspace.watch.hearing import MOST_LISTENERS
from stui_workspace.watch.lookout import System


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.path.realpath(tmp_path)) / "project"
    folder.mkdir()
    (folder / "a").write_bytes(b"old")
    return folder


def test_the_folder_may_come_later(tmp_path: Path) -> None:
    folder = Path(os.path.realpath(tmp_path)) / "project"
    watch = Watch(folder)
    assert watch.round() == (2.0, 0)
    assert watch.ears.folders == set()
    folder.mkdir()
    (folder / "a").touch()
    assert watch.round() == (2.0, 1)
    assert watch.ears.folders == {folder}


def test_a_folder_that_was_swapped_is_listened_to_anew(folder: Path) -> None:
    watch = Watch(folder)
    watch.round()
    folder.rename(folder.with_name("moved"))
    folder.mkdir()
    (folder / "a").write_bytes(b"other")
    assert watch.round() == (2.0, 1)
    assert [what for what, _ in watch.ears.history] == ["listen", "ignore", "listen"]


def test_a_folder_that_is_gone_is_waited_for_in_short_rounds(folder: Path) -> None:
    watch = Watch(folder)
    watch.round()
    folder.rename(folder.with_name("moved"))
    assert [watch.round() for _ in range(3)] == [(0.5, 1), (0.5, 1), (0.5, 0)]
    folder.with_name("moved").rename(folder)
    assert watch.round() == (2.0, 1)
    assert watch.ears.folders == {folder}


def test_a_folder_that_the_system_says_is_gone_is_looked_after_at_once(folder: Path) -> None:
    """Though it looks the same: the number of a deleted folder goes to the next one."""
    watch = Watch(folder)
    watch.round()
    watch.ears.heard(str(folder))
    assert (watch.told_count, watch.disturbed_count) == (1, 1)
    watch.round()
    assert watch.ears.history[1:] == [("ignore", "project"), ("listen", "project")]
    watch.round()
    assert len(watch.ears.history) == 3


def test_a_thread_that_ended_is_replaced(folder: Path) -> None:
    watch = Watch(folder)
    watch.round()
    watch.ears.deaf.add(folder)
    assert watch.round() == (2.0, 0)
    assert watch.ears.hears(folder)


def test_where_a_link_leads_now_is_where_it_is_watched(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "target").write_text(name)
    link = folder / "link"
    link.symlink_to("one/target")
    watch = Watch(folder, "link")
    assert watch.round() == (2.0, 0)
    link.unlink()
    link.symlink_to("two/target")
    assert watch.round() == (2.0, 1)
    assert watch.ears.folders == {folder, folder / "two"}
    (folder / "two" / "target").write_text("changed")
    assert watch.round() == (2.0, 1)


def test_a_link_that_leads_away_from_a_lost_folder_waits_for_it_no_more(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "target").write_text(name)
    link = folder / "link"
    link.symlink_to("one/target")
    watch = Watch(folder, "link")
    watch.round()
    (folder / "one").rename(folder / "gone")
    assert watch.round() == (0.5, 1)
    link.unlink()
    link.symlink_to("two/target")
    assert watch.round() == (2.0, 1)


def test_a_folder_that_was_swapped_just_now_is_looked_after_again_soon(folder: Path) -> None:
    """Nobody knows which of the two is listened to."""

    def swap() -> None:
        folder.rename(folder.with_name("moved"))
        folder.mkdir()

    watch = Watch(folder)
    watch.ears.while_listening = swap
    assert watch.round() == (0.5, 0)
    watch.ears.while_listening = lambda: None
    assert watch.round() == (2.0, 0)
    assert [what for what, _ in watch.ears.history] == ["listen", "ignore", "listen"]


def test_a_folder_that_went_away_just_now_is_no_reason_to_give_up(folder: Path) -> None:
    watch = Watch(folder)
    watch.ears.refuse = FileNotFoundError(errno.ENOENT, "gone")
    assert watch.round() == (0.5, 0)
    watch.ears.refuse = None
    assert watch.round() == (2.0, 0)
    assert watch.notices == []


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        pytest.param(OSError(errno.ENOSPC, "inotify"), "limit of watches", id="watches"),
        pytest.param(OSError(errno.EMFILE, "inotify"), "limit of watches", id="instances"),
        pytest.param(OSError(errno.ENOSYS, "not implemented"), "not implemented", id="none"),
        pytest.param(RuntimeError("can't start new thread"), "no thread", id="threads"),
        pytest.param(ImportError("watchdog"), "not installed", id="no watchdog"),
    ],
)
def test_where_listening_is_impossible_rounds_are_made_and_that_is_told_once(
    folder: Path, refusal: Exception, words: str
) -> None:
    watch = Watch(folder)
    watch.ears.refuse = refusal
    assert [watch.round() for _ in range(3)] == [(0.5, 0)] * 3
    assert len(watch.notices) == 1
    assert words in watch.notices[0]
    (folder / "a").write_bytes(b"newer")
    assert watch.round() == (0.5, 1)


def test_ears_that_gave_up_are_closed(folder: Path) -> None:
    watch = Watch(folder)
    watch.ears.refuse = OSError(errno.ENOSPC, "no more")
    watch.round()
    assert watch.ears.closed
    watch.lookout.close()


def test_closing_closes_the_ears(folder: Path) -> None:
    watch = Watch(folder)
    watch.lookout.close()
    watch.round()
    assert not watch.ears.closed
    watch.lookout.close()
    assert watch.ears.closed


def test_a_file_where_a_folder_should_be_is_no_folder(folder: Path) -> None:
    watch = Watch(folder, "a/b")
    assert watch.round() == (2.0, 0)
    assert watch.ears.folders == set()


def test_a_folder_that_may_not_be_read_is_glanced_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system would take the watch and tell nothing."""
    watch = Watch(folder)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert watch.round() == (0.5, 0)
    monkeypatch.undo()
    assert watch.round() == (2.0, 0)


class TestListenersThatEnd:
    def test_one_that_hears_nothing_any_more_is_replaced(self, folder: Path) -> None:
        """Its threads end by errors of its own, and a new watch does not revive them."""
        watch = Watch(folder)
        watch.round()
        watch.ears.dead = True
        assert watch.round() == (0.5, 0)
        assert watch.ears.closed
        watch.ears = Ears()
        assert watch.round() == (2.0, 0)
        assert (watch.made_count, watch.ears.folders) == (2, {folder})
        assert watch.notices == []

    def test_that_is_not_tried_for_ever(self, folder: Path) -> None:
        watch = Watch(folder)
        watch.ears.dead = True
        assert [watch.round() for _ in range(20)] == [(0.5, 0)] * 20
        assert watch.made_count == MOST_LISTENERS
        assert len(watch.notices) == 1
        (folder / "a").write_bytes(b"newer")
        assert watch.round() == (0.5, 1)


class TestSharedDisks:
    def test_both_is_done_there_to_listen_and_to_glance(self, folder: Path) -> None:
        watch = Watch(folder)
        watch.machine.disk = "nfs4"
        assert [watch.round() for _ in range(3)] == [(0.5, 0)] * 3
        assert watch.ears.history == [("listen", "project")]
        assert len(watch.notices) == 1
        assert "nfs4" in watch.notices[0]

    def test_a_folder_that_is_mounted_over_is_asked_again(self, folder: Path) -> None:
        watch = Watch(folder)
        watch.round()
        watch.machine.disk = "fuse.sshfs"
        folder.rename(folder.with_name("below"))
        folder.mkdir()
        assert watch.round() == (0.5, 1)
        watch.machine.disk = ""
        folder.rmdir()
        folder.with_name("below").rename(folder)
        assert watch.round()[0] == 2.0

    def test_one_folder_on_such_a_disk_makes_all_rounds_short(self, folder: Path) -> None:
        (folder / "sub").mkdir()
        watch = Watch(folder, "a", "sub/b")
        watch.machine.system = System()
        far = System(disk_of=lambda where: "9p" if where.name == "sub" else "")
        watch.lookout._hearing._disk_of = far.disk_of
        assert watch.round() == (0.5, 0)
        assert watch.ears.folders == {folder, folder / "sub"}

    def test_a_name_of_a_disk_cannot_command_the_terminal(self, folder: Path) -> None:
        watch = Watch(folder)
        watch.machine.disk = "fuse.\x1b[2J"
        watch.round()
        assert "\x1b" not in watch.notices[0]

    def test_who_polls_anyway_is_not_told(self, folder: Path) -> None:
        watch = Watch(folder, poll=True)
        watch.machine.disk = "nfs4"
        assert watch.round() == (0.5, 0)
        assert watch.notices == []
