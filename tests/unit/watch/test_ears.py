"""Real ears on a real disk: what is heard of, and what is not."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stui_workspace.watch.ears import Ears
from stui_workspace.watch.names import Names

SECONDS = 20.0


class Hearing:
    """What was heard, in order, as far as a sentinel."""

    def __init__(self) -> None:
        self._paths: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.ears = Ears(self._paths.put)

    def until(self, path: Path) -> list[str]:
        """The names that were heard up to the first sound of `path`."""
        names: list[str] = []
        while not names or names[-1] != path.name:
            names.append(Path(self._paths.get(timeout=SECONDS)).name)
        return names


@contextmanager
def hearing(folder: Path, *names: str) -> Iterator[Hearing]:
    found = Hearing()
    try:
        found.ears.only(Names.of(names))
        found.ears.listen(folder)
        yield found
    finally:
        found.ears.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(os.path.realpath(tmp_path)) / "project"
    folder.mkdir()
    (folder / "a").write_bytes(b"old")
    return folder


def test_reading_is_not_heard(folder: Path) -> None:
    """Else a look would be the reason for the next one."""
    with hearing(folder, "a", "end") as heard:
        for _ in range(10):
            (folder / "a").read_bytes()
        (folder / "end").touch()
        assert heard.until(folder / "end") == ["end"]


def test_other_names_are_not_heard(folder: Path) -> None:
    with hearing(folder, "end") as heard:
        (folder / "a").write_bytes(b"new")
        (folder / "a").rename(folder / "b")
        (folder / "sub").mkdir()
        (folder / "sub").rmdir()
        (folder / "end").touch()
        assert heard.until(folder / "end") == ["end"]


def test_both_ends_of_a_rename_are_heard(folder: Path) -> None:
    with hearing(folder, "a", "end") as heard:
        (folder / "a").rename(folder / "b")
        (folder / "b").rename(folder / "a")
        (folder / "end").touch()
        assert heard.until(folder / "end")[:-1].count("a") >= 2


def test_a_name_is_heard_however_the_system_spells_it(folder: Path) -> None:
    with hearing(folder, "Caf\u00e9") as heard:
        (folder / "cafe\u0301").touch()
        heard.until(folder / "cafe\u0301")


def test_what_is_below_is_not_heard(folder: Path) -> None:
    (folder / "sub").mkdir()
    with hearing(folder, "a", "end") as heard:
        (folder / "sub" / "a").touch()
        (folder / "end").touch()
        assert heard.until(folder / "end") == ["end"]


def test_the_end_of_the_folder_is_heard_and_ends_the_hearing(folder: Path) -> None:
    with hearing(folder, "a") as heard:
        assert heard.ears.hears(folder)
        (folder / "a").unlink()
        folder.rmdir()
        heard.until(folder)
        for emitter in list(heard.ears._observer.emitters):
            emitter.join(SECONDS)
        assert not heard.ears.hears(folder)
        folder.mkdir()
        heard.ears.ignore(folder)
        heard.ears.listen(folder)
        assert heard.ears.hears(folder)
        (folder / "a").touch()
        heard.until(folder / "a")


def test_what_is_ignored_is_not_heard(folder: Path) -> None:
    (folder / "sub").mkdir()
    with hearing(folder, "a", "end") as heard:
        heard.ears.listen(folder / "sub")
        heard.ears.ignore(folder)
        heard.ears.ignore(folder)
        assert not heard.ears.hears(folder)
        (folder / "a").write_bytes(b"new")
        (folder / "sub" / "end").touch()
        assert heard.until(folder / "sub" / "end") == ["end"]


def test_a_folder_that_is_not_there_cannot_be_listened_to(folder: Path) -> None:
    with hearing(folder, "a") as heard:
        with pytest.raises(OSError):  # noqa: PT011 (each system has its own words)
            heard.ears.listen(folder / "gone")
        assert not heard.ears.hears(folder / "gone")


def test_ears_that_were_closed_hear_nothing_and_close_again(folder: Path) -> None:
    with hearing(folder, "a") as heard:
        heard.ears.close()
        assert not heard.ears.hears(folder)


def test_the_log_of_watchdog_never_reaches_the_terminal() -> None:
    """It complains of its own threads when it is stopped in a hurry."""
    script = """
import logging
from stui_workspace.watch.ears import Ears
from stui_workspace.watch.names import Names

Ears(print).close()
Ears(print).close()
logging.getLogger("watchdog.observers.inotify").error("over the workbench")
assert len(logging.getLogger("watchdog").handlers) == 1
"""
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert (found.stdout, found.stderr) == ("", "")


if sys.platform == "linux":

    def test_what_was_written_through_a_memory_map_is_heard(folder: Path) -> None:
        """The system tells of no writing then, only of the closing of a file open for it."""
        import mmap

        with hearing(folder, "a") as heard, (folder / "a").open("r+b") as file:
            with mmap.mmap(file.fileno(), 0) as memory:
                memory[:3] = b"new"
            file.close()
            heard.until(folder / "a")
