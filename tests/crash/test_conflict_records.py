"""A power cut at every step of merging into a file, settling what is left, and undoing that.

Whatever is cut: the file is whole, and no conflict is lost without a word. It is open, or the file
holds another value than the provisional one, so that it counts as settled by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk, PowerCut
from doubles.outside import HandClock, services_in
from stui_workspace.errors import StorageError
from stui_workspace.merge import Take
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling import conflicts_in, keep_merge, settle, undo
from stui_workspace.storage.conflicts import Sides

ROOT = Path("/project")
FILE = ROOT / ".stui-workspace.yaml"
BASE = b"stui: 1\nname: a\ndescription: b\npreferences: {theme: nord}\n"
OURS = b"stui: 1\nname: a2\ndescription: b2\npreferences: {theme: nord}\n"
THEIRS = b"stui: 1\nname: a3\ndescription: b3\npreferences: {theme: light}\n"
PROVISIONAL = OURS.replace(b"nord", b"light")
SETTLED = PROVISIONAL.replace(b"a2", b"a3")


@dataclass
class World:
    """A disk in memory; only the locks are on the real one."""

    home: Path
    disk: FlakyDisk

    @property
    def services(self) -> Services:
        return services_in(self.home, HandClock(), fs=self.disk)

    @property
    def text(self) -> bytes:
        return self.disk.files[FILE]

    def names(self) -> tuple[set[str], set[str]]:
        """What is open, and what was settled by hand."""
        standing = conflicts_in(FILE, ROOT, self.services)
        assert standing.problems == ()
        left = {str(one.path) for merge in standing.merges for one in merge.left}
        return left, {str(one.path) for merge in standing.merges for one in merge.by_hand}


def merge(world: World) -> None:
    keep_merge(FILE, ROOT, Sides(BASE, OURS, THEIRS), world.services)


def settle_one(world: World) -> None:
    settle(FILE, ROOT, "/name", Take.THEIRS, world.services)


def take_back(world: World) -> None:
    undo(FILE, ROOT, world.services)


def merged_or_not(world: World) -> None:
    left, by_hand = world.names()
    assert by_hand == set()
    if world.text == PROVISIONAL:
        assert left == {"/name", "/description"}
    else:
        assert world.text == OURS
        assert left in (set(), {"/name", "/description"})
    if left:
        settle_one(world)
        assert world.text == SETTLED


def settled_or_open(world: World) -> None:
    left, by_hand = world.names()
    if world.text == PROVISIONAL:
        assert (left, by_hand) == ({"/name", "/description"}, set())
    else:
        assert world.text == SETTLED
        assert left == {"/description"}
        assert by_hand <= {"/name"}
    settle(FILE, ROOT, "/description", Take.THEIRS, world.services)
    assert b"b3" in world.text


@dataclass(frozen=True)
class Story:
    before: tuple[Callable[[World], None], ...]
    act: Callable[[World], None]
    check: Callable[[World], None]
    steps: int


STORIES = {
    "merge": Story((), merge, merged_or_not, 21),
    "settle": Story((merge,), settle_one, settled_or_open, 10),
    "undo": Story((merge, settle_one), take_back, settled_or_open, 10),
}


def world_of(story: Story, home: Path) -> World:
    disk = FlakyDisk()
    disk.make_folder(ROOT)
    disk.make_folder(home / "state")
    disk.files[FILE] = OURS
    world = World(home, disk)
    for each in story.before:
        each(world)
    return replace(world, disk=world.disk.reboot())


def cuts() -> Iterator[tuple[str, int]]:
    for name, story in STORIES.items():
        for step in range(1, story.steps + 1):
            yield name, step


@pytest.mark.parametrize(("name", "step"), list(cuts()))
def test_a_power_cut_loses_no_conflict(name: str, step: int, tmp_path: Path) -> None:
    story = STORIES[name]
    world = world_of(story, tmp_path)
    world.disk.dies_at = step
    with pytest.raises(PowerCut):
        story.act(world)
    story.check(replace(world, disk=world.disk.reboot()))


@pytest.mark.parametrize("name", STORIES)
def test_there_are_exactly_so_many_steps_to_cut(name: str, tmp_path: Path) -> None:
    story = STORIES[name]
    world = world_of(story, tmp_path)
    story.act(world)
    assert world.disk.steps == story.steps
    story.check(world)


@pytest.mark.parametrize(("name", "operation"), list(cuts()))
def test_a_disk_that_fails_once_loses_none_either(
    name: str, operation: int, tmp_path: Path
) -> None:
    story = STORIES[name]
    world = world_of(story, tmp_path)
    world.disk.fails_at = operation
    with suppress(StorageError):
        story.act(world)
    story.check(replace(world, disk=world.disk.reboot()))
