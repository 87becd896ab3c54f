"""The rounds of a lookout, one by one, with ears that a test commands."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stui_workspace.watch.lookout import Lookout, Rhythm, Watched

RHYTHM = Rhythm(listening=2.0, polling=0.5)


@dataclass
class Ears:
    """Ears that hear what a test says, and fail when it wants them to."""

    folders: set[Path] = field(default_factory=set)
    names: frozenset[str] = frozenset()
    history: list[tuple[str, str]] = field(default_factory=list)
    deaf: set[Path] = field(default_factory=set)
    """Folders for which a thread has ended."""
    refuse: BaseException | None = None
    closed: bool = False
    while_listening: Callable[[], object] = lambda: None
    """What happens on the disk in the moment between two calls."""
    heard: Callable[[str], object] = lambda _path: None

    def only(self, names: frozenset[str]) -> None:
        self.names = names

    def listen(self, folder: Path) -> None:
        if self.refuse is not None:
            raise self.refuse
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, "gone")
        self.while_listening()
        self.history.append(("listen", folder.name))
        self.folders.add(folder)
        self.deaf.discard(folder)

    def ignore(self, folder: Path) -> None:
        self.history.append(("ignore", folder.name))
        self.folders.discard(folder)

    def hears(self, folder: Path) -> bool:
        return folder in self.folders - self.deaf

    def close(self) -> None:
        self.closed = True


class Watch:
    """A lookout over files of one folder, and everything that it says."""

    def __init__(self, folder: Path, *names: str, poll: bool = False) -> None:
        self.folder = folder
        self.ears = Ears()
        self.told_count = 0
        self.disturbed_count = 0
        self.notices: list[str] = []
        self.lookout = Lookout(
            Watched(tuple(folder / name for name in names or ("a",))),
            self._tell,
            self.notices.append,
            None if poll else self._make,
        )
        self.lookout.disturbed = self._disturb

    def round(self) -> tuple[float, int]:
        """Seconds to the next round, and how often it was told to look during this one."""
        before = self.told_count
        return self.lookout.round(RHYTHM), self.told_count - before

    def _make(self, heard: Callable[[str], object]) -> Ears:
        if isinstance(self.ears.refuse, ImportError):
            raise self.ears.refuse
        self.ears.heard = heard
        return self.ears

    def _tell(self) -> None:
        self.told_count += 1

    def _disturb(self) -> None:
        self.disturbed_count += 1


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
    assert watch.ears.names == {"a"}


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


def test_what_changed_before_the_first_round_is_told(folder: Path) -> None:
    watch = Watch(folder)
    (folder / "a").write_bytes(b"newer")
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
    assert watch.round() == (0.5, 1)
    watch.ears.while_listening = lambda: None
    assert watch.round() == (2.0, 1)
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
