"""What can be wrong around the files: no room, no right to write, others at work, a wrong clock."""

from __future__ import annotations

import asyncio
import errno
import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from crash.corpus.rounds import Ground
from crash.corpus.scene import Scene, items_in
from crash.corpus.trial import TYPED, Terms, Verdict, try_out
from doubles.outside import HandClock
from stui_workspace.runtime.session import Session
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write

YEAR = 365.25 * 86400
JUMPS = (-50 * YEAR, -10 * YEAR, -86400.0, -1.0, 86400.0, 10 * YEAR, 100 * YEAR, 9e9, 1e15)


@dataclass
class Refusing:
    """The real disk, which refuses to write from some operation on."""

    error: int
    fails_at: int = 1
    """The operation that writes, counted from 1."""
    lasting: bool = True
    operations: int = 0
    real: FileSystem = field(default_factory=RealFileSystem)

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        return self.real.read(path, limit)

    def names(self, folder: Path) -> tuple[str, ...]:
        return self.real.names(folder)

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        self._step(path)
        self.real.write(path, content, how, like=like)

    def move(self, source: Path, target: Path) -> None:
        if self.error == errno.EROFS:  # a full disk still renames and deletes
            self._step(source)
        self.real.move(source, target)

    def remove(self, path: Path) -> None:
        if self.error == errno.EROFS:
            self._step(path)
        self.real.remove(path)

    def make_folder(self, path: Path) -> None:
        if not path.is_dir():
            self._step(path)
            self.real.make_folder(path)

    def _step(self, path: Path) -> None:
        self.operations += 1
        if self.operations == self.fails_at or (self.lasting and self.operations > self.fails_at):
            raise OSError(self.error, "the test wants it", str(path))


def full_disk(ground: Ground) -> Iterator[Verdict]:
    """No room from each write on, for once and for ever; afterwards there is room again."""
    scene, good, folder = ground.scene, ground.good, ground.folder
    for lasting in (False, True):
        for number in itertools.count(1):
            copy = scene.copy(folder)
            disk = Refusing(errno.ENOSPC, number, lasting)
            title = f"full from write {number}{', for ever' if lasting else ''}"
            services = replace(copy.services, fs=disk)
            verdict = try_out(copy, good, title, services)
            if lasting:
                verdict.stuck.clear()  # nothing can be saved, and that was told
            after = try_out(copy, good, f"{title}, and then room")
            shutil.rmtree(folder)
            yield verdict + after
            if disk.operations < number:
                break


def read_only(ground: Ground) -> Iterator[Verdict]:
    """A home that lets nobody write, without and with the right to take a lock."""
    scene, good, folder = ground.scene, ground.good, ground.folder
    for may_lock in (True, False):
        copy = scene.copy(folder)
        locks = copy.services.locations.workspace(copy.root).locks
        if not may_lock:
            shutil.rmtree(locks)
            locks.write_bytes(b"")
        before = _contents(copy.home)
        services = replace(copy.services, fs=Refusing(errno.EROFS))
        verdict = try_out(copy, good, f"read-only, locks: {may_lock}", services, Terms(reads=True))
        verdict.stuck.clear()
        if {**_contents(copy.home), **before} != _contents(copy.home):
            verdict.deleted.append("read-only")
        shutil.rmtree(folder)
        yield verdict


def _contents(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def clock_jumps(ground: Ground) -> Iterator[Verdict]:
    """A clock that was put back or forward, by up to more than any calendar has."""
    scene, good, folder = ground.scene, ground.good, ground.folder
    for jump in JUMPS:
        copy = scene.copy(folder)
        moved = replace(copy, clock=HandClock(copy.clock.now + jump))
        yield try_out(moved, good, f"clock {jump:+g}")
        shutil.rmtree(folder)


def missing_pairs(ground: Ground) -> Iterator[Verdict]:
    """Each two files gone."""
    scene, good, folder = ground.scene, ground.good, ground.folder
    for one, other in itertools.combinations(scene.files(), 2):
        copy = scene.copy(folder)
        for name in (one, other):
            copy.files()[name].unlink()
        yield try_out(copy, good, f"without {one} and {other}")
        shutil.rmtree(folder)


def two_instances(ground: Ground) -> Iterator[Verdict]:
    """Another instance comes and goes while one is at work, whatever happens to its files."""
    scene, good, folder = ground.scene, ground.good, ground.folder
    for name in (None, *(one for one in scene.files() if one.startswith(("sess", "jour", "snap")))):
        copy = scene.copy(folder)
        verdict = Verdict(trials=1)
        title = f"two instances, {name} gone"
        found = asyncio.run(_two(copy, name))
        verdict.items = len(good.items)
        verdict.back = sum(found.get(item) == value for item, value in good.items.items())
        verdict.unnamed = [
            f"{title}: {item}" for item, value in good.items.items() if found.get(item) != value
        ]
        if TYPED.strip() not in str(found):
            verdict.stuck.append(title)
        shutil.rmtree(folder)
        yield verdict


async def _two(scene: Scene, gone: str | None) -> dict[str, object]:
    """What comes back of the first one's work."""
    first = Session.open(scene.request, scene.services)
    await first.start()
    first.save()
    if gone is not None and gone in scene.files():
        scene.files()[gone].unlink()
    second = Session.open(scene.request, scene.services)
    await second.start()
    second.add_buffer(title="Theirs", text="of the second one\n")
    await second.close()
    first.add_buffer(title="After", text=TYPED)
    await first.close()
    assert second.id != first.id
    request = replace(scene.request, session=first.id)
    again = Session.open(request, scene.services)
    found = items_in(again)
    await again.close()
    return found
