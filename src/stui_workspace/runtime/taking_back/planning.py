"""What a session is to become when a state of before comes back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stui_workspace.errors import NotFoundError
from stui_workspace.model.session import Items
from stui_workspace.model.values import same
from stui_workspace.storage.items import ItemProblem
from stui_workspace.storage.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of items: `buffer/scratch`."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)


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
            after[name] = snapshot.items[name]
        elif name not in damaged:
            after.pop(name, None)
    problems = tuple(damaged[name] for name in wanted if name in damaged)
    return Plan(after, Changes(*map(tuple, _differing(now, after))), problems)


def _is_named(name: str, one: str) -> bool:
    return name == one or (one.endswith("/") and name.startswith(one))


def _differing(before: Items, after: Items) -> Iterator[list[str]]:
    yield [name for name in after if name not in before]
    yield [name for name in after if name in before and not same(before[name], after[name])]
    yield [name for name in before if name not in after]
