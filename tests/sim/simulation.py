"""One simulation: who is there, what happens to them, and what must hold in the end."""

from __future__ import annotations

import errno
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unittest import mock

from sim import laws
from sim.disks import Cut, Refusal
from sim.documents import BASE
from sim.edits import ANY, APART, NOTES, Edit, changes
from sim.engines import THE_ENGINE, Engine
from sim.git_tool import Git
from sim.hubs import Bisync, Unison
from sim.ledger import Ledger
from sim.machines import Machine, W
from sim.people import Person, Words
from sim.servers import Dropbox, Nextcloud
from sim.syncthing import Syncthing
from sim.tools import Tool
from sim.world import World

TOOLS: tuple[type[Tool], ...] = (Syncthing, Dropbox, Nextcloud, Syncthing, Bisync, Unison, Git)
NAMES = ("ann", "bob", "cat", "dan")
REFUSALS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS)

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What a seed decides before anything happens."""

    tool: type[Tool]
    machines: int
    edits: int
    is_fair: bool
    """Edits do not meet, sessions run everywhere, and nothing breaks."""

    @classmethod
    def of(cls, seed: int) -> Setting:
        chance = Random(f"setting {seed}")  # noqa: S311
        is_fair = chance.random() < 0.3
        count = chance.choice((2, 2, 2, 3, 3, 4))
        return cls(TOOLS[seed % len(TOOLS)], count, chance.randint(4, 14), is_fair)


def simulated(
    seed: int, *, engine: Engine = THE_ENGINE, setting: Setting | None = None, whole: bool = False
) -> tuple[Counter[str], tuple[str, ...]]:
    """The figures and the log of a simulation.

    Raises:
        BrokenLawError: A law did not hold.
    """
    world = World(seed, whole_trace=whole)
    with _folder() as folder, _foreseeable(seed):
        world.trace.homes[str(folder)] = "~"
        try:
            figures = Simulation(world, setting or Setting.of(seed), folder, engine).run()
        except AssertionError:
            raise
        except Exception as error:
            raise world.trace.broken("errors", repr(error)) from error
    return figures, tuple(world.trace.lines)


@contextmanager
def _folder() -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108 (faster than a disk, where there is such a thing)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(os.path.realpath(name))


@contextmanager
def _foreseeable(seed: int) -> Iterator[None]:
    """Names that are random otherwise are the same in each run."""
    chance = Random(f"names {seed}")  # noqa: S311
    with mock.patch("os.urandom", chance.randbytes):
        yield


class Simulation:
    """The life of a few machines."""

    def __init__(self, world: World, setting: Setting, folder: Path, engine: Engine) -> None:
        self.world = world
        self.setting = setting
        self.ledger = Ledger()
        self.words = Words()
        self.machines = [
            Machine(name, folder / name, world, self.ledger, engine)
            for name in NAMES[: setting.machines]
        ]
        for machine in self.machines:
            machine.clock.skew = world.chance.choice((0.0, 0.3, -2.0, 40.0, -900.0, 86_400.0 * 2))
            machine.clock.drift = world.somewhen(-1e-4, 1e-4)
            machine.put(W, BASE)
            machine.touch(W, machine.clock())
        self.tool = setting.tool(world, self.machines, self.ledger)
        if setting.is_fair:
            self.tool.be_kind()
        self.tool.start()
        self._unused = list(NOTES)
        self.people = [self._person(machine) for machine in self.machines]
        self._saying = f"{setting.tool.__name__}, {setting.machines} machines"

    def _person(self, machine: Machine) -> Person:
        if not self.setting.is_fair:
            return Person(machine, self.words, ANY)
        own = [self._unused.pop() for _ in range(2)]
        return Person(machine, self.words, (*APART, *self._once(own)), is_careful=True)

    def _once(self, notes: list[str]) -> tuple[Edit, ...]:
        """Edits of notes that are nobody else's, each made once."""

        def edit(lines: list[str], word: str, chance: Random) -> bool:
            return bool(notes) and changes(notes.pop())(lines, word, chance)

        edit.__name__ = "changes a note of its own"
        return (edit, edit)

    def run(self) -> Counter[str]:
        """Everything, and then the laws."""
        self.world.trace.say("", f"{self._saying}{', fair' * self.setting.is_fair}")
        for machine in self.machines:
            if self.setting.is_fair or self.world.happens(0.7):
                machine.start()
        self.world.run(30.0)
        if self.setting.is_fair:
            self._get_to_know_each_other()
        for _ in range(self.setting.edits):
            self._something_happens()
            self.world.chance.choice(self.people).act()
            self.world.run(self._pause())
        self.world.run(5.0)
        return self._end()

    def _get_to_know_each_other(self) -> None:
        """Every machine sees a version that came from another one."""
        for person in self.people[:2]:
            person.act()
            self.world.run(self.tool.slowest * 2)

    def _pause(self) -> float:
        share = self.world.chance.random()
        if share < 0.5:
            return self.world.somewhen(0.0, 10.0)
        return self.world.somewhen(5.0, 90.0) if share < 0.8 else self.world.somewhen(60.0, HOUR)

    # What happens besides edits.

    def _something_happens(self) -> None:
        machine = self.world.chance.choice(self.machines)
        if self.world.happens(0.3):
            self._turn(machine, is_online=not machine.is_online)
        if self.setting.is_fair:
            return
        if self.world.happens(0.1):
            (machine.stop if machine.is_running else machine.start)()
        if self.world.happens(0.1):
            moment = self.world.chance.choice(("before", "middle", "after"))
            machine.disk.cut = Cut(self.world.chance.randint(1, 12), moment)
        if self.world.happens(0.08):
            self._spoil(machine)
        if self.world.happens(0.05):
            machine.clock.skew += self.world.somewhen(-100.0, 100.0)
            machine.say("the clock is set")
        if self.world.happens(0.1):
            machine.say("syncs by hand")
            machine.attend(0.0)
        if self.world.happens(0.1):
            person = self.people[self.machines.index(machine)]
            machine.disk.interrupt = person.interfere

    def _turn(self, machine: Machine, *, is_online: bool) -> None:
        if machine.is_online != is_online:
            machine.is_online = is_online
            machine.say("is online" if is_online else "is offline")
            if is_online:
                self.tool.connected(machine)

    def _spoil(self, machine: Machine) -> None:
        error = self.world.chance.choice(REFUSALS)
        below = self.world.chance.choice((machine.folder, machine.state, machine.folder.parent))
        share = self.world.chance.choice((1.0, 0.3))
        machine.disk.refusal = Refusal(error, below, share, error == errno.EIO)
        machine.say(f"the disk refuses: {os.strerror(error)}")
        self.world.after(self.world.somewhen(1.0, 120.0), lambda: self._repair(machine))

    def _repair(self, machine: Machine) -> None:
        machine.disk.refusal = None

    # How it ends.

    def _end(self) -> Counter[str]:
        for person in self.people:
            for _ in range(9):
                if person.is_saving or person.has_to_mend:
                    person.act()
                    self.world.run(3.0)
        for machine in self.machines:
            machine.disk.refusal = machine.disk.cut = machine.disk.interrupt = None
        before = sum(machine.writes for machine in self.machines)
        open_count = len(self._versions()) + len(self.machines)
        for machine in self.machines:
            self._turn(machine, is_online=True)
            machine.start()
        for _ in range(3):
            self.world.run(HOUR)
            for machine in self.machines:
                machine.say("syncs by hand")
                machine.attend(0.0)
        self.world.run(HOUR)
        writes = sum(machine.writes for machine in self.machines) - before
        return self._judged(writes, open_count)

    def _versions(self) -> set[bytes]:
        return {one for machine in self.machines for one in machine.versions().values()}

    def _judged(self, writes: int, open_count: int) -> Counter[str]:
        world, ledger, machines = self.world, self.ledger, self.machines
        self.world.trace.say("", "the end")
        laws.all_have_the_same(world, machines)
        places = laws.where(machines)
        laws.no_edit_is_lost(world, ledger, places)
        laws.nothing_goes_silently(world, ledger, places)
        if self.setting.is_fair:
            laws.all_is_in_the_file(world, ledger, places)
        laws.copies_are_answered(world, machines)
        laws.a_look_writes_nothing(world, machines)
        # Each version that is still alone meets the others once on each machine, which writes the
        # merge and deletes the copy; and what two machines made of the same meets once more.
        bound = self.setting.tool.rounds * len(machines) * open_count
        laws.writing_ends(world, writes, bound)
        figures = laws.outcome(ledger, places, machines)
        figures["writes after the last edit"] = writes
        return figures


__all__ = ["TOOLS", "Setting", "Simulation", "simulated"]
