"""Which new item of a side is an old one under another name.

The rule is strict: all else stayed equal. Whoever made the result may have known better, as where
a side took over the other one's edits along with the name; so there is a reading that goes by which
names the result has. What is paired so is still merged field by field.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from collections.abc import Mapping as AnyMapping
from typing import Final, TypeAlias

from stui_workspace.document import Node
from stui_workspace.merge.gate.forms import Forms
from stui_workspace.merge.gate.spot import BASE, OURS, THEIRS
from stui_workspace.merge.policy import Where
from stui_workspace.model.records import dataclass

Key: TypeAlias = tuple[Hashable, ...]
"""The values of the key fields, and which item of this key it is."""
Items: TypeAlias = AnyMapping[Key, Node]

STRICT: Final = "strict"
"""All but the key stayed equal."""
LASTING: Final = "lasting"
"""All but the key and what is transient stayed equal."""
GUIDED: Final = "guided"
"""The result has the new name and not the old one, and half of the fields stayed equal."""
NEVER: Final = "never"

MANY: Final = 2500
"""Pairs of items that are compared field by field; past that nothing is guessed."""


@dataclass(frozen=True, slots=True)
class Renames:
    """Where to look for new names: items of one list, by their key fields."""

    forms: Forms
    fields: tuple[str, ...]
    where: Where
    """Of the items."""
    shown: Collection[Key]
    """The keys that the result has."""

    def found(self, lists: tuple[Items, Items, Items], side: int, reading: str) -> dict[Key, Key]:
        """The items of the base that a side calls otherwise: their new keys by the old ones.

        The lists are the base's, the side's and the other side's.
        """
        base, own, _ = lists
        if reading == NEVER:
            return {}
        gone = [key for key in base if key not in own]
        new = [key for key in own if key not in base]
        if not gone or not new:
            return {}
        if reading == GUIDED:
            return self._guided(lists, side, (gone, new))
        waiting: dict[Hashable, list[Key]] = {}
        for key in new:
            waiting.setdefault(self._all(side, own[key], reading), []).append(key)
        found: dict[Key, Key] = {}
        for key in gone:
            rest = self._all(BASE, base[key], reading)
            if rest and waiting.get(rest):
                found[key] = waiting[rest].pop(0)
        return found

    def _guided(
        self, lists: tuple[Items, Items, Items], side: int, keys: tuple[list[Key], list[Key]]
    ) -> dict[Key, Key]:
        base, own, other = lists
        waiting = [key for key in keys[1] if key in self.shown]
        if len(waiting) * len(keys[0]) > MANY:
            return {}
        found: dict[Key, Key] = {}
        for old in keys[0]:
            if old in self.shown or not waiting:
                continue
            twins = [(BASE, base[old])]
            twins += [(THEIRS if side == OURS else OURS, other[old])] if old in other else []
            likes = [
                max(self.likeness(twin, (side, own[new])) for twin in twins) for new in waiting
            ]
            if max(likes) * 2 >= 1:
                found[old] = waiting.pop(likes.index(max(likes)))
        return found

    def likeness(self, one: tuple[int, Node], other: tuple[int, Node]) -> float:
        """Which part of the fields of two items is equal, from 0 to 1."""
        before, after = self.rest(*one), self.rest(*other)
        if not before and not after:
            return 1
        equal = sum(key in after and after[key] == value for key, value in before.items())
        return equal / max(len(before), len(after), 1)

    def _all(self, side: int, item: Node, reading: str) -> frozenset[tuple[str, Hashable]]:
        rest = self.rest(side, item)
        if reading == LASTING:
            rest = {k: form for k, form in rest.items() if not self.where.below(k).rule.transient}
        return frozenset(rest.items())

    def rest(self, side: int, item: Node) -> dict[str, Hashable]:
        """What an item says beside its key."""
        return {
            key: self.forms.of(side, value, self.where.below(key))
            for key, value in self.forms.entries(side, item).items()
            if key not in self.fields and not self.where.below(key).rule.tree
        }
