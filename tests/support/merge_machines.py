"""Machines that edit one file each on its own, and then exchange merges until all have all."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from strategies.merging import policy
from strategies.merging_authors import Author
from strategies.merging_documents import Maker
from strategies.merging_edits import Edit, edited
from strategies.merging_model import Document
from strategies.merging_outcomes import Scripts, outcome
from strategies.merging_scripts import is_doubtful
from strategies.merging_writer import written
from stui_workspace.merge import merge3

Version = frozenset[int]
"""Which machines' edits a text holds."""


@dataclass
class Machines:
    """Three machines, the document that they began with, and what each did to it."""

    base: Document
    edits: list[list[Edit]]
    seed: int
    texts: dict[int, bytes] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    known: dict[Version, bytes] = field(default_factory=dict)
    merges: int = 0

    def __post_init__(self) -> None:
        self.known[frozenset()] = written(self.base)
        for number, edits in enumerate(self.edits):
            self.versions[number] = frozenset({number})
            self.texts[number] = written(edited(self.base, edits))
            self.known[self.versions[number]] = self.texts[number]

    def exchange(self, one: int, other: int) -> list[str]:
        """Both merge what the other has, each from its own side; the conflicts of that."""
        union = self.versions[one] | self.versions[other]
        base = self.known[self.versions[one] & self.versions[other]]
        mine, its = self.texts[one], self.texts[other]
        results = [merge3(base, mine, its, policy=policy), merge3(base, its, mine, policy=policy)]
        self.merges += 2
        for number, result in zip((one, other), results, strict=True):
            self.texts[number], self.versions[number] = result.text, union
        self.known[union] = results[0].text
        return [str(conflict.path) for result in results for conflict in result.conflicts]

    def gossip(self) -> list[str]:
        """Exchange in a random order until every machine has everything; all conflicts."""
        random = Random(self.seed)  # noqa: S311
        found: list[str] = []
        everything = frozenset(range(len(self.edits)))
        while any(version != everything for version in self.versions.values()):
            one, other = random.sample(range(len(self.edits)), 2)
            found += self.exchange(one, other)
        return found


def machines(seed: int, count: int = 3) -> Machines:
    """Machines whose edits do not meet: they have no conflict, in whatever order they merge."""
    random = Random(seed)  # noqa: S311
    maker = Maker(random)
    base = maker.document()
    author = Author(random, base, maker)
    edits: list[list[Edit]] = [[] for _ in range(count)]
    for _ in range(random.choice((3, 6, 9))):
        made = author.edit()
        if made is not None and not _meets(base, made, author.edits):
            author.take(made)
            random.choice(edits).append(made)
    return Machines(base, edits, seed)


def _meets(base: Document, made: Edit, others: list[Edit]) -> bool:
    for other in others:
        pair = Scripts(base, [made], [other])
        if is_doubtful(pair, made, other) or outcome(pair).clashes:
            return True
        thing = pair.unit(made.uid), pair.unit(other.uid)
        if thing[0] == thing[1] and thing[0] != made.uid:
            return True
    return False
