"""One base out of two, neither of which is certain: what both merges do is done, the rest is asked.

Where the merge against the one base and the merge against the other differ, the base that comes out
says nothing. There nothing is deleted, and what differs is a conflict. The outcome is then a plain
three-way merge against that base, which can be kept, shown and settled like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from stui_workspace.document import Document, Mapping, delete, read
from stui_workspace.document import Sequence as List
from stui_workspace.document.limits import Limits
from stui_workspace.document.nodes import Node, resolved
from stui_workspace.errors import StuiError
from stui_workspace.merge import ItemKey, MergePath, MergeResult, Policy, merge3
from stui_workspace.merge.differing import Difference, Kind, differences
from stui_workspace.merge.naming import item_key
from stui_workspace.merge.paths import MergeStep
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass, field

_LIMITS = Limits.anything()
_LOSSES = (Kind.REMOVED, Kind.CHANGED, Kind.RENAMED, Kind.COMMENT, Kind.EOL)


def agreed_base(bases: Sequence[bytes], ours: bytes, theirs: bytes, policy: Policy) -> bytes:
    """The base to merge with; empty where nothing can be said.

    Args:
        bases: What the two may have begun from: none, one or more versions.
        ours: One of the two.
        theirs: The other.
        policy: How each place merges.
    """
    if len(bases) < 2:  # noqa: PLR2004 (one of them is certain enough, none is none)
        return bases[0] if bases else b""
    trial = _Trial(ours, theirs, policy, tuple(merge3(b, ours, theirs, policy) for b in bases))
    if trial.is_unanimous:
        return bases[0]
    places = trial.places
    for depth in (None, 2, 1):
        base = _without(bases[0], _cut(places, depth))
        if base is not None and trial.admits(merge3(base, ours, theirs, policy)):
            return base
    return b""


@dataclass(frozen=True)
class _Trial:
    """The merges against each base, held against one another."""

    ours: bytes
    theirs: bytes
    policy: Policy
    results: tuple[MergeResult, ...]
    _lost: dict[tuple[bytes, bytes], frozenset[Difference]] = field(default_factory=dict)

    @property
    def is_unanimous(self) -> bool:
        """Whether all merges say the same, and leave the same to be asked."""
        outcomes = {
            (one.text, frozenset(str(c.path) for c in one.conflicts)) for one in self.results
        }
        return len(outcomes) == 1

    @cached_property
    def places(self) -> tuple[MergePath, ...]:
        """Where they do not agree."""
        first, *others = self.results
        found: dict[MergePath, None] = {}
        for other in others:
            for one in self._differences(first.text, other.text):
                found[one.path] = None
            asked = {c.path for c in first.conflicts} ^ {c.path for c in other.conflicts}
            found |= dict.fromkeys(sorted(asked, key=str))
        return tuple(found)

    def admits(self, result: MergeResult) -> bool:
        """Whether a merge loses nothing of a side, beyond what every one of the merges drops."""
        asked = tuple(one.path.steps for one in result.conflicts)
        return all(self._is_kept(side, result, asked) for side in (self.ours, self.theirs))

    def _is_kept(
        self, side: bytes, result: MergeResult, asked: tuple[tuple[MergeStep, ...], ...]
    ) -> bool:
        lost = {one for one in self._losses(side, result.text) if not _is_asked(one.path, asked)}
        return all(lost <= self._losses(side, one.text) for one in self.results)

    def _losses(self, side: bytes, after: bytes) -> frozenset[Difference]:
        """What of a side is not there any more, without where in the text."""
        known = self._lost.get((side, after))
        if known is None:
            known = self._lost[side, after] = frozenset(
                Difference(one.path, one.kind, _hashable(one.before), _hashable(one.after))
                for one in self._differences(side, after)
                if one.kind in _LOSSES
            )
        return known

    def _differences(self, before: bytes, after: bytes) -> tuple[Difference, ...]:
        one, other = _document(before), _document(after)
        return tuple(differences(one, other, self.policy))


def _hashable(value: object) -> str:
    return repr(value)


def _is_asked(path: MergePath, asked: tuple[tuple[MergeStep, ...], ...]) -> bool:
    return any(path.steps[: len(steps)] == steps for steps in asked)


def _document(content: bytes) -> Document | None:
    return read(content, _LIMITS).document


def _cut(places: Sequence[MergePath], depth: int | None) -> tuple[tuple[MergeStep, ...], ...]:
    """The places, none of them below another, and none deeper than `depth` steps."""
    found = sorted({one.steps[:depth] for one in places}, key=len)
    kept: list[tuple[MergeStep, ...]] = []
    for steps in found:
        if not any(steps[: len(one)] == one for one in kept):
            kept.append(steps)
    return tuple(kept)


def _without(base: bytes, places: Sequence[tuple[MergeStep, ...]]) -> bytes | None:
    """The base with nothing said of some places; None where that cannot be written."""
    document = _document(base)
    for steps in places:
        if document is None or not steps:
            return None
        path = _found(document, steps)
        if path is None:
            continue  # it says nothing of it already
        try:
            document = delete(document, path)
        except StuiError:
            return None
    return None if document is None else document.content


def _found(document: Document, steps: Sequence[MergeStep]) -> NodePath | None:
    """Where a place is in the base; of a list whose items have no names, the list itself."""
    path: list[str | int] = []
    node = document.root
    for step in steps:
        node = None if node is None else resolved(node)
        if isinstance(node, List) and isinstance(step, int):
            return tuple(path)
        below = _step(document.text, node, step)
        if below is None:
            return None
        path.append(below)
        node = document.node(tuple(path))
    return tuple(path)


def _step(text: str, node: Node | None, step: MergeStep) -> str | int | None:
    match node, step:
        case Mapping(), str():
            return step if any(key == step for key in _keys(text, node)) else None
        case List(), ItemKey(fields):
            names = tuple(name for name, _ in fields)
            for number, item in enumerate(node.items):
                if item_key(text, item, names) == step:
                    return number
    return None


def _keys(text: str, node: Mapping) -> Iterator[str]:
    from stui_workspace.document.nodes import key_text

    return (key_text(text, entry.key) for entry in node.entries)
