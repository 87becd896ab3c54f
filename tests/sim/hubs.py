"""Tools that run now and then, and bring two folders together: rclone bisync and Unison."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from sim.ledger import Ledger
from sim.machines import Machine
from sim.tools import Tool, day, is_synced, suffixed
from sim.world import World


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the middle."""

    content: bytes
    mtime: float


class Hub(Tool):
    """Every machine runs the tool against one folder that they share, each on its own."""

    slowest = 400.0

    def __init__(self, world: World, machines: list[Machine], ledger: Ledger) -> None:
        super().__init__(world, machines, ledger)
        self.middle: dict[str, Stored] = {}
        self.listed: dict[str, dict[str, bytes]] = {one.name: {} for one in machines}
        """What a machine and the middle had alike when it ran last."""
        self.every = world.somewhen(20.0, 200.0)
        self._runs: set[str] = set()

    def start(self) -> None:
        for machine in self.machines:
            for name in machine.names():
                content = machine.get(name)
                if content is not None:
                    self.middle[name] = Stored(content, machine.mtime(name))
                    self.listed[machine.name][name] = content

    def noticed(self, machine: Machine) -> None:
        self._run_soon(machine)

    def connected(self, machine: Machine) -> None:
        self._run_soon(machine)

    def _run_soon(self, machine: Machine) -> None:
        if machine.name not in self._runs:
            self._runs.add(machine.name)
            delay = self.every * self.world.somewhen(0.2, 1.0)
            self.world.after(delay, lambda: self._run(machine))

    def _run(self, machine: Machine) -> None:
        self._runs.discard(machine.name)
        if not machine.is_online:
            return
        before = dict(self.middle)
        names = {*machine.names(), *self.middle, *self.listed[machine.name]}
        for name in sorted(filter(is_synced, names)):
            self._file(machine, name)
        if before != self.middle:
            for other in self.machines:
                if other is not machine:
                    self._run_soon(other)

    def _file(self, machine: Machine, name: str) -> None:
        here, there = machine.read_by_tool(name), self.middle.get(name)
        content = None if there is None else there.content
        known = self.listed[machine.name].get(name)
        if here == content:
            self._agree(machine, name, here)
        elif here == known or (here is None and content != known):
            self._down(machine, name, there)
        elif content == known or content is None:
            self._up(machine, name, here)
        elif here is not None and there is not None:
            self.ledger.counts["conflicts"] += 1
            self.conflict(machine, name, here, there)
            self._run_soon(machine)

    def _agree(self, machine: Machine, name: str, content: bytes | None) -> None:
        if content is None:
            self.listed[machine.name].pop(name, None)
        else:
            self.listed[machine.name][name] = content

    def _down(self, machine: Machine, name: str, there: Stored | None) -> None:
        self.say(machine, f"{'loses' if there is None else 'gets'} {name}")
        if there is None:
            machine.drop(name)
        else:
            machine.put(name, there.content, there.mtime)
        self._agree(machine, name, None if there is None else there.content)

    def _up(self, machine: Machine, name: str, content: bytes | None) -> None:
        self.say(machine, f"{'deletes' if content is None else 'uploads'} {name}")
        if content is None:
            self.middle.pop(name, None)
        else:
            self.middle[name] = Stored(content, machine.mtime(name))
        self._agree(machine, name, content)

    def both(self, machine: Machine, name: str, stored: Stored) -> None:
        """Put a file on both sides."""
        old = self.middle.get(name)
        for there in (machine.get(name), None if old is None else old.content):
            if there is not None and there != stored.content:
                self.ledger.note_destruction(there)
        self.middle[name] = stored
        machine.put(name, stored.content, stored.mtime)
        self._agree(machine, name, stored.content)

    @abstractmethod
    def conflict(self, machine: Machine, name: str, here: bytes, there: Stored) -> None:
        """Both sides changed a file, and not alike."""


class Bisync(Hub):
    """The name vanishes on both sides, and both versions are there under new names."""

    rounds = 8  # it takes the file away from all, and is told of a new one by several

    def __init__(self, world: World, machines: list[Machine], ledger: Ledger) -> None:
        super().__init__(world, machines, ledger)
        self.is_old = world.happens(0.3)
        """Before 1.66: always the same names, over those of the conflict before."""

    def be_kind(self) -> None:
        self.is_old = False

    def conflict(self, machine: Machine, name: str, here: bytes, there: Stored) -> None:
        mine = Stored(here, machine.mtime(name))
        if self.is_old:
            names = (f"{name}..path1", f"{name}..path2")
        else:
            taken = {*machine.names(), *self.middle}
            number = 1
            while {f"{name}.conflict{number}", f"{name}.conflict{number + 1}"} & taken:
                number += 1
            names = (f"{name}.conflict{number}", f"{name}.conflict{number + 1}")
        self.say(machine, f"conflict: {' '.join(names)}")
        for copy, stored in zip(names, (mine, there), strict=True):
            self.both(machine, copy, stored)
        machine.drop(name)
        self.middle.pop(name, None)
        self._agree(machine, name, None)


class Unison(Hub):
    """The newer one wins; the other becomes a copy where it was, and travels with the next run."""

    def __init__(self, world: World, machines: list[Machine], ledger: Ledger) -> None:
        super().__init__(world, machines, ledger)
        self.keeps_copies = world.happens(0.8)

    def be_kind(self) -> None:
        self.keeps_copies = True

    def conflict(self, machine: Machine, name: str, here: bytes, there: Stored) -> None:
        mine = Stored(here, machine.mtime(name))
        is_mine_newer = mine.mtime > there.mtime
        loser = there if is_mine_newer else mine
        copy = self._copy_name(machine, name)
        self.say(machine, f"conflict: {copy if self.keeps_copies else 'overwritten'}")
        if not self.keeps_copies:
            self.ledger.note_destruction(loser.content)
        elif is_mine_newer:
            self.middle[copy] = Stored(loser.content, machine.clock())
        else:
            machine.put(copy, loser.content)
        if is_mine_newer:
            self._up(machine, name, here)
        else:
            self._down(machine, name, there)

    def _copy_name(self, machine: Machine, name: str) -> str:
        when = day(machine.clock())
        taken = {*machine.names(), *self.middle}
        copy, number = suffixed(name, f" (conflict_on_{when})"), 0
        while copy in taken:
            number += 1
            copy = suffixed(name, f" (conflict #{number}_on_{when})")
        return copy
