"""Tools with a server, as Dropbox and Nextcloud are: the later upload yields."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from sim.ledger import Ledger
from sim.machines import Machine, W, is_copy
from sim.tools import Tool, day, is_synced, moment, suffixed
from sim.world import World


@dataclass(frozen=True, slots=True)
class Kept:
    """A revision of a file on the server, or what a client knows to be there."""

    revision: int
    content: bytes | None
    """None where it was deleted."""
    mtime: float = 0.0


NOTHING = Kept(0, None)


class Server(Tool):
    """What the two have in common."""

    slowest = 30.0

    def __init__(self, world: World, machines: list[Machine], ledger: Ledger) -> None:
        super().__init__(world, machines, ledger)
        self.files: dict[str, Kept] = {}
        self.synced: dict[str, dict[str, Kept]] = {one.name: {} for one in machines}
        self._rounds: set[str] = set()
        self._revision = 0

    def start(self) -> None:
        for machine in self.machines:
            for name in machine.names():
                first = Kept(1, machine.get(name), machine.mtime(name))
                self.files[name] = self.synced[machine.name][name] = first
        self._revision = 1

    def noticed(self, machine: Machine) -> None:
        self._round_soon(machine, self.world.somewhen(0.5, 8.0))

    def connected(self, machine: Machine) -> None:
        self._round_soon(machine, self.world.somewhen(0.5, 8.0))

    def _round_soon(self, machine: Machine, delay: float) -> None:
        if machine.name not in self._rounds:
            self._rounds.add(machine.name)
            self.world.after(delay, lambda: self._round(machine))

    def _round(self, machine: Machine) -> None:
        """A client looks what is different here and there."""
        self._rounds.discard(machine.name)
        if not machine.is_online:
            return
        synced = self.synced[machine.name]
        names = {*machine.names(), *self.files, *synced}
        for name in sorted(one for one in names if is_synced(one) and self.takes(one)):
            self._file(machine, name)

    def _file(self, machine: Machine, name: str) -> None:
        here = machine.read_by_tool(name)
        there = self.files.get(name, NOTHING)
        known = self.synced[machine.name].get(name, NOTHING)
        is_changed_here = here != known.content
        is_changed_there = there.revision != known.revision
        if here == there.content:
            self.synced[machine.name][name] = there
        elif is_changed_here and not is_changed_there:
            self._upload(machine, name, here)
        elif is_changed_there and (here is None or not is_changed_here):
            self._download(machine, name)
        elif there.content is None:
            self._upload(machine, name, here)  # an edit wins over a deletion
        elif is_changed_here:
            self._conflict(machine, name)

    def _upload(self, machine: Machine, name: str, content: bytes | None) -> None:
        self.say(machine, f"{'deletes' if content is None else 'uploads'} {name}")
        self._revision += 1
        new = Kept(self._revision, content, machine.mtime(name))
        self.files[name] = self.synced[machine.name][name] = new
        for other in self.machines:
            if other is not machine:
                self._round_soon(other, self.world.somewhen(0.5, 5.0))

    def _download(self, machine: Machine, name: str) -> None:
        there = self.files[name]
        self.say(machine, f"{'loses' if there.content is None else 'gets'} {name}")
        self.synced[machine.name][name] = there
        if there.content is None:
            machine.drop(name)
        else:
            machine.put(name, there.content, there.mtime)

    def _conflict(self, machine: Machine, name: str) -> None:
        taken = set(machine.names()) | {one for one, kept in self.files.items() if kept.content}
        number = 0
        while (copy := self.copy_name(machine, name, number)) in taken:
            number += 1
        self.say(machine, f"conflict: {copy}")
        self.ledger.counts["conflicts"] += 1
        machine.rename(name, copy)
        self._download(machine, name)

    def takes(self, name: str) -> bool:
        """Whether the tool syncs a file of that name."""
        return True

    @abstractmethod
    def copy_name(self, machine: Machine, name: str, number: int) -> str:
        """What the conflict copy is called; the number counts up while the name is taken."""


class Dropbox(Server):
    """Copies go to all machines."""

    def copy_name(self, machine: Machine, name: str, number: int) -> str:
        more = f" ({number})" if number else ""
        return suffixed(name, f" ({machine.name}'s conflicted copy {day(machine.clock())}{more})")


class Nextcloud(Server):
    """Copies stay where they were made."""

    def takes(self, name: str) -> bool:
        return not is_copy(name) and not name.endswith("~")

    def copy_name(self, machine: Machine, name: str, number: int) -> str:
        when = moment(machine.mtime(W) + number, "%Y-%m-%d %H%M%S")
        return suffixed(name, f" (conflicted copy {when})")
