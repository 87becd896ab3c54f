"""What differs between two states of a session: by item, and within each item by line. Pure.

Who the session is, and what is counted of it, is no difference: that is never taken back either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.model.session import Items
from stui_workspace.model.values import ABSENT, Absent, Plain, same
from stui_workspace.runtime.taking_back import telling
from stui_workspace.runtime.taking_back.lines import Line, Told
from stui_workspace.runtime.taking_back.planning import COUNTED
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION, ItemProblem
from stui_workspace.storage.snapshots.index import Reading, SnapshotId

Clean = Callable[[str, Plain], Plain]
"""The value of an item as it may be shown, given the item's name."""

Sources = Mapping[str, str]
"""The text of each buffer of the workspace that nobody edited, by the buffer's name."""


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One item that is not the same in both states."""

    item: str
    """Its name: `buffer/scratch`."""
    kind: Kind
    summary: str
    """A few words: `2 lines added, 1 removed`."""
    lines: tuple[Line, ...] = ()

    @property
    def gist(self) -> str:
        """What stands beside its name: the words, or the one line that says all of it."""
        return self.lines[0].text if self._is_brief else self.summary

    @property
    def more(self) -> tuple[Line, ...]:
        """What stands below that."""
        return () if self._is_brief else self.lines

    @property
    def _is_brief(self) -> bool:
        return len(self.lines) == 1 and self.lines[0].sign == "~"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs, in the order of the items; and what of either could not be read."""

    differences: tuple[ItemDifference, ...] = ()
    problems: tuple[ItemProblem, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """The names of the items that differ."""
        return tuple(one.item for one in self.differences)


def compare(
    before: Items,
    after: Items,
    *,
    clean: Clean = lambda _item, value: value,
    sources: Sources | None = None,
    problems: tuple[ItemProblem, ...] = (),
) -> Comparison:
    """What of `before` is other in `after`.

    Args:
        before: All items of the one state.
        after: All items of the other.
        clean: Takes out what must not be shown. Whether an item differs is found out without it.
        sources: What a buffer shows that has no text of its own, where that is known.
        problems: Items that could not be read of either: nothing is said to differ in them.
    """
    unknown = {problem.item for problem in problems}
    names = [name for name in in_order(before, after) if name not in unknown]
    found = (_difference(name, before, after, clean, sources or {}) for name in names)
    return Comparison(tuple(one for one in found if one is not None), problems)


def compare_snapshot(
    reading: Reading,
    snapshot: SnapshotId,
    other: SnapshotId | Callable[[], tuple[Items, Sequence[ItemProblem]]],
    *,
    clean: Clean,
    sources: Sources | None,
) -> Comparison:
    """What of a snapshot is other in another one, or in what `other` says the session is now.

    Raises:
        NotFoundError: There is no snapshot of that name.
    """
    before = reading.get(snapshot)
    problems: Sequence[ItemProblem]
    if callable(other):
        after, problems = other()
    else:
        found = reading.get(other)
        after, problems = found.items, found.problems
    damaged = tuple(dict.fromkeys((*before.problems, *problems)))
    return compare(before.items, after, clean=clean, sources=sources, problems=damaged)


def in_order(*states: Items) -> tuple[str, ...]:
    """The names of all items but `meta`, in the order in which people want to see them."""
    names = {name for state in states for name in state if name != "meta"}
    return tuple(sorted(names, key=lambda name: (_rank(name), name)))


def essence(name: str, value: Plain | Absent) -> Plain | Absent:
    """What of an item counts as its state."""
    if name.startswith(CONNECTION) and isinstance(value, Mapping):
        known = {key: one for key, one in value.items() if key not in COUNTED}
        return known or ABSENT
    if name == "outbox" and isinstance(value, (list, tuple)):
        return [_without(row, "incarnation") for row in value]
    return ABSENT if value is None else value


_ORDER: Final = ("layout", "preferences", BUFFER, CONNECTION, "transcript", "outbox")


def _rank(name: str) -> int:
    found = [at for at, one in enumerate(_ORDER) if name == one or name.startswith(one)]
    return found[0] if found else len(_ORDER)


def _without(row: Plain, key: str) -> Plain:
    return {k: v for k, v in row.items() if k != key} if isinstance(row, Mapping) else row


def _difference(
    name: str, before: Items, after: Items, clean: Clean, sources: Sources
) -> ItemDifference | None:
    old, new = (essence(name, state.get(name, ABSENT)) for state in (before, after))
    if same(old, new):
        return None
    kind = Kind.ADDED if old is ABSENT else Kind.REMOVED if new is ABSENT else Kind.CHANGED
    told = _told(name, _cleaned(name, old, clean), _cleaned(name, new, clean), sources)
    return ItemDifference(name, kind, told.summary, told.lines)


def _cleaned(name: str, value: Plain | Absent, clean: Clean) -> Plain | Absent:
    return value if isinstance(value, Absent) else clean(name, value)


def _told(name: str, old: Plain | Absent, new: Plain | Absent, sources: Sources) -> Told:
    if same(old, new):
        return Told("a value differs that is not shown: it may hold a secret")
    if name.startswith(BUFFER):
        return telling.of_buffer(old, new, sources.get(name.removeprefix(BUFFER)))
    if name == "layout":
        return telling.of_layout(old, new)
    if name in ("transcript", "outbox"):
        return telling.of_rows(name, old, new)
    return telling.of_keys(old, new, telling.CONNECTION_WORDS if CONNECTION in name else {})
