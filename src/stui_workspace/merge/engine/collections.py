"""The members of a merged collection: matched, decided on one by one, and put into order."""

from __future__ import annotations

from collections.abc import Sequence as List
from typing import Protocol

from stui_workspace.merge.engine.comparing import identity
from stui_workspace.merge.engine.context import Context, Nodes, Texts, side_of, text_of
from stui_workspace.merge.engine.frames import Frame, Spot, versions_of
from stui_workspace.merge.engine.matching import Triple, Versions, matched
from stui_workspace.merge.engine.members import Member
from stui_workspace.merge.engine.ordering import arrange, recent
from stui_workspace.merge.engine.trees import Moves
from stui_workspace.merge.result import Take
from stui_workspace.model.records import dataclass

Order = list[list[Triple]]
"""The members in the order of base, ours and theirs."""


class Walking(Protocol):
    """The walk, as far as a collection needs it."""

    context: Context
    moves: Moves

    def marked(self, triple: Triple, spot: Spot, frame: Frame) -> str | None:
        """The text of one member; None where it is gone."""

    def placed(self, member: Member, spot: Spot, frame: Frame) -> str:
        """The text of a member of one side."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The members of a merged collection in order, each with its text."""

    line: tuple[tuple[Triple, str], ...]
    there: tuple[Triple, ...]
    """Those that the side has whose form is taken."""

    @property
    def text(self) -> str:
        """All of it, for a block."""
        return "".join(text for _, text in self.line)


def parts_of(walk: Walking, nodes: Nodes, spot: Spot, frame: Frame) -> Parts:
    """The members of a merged collection."""
    rule = spot.where.rule
    versions = walk.moves.members(walk.context, nodes, rule)
    triples = matched(versions, spot.where)
    if rule.tree:
        triples = walk.moves.settled(triples, nodes)
    order = _order(triples, versions)
    there = order[walk.context.sides.index(frame.side)]
    if rule.kind == "mru":
        line = recent(order[0], order[1], order[2], rule.limit)
        texts = {id(t): _newest(walk, t, spot.below(t), frame) for t in line}
    else:
        texts = _texts(walk, triples, spot, frame)
        line = _arranged(walk.context, [[t for t in o if id(t) in texts] for o in order], spot)
    return Parts(tuple((t, texts[id(t)]) for t in line), tuple(there))


def _order(triples: List[Triple], versions: Versions) -> Order:
    known = {id(m): t for t in triples for m in versions_of(t) if m is not None}
    return [[known[id(m)] for m in version if id(m) in known] for version in versions]


def _newest(walk: Walking, triple: Triple, spot: Spot, frame: Frame) -> str:
    return walk.placed(triple.ours or triple.theirs or triple.any, spot, frame)


def _texts(walk: Walking, triples: List[Triple], spot: Spot, frame: Frame) -> dict[int, str]:
    fixed = _together(walk.context, triples, spot)
    found: dict[int, str] = {}
    for triple in triples:
        path = walk.moves.path(triple.label) if spot.where.rule.tree else None
        below = spot.below(triple, path)
        if id(triple) in fixed:
            member = versions_of(triple)[fixed[id(triple)]]
            text = None if member is None else walk.placed(member, below, frame)
        elif walk.context.coarse and not spot.path.steps and _is_contested(triple):
            text = _coarse(walk, triple, below, frame)
        else:
            text = walk.marked(triple, below, frame)
        if text is not None:
            found[id(triple)] = text
    return found


def _coarse(walk: Walking, triple: Triple, spot: Spot, frame: Frame) -> str | None:
    """A member that both sides changed, as ours has it: what else was tried was not safe."""
    texts = Texts(*(None if m is None else text_of(m.side, m.node) for m in versions_of(triple)))
    reason = "both sides changed it, and nothing finer could be verified"
    answer = walk.context.clash(spot.path, texts, reason, sensitive=True)
    member = triple.ours or triple.theirs
    if isinstance(answer, Take):
        member = versions_of(triple)[side_of(answer)]
    return None if member is None else walk.placed(member, spot, frame)


def _is_contested(triple: Triple) -> bool:
    base, ours, theirs = (None if m is None else m.raw() for m in versions_of(triple))
    return ours != base and theirs not in (base, ours)


def _arranged(context: Context, order: Order, spot: Spot) -> tuple[Triple, ...]:
    base, ours, theirs = order
    line = arrange(base, ours, theirs)
    if line.clash and spot.where.rule.strict:
        texts = Texts(*(" ".join(str(t.step) for t in o if not t.is_note) for o in order))
        reason = "both sides changed the order, and not alike"
        answer = context.clash(spot.path.of("order"), texts, reason)
        if answer is Take.THEIRS:
            return arrange(base, theirs, ours).triples
        if answer is Take.BASE:
            return arrange(ours, base, theirs).triples
    elif line.took in ("ours", "theirs"):
        context.decide(spot.path.of("order"), line.took, f"{line.took} changed it")
    return line.triples


def _together(context: Context, triples: List[Triple], spot: Spot) -> dict[int, int]:
    """Which side's version to take of which members, where fields are decided on as one."""
    names = spot.where.rule.together
    group = [triple for triple in triples if triple.label in names]
    if not group:
        return {}
    base, ours, theirs = (
        [None if m is None else identity(m.side, m.node) for m in version]
        for version in zip(*(versions_of(triple) for triple in group), strict=True)
    )
    if ours in (base, theirs) or theirs == base:
        return {}
    texts = Texts(*(_group_text(group, number) for number in range(3)))
    sensitive = any(spot.where.below(str(triple.label)).rule.sensitive for triple in group)
    reason = "both sides changed what belongs together, and not alike"
    side = side_of(context.clash(spot.path, texts, reason, sensitive=sensitive))
    return {id(triple): side for triple in group}


def _group_text(group: List[Triple], number: int) -> str:
    found = [versions_of(triple)[number] for triple in group]
    return "\n".join(member.written().strip() for member in found if member is not None)
