"""Syncthing: no server, version vectors, the newer time wins, the loser becomes a copy there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sim.ledger import Ledger
from sim.machines import Machine, W
from sim.tools import Tool, is_synced, moment, suffixed
from sim.world import World

MOST_COPIES = 10
_COPY = re.compile(r"\.sync-conflict-\d{8}-\d{6}-[A-Z2-7]{7}")


@dataclass(frozen=True, slots=True)
class Record:
    """What a device knows of a file."""

    name: str
    content: bytes | None
    """None where it is deleted."""
    mtime: float
    author: str
    vector: tuple[tuple[str, int], ...]

    def counts(self) -> dict[str, int]:
        return dict(self.vector)

    def knows(self, other: Record) -> bool:
        """Whether it was made by somebody who had the other one, or is the same version."""
        mine = self.counts()
        return all(mine.get(device, 0) >= count for device, count in other.vector)


def _joined(one: Record, other: Record) -> tuple[tuple[str, int], ...]:
    both = one.counts()
    for device, count in other.vector:
        both[device] = max(both.get(device, 0), count)
    return tuple(sorted(both.items()))


class Syncthing(Tool):
    """Every device talks to every other one that is there."""

    slowest = 40.0

    def __init__(self, world: World, machines: list[Machine], ledger: Ledger) -> None:
        super().__init__(world, machines, ledger)
        self.own: dict[str, dict[str, Record]] = {one.name: {} for one in machines}
        self.heard: dict[str, dict[str, dict[str, Record]]] = {one.name: {} for one in machines}
        """What a device knows of the files of the others: by file, and then by device."""
        self.newer_deletion_wins = world.happens(0.5)
        """As releases since 2 do; before, an edit always won."""
        self.delay = world.chance.choice((1.0, 10.0))
        self._scans: set[str] = set()
        self._pulls: set[tuple[str, str]] = set()

    def start(self) -> None:
        for machine in self.machines:
            for name in machine.names():
                content, mtime = machine.get(name), machine.mtime(name)
                first = Record(name, content, mtime, "", ())
                self.own[machine.name][name] = first

    def noticed(self, machine: Machine) -> None:
        if machine.name not in self._scans:
            self._scans.add(machine.name)
            delay = self.delay * self.world.somewhen(0.5, 1.5)
            self.world.after(delay, lambda: self._scan(machine))

    def connected(self, machine: Machine) -> None:
        for other in self.machines:
            if other is not machine and other.is_online:
                for name in sorted(self.own[machine.name]):
                    self._tell(machine, other, name)
                for name in sorted(self.own[other.name]):
                    self._tell(other, machine, name)

    # What a device finds in its folder.

    def _scan(self, machine: Machine) -> None:
        self._scans.discard(machine.name)
        own = self.own[machine.name]
        for name in sorted({*filter(is_synced, machine.names()), *own}):
            self._scan_file(machine, name)

    def _scan_file(self, machine: Machine, name: str) -> None:
        old = self.own[machine.name].get(name)
        content = machine.read_by_tool(name)
        if old is None:
            old = Record(name, None, 0.0, "", ())
        if content is None and old.content is None:
            return
        mtime = machine.clock() if content is None else machine.mtime(name)
        if content == old.content and abs(mtime - old.mtime) < 1e-3:
            return
        counts = old.counts()
        counts[machine.name] = counts.get(machine.name, 0) + 1
        vector = tuple(sorted(counts.items()))
        self.own[machine.name][name] = Record(name, content, mtime, machine.name, vector)
        self._tell_all(machine, name)
        if self._wanted(machine, name) is not None:
            self._pull_soon(machine, name)

    # What devices tell each other.

    def _tell_all(self, machine: Machine, name: str) -> None:
        for other in self.machines:
            self._tell(machine, other, name)

    def _tell(self, machine: Machine, other: Machine, name: str) -> None:
        if other is not machine and machine.is_online and other.is_online:
            delay = self.world.somewhen(0.05, 2.0)
            self.world.after(delay, lambda: self._hear(machine, other, name))

    def _hear(self, sender: Machine, machine: Machine, name: str) -> None:
        if sender.is_online and machine.is_online:
            record = self.own[sender.name][name]
            self.heard[machine.name].setdefault(name, {})[sender.name] = record
            if self._wanted(machine, name) is not None:
                self._pull_soon(machine, name)

    def _wins(self, one: Record, other: Record) -> bool:
        if other.knows(one):
            return False
        if one.knows(other):
            return True
        if (one.content is None) != (other.content is None) and not self.newer_deletion_wins:
            return other.content is None
        if one.mtime != other.mtime:
            return one.mtime > other.mtime
        return (other.author, one.vector) > (one.author, other.vector)

    # What a device puts into its folder.

    def _pull_soon(self, machine: Machine, name: str) -> None:
        if (machine.name, name) not in self._pulls:
            self._pulls.add((machine.name, name))
            delay = self.world.somewhen(0.05, 1.5)
            self.world.after(delay, lambda: self._pull(machine, name))

    def _pull(self, machine: Machine, name: str) -> None:
        self._pulls.discard((machine.name, name))
        wanted = self._wanted(machine, name)
        if wanted is None:
            return
        if name != W or wanted.content in (None, machine.get(name)):
            self._finish(machine, name)
            return
        machine.put(_temporary(name), wanted.content or b"", wanted.mtime)
        self.world.after(self.world.somewhen(0.002, 0.04), lambda: self._finish(machine, name))

    def _wanted(self, machine: Machine, name: str) -> Record | None:
        """What the device still lacks of a file: the best version there is, if it has another."""
        mine = self.own[machine.name].get(name)
        there = list(self.heard[machine.name].get(name, {}).values())
        everything = there if mine is None else [mine, *there]
        latest = [
            one
            for one in everything
            if not any(other.knows(one) and not one.knows(other) for other in everything)
        ]
        best = latest[0]
        for one in latest[1:]:
            best = one if self._wins(one, best) else best
        return None if best == mine or (mine is not None and mine.knows(best)) else best

    def _finish(self, machine: Machine, name: str) -> None:
        wanted = self._wanted(machine, name)
        mine = self.own[machine.name].get(name)
        on_disk = machine.read_by_tool(name)
        if wanted is not None and on_disk != (None if mine is None else mine.content):
            self._scan_file(machine, name)  # changed, and not yet known: first things first
            self._pull_soon(machine, name)
        elif wanted is not None:
            if mine is not None and not wanted.knows(mine):
                wanted = replace(wanted, vector=_joined(wanted, mine))
                if mine.content is not None and mine.content != wanted.content:
                    self._move_away(machine, mine, wanted)
            self._place(machine, wanted)
        machine.drop(_temporary(name))

    def _place(self, machine: Machine, record: Record) -> None:
        if record.content is None:
            machine.drop(record.name)
        elif machine.get(record.name) != record.content:
            machine.put(record.name, record.content, record.mtime)
        else:
            machine.touch(record.name, record.mtime)
        self.say(machine, f"{'deletes' if record.content is None else 'gets'} {record.name}")
        self.own[machine.name][record.name] = record
        self._tell_all(machine, record.name)

    def _move_away(self, machine: Machine, mine: Record, winner: Record) -> None:
        name = mine.name
        if mine.content is None:
            return
        if _COPY.search(name):
            self.say(machine, f"{name} is already a conflict copy; not copying again")
            self.ledger.note_destruction(mine.content)
            return
        author = (winner.author.upper() + "SYNCTHING")[:7]
        tag = f".sync-conflict-{moment(machine.clock())}-{author}"
        self.say(machine, f"conflict: {suffixed(name, tag)}")
        self.ledger.counts["conflicts"] += 1
        copy = suffixed(name, tag)
        there = machine.get(copy)
        if there is not None and there != mine.content:
            self.ledger.note_destruction(there)
        machine.rename(name, copy)
        self.world.after(0.2, lambda: self._scan_file(machine, copy))
        self._prune(machine, name)

    def _prune(self, machine: Machine, name: str) -> None:
        stem = suffixed(name, "\0").partition("\0")[0]
        found = [one for one in machine.names() if one.startswith(stem) and _COPY.search(one)]
        for one in found[:-MOST_COPIES]:
            content = machine.get(one)
            if content is not None:
                self.ledger.note_destruction(content)
            self.say(machine, f"more than {MOST_COPIES} copies: {one} goes")
            machine.drop(one)


def _temporary(name: str) -> str:
    return f".syncthing.{name}.tmp"
