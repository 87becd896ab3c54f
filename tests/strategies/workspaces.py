"""Plain documents that are nearly workspaces: what the schema wants, with mistakes in it.

Made by a generator of its own from a seed and a size: Hypothesis' own strategies for a schema
that contains itself take seconds a document.
"""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from stui_workspace.model.values import Plain
from stui_workspace.schema import FileKind
from stui_workspace.schema.kinds import parts_for
from stui_workspace.schema.parts import Parts

WORDS = [
    *("a", "py", "load", "x-a", "no", "12:30", "30s", "0s", "never", "..", "a/b", "${a}", ""),
    *("keyring:a", "results", "#aabbcc", "-", "work", "a b", "x" * 70, "{", "(", "null", "1"),
]
NUMBERS = [-1, 0, 1, 5, 17, 2000, 10**8, 0.5, -0.5, 12345678.5]
DEEPEST = 8


class Maker:
    """Makes one document; `size` bounds how much is in it."""

    def __init__(self, random: Random, size: int) -> None:
        self.random = random
        self.left = size

    def value(self, parts: Parts, depth: int = 0) -> Plain:
        """Something for a place of the schema: what is meant there, or now and then anything."""
        self.left -= 1
        if depth > DEEPEST or self.random.random() < 0.08:
            return self.junk(depth)
        known = [*parts.get("enum", ()), *parts.get("examples", ())]
        if parts.get("const") is not None:
            known = [parts.get("const")]
        if parts.describes_keys and self.random.random() < 0.9:
            return self.map(parts, depth)
        if parts.items.schemas and self.random.random() < 0.7:
            return [self.value(parts.items, depth + 1) for _ in range(self.few())]
        return self.random.choice(known) if known else self.scalar()

    def map(self, parts: Parts, depth: int) -> dict[str, Plain]:
        """Some of the keys that the schema knows, and now and then another."""
        names = [name for name in parts.names if self.random.random() < 0.4]
        for required in parts.every("required"):
            names += [name for name in required if self.random.random() < 0.95]
        if parts.wildcard.schemas or self.random.random() < 0.1:
            names += [self.random.choice(WORDS) for _ in range(self.few())]
        self.random.shuffle(names)
        made: dict[str, Plain] = {}
        for name in names:
            if self.left > 0 and name not in made:
                made[name] = self.value(parts.key(name), depth + 1)
        return made

    def junk(self, depth: int) -> Plain:
        """Anything at all."""
        self.left -= 1
        if depth > DEEPEST or self.left <= 0 or self.random.random() < 0.6:
            return self.scalar()
        if self.random.random() < 0.5:
            return [self.junk(depth + 1) for _ in range(self.few())]
        names = (self.random.choice(WORDS) for _ in range(self.few()))
        return {name: self.junk(depth + 1) for name in names}

    def scalar(self) -> Plain:
        """One value of no parts."""
        kind = self.random.random()
        if kind < 0.5:
            return self.random.choice(WORDS)
        return (
            self.random.choice(NUMBERS) if kind < 0.75 else self.random.choice([True, False, None])
        )

    def few(self) -> int:
        return self.random.choice([0, 1, 1, 2, 3])


def make(kind: FileKind, seed: int, size: int) -> Plain:
    """The document of a seed."""
    return Maker(Random(seed), size).value(parts_for(kind))  # noqa: S311 (no secret is made)


def nearly(kind: FileKind = FileKind.WORKSPACE, size: int = 60) -> st.SearchStrategy[Plain]:
    """Documents of a kind of file: some good, most with something wrong."""
    return st.builds(make, st.just(kind), st.integers(0, 2**32), st.integers(1, size))


JUNK: st.SearchStrategy[Plain] = st.integers(0, 2**32).map(
    lambda seed: Maker(Random(seed), 30).junk(0)  # noqa: S311 (no secret is made)
)
"""Anything that a YAML document can say."""
