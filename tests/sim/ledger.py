"""What really became of every edit: the truth that the laws hold the program to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sim.documents import is_valid, tokens_in


@dataclass
class Ledger:
    """For each token, what people, tools and sessions did with it."""

    saved: dict[str, str] = field(default_factory=dict)
    """Tokens that were saved in a valid document, and on which machine."""
    added: set[str] = field(default_factory=set)
    """Those of edits that only add a key."""
    removed: set[str] = field(default_factory=set)
    """Somebody who saw it took it away."""
    overwritten: set[str] = field(default_factory=set)
    """Somebody saved an older text over it, or their save met another program's."""
    torn: set[str] = field(default_factory=set)
    """A tool took a file away with it that was half written."""
    destroyed: set[str] = field(default_factory=set)
    """A tool threw its bytes away."""
    early: set[str] = field(default_factory=set)
    """Made on a machine before any version was kept there. The first version that is kept has it,
    and may be taken for what the others began from: the edit is kept, but may go silently."""
    seen: set[str] = field(default_factory=set)
    """A session had a whole look at a file with it."""
    told: set[str] = field(default_factory=set)
    """It was part of a merge that a person was asked about."""
    counts: Counter[str] = field(default_factory=Counter)

    def note_save(self, machine: str, loaded: bytes, content: bytes, below: bytes | None) -> None:
        """A person or a program for them saved `content`, made from `loaded`, over `below`."""
        before, after = tokens_in(loaded), tokens_in(content)
        self.counts["edits"] += 1
        if is_valid(content):
            for one in sorted(after):
                self.saved.setdefault(one, machine)
            self.removed |= before - after
        if below is not None:
            self.overwritten |= tokens_in(below) - before - after

    def note_removal(self, content: bytes) -> None:
        """A person deleted a file that they know."""
        self.removed |= tokens_in(content)

    def note_tear(self, whole: bytes, part: bytes | None) -> None:
        """Somebody read a file that was half written."""
        self.torn |= tokens_in(whole) - tokens_in(part or b"")

    def note_destruction(self, content: bytes) -> None:
        """A tool threw bytes away that it kept nowhere."""
        self.destroyed |= tokens_in(content)
        self.counts["destroyed by tools"] += 1

    def note_sight(self, content: bytes) -> None:
        """A session had a look at a file, and came to the end of it."""
        if is_valid(content):
            self.seen |= tokens_in(content)

    def note_beginning(self, machine: str, content: bytes) -> None:
        """Nothing is kept on a machine yet, and its file says so."""
        self.early |= {one for one in tokens_in(content) if self.saved.get(one) == machine}

    def excused(self, word: str) -> bool:
        """Whether a person or a tool took it out of the file, and nobody has to be told."""
        return (
            word in self.removed
            or word in self.overwritten
            or word in self.torn
            or word in self.destroyed
        )
