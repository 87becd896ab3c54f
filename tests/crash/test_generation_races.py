"""Another program that writes or prunes generations between any two operations of ours.

The law: what either was told is kept is in the log and can be read, byte for byte. First with the
other program put in by hand at every place there is, then with two real ones.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from doubles.watched_disk import WatchedDisk
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.generations import retention as generation_retention
from stui_workspace.storage.generations.store import Generation, GenerationStore, Origin
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import hold
from stui_workspace.storage.retention import DAY

NOW = 20_000 * DAY
OLD = NOW - 40 * DAY
NEWEST = 3
COUNT = 5


def content(number: int) -> bytes:
    return f"version: {number}\n".encode() * 20


def version(number: int, at: float = NOW) -> Generation:
    return Generation("w.yaml", revision_of(content(number)), Origin.EDITOR, at)


def copy(number: int) -> Generation:
    return replace(version(number, OLD), origin=Origin.COPY, note="w.sync-conflict.yaml")


def check(folder: WorkspaceFolder, acknowledged: list[Generation]) -> None:
    store = GenerationStore(folder)
    for _ in range(2):
        log = store.log()
        missing = [one for one in acknowledged if one not in log]
        assert missing == []
        for one in log:
            assert revision_of(store.read(one.revision)) == one.revision
        store.put(version(999), content(999))  # takes in what was put aside
    assert not list((folder.generations / "asides").glob("*"))


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer versions, so that there are fewer places."""
    monkeypatch.setattr(generation_retention, "NEWEST_COUNT", NEWEST)


def filled(folder: WorkspaceFolder) -> None:
    """A log of which the first two lines, a copy and a version, need not be kept."""
    store = GenerationStore(folder)
    store.put(copy(0), content(0))
    for number in range(1, COUNT):
        store.put(version(number, OLD), content(number))


def prune(store: GenerationStore) -> None:
    store.prune(NOW)


def put(store: GenerationStore) -> None:
    store.put(version(500), content(500))


def put_ours(store: GenerationStore) -> None:
    assert store.put(version(1), content(1))


def places(act: Callable[[GenerationStore], None], folder: WorkspaceFolder) -> int:
    """How many operations on the disk there are."""
    done: list[str] = []
    act(GenerationStore(folder, WatchedDisk(lambda what, _path: done.append(what))))
    return len(done)


def interrupted(folder: WorkspaceFolder, place: int, other: Callable[[], None]) -> GenerationStore:
    """A store before whose operation number `place` the other program acts."""
    seen = 0

    def before(_what: str, _path: Path) -> None:
        nonlocal seen
        seen += 1
        if seen == place:
            other()

    return GenerationStore(folder, WatchedDisk(before))


PUTS: dict[str, tuple[Generation, bytes]] = {
    "a new version": (version(900), content(900)),
    "a version that is being pruned": (version(1), content(1)),
    "a copy that is being pruned": (copy(0), content(0)),
    "the content of a copy that is being pruned": (version(0), content(0)),
    "the newest version": (version(COUNT - 1), content(COUNT - 1)),
}


@pytest.mark.parametrize("name", PUTS)
def test_what_is_put_while_another_prunes_is_kept(name: str, tmp_path: Path) -> None:
    trial = WorkspaceFolder(tmp_path / "trial")
    filled(trial)
    for place in range(1, places(prune, trial) + 1):
        folder = WorkspaceFolder(tmp_path / f"{place}")
        filled(folder)
        other = GenerationStore(folder, patience=0.0)
        other.log()
        acknowledged: list[Generation] = []

        def put_it(
            other: GenerationStore = other, acknowledged: list[Generation] = acknowledged
        ) -> None:
            if other.put(*PUTS[name]):
                acknowledged.append(PUTS[name][0])
            assert other.read(PUTS[name][0].revision) == PUTS[name][1]

        interrupted(folder, place, put_it).prune(NOW)
        assert acknowledged or PUTS[name][0].revision == version(COUNT - 1).revision
        check(folder, acknowledged)


@pytest.mark.parametrize("act", [put, prune])
def test_what_is_put_while_another_puts_or_prunes_is_kept_by_both(
    act: Callable[[GenerationStore], None], tmp_path: Path
) -> None:
    trial = WorkspaceFolder(tmp_path / "trial")
    filled(trial)
    for place in range(1, places(put_ours, trial) + 1):
        folder = WorkspaceFolder(tmp_path / f"{place}")
        filled(folder)
        other = partial(act, GenerationStore(folder, patience=0.0))
        put_ours(interrupted(folder, place, other))
        check(folder, [version(1), *([version(500)] if act is put else [])])


@pytest.mark.parametrize("act", [put, prune])
def test_what_was_put_aside_is_seen_while_another_takes_it_in(
    act: Callable[[GenerationStore], None], tmp_path: Path
) -> None:
    def look(store: GenerationStore) -> None:
        assert version(900) in store.log()
        assert store.read(version(900).revision) == content(900)

    for place in range(1, 20):
        folder = WorkspaceFolder(tmp_path / f"{place}")
        filled(folder)
        with hold(folder.locks / "generations.lock", 0.0):
            GenerationStore(folder, patience=0.0).put(version(900), content(900))
        look(interrupted(folder, place, partial(act, GenerationStore(folder))))


WRITER = """
import sys
from pathlib import Path
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.generations import retention as generation_retention
from stui_workspace.storage.generations.store import Generation, GenerationStore, Origin
from stui_workspace.storage.locations import WorkspaceFolder

folder, name, count = WorkspaceFolder(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
store = GenerationStore(folder, patience=float(sys.argv[4]))
now = 20_000 * 86400.0
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    for file, content in ((name, f"{name}{number}".encode() * 50), ("both", b"%d" % (number % 3))):
        one = Generation(file, revision_of(content), Origin.SELF, now - 40 * 86400 + number)
        if store.put(one, content) and file == name:
            print(one.revision, flush=True)
        assert store.read(one.revision) == content
    if number % 7 == 0:
        store.prune(now)
"""
WRITES = 90


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Two programs that put and prune; the second gives up on the lock at once."""
    with ExitStack() as stack:
        found = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", WRITER, str(tmp_path), name, str(WRITES), patience],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for name, patience in (("a", "60"), ("b", "0"))
        ]
        yield found
        for one in found:
            one.kill()


def test_two_programs_put_and_prune_at_once_and_nothing_is_lost(
    writers: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=100)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    store = GenerationStore(WorkspaceFolder(tmp_path))
    store.put(version(1), content(1))
    for name, revisions in zip("ab", said, strict=True):
        assert len(revisions) == WRITES
        log = [one.revision for one in store.log(name)]
        assert len(log) >= 50
        assert log == revisions[-len(log) :]
    for one in store.log():
        assert revision_of(store.read(one.revision)) == one.revision
    assert not list((tmp_path / "generations" / "asides").glob("*"))
