"""Which item of a keyed list is which in four documents."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from collections.abc import Mapping as AnyMapping

from stui_workspace.document import Mapping, Node, Scalar, Sequence
from stui_workspace.merge.gate.forms import Forms
from stui_workspace.merge.gate.renames import GUIDED, Items, Key, Renames
from stui_workspace.merge.gate.spot import OURS, THEIRS
from stui_workspace.merge.paths import ItemKey
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One item: its keys in base, ours and theirs. None where it is not."""

    base: Key | None
    ours: Key | None
    theirs: Key | None

    @property
    def keys(self) -> tuple[Key, ...]:
        """All that it is called, changed names first."""
        renamed = [key for key in (self.ours, self.theirs) if key not in (None, self.base)]
        return tuple(
            key for key in (*renamed, self.base, self.ours, self.theirs) if key is not None
        )


@dataclass(frozen=True, slots=True)
class Keyed:
    """The items of one list by key, and those without one."""

    items: dict[Key, Node]
    bare: list[Node]

    @property
    def has_twins(self) -> bool:
        """Whether two items have one key."""
        return any(key[-1] for key in self.items)


def keyed(forms: Forms, side: int, node: Node | None, fields: tuple[str, ...]) -> Keyed:
    """The items of a list, worked out once; none for everything else."""
    if not isinstance(node, Sequence):
        return Keyed({}, [])
    found = forms.lists.get(id(node))
    if not isinstance(found, Keyed):
        found = forms.lists[id(node)] = _keyed(forms, side, node, fields)
    return found


def _keyed(forms: Forms, side: int, node: Sequence, fields: tuple[str, ...]) -> Keyed:
    items: dict[Key, Node] = {}
    bare: list[Node] = []
    for item in node.items:
        values = _key(forms, side, item, fields)
        if values is None:
            bare.append(item)
            continue
        count = 0
        while (*values, count) in items:
            count += 1
        items[(*values, count)] = item
    return Keyed(items, bare)


def _key(forms: Forms, side: int, item: Node, fields: tuple[str, ...]) -> Key | None:
    if not isinstance(item, Mapping):
        return None
    values: list[Hashable] = []
    for name in fields:
        node = forms.field(side, item, name)
        if isinstance(node, Scalar):
            values.append(node.plain if type(node.plain) is str else str(node.plain).lower())
        elif node is None:
            values.append(None)
        else:
            return None
    return None if values.count(None) == len(values) else tuple(values)


def rows(renames: Renames, lists: tuple[Items, Items, Items], reading: str) -> list[Row]:
    """The items of three lists, matched: by key, then by new names."""
    base, ours, theirs = lists
    to_ours = renames.found((base, ours, theirs), OURS, reading)
    to_theirs = renames.found((base, theirs, ours), THEIRS, reading)
    if reading == GUIDED:  # what one side calls otherwise the other may call so, too
        to_ours = {**_shared(to_theirs, base, ours), **to_ours}
        to_theirs = {**_shared(to_ours, base, theirs), **to_theirs}
    to_ours = {old: new for old, new in to_ours.items() if _is_free(old, new, theirs, to_theirs)}
    to_theirs = {old: new for old, new in to_theirs.items() if _is_free(old, new, ours, to_ours)}
    old = [
        Row(
            key,
            key if key in ours else to_ours.get(key),
            key if key in theirs else to_theirs.get(key),
        )
        for key in base
    ]
    taken = {*to_ours.values(), *to_theirs.values()}
    new = [
        Row(None, key if key in ours else None, key if key in theirs else None)
        for key in dict.fromkeys((*ours, *theirs))
        if key not in base and key not in taken
    ]
    return old + new


def _shared(names: AnyMapping[Key, Key], base: Items, side: Items) -> dict[Key, Key]:
    return {
        old: new
        for old, new in names.items()
        if old not in side and new in side and new not in base
    }


def _is_free(old: Key, new: Key, other: Items, others: AnyMapping[Key, Key]) -> bool:
    """Whether a new name is not what the other side calls something else."""
    return new not in other or others.get(old) == new


def names_of(
    forms: Forms, fields: tuple[str, ...], items: Iterator[tuple[int, Node]]
) -> Iterator[str]:
    """What an item may be called in the paths of conflicts."""
    for side, item in items:
        if not isinstance(item, Mapping):
            continue
        values = [(name, forms.field(side, item, name)) for name in fields]
        full = [(name, node.text if isinstance(node, Scalar) else "") for name, node in values]
        there = [(name, node.text) for name, node in values if isinstance(node, Scalar)]
        yield str(ItemKey(tuple(full)))
        yield str(ItemKey(tuple(there)))
