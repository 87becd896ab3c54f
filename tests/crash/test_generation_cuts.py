"""Generations on a disk that loses its power or fails, at every step of everything they do.

Whatever happens: what was acknowledged is in the log, everything in the log can be read, byte for
byte, and the next version is kept as if nothing had been.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.generations import retention as generation_retention
from stui_workspace.storage.generations.store import Generation, GenerationStore, Origin
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import hold
from stui_workspace.storage.retention import DAY

NOW = 20_000 * DAY
OLD = NOW - 40 * DAY
NEWEST = 4


def content(number: int) -> bytes:
    return f"version: {number}\n".encode() * 20


def version(number: int, at: float = NOW) -> Generation:
    return Generation("w.yaml", revision_of(content(number)), Origin.EDITOR, at)


@dataclass
class World:
    """A disk in memory; only the lock is on the real one."""

    folder: WorkspaceFolder
    disk: FlakyDisk
    acknowledged: list[Generation] = field(default_factory=list)
    """What must be in the log, in its order."""
    clock: float = 0.0

    def __post_init__(self) -> None:
        self.store = GenerationStore(self.folder, self.disk, patience=0.0)

    def put(self, number: int, at: float = NOW) -> None:
        self.clock += 1.0
        one = version(number, at + self.clock)
        if self.store.put(one, content(number)):
            self.acknowledged.append(one)

    def put_locked_out(self, number: int, at: float = NOW) -> None:
        with hold(self.folder.locks / "generations.lock", 0.0):
            self.put(number, at)

    def prune(self) -> None:
        self.store.prune(NOW)

    def asides(self) -> list[Path]:
        return [path for path in self.disk.files if path.suffix == ".aside"]

    def check(self) -> None:
        """The laws, of this store and of a new one."""
        fresh = GenerationStore(self.folder, self.disk, patience=0.0)
        for store in (self.store, fresh):
            log = store.log()
            places = [log.index(one) for one in self.acknowledged]
            assert places == sorted(places)
            assert len(set(log)) == len(log)
            for one in log:
                assert revision_of(store.read(one.revision)) == one.revision


def nothing(_world: World) -> None:
    """Leave the disk as it is."""


def put_one(world: World) -> None:
    world.put(1)


def put_another(world: World) -> None:
    world.put(2)


def put_the_first_again(world: World) -> None:
    world.put(1)


def put_aside(world: World) -> None:
    world.put_locked_out(3)


def fill(world: World) -> None:
    """Three versions too many, and with the next one four. They are owed to nobody."""
    for number in range(NEWEST + 2):
        world.put(number, OLD)
    world.put_locked_out(NEWEST + 2, OLD)
    del world.acknowledged[:4]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer versions, so that there is less to write."""
    monkeypatch.setattr(generation_retention, "NEWEST_COUNT", NEWEST)


@dataclass(frozen=True)
class Story:
    before: tuple[Callable[[World], None], ...]
    act: Callable[[World], None]
    steps: int


STORIES = {
    "first": Story((nothing,), put_one, 16),
    "second": Story((put_one,), put_another, 10),
    "known content": Story((put_one, put_another), put_the_first_again, 3),
    "aside": Story((put_one,), put_aside, 7),
    "second aside": Story((put_one, put_aside), lambda world: world.put_locked_out(4), 5),
    "take in": Story((put_one, put_aside), put_another, 22),
    "prune": Story((fill,), World.prune, 23),
}


def world_of(story: Story, home: Path) -> World:
    world = World(WorkspaceFolder(home / "w"), FlakyDisk())
    world.disk.make_folder(home)
    for each in story.before:
        each(world)
    return replace(world, disk=world.disk.reboot())


def operations() -> Iterator[tuple[str, int]]:
    """Each has a step before it and one after it at least."""
    for name, story in STORIES.items():
        for operation in range(1, story.steps // 2 + 1):
            yield name, operation


def places() -> Iterator[tuple[str, int]]:
    for name, story in STORIES.items():
        for step in range(1, story.steps + 1):
            yield name, step


@pytest.mark.parametrize("name", STORIES)
def test_there_are_exactly_so_many_steps_to_cut(name: str, tmp_path: Path) -> None:
    world = world_of(STORIES[name], tmp_path)
    STORIES[name].act(world)
    assert world.disk.steps == STORIES[name].steps
    world.check()


@pytest.mark.parametrize(("name", "step"), list(places()))
def test_a_power_cut_loses_nothing_that_was_acknowledged(
    name: str, step: int, tmp_path: Path
) -> None:
    story = STORIES[name]
    world = world_of(story, tmp_path)
    world.disk.dies_at = step
    with pytest.raises(PowerCut):
        story.act(world)
    after = replace(world, disk=world.disk.reboot())
    after.check()
    after.put(99)
    after.check()
    after.prune()
    after.check()
    assert after.asides() == []


@pytest.mark.parametrize("manner", ["once", "late", "lasting"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EACCES], ids=errno.errorcode.get)
@pytest.mark.parametrize(("name", "operation"), list(operations()))
def test_a_disk_that_fails_loses_nothing_either(
    name: str, operation: int, error: int, manner: str, tmp_path: Path
) -> None:
    story = STORIES[name]
    world = world_of(story, tmp_path)
    world.disk.fails_at, world.disk.error = operation, error
    world.disk.late, world.disk.lasting = manner == "late", manner == "lasting"
    with suppress(DiskError):
        story.act(world)
    world.disk.fails_at = 0
    world.check()
    world.put(99)
    world.prune()
    world.check()
