"""Conflicts of two machines, as one of them saw them come: histories made at random.

With versions that were never seen, and guesses at who wrote one that are wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from stui_workspace.document import parse
from stui_workspace.merge import MergeResult, Policy, merge3
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.generations.store import Generation, Origin
from stui_workspace.sync.bases import bases_of
from stui_workspace.sync.consensus import agreed_base

FILE = ".stui-workspace.yaml"

Pads = dict[str, str]
"""Title by the name of a pad: a small workspace."""


def written(pads: Mapping[str, str]) -> bytes:
    lines = ["stui: 1", "name: demo", "buffers:"]
    lines += [f"  {name}: {{title: {title}}}" for name, title in pads.items()]
    return ("\n".join(lines) + "\n").encode()


def read(content: bytes) -> Pads:
    plain = parse(content).plain()
    assert isinstance(plain, dict)
    return {name: pad["title"] for name, pad in (plain["buffers"] or {}).items()}


@dataclass
class Story:
    """One conflict: how it came, and what one machine saw of it."""

    random: Random
    doubtful: float
    """How many guesses at an origin are wrong, and versions unseen."""
    log: list[Generation] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    token: int = 0

    def note(self, pads: Pads, origin: Origin, *, surely: bool = False) -> None:
        if not surely and self.random.random() < self.doubtful:
            return
        if self.random.random() < self.doubtful:
            origin = Origin.SYNC if origin is Origin.EDITOR else Origin.EDITOR
        content = written(pads)
        self.contents[revision_of(content)] = content
        self.log.append(Generation(FILE, revision_of(content), origin, 0.0))

    def edited(self, pads: Pads) -> Pads:
        """The pads after one edit."""
        pads = dict(pads)
        self.token += 1
        name = self.random.choice(tuple(pads))
        match self.random.randrange(4):
            case 0:
                pads[f"new{self.token}"] = f"t{self.token}"
            case 1 if len(pads) > 3:
                del pads[name]
            case _:
                pads[name] = f"t{self.token}"
        return pads

    def told(self) -> tuple[Pads, Pads, Pads]:
        """The true base, what this machine made of it, and what the other did."""
        pads = {f"p{number}": f"t0{number}" for number in range(6)}
        self.note(pads, Origin.EDITOR, surely=True)
        for _ in range(self.random.randrange(6)):
            pads = self.edited(pads)
            self.note(pads, self.random.choice((Origin.EDITOR, Origin.SYNC)))
        base, here, there = pads, pads, pads
        for _ in range(self.random.randrange(1, 4)):
            here = self.edited(here)
            self.note(here, Origin.EDITOR, surely=True)
        for _ in range(self.random.randrange(1, 4)):
            there = self.edited(there)
        return base, here, there


def lost_by(base: Pads, side: Pads, result: MergeResult) -> list[str]:
    """What a side wrote that is neither in the merge nor asked about."""
    after = read(result.text)
    paths = [str(one.path) for one in result.conflicts]
    asked = {path.split("/")[2] for path in paths if path.count("/") > 1}
    asked_of_all = any(path in ("/", "/buffers") for path in paths)
    return [
        name
        for name, title in side.items()
        if base.get(name) != title
        and after.get(name) != title
        and name not in asked
        and not asked_of_all
    ]


@dataclass(frozen=True)
class Conflict:
    """One conflict, merged with what this machine knows."""

    base: Pads
    """What both truly began from; the machine does not know it."""
    here: Pads
    there: Pads
    result: MergeResult

    @property
    def lost(self) -> list[str]:
        """What either side wrote that is neither in the merge nor asked about."""
        sides = (self.here, self.there)
        return [name for side in sides for name in lost_by(self.base, side, self.result)]


def conflict(random: Random, doubtful: float) -> Conflict:
    """A conflict at random."""
    policy = Policy.published()
    story = Story(random, doubtful)
    base, here, there = story.told()
    ours, theirs = written(here), written(there)
    if random.random() < 0.5:  # the other side won: its version is the file, ours the copy
        story.note(there, Origin.SYNC, surely=True)
        ours, theirs = theirs, ours
    found = bases_of(story.log, revision_of(ours), revision_of(theirs))
    agreed = agreed_base([story.contents[one] for one in found], ours, theirs, policy)
    return Conflict(base, here, there, merge3(agreed, ours, theirs, policy))
