"""Stories on a real disk that is small, and then full or read-only.

    python small_disk.py STORY FOLDER

mounts a tmpfs of 64 kB at FOLDER, which ends with the mount namespace that this process was
started in, and plays the story there. `test_small_disk.py` starts it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.model.revision import revision_of
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.storage.atomic import save
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import try_hold
from stui_workspace.storage.sessions.crashes import CrashCounter
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import replay
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.storage.trash.trash import Trash

FS = RealFileSystem()
OLD = b"name: old\n" * 500
LARGE = b"name: new\n" * 10_000
LARGE_TEXT = "".join(f"{number * 7919 % 100_003}\n" for number in range(20_000))
STATE = SessionState(SessionMeta("a", "a", "m", 1.0, 2.0, 3.0), buffers={"x": BufferState("x\n")})
LARGE_STATE = replace(STATE, buffers={"x": BufferState(LARGE_TEXT)})


@contextmanager
def refused(words: str) -> Iterator[None]:
    """A block that must end in a `DiskError` which says `words` and what to do."""
    with pytest.raises(DiskError, match=words) as caught:
        yield
    assert caught.value.next_step


def fill(folder: Path) -> Path:
    """Use up the disk to its last block, and return the file that does."""
    path = folder / "filler"
    size = 0
    with path.open("wb", buffering=0) as file:
        for block in (4096, 1):
            with pytest.raises(OSError, match="No space left"):  # noqa: PT012 (as often as it works)
                while True:
                    size += file.write(b"x" * block)
    assert size
    return path


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def save_on_a_full_disk(folder: Path) -> None:
    file = folder / "w.yaml"
    save(FS, file, OLD, expected=None)
    with refused("full"):
        save(FS, file, LARGE, expected=revision_of(OLD))
    assert file.read_bytes() == OLD
    filler = fill(folder)
    with refused("full"):
        save(FS, file, OLD + b"x" * 8192, expected=revision_of(OLD))
    assert (file.read_bytes(), names(folder)) == (OLD, ["filler", "w.yaml"])
    filler.unlink()
    save(FS, file, b"new", expected=revision_of(OLD))
    assert file.read_bytes() == b"new"


def save_in_place_on_a_full_disk(folder: Path) -> None:
    file = folder / "w.yaml"
    save(FS, file, OLD, expected=None)
    file.with_name("other.yaml").hardlink_to(file)
    with refused("full"):
        save(FS, file, LARGE, expected=revision_of(OLD))
    assert (file.read_bytes(), names(folder)) == (OLD, ["other.yaml", "w.yaml"])


def journal_on_a_full_disk(folder: Path) -> None:
    journal = Journal(folder / "journals" / "a.journal")
    written = 0
    with refused("full"):
        for number in range(100_000):
            journal.append({"buffer/x": {"text": f"{number} " * 50}}, float(number))
            written += 1
    assert written
    found = replay(journal.path.read_bytes())
    assert (found.records_count, found.torn_bytes, found.damaged_count) == (written, 0, 0)
    with refused("full"):
        journal.append({"buffer/x": {"text": LARGE_TEXT}}, 1.0)
    journal.set_aside()
    assert journal.replay_asides().records_count == written
    journal.discard_asides()
    journal.append({"a": 1}, 2.0)
    assert replay(journal.path.read_bytes()).items == {"a": 1}


def session_on_a_full_disk(folder: Path) -> None:
    store = SessionStore(WorkspaceFolder(folder))
    store.save(STATE)
    with refused("full"):
        store.save(LARGE_STATE)
    loaded = store.load("a")
    assert (loaded.state, loaded.problems) == (STATE, ())
    assert names(folder) == ["sessions/a.yaml"]


def snapshot_on_a_full_disk(folder: Path) -> None:
    store = SnapshotStore(folder / "snapshots")
    store.put(items_of(STATE), 1.0)
    with refused("full"):
        store.put(items_of(LARGE_STATE), 2.0)
    for one in (store, SnapshotStore(folder / "snapshots")):
        latest = one.latest()
        assert latest is not None
        assert (latest.items, latest.problems) == (items_of(STATE), ())
    store.put({**items_of(STATE), "more": 1}, 3.0)
    assert len(store.log()) == 2


def history_on_a_full_disk(folder: Path) -> None:
    log = HistoryLog(folder, "m")
    log.append(Entry(1.0, "py", "first"))
    fill(folder)
    with refused("full"):
        log.append(Entry(2.0, "py", "x" * 10_000))
    assert log.recall("py", 9) == ("first",)


def save_a_file_that_is_mounted_by_itself(folder: Path) -> None:
    """As container tools do with a single file: it cannot be renamed over."""
    file = folder / "w.yaml"
    file.write_bytes(OLD)
    run("mount", "--bind", str(file), str(file))
    save(FS, file, b"new", expected=revision_of(OLD), rescue=folder / "rescued")
    assert file.read_bytes() == b"new"
    assert names(folder) == [f"rescued/{revision_of(OLD)}-w.yaml", "w.yaml"]
    assert (folder / "rescued" / f"{revision_of(OLD)}-w.yaml").read_bytes() == OLD


def save_a_writable_file_in_a_read_only_folder(folder: Path) -> None:
    outside, inside = folder / "outside", folder / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "w.yaml").write_bytes(OLD)
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(inside))
    (inside / "w.yaml").touch()
    run("mount", "--bind", str(outside / "w.yaml"), str(inside / "w.yaml"))
    run("mount", "-o", "remount,ro", str(inside))
    save(FS, inside / "w.yaml", b"new", expected=revision_of(OLD))
    assert (outside / "w.yaml").read_bytes() == b"new"
    assert names(folder) == ["inside/w.yaml", "outside/w.yaml"]


def everything_on_a_read_only_disk(folder: Path) -> None:
    file, there = folder / "w.yaml", WorkspaceFolder(folder / "there")
    save(FS, file, OLD, expected=None)
    SessionStore(there).save(STATE)
    Journal(there.journal_of("a")).append({"a": 1}, 1.0)
    SnapshotStore(there.snapshots_of("a")).put(items_of(STATE), 1.0)
    HistoryLog(folder / "history", "m").append(Entry(1.0, "py", "first"))
    before = names(folder)
    run("mount", "-o", "remount,ro", str(folder))

    attempts: list[Callable[[], object]] = [
        lambda: save(FS, file, b"new", expected=revision_of(OLD)),
        lambda: save(FS, folder / "new.yaml", b"new", expected=None),
        lambda: SessionStore(there).save(LARGE_STATE),
        lambda: SessionStore(WorkspaceFolder(folder / "new")).save(STATE),
        lambda: Trash(there, FS).take_in("a", "a", 1.0),
        lambda: Journal(there.journal_of("a")).append({"a": 2}, 2.0),
        lambda: Journal(there.journal_of("b")).append({"a": 2}, 2.0),
        lambda: Journal(there.journal_of("a")).set_aside(),
        lambda: SnapshotStore(there.snapshots_of("a")).put({"a": 2}, 2.0),
        lambda: HistoryLog(folder / "history", "m").append(Entry(2.0, "py", "second")),
        lambda: CrashCounter(there.crashes_of("a")).begin(),
        lambda: try_hold(folder / "new" / "a.lock"),
    ]
    for attempt in attempts:
        with refused("read-only"):
            attempt()

    assert names(folder) == before
    assert file.read_bytes() == OLD
    assert SessionStore(there).load("a").state == STATE
    assert replay(there.journal_of("a").read_bytes()).items == {"a": 1}
    latest = SnapshotStore(there.snapshots_of("a")).latest()
    assert latest is not None
    assert latest.items == items_of(STATE)
    assert HistoryLog(folder / "history", "m").recall("py", 9) == ("first",)


STORIES: dict[str, Callable[[Path], None]] = {
    story.__name__: story
    for story in (
        save_on_a_full_disk,
        save_in_place_on_a_full_disk,
        journal_on_a_full_disk,
        session_on_a_full_disk,
        snapshot_on_a_full_disk,
        history_on_a_full_disk,
        save_a_file_that_is_mounted_by_itself,
        save_a_writable_file_in_a_read_only_folder,
        everything_on_a_read_only_disk,
    )
}

if __name__ == "__main__":
    _folder = Path(sys.argv[2])
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(_folder))
    STORIES[sys.argv[1]](_folder)
