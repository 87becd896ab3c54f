"""Which member of one side is which of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from stui_workspace.document.nodes import Mapping, Sequence, key_text
from stui_workspace.merge.engine import notes
from stui_workspace.merge.engine.comparing import identity, key_fields, meaning
from stui_workspace.merge.engine.members import Member, item_key
from stui_workspace.merge.paths import ItemKey, MergeStep
from stui_workspace.merge.policy import Rule, Where
from stui_workspace.model.records import dataclass


@dataclass(slots=True, eq=False)
class Triple:
    """One thing on up to three sides."""

    label: Hashable
    base: Member | None = None
    ours: Member | None = None
    theirs: Member | None = None

    @property
    def any(self) -> Member:
        """The member of some side."""
        found = self.ours or self.theirs or self.base
        if found is None:
            raise TypeError("a triple is made of a member")
        return found

    @property
    def is_note(self) -> bool:
        """Whether it is a section note."""
        return self.any.is_note

    @property
    def step(self) -> MergeStep:
        """How a path calls it: as in the base, if it is there."""
        member = self.base or self.any
        if isinstance(self.label, tuple) and self.label and isinstance(self.label[0], ItemKey):
            return self.label[0]
        return member.index if member.key is None else key_text(member.side.text, member.key)


Versions = tuple[list[Member], list[Member], list[Member]]


def is_keyed(rule: Rule, versions: tuple[list[Member], ...]) -> bool:
    """Whether the items of a list, its notes left out, are known by key fields."""
    return key_fields(rule, versions) is not None


def matched(versions: Versions, where: Where) -> list[Triple]:
    """The triples of three versions of a collection."""
    base, ours, theirs = ([m for m in version if not m.is_note] for version in versions)
    first = next((m for version in (base, ours, theirs) for m in version), None)
    if first is not None and isinstance(first.owner, Sequence):
        _label_items((base, ours, theirs), where)
    for number, version in enumerate(versions):
        notes.label(version, versions[0] if number else None)
    notes.follow(versions[1], versions[2])
    notes.follow(versions[2], versions[1])
    triples: dict[Hashable, Triple] = {}
    for name, version in zip(("base", "ours", "theirs"), versions, strict=True):
        for member in version:
            triple = triples.setdefault(member.label, Triple(member.label))
            setattr(triple, name, member)
    return list(triples.values())


def _label_items(versions: Versions, where: Where) -> None:
    rule = where.rule
    fields = key_fields(rule, versions)
    for version in versions:
        for item in version:
            key = item_key(item.side, item.node, fields) if fields else None
            item.label = (key,) if key is not None else ("item", identity(item.side, item.node))
    if fields:
        _rename(versions, _Rest(fields, where.below("*")))
    for version in versions:
        _number(version, versions[0])
    if not fields and rule.kind not in ("set", "mru"):
        for other in versions[1:]:
            _pair_rest(versions[0], other)


def _rename(versions: Versions, rest: _Rest) -> None:
    """An item whose key fields changed while all else stayed is the same item.

    Not so where the other side has an item of the new name that is another one.
    """
    base, ours, theirs = versions
    mine = _renames(base, ours, theirs, rest)
    others = _renames(base, theirs, ours, rest)
    for side, other, found, same in ((ours, theirs, mine, others), (theirs, ours, others, mine)):
        taken = {item.label for item in other}
        for item, old in found.items():
            if item.label not in taken or old not in taken:
                item.renamed = old
        _follow(base, side, same)
    for item in (*ours, *theirs):
        item.label = item.renamed or item.label


def _renames(
    base: list[Member], side: list[Member], other: list[Member], rest: _Rest
) -> dict[Member, Hashable]:
    """The items of a side that are one of the base under another name, with its label there.

    All else is as in the base, or as the other side has made it: so a merge can be merged again.
    """
    known, present = {item.label for item in base}, {item.label for item in side}
    new = {item: rest.of(item) for item in side if item.label not in known}
    if not new:
        return {}
    gone = [item for item in base if item.label not in present]
    lost = {item.label for item in gone}
    changed = [item for item in other if item.label in lost]
    found: dict[Member, Hashable] = {}
    used: set[Hashable] = set()
    for originals in (gone, changed):
        counts = Counter(rest.of(item) for item in originals)
        before = {rest.of(item): item.label for item in originals}
        twins = Counter(new.values())
        for item, said in new.items():
            is_enough = bool(said) or (said is not None and originals is changed)
            once = is_enough and counts[said] == twins[said] == 1
            if once and item not in found and before[said] not in used:
                found[item] = before[said]
                used.add(before[said])
    return found


def _follow(base: list[Member], side: list[Member], same: dict[Member, Hashable]) -> None:
    """An item of the name that the other side gave to one that is gone here is that one."""
    present = {item.label for item in side}
    names = {item.label: old for item, old in same.items() if old not in present}
    known = {item.label for item in base}
    for item in side:
        if item.label in names and item.label not in known:
            item.renamed = item.renamed or names[item.label]


@dataclass(frozen=True, slots=True)
class _Rest:
    """What an item says beside its key fields."""

    fields: tuple[str, ...]
    where: Where

    def of(self, item: Member) -> Hashable:
        """What it is known by when its name changed; None for nothing."""
        if not isinstance(item.node, Mapping):
            return None
        side = item.side
        return frozenset(
            (name, meaning(side, entry.value, self.where.below(name)))
            for entry in item.node.entries
            for name in (key_text(side.text, entry.key),)
            if name not in self.fields
        )


def _number(version: list[Member], base: list[Member]) -> None:
    """The k-th of those called alike is the k-th; where the counts differ, equal content first."""
    counts = Counter(item.label for item in version)
    wanted = Counter(_unnumbered(item.label) for item in base)
    taken: dict[Hashable, set[int]] = {}
    repeated = {label for label in counts if counts[label] > 1 or wanted[label] > 1}
    if version is base or not repeated:
        seen: Counter[Hashable] = Counter()
        for item in version:
            number = seen[item.label]
            seen[item.label] += 1
            if item.label in repeated or number:
                item.label = _numbered(item.label, number)
        return
    originals: dict[Hashable, list[Hashable]] = {}
    for item in base:
        label = _unnumbered(item.label)
        originals.setdefault(label, []).append(identity(item.side, item.node))
    waiting: list[Member] = []
    for item in version:
        label = item.label
        if label not in repeated:
            continue
        used = taken.setdefault(label, set())
        contents = originals.get(label, [])
        same_count = counts[label] == wanted[label]
        place = None
        if not same_count:
            what = identity(item.side, item.node)
            place = next((n for n, c in enumerate(contents) if c == what and n not in used), None)
        if place is None:
            waiting.append(item)
        else:
            used.add(place)
            item.label = _numbered(label, place)
    for item in waiting:
        label = item.label
        used = taken.setdefault(label, set())
        place = next(n for n in range(len(version) + len(base) + 1) if n not in used)
        used.add(place)
        item.label = _numbered(label, place)


def _numbered(label: Hashable, number: int) -> Hashable:
    return (*label, number) if number and isinstance(label, tuple) else label


def _unnumbered(label: Hashable) -> Hashable:
    if isinstance(label, tuple) and isinstance(label[-1], int) and len(label) > 1:
        return label[:-1]
    return label


def _pair_rest(base: list[Member], side: list[Member]) -> None:
    """Items of a list without keys that are left: by their place between those that are alike."""
    known = {item.label: n for n, item in enumerate(base)}
    mine = {item.label for item in side}
    runs: dict[int, list[Member]] = {}
    last = -1
    for item in side:
        if item.label in known:
            last = known[item.label]
        else:
            runs.setdefault(last, []).append(item)
    for start, run in runs.items():
        before: list[Member] = []
        for item in base[start + 1 :]:
            if item.label in mine:
                break
            before.append(item)
        if len(before) == len(run):
            for old, new in zip(before, run, strict=True):
                new.label = old.label
