"""`kill -9` of a real program that writes all the time, again and again on the same files.

Each round lets the program acknowledge a few versions, kills it wherever it is, and looks at
what is left. The next round goes on with that.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stui_workspace.storage.atomic import is_temporary
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.replay import replay
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

SCRIPT = Path(__file__).with_name("writer.py")
WRITER = runpy.run_path(str(SCRIPT))
ROUNDS = 8
"""For each of the four kinds of file: about thirty kills in all."""


def write_and_be_killed(kind: str, folder: Path, first: int, acknowledged: int) -> int:
    """The last version that the program acknowledged before it was killed."""
    command = [sys.executable, str(SCRIPT), kind, str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(acknowledged)]
        writer.kill()
        lines += writer.stdout.read().splitlines(keepends=True)
        writer.wait()
    whole = [int(line) for line in lines if line.endswith(b"\n")]
    assert whole == list(range(first, first + len(whole)))
    assert len(whole) >= acknowledged
    return whole[-1]


def version_of_file(folder: Path) -> int:
    content = (folder / "w.yaml").read_bytes()
    number = int(content.split()[1])
    assert content == WRITER["version"](number)
    others = [path.name for path in folder.iterdir() if path.name != "w.yaml"]
    assert all(map(is_temporary, others))
    return number


def version_of_journal(folder: Path) -> int:
    found = replay((folder / "a.journal").read_bytes())
    last = found.items["last"]
    assert isinstance(last, int)
    assert [name for name in found.items if name != "last"] == [
        f"item/{number}" for number in range(1, last + 1)
    ]
    return last


def version_of_session(folder: Path) -> int:
    loaded = SessionStore(WorkspaceFolder(folder)).load("a")
    number = int(loaded.state.meta.saved)
    assert (loaded.state, loaded.problems) == (WRITER["state"](number), ())
    return number


def version_of_snapshot(folder: Path) -> int:
    log = SnapshotStore(folder).log()
    assert [entry.at for entry in log] == [float(number) for number in range(1, len(log) + 1)]
    latest = SnapshotStore(folder).latest()
    assert latest is not None
    assert latest.problems == ()
    assert set(latest.items.values()) == {f"{len(log)} " * 200}
    return len(log)


VERSIONS: dict[str, Callable[[Path], int]] = {
    "file": version_of_file,
    "journal": version_of_journal,
    "session": version_of_session,
    "snapshot": version_of_snapshot,
}


@pytest.mark.parametrize("kind", VERSIONS)
def test_what_was_acknowledged_is_there_and_whole(kind: str, tmp_path: Path) -> None:
    version = 0
    for turn in range(ROUNDS):
        acknowledged = write_and_be_killed(kind, tmp_path, version + 1, turn % 4 + 1)
        version = VERSIONS[kind](tmp_path)
        assert version in (acknowledged, acknowledged + 1)
