"""The models of sync tools do what the tools were seen to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.documents import BASE
from sim.engines import THE_ENGINE
from sim.hubs import Bisync, Unison
from sim.ledger import Ledger
from sim.machines import Machine, W
from sim.servers import Dropbox, Nextcloud
from sim.syncthing import Syncthing
from sim.tools import Tool
from sim.world import World

ONE = BASE + b"x-e0001: e0001\n"
OTHER = BASE + b"x-e0002: e0002\n"


class Folders:
    """Two machines without sessions, and a tool between them."""

    def __init__(self, kind: type[Tool], home: Path) -> None:
        self.world = World(1)
        self.ledger = Ledger()
        self.ann, self.bob = (
            Machine(name, home / name, self.world, self.ledger, THE_ENGINE)
            for name in ("ann", "bob")
        )
        for machine in (self.ann, self.bob):
            machine.put(W, BASE, mtime=0.0)
        self.tool = kind(self.world, [self.ann, self.bob], self.ledger)
        self.tool.be_kind()
        self.tool.start()
        self.world.run(1000.0)

    def meet(self) -> None:
        """Bob changes the file, then ann does, and neither knows of the other."""
        self.ann.is_online = self.bob.is_online = False
        self.bob.put(W, OTHER)
        self.world.run(100.0)
        self.ann.put(W, ONE)
        self.world.run(100.0)
        self.connect()

    def connect(self) -> None:
        self.ann.is_online = self.bob.is_online = True
        for machine in (self.ann, self.bob):
            self.tool.connected(machine)
        self.world.run(3000.0)

    def copies(self) -> list[dict[str, bytes | None]]:
        return [{name: one.get(name) for name in one.copies()} for one in (self.ann, self.bob)]


@pytest.mark.parametrize("kind", [Syncthing, Dropbox, Nextcloud, Bisync, Unison])
def test_an_edit_arrives(kind: type[Tool], tmp_path: Path) -> None:
    folders = Folders(kind, tmp_path)
    folders.ann.put(W, ONE)
    folders.world.run(1000.0)
    assert folders.bob.get(W) == ONE
    assert folders.bob.mtime(W) == pytest.approx(folders.ann.mtime(W))
    assert folders.copies() == [{}, {}]


@pytest.mark.parametrize("kind", [Syncthing, Dropbox, Nextcloud, Bisync, Unison])
def test_the_same_bytes_on_both_sides_are_no_conflict(kind: type[Tool], tmp_path: Path) -> None:
    folders = Folders(kind, tmp_path)
    folders.ann.put(W, ONE)
    folders.bob.put(W, ONE, mtime=5.0)
    folders.world.run(1000.0)
    folders.ann.put(W, OTHER)
    folders.world.run(1000.0)
    assert folders.bob.get(W) == OTHER
    assert folders.copies() == [{}, {}]


def test_syncthing_puts_the_older_one_aside_and_takes_it_everywhere(tmp_path: Path) -> None:
    folders = Folders(Syncthing, tmp_path)
    folders.meet()
    assert folders.ann.get(W) == folders.bob.get(W) == ONE
    (name,) = folders.bob.copies()
    assert name.startswith(".stui-workspace.sync-conflict-20270115-")
    assert name.endswith("-ANNSYNC.yaml")  # who wrote the winner
    assert folders.copies() == [{name: OTHER}, {name: OTHER}]


def test_syncthing_throws_away_what_is_in_conflict_in_a_copy(tmp_path: Path) -> None:
    folders = Folders(Syncthing, tmp_path)
    folders.meet()
    (name,) = folders.bob.copies()
    folders.ann.is_online = folders.bob.is_online = False
    folders.bob.put(name, OTHER + b"x-e0003: e0003\n")
    folders.world.run(100.0)
    folders.ann.put(name, OTHER + b"x-e0004: e0004\n")
    folders.world.run(100.0)
    folders.connect()
    assert folders.copies() == [{name: OTHER + b"x-e0004: e0004\n"}] * 2
    assert "e0003" in folders.ledger.destroyed


@pytest.mark.parametrize("newer_deletion_wins", [True, False])
def test_syncthing_and_a_deletion_after_an_edit(newer_deletion_wins: bool, tmp_path: Path) -> None:
    folders = Folders(Syncthing, tmp_path)
    assert isinstance(folders.tool, Syncthing)
    folders.tool.newer_deletion_wins = newer_deletion_wins
    folders.ann.is_online = folders.bob.is_online = False
    folders.bob.put(W, OTHER)
    folders.world.run(100.0)
    folders.ann.drop(W)
    folders.world.run(100.0)
    folders.connect()
    left = None if newer_deletion_wins else OTHER
    assert (folders.ann.get(W), folders.bob.get(W)) == (left, left)
    assert [list(one.values()) for one in folders.copies()] == [
        [OTHER] if newer_deletion_wins else []
    ] * 2


@pytest.mark.parametrize("kind", [Dropbox, Nextcloud])
def test_with_a_server_the_later_upload_yields(kind: type[Tool], tmp_path: Path) -> None:
    folders = Folders(kind, tmp_path)
    folders.ann.is_online = folders.bob.is_online = False
    folders.bob.put(W, OTHER)
    folders.ann.put(W, ONE)
    folders.world.run(100.0)
    folders.bob.is_online = True
    folders.tool.connected(folders.bob)
    folders.world.run(100.0)
    folders.connect()
    assert folders.ann.get(W) == folders.bob.get(W) == OTHER
    here, there = folders.copies()
    assert list(here.values()) == [ONE]
    assert there == (here if kind is Dropbox else {})


def test_bisync_takes_the_name_away_and_keeps_both(tmp_path: Path) -> None:
    folders = Folders(Bisync, tmp_path)
    folders.meet()
    assert folders.ann.get(W) is folders.bob.get(W) is None
    here, there = folders.copies()
    assert list(here) == [f"{W}.conflict1", f"{W}.conflict2"]
    assert {*here.values()} == {ONE, OTHER}
    assert here == there


def test_unison_takes_the_newer_and_keeps_the_other(tmp_path: Path) -> None:
    folders = Folders(Unison, tmp_path)
    folders.meet()
    assert folders.ann.get(W) == folders.bob.get(W) == ONE
    name = ".stui-workspace (conflict_on_2027-01-15).yaml"
    assert folders.copies() == [{name: OTHER}, {name: OTHER}]
