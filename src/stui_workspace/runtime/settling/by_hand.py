"""Noticing which conflicts a person settled in the file itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from stui_workspace.document import Document, Limits, Node, Scalar, Sequence, read
from stui_workspace.document.document import child, plain_of
from stui_workspace.document.nodes import resolved
from stui_workspace.merge import Conflict, ItemKey, MergePath, Take, merge3
from stui_workspace.merge.paths import MergeStep
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.values import same
from stui_workspace.runtime.settling.settlement import Settlement

_ROOT: Final = "/"
_REMARK: Final = re.compile(r"#[^\r\n]*")
_TEXT: Final = "text"


def settled_by_hand(settlement: Settlement, content: bytes) -> tuple[Conflict, ...]:
    """What is left of a merge, and has another value in the file than provisionally.

    Args:
        settlement: The merge.
        content: The file as it is now.
    """
    if content == settlement.text:
        return ()
    before, now = (read(one, Limits.anything()).document for one in (settlement.text, content))
    if now is None or now.root is None:
        return ()  # a file that says nothing settles nothing
    if before is None:  # nor did it say anything, and now it does
        return settlement.left
    seen = _Seen(settlement, before, now)
    return tuple(one for one in settlement.left if seen.is_changed(one, content))


@dataclass(frozen=True, slots=True)
class _Seen:
    settlement: Settlement
    before: Document
    now: Document

    def is_changed(self, conflict: Conflict, content: bytes) -> bool:
        """Whether the place holds something else now: by a look at it, else by a merge."""
        if str(conflict.path) == _ROOT:
            return True
        found = self._at_a_glance(conflict)
        return _by_merging(self.settlement, conflict, content) if found is None else found

    def _at_a_glance(self, conflict: Conflict) -> bool | None:
        """Whether it holds something else; None where a look does not tell."""
        path = conflict.path
        if path.aspect in ("comment", "eol"):
            remarks = [Counter(_REMARK.findall(one.text)) for one in (self.before, self.now)]
            return False if remarks[0] == remarks[1] else None
        if path.aspect != "value" or not all(isinstance(one, (str, ItemKey)) for one in path.steps):
            return None
        before, now = (_node_at(one, path) for one in (self.before, self.now))
        if before is not None and now is not None:
            return self._differ(before, now, path)
        is_gone = before is not None and not any(isinstance(one, ItemKey) for one in path.steps)
        return True if is_gone else None

    def _differ(self, before: Node, now: Node, path: MergePath) -> bool | None:
        if same(plain_of(self.before.text, before), plain_of(self.now.text, now)):
            return False
        is_simple = isinstance(before, Scalar) and isinstance(now, Scalar)
        return True if is_simple and not self._is_by_lines(path) else None

    def _is_by_lines(self, path: MergePath) -> bool:
        """Whether a change of one line there can be merged with one of another."""
        where = self.settlement.policy.root
        for step in path.steps:
            where = where.below(step if isinstance(step, str) else "*")
        return where.rule.kind == _TEXT


def _node_at(document: Document, path: MergePath) -> Node | None:
    node = document.root
    for step in path.steps:
        if node is None:
            return None
        node = _below(document.text, resolved(node), step)
    return node


def _below(text: str, node: Node, step: MergeStep) -> Node | None:
    if isinstance(step, str):
        return child(text, node, step)
    if isinstance(step, ItemKey) and isinstance(node, Sequence):
        found = [item for item in node.items if _is_called(text, item, step.fields)]
        return found[0] if len(found) == 1 else None
    return None


def _is_called(text: str, item: Node, fields: Iterable[tuple[str, str]]) -> bool:
    for name, value in fields:
        found = child(text, item, name)
        if not isinstance(found, Scalar) or found.text != value:
            return False
    return True


def _by_merging(settlement: Settlement, conflict: Conflict, content: bytes) -> bool:
    """Whether the merge itself finds the place changed, whatever was moved or renamed since.

    A change of nothing but this place is merged with the file. Where the file has changed the
    place too, both clash, or agree.
    """
    probe = _probe(settlement, str(conflict.path))
    if probe is None:
        return False
    found = merge3(settlement.text, content, probe, policy=settlement.policy)
    if any(str(one.path) == _ROOT for one in found.conflicts):
        return False  # the file, as it is now, cannot be judged
    return not found.is_clean or found.text == content


def _probe(settlement: Settlement, path: str) -> bytes | None:
    """The provisional document with another choice at `path`, and nothing else changed."""
    for take in (Take.THEIRS, Take.OURS, Take.BASE):
        other = replace(settlement, steps=(*settlement.steps, {path: take}))
        if other.text != settlement.text:
            return other.text
    return None
