"""What must hold when nobody edits any more, all machines are there, and all came to rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import reduce

from sim.documents import is_valid, tokens_in
from sim.ledger import Ledger
from sim.machines import Machine, W
from sim.world import World
from stui_workspace.sync.copies import Action

ANSWERED = (Action.ASKED, Action.LEFT)
Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Where:
    """The tokens that are found in each place, on any machine."""

    everywhere: Words
    """In the workspace file of every machine."""
    somewhere: Words
    """In the workspace file of one."""
    asked: Words
    archived: Words
    copied: Words

    @property
    def kept(self) -> Words:
        return self.somewhere | self.asked | self.archived | self.copied


def where(machines: list[Machine]) -> Where:
    """Where all tokens are."""
    files = [tokens_in(machine.get(W) or b"") for machine in machines]
    asked = [tokens_in(side) for machine in machines for side in machine.asked()]
    archived = [tokens_in(content) for machine in machines for content in machine.kept()]
    copies = [
        tokens_in(machine.get(name) or b"") for machine in machines for name in machine.copies()
    ]
    return Where(
        reduce(frozenset.intersection, files), *map(_all, (files, asked, archived, copies))
    )


def _all(found: list[Words]) -> Words:
    return frozenset[str]().union(*found)


def no_edit_is_lost(world: World, ledger: Ledger, places: Where) -> None:
    """What a session ever saw is kept; what none saw is gone only where somebody took it away."""
    for word, machine in ledger.saved.items():
        if word in places.kept:
            continue
        if word in ledger.seen:
            raise world.trace.broken("no edit is lost", f"{word} of {machine}, which was seen")
        if not ledger.excused(word):
            raise world.trace.broken("no edit is lost", f"{word} of {machine}, and nobody did it")


def nothing_goes_silently(world: World, ledger: Ledger, places: Where) -> None:
    """What nobody took away is in the file, or somebody was asked about it."""
    for word, machine in ledger.saved.items():
        is_known = word in places.everywhere | places.asked | places.copied or word in ledger.told
        if not is_known and not ledger.excused(word) and word not in ledger.early:
            raise world.trace.broken("nothing goes silently", f"{word} of {machine}")


def all_is_in_the_file(world: World, ledger: Ledger, places: Where) -> None:
    """Where edits do not meet, everything ends in the file, but what was caught half written.

    A change of a value that was there may be asked about: a machine that cannot know what two
    versions began from cannot tell it from the other side's change back.
    """
    for word, machine in ledger.saved.items():
        is_answered = word in ledger.torn or (word in places.asked and word not in ledger.added)
        if word not in places.everywhere and not is_answered:
            raise world.trace.broken("all is in the file", f"{word} of {machine}")


def all_have_the_same(world: World, machines: list[Machine]) -> None:
    """The workspace file is the same, to the byte."""
    found = Counter(machine.get(W) for machine in machines)
    if len(found) > 1:
        said = {one.name: sorted(tokens_in(one.get(W) or b"")) for one in machines}
        raise world.trace.broken("convergence", f"{len(found)} versions remain: {said}")


def copies_are_answered(world: World, machines: list[Machine]) -> None:
    """Beside the file stands no copy of which nothing is said."""
    for machine in machines:
        attention = machine.attend(0.0, check=True)
        found = {} if attention is None else {one.name: one for one in attention.copies}
        for name in machine.copies():
            copy = found.get(name)
            if copy is None or copy.action not in ANSWERED or not copy.reason:
                said = None if copy is None else copy.action
                raise world.trace.broken("copies are answered", f"{name} on {machine.name}: {said}")


def a_look_writes_nothing(world: World, machines: list[Machine]) -> None:
    """`--check` leaves everything as it is."""
    for machine in machines:
        before = _everything(machine)
        machine.attend(0.0, check=True)
        if _everything(machine) != before:
            raise world.trace.broken("a look writes nothing", machine.name)


def _everything(machine: Machine) -> dict[str, bytes]:
    home = machine.folder.parent
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def writing_ends(world: World, writes: int, bound: int) -> None:
    """The program writes no more than it has to when the last edit is made."""
    if writes > bound:
        raise world.trace.broken("writing ends", f"{writes} writes, {bound} are enough")


def outcome(ledger: Ledger, places: Where, machines: list[Machine]) -> Counter[str]:
    """The figures of a simulation."""
    found = Counter(ledger.counts)
    saved = frozenset(ledger.saved)
    wanted = frozenset(one for one in saved if one not in ledger.removed)
    found["tokens"] = len(saved)
    found["in the file"] = len(wanted & places.everywhere)
    found["asked about"] = len(wanted & (places.asked | places.copied) - places.everywhere)
    found["archived only"] = len(
        wanted & places.archived - places.everywhere - places.asked - places.copied
    )
    found["gone by tools and people"] = len(wanted - places.kept)
    found["of these, before anybody looked"] = len(
        wanted & ledger.early & places.archived - places.everywhere - places.asked - places.copied
    )
    found["removed"] = len(saved & ledger.removed)
    found["removed and back"] = len(saved & ledger.removed & places.everywhere)
    found["not valid in the end"] = sum(not is_valid(one.get(W) or b"") for one in machines)
    return found
