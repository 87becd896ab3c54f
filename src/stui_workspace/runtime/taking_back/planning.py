"""What a session is to become when a state of before comes back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stui_workspace.errors import NotFoundError
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import Items
from stui_workspace.model.values import Plain, same
from stui_workspace.storage.sessions.items import CONNECTION, ItemProblem
from stui_workspace.storage.snapshots.index import Snapshot

COUNTED: Final = frozenset({"incarnation", "evaluations", "last_error", "last_online", "attempts"})
"""What a record of a connection counts: it goes on, whatever comes back."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of items: `buffer/scratch`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all of them."""
        return (*self.added, *self.changed, *self.removed)


@dataclass(frozen=True, slots=True)
class Plan:
    items: Items
    """All of the session afterwards."""
    changes: Changes
    problems: tuple[ItemProblem, ...] = ()
    """The items that cannot come back; they stay as they are."""


def plan(now: Items, snapshot: Snapshot, only: Sequence[str] = ()) -> Plan:
    """What comes back of a snapshot into a session that is `now`.

    Who the session is, and what was counted of it, is never taken back. An item whose stored value
    is damaged stays as it is now.

    Args:
        now: All items of the session.
        snapshot: The state to go back to.
        only: Names of items, or the beginning of names up to `/`; empty for everything.

    Raises:
        NotFoundError: Neither the session nor the snapshot has anything of such a name.
    """
    names = dict.fromkeys((*now, *snapshot.entry.items))
    names.pop("meta", None)
    wanted = [name for name in names if not only or any(_is_named(name, one) for one in only)]
    for one in only:
        if not any(_is_named(name, one) for name in names):
            raise NotFoundError("item", one)
    damaged = {problem.item: problem for problem in snapshot.problems}
    after = dict(now)
    for name in wanted:
        if name in snapshot.items:
            after[name] = _coming_back(name, snapshot.items[name], now.get(name))
        elif name not in damaged:
            after.pop(name, None)
    problems = tuple(damaged[name] for name in wanted if name in damaged)
    return Plan(after, changes_between(now, after), problems)


def changes_between(before: Items, after: Items) -> Changes:
    """What of `before` is other in `after`, item by item; `meta` does not count."""
    names = [name for name in after if name != "meta"]
    return Changes(
        tuple(name for name in names if name not in before),
        tuple(name for name in names if name in before and not same(before[name], after[name])),
        tuple(name for name in before if name not in after and name != "meta"),
    )


def _coming_back(name: str, value: Plain, now: Plain) -> Plain:
    """What an item becomes: a record of a connection goes on counting from what it has now."""
    if not (
        name.startswith(CONNECTION) and isinstance(value, Mapping) and isinstance(now, Mapping)
    ):
        return value
    counted = {key: one for key, one in now.items() if key in COUNTED}
    return {**{key: one for key, one in value.items() if key not in COUNTED}, **counted}


def _is_named(name: str, one: str) -> bool:
    return name == one or (one.endswith("/") and name.startswith(one))
