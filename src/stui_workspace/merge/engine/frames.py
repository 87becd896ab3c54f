"""Where a merged member goes: its place in the documents, and the form that is kept there."""

from __future__ import annotations

from typing import TypeAlias

from stui_workspace.document.manner import Columns
from stui_workspace.document.nodes import Mapping, Node, Sequence
from stui_workspace.merge.engine.context import Nodes, three
from stui_workspace.merge.engine.matching import Triple
from stui_workspace.merge.engine.members import Member
from stui_workspace.merge.engine.sides import Side
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.policy import Where
from stui_workspace.model.records import dataclass

Versions: TypeAlias = tuple[Member | None, Member | None, Member | None]
"""One member on the three sides; at least one of ours and theirs is there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a merged collection looks like from outside."""

    side: Side
    """Whose form it has."""
    node: Node | None
    """Its node on that side, for the manner of what is added."""
    column: int
    flow: bool = False

    @property
    def manner(self) -> Columns:
        """Step, dash offset and gap of what stands there."""
        node = self.node
        return self.side.manner(node if isinstance(node, (Mapping, Sequence)) else None)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the way down: what the policy says of it, and what a path calls it."""

    where: Where
    path: MergePath

    @property
    def is_sensitive(self) -> bool:
        """Whether what stands here is not to be shown."""
        return self.where.rule.sensitive

    def below(self, triple: Triple, path: MergePath | None = None) -> Spot:
        """The place of a member; `path` where it is called otherwise."""
        step = triple.step
        name = step if isinstance(step, str) else "*"
        return Spot(self.where.below(name), path or self.path.below(step))


def main_of(versions: Versions) -> Member:
    """Ours, or theirs where ours is not there."""
    found = versions[1] or versions[2]
    if found is None:
        raise TypeError("a member is on one side at least")
    return found


def nodes_of(versions: Versions) -> Nodes:
    """The values of a member."""
    base, ours, theirs = (None if member is None else member.node for member in versions)
    return base, ours, theirs


def versions_of(triple: Triple) -> Versions:
    """The member on the three sides."""
    return triple.base, triple.ours, triple.theirs


def three_of(versions: Versions, name: str) -> str:
    """One piece of a member's text: theirs where only they changed it, else ours."""
    base, ours, theirs = versions
    if ours is None or theirs is None or base is None:
        return str(getattr(main_of(versions), name))
    return three(str(getattr(base, name)), str(getattr(ours, name)), str(getattr(theirs, name)))
