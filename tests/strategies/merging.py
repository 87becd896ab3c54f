"""Merges whose outcome is known beforehand: a document, two scripts, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from strategies.merging_documents import POLICY, Maker
from strategies.merging_edits import edited
from strategies.merging_model import Document
from strategies.merging_outcomes import Outcome, Scripts, outcome
from strategies.merging_scripts import scripts
from strategies.merging_writer import written
from stui_workspace.merge import Policy

policy = Policy.from_mapping(POLICY)


@dataclass
class Example:
    """One merge: three texts, and what must come of them."""

    scripts: Scripts
    seed: int = 0
    base: Document = field(init=False)

    def __post_init__(self) -> None:
        self.base = self.scripts.base

    @cached_property
    def ours(self) -> Document:
        """The document after our script."""
        return edited(self.base, self.scripts.ours)

    @cached_property
    def theirs(self) -> Document:
        """The document after theirs."""
        return edited(self.base, self.scripts.theirs)

    @cached_property
    def texts(self) -> tuple[bytes, bytes, bytes]:
        """Base, ours, theirs."""
        return written(self.base), written(self.ours), written(self.theirs)

    @cached_property
    def outcome(self) -> Outcome:
        """What must come of it."""
        return outcome(self.scripts)


def example(seed: int, meeting: float | None = None) -> Example:
    """The merge of a number; `meeting` is how often theirs edits what ours edited."""
    random = Random(seed)  # noqa: S311
    maker = Maker(random)
    base = maker.document()
    if meeting is None:
        meeting = random.choice((0.0, 0.0, 0.3, 0.7))
    return Example(scripts(random, base, maker, meeting=meeting), seed)


def part(one: Example, keys: set[str]) -> Example:
    """The same merge of some sections alone."""
    base = one.base.clone()
    base.root.children = [child for child in base.root.children if child.key in keys]
    inside = {node.uid for node in base.root.walk()}
    sides = [
        [edit for edit in edits if edit.uid in inside]
        for edits in (one.scripts.ours, one.scripts.theirs)
    ]
    return Example(Scripts(base, *sides), one.seed)


def smaller(one: Example) -> Iterator[Example]:
    """The same with one edit, or one section nobody edits, less."""
    base, ours, theirs = one.base, one.scripts.ours, one.scripts.theirs
    for number in range(len(ours)):
        yield Example(Scripts(base, ours[:number] + ours[number + 1 :], theirs), one.seed)
    for number in range(len(theirs)):
        yield Example(Scripts(base, ours, theirs[:number] + theirs[number + 1 :]), one.seed)
    for uid, (node, parent) in base.places().items():
        if parent is None or len(parent.children) < 2:
            continue
        less = base.clone()
        inside = {inner.uid for inner in node.walk()}
        less_parent = less.places()[parent.uid][0]
        less_parent.children = [child for child in less_parent.children if child.uid != uid]
        used = {used for edit in (*ours, *theirs) for used in _used(edit)}
        named = {other.value for other in less.root.walk() if other.kind in ("ref", "alias")}
        if not inside & used and not inside & named and node.role not in ("id", "key"):
            yield Example(Scripts(less, ours, theirs), one.seed)


def _used(edit: object) -> set[int]:
    used = {getattr(edit, name, None) for name in ("uid", "after", "parent", "target")}
    used |= set(getattr(edit, "order", ()))
    node = getattr(edit, "node", None)
    if node is not None:
        used |= {inner.value for inner in node.walk() if inner.kind == "ref"}
    return {uid for uid in used if isinstance(uid, int)}
