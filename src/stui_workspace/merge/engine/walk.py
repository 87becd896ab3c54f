"""The walk down three documents at once: each member's aspects on their own, then its text."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document.nodes import Mapping, Sequence
from stui_workspace.merge.engine import aspects, leaves, placing
from stui_workspace.merge.engine.collections import Parts, parts_of
from stui_workspace.merge.engine.columns import rest_shifted
from stui_workspace.merge.engine.comparing import Edits
from stui_workspace.merge.engine.context import (
    Context,
    Nodes,
    Texts,
    UnmergeableError,
    side_of,
    text_of,
)
from stui_workspace.merge.engine.flows import flow_lines
from stui_workspace.merge.engine.forms import editor_of, form_of, is_changed, offset_of, properties
from stui_workspace.merge.engine.frames import (
    Frame,
    Spot,
    Versions,
    main_of,
    nodes_of,
    three_of,
    versions_of,
)
from stui_workspace.merge.engine.marks import Marks
from stui_workspace.merge.engine.matching import Triple
from stui_workspace.merge.engine.placing import Block
from stui_workspace.merge.engine.sides import Member
from stui_workspace.merge.engine.trees import Moves
from stui_workspace.merge.engine.wording import worded
from stui_workspace.merge.result import Choice, Take, Written

_BLOCK_HEADER: Final = re.compile(r"[ ]*(?:[&!][^\s]*[ ]+)*[|>][-+0-9]*[ \t]*(?:\n|\Z)")


class Walk:
    """One merge under way, and the moves in trees that it follows."""

    def __init__(self, context: Context, moves: Moves, marks: Marks | None = None) -> None:
        self.context = context
        self.moves = moves
        self.marks = marks
        self.emptied: set[int] = set()
        """The collections of which nothing is left."""
        self.keeping = False
        """Whether all around is kept in conflict, though one side deleted it."""

    def parts(self, nodes: Nodes, spot: Spot, frame: Frame) -> Parts:
        """The members of a merged collection, each with its text."""
        return parts_of(self, nodes, spot, frame)

    # ---- members --------------------------------------------------------------------------------

    def marked(self, triple: Triple, spot: Spot, frame: Frame) -> str | None:
        """The text of one member, between markers where it is in conflict and they are wanted."""
        if self.marks is None or frame.flow:
            return self.member(triple, spot, frame)
        before = len(self.context.conflicts)
        text = self.member(triple, spot, frame)
        new = self.context.conflicts[before:]
        due = [conflict for conflict in new if str(conflict.path) not in self.marks.done]
        if not due:
            return text
        versions = versions_of(triple)
        texts = [None if m is None else placing.moved(m, frame) for m in versions]
        return self.marks.around(due, texts)

    def member(self, triple: Triple, spot: Spot, frame: Frame) -> str | None:
        """The text of one member in `frame`; None where it is gone."""
        if triple.is_note:
            if self.keeping:
                return placing.note(triple.any, frame)
            return aspects.note(self.context, triple, spot, frame)
        if triple.ours is not None and triple.theirs is not None:
            return self._shared(versions_of(triple), spot, frame)
        present = triple.ours or triple.theirs
        return None if present is None else self._one_sided(triple, present, spot, frame)

    def _one_sided(self, triple: Triple, present: Member, spot: Spot, frame: Frame) -> str | None:
        """A member that one side does not have: added, deleted, or in conflict."""
        if triple.base is not None:
            return self._half_gone(triple, triple.base, spot, frame)
        if spot.where.rule.tree and self.moves.is_active:
            text = self._composed(versions_of(triple), spot, frame)
            return None if id(present.node) in self.emptied else text
        name = "ours" if present is triple.ours else "theirs"
        self.context.decide(spot.path, name, f"only {name} added it")
        return self.placed(present, spot, frame)

    def _half_gone(self, triple: Triple, base: Member, spot: Spot, frame: Frame) -> str | None:
        """A member that one side deleted: gone, or kept in conflict where the other edited it."""
        present = main_of(versions_of(triple))
        name, other = ("ours", "theirs") if present is triple.ours else ("theirs", "ours")
        if self.keeping:
            return self.placed(present, spot, frame)
        needed = id(base.node) in self.context.kept
        edits = Edits(self.moves)
        if not needed and not edits.are_in(base, present, spot.where):
            self.context.deleted(spot.path, base.raw())
            self.context.decide(spot.path, other, f"only {other} changed it: deleted")
            return None
        reason = f"{other} deleted it, {name} {'refers to it' if needed else 'changed it'}"
        texts = Texts(
            *(None if m is None else text_of(m.side, m.node) for m in versions_of(triple))
        )
        answer = self.context.clash(spot.path, texts, reason, sensitive=spot.is_sensitive)
        if isinstance(answer, Written):
            return placing.written(present, answer.text, frame)
        kept = {Take.OURS: triple.ours, Take.THEIRS: triple.theirs, Take.BASE: base}
        member = kept.get(answer, present) if isinstance(answer, Take) else present
        return None if member is None else self._kept(member, spot, frame)

    def _kept(self, member: Member, spot: Spot, frame: Frame) -> str:
        """A member that one side deleted, with all in it."""
        self.keeping = True
        try:
            return self.placed(member, spot, frame)
        finally:
            self.keeping = False

    def _shared(self, versions: Versions, spot: Spot, frame: Frame) -> str:
        """A member that both sides have: as it is where its very text decides, else composed."""
        if frame.flow or self.moves.concern(spot.where) or any(m and not m.slot for m in versions):
            return self._composed(versions, spot, frame)
        before, ours, theirs = (None if member is None else member.raw() for member in versions)
        took = None
        if ours == theirs:
            took = "both"
        elif not self.context.kept and ours == before:
            took = "theirs"
        elif not self.context.kept and theirs == before:
            took = "ours"
        if took is None:
            return self._composed(versions, spot, frame)
        if took != "both" or ours != before:
            why = "both made the same change" if took == "both" else f"only {took} changed it"
            self.context.decide(spot.path, took, why)
        member = versions[2] if took == "theirs" else versions[1]
        return self.placed(member or main_of(versions), spot, frame)

    def placed(self, member: Member, spot: Spot, frame: Frame) -> str:
        """The text of a member of one side in the frame of a collection."""
        if frame.flow:
            return placing.in_flow(member)
        if member.slot is None:
            return placing.as_line(member, frame)
        concerned = self.moves.concern(spot.where)
        if member.side is self.context.base:
            return placing.moved(member, frame)
        if not concerned and placing.is_at_home(member, frame):
            return placing.moved(member, frame)
        is_theirs = member.side is self.context.theirs
        alone: Versions = (None, None, member) if is_theirs else (None, member, None)
        mark = self.context.mark()
        text = self._composed(alone, spot, frame)
        if not concerned:
            self.context.fall_back(mark)
        return text

    # ---- one member from its aspects ------------------------------------------------------------

    def _composed(self, versions: Versions, spot: Spot, frame: Frame) -> str:
        if frame.flow:
            return self._flow_member(versions, spot)
        mark = self.context.mark()
        try:
            return self._put_together(versions, spot, frame)
        except UnmergeableError:
            self.context.fall_back(mark)
        if versions[1] is None or versions[2] is None:
            return placing.moved(main_of(versions), frame)
        answer = self._unjoinable(versions, spot)
        if isinstance(answer, Written):
            return placing.written(main_of(versions), answer.text, frame)
        return placing.moved(versions[side_of(answer)] or main_of(versions), frame)

    def _put_together(self, versions: Versions, spot: Spot, frame: Frame) -> str:
        main = main_of(versions)
        by = frame.column - main.column if main.slot is not None else 0
        lead = aspects.lead(self.context, versions, spot, frame)
        head = " " * frame.column + rest_shifted(three_of(versions, "head") or "-", by)
        trail = aspects.trail(self.context, versions, spot)
        block = self._block(versions, spot, frame)
        if block is None:
            block = self._whole(versions, spot, by)
            if _is_block_scalar(block.inline):
                header, _, rest = block.inline.partition("\n")
                header = header.rstrip() if trail else header
                block, trail = Block(f"{header}{trail}\n{rest}"), ""
        columns = (frame.column, block.column if block.lines else None)
        below = aspects.below(self.context, versions, spot, columns)
        return lead + block.joined(head, trail, below)

    def _whole(self, versions: Versions, spot: Spot, by: int) -> Block:
        """A value decided on as one, from behind the key or dash on."""
        main = main_of(versions)
        if versions[1] is None or versions[2] is None:
            return (
                placing.nested(main, by) if main.is_nested else Block(rest_shifted(main.inline, by))
            )
        picked = leaves.pick(self.context, versions, spot)
        source = versions[picked.side] or main
        if picked.is_as_is and source.is_nested:
            return placing.nested(source, by + main.column - source.column)
        return Block(leaves.inline_text(picked, versions, by))

    def _flow_member(self, versions: Versions, spot: Spot) -> str:
        for version in versions[1:]:
            if version is not None and version.slot is not None:
                placing.in_flow(version)  # refuses what has comments
        value = self._flow_value(versions, spot)
        if main_of(versions).key is None:
            return value.lstrip(" ")
        return three_of(versions, "head") + (value if value[:1].isspace() else f" {value}")

    def _flow_value(self, versions: Versions, spot: Spot) -> str:
        whole = self._untouched(versions, spot)
        if whole is not None and whole.slot is None:
            return whole.inline
        taken = form_of(self.context, versions, spot.where.rule)
        if taken is not None:
            return self._flow_in_flow(versions, spot, taken)
        if versions[1] is None or versions[2] is None:
            return " " + leaves.flow_text(main_of(versions))
        picked = leaves.pick(self.context, versions, spot)
        source = versions[picked.side] or main_of(versions)
        if picked.is_as_is and source.slot is not None:
            return " " + leaves.flow_text(source)
        return leaves.inline_text(picked, versions, 0)

    # ---- collections ----------------------------------------------------------------------------

    def _block(self, versions: Versions, spot: Spot, frame: Frame) -> Block | None:
        """A value merged member by member; None where it is decided on as one."""
        whole = self._untouched(versions, spot)
        if whole is not None:
            return placing.as_it_is(whole, frame)
        taken = form_of(self.context, versions, spot.where.rule)
        node = taken.node if taken is not None else None
        if taken is None or not isinstance(node, (Mapping, Sequence)):
            return None
        if node.flow or taken.slot is None:
            return self._flow_block(versions, spot, taken, frame)
        for member in versions:
            if member is not None and member.is_nested:
                placing.check_properties(member)
        offset = offset_of(versions, taken, frame)
        inner = Frame(taken.side, node, frame.column + offset)
        parts = self.parts(nodes_of(versions), spot, inner)
        inline = properties(versions, taken)
        if not parts.line:
            self.emptied.update(id(node) for node in nodes_of(versions))
            return Block(f"{inline} {'{}' if isinstance(node, Mapping) else '[]'}")
        restyled = taken.key is None and offset > 1 and taken.side is not frame.side
        return Block(inline, parts.text, inner.column, taken.is_compact or restyled)

    def _untouched(self, versions: Versions, spot: Spot) -> Member | None:
        """The side whose flow collection is the result as it is: the other left it alone."""
        base, ours, theirs = versions
        if (
            base is None
            or ours is None
            or theirs is None
            or any(m.is_nested for m in versions if m)
        ):
            return None
        if isinstance(base.node, (Mapping, Sequence)) and not self.moves.concern(spot.where):
            remarked = any(member.remarks() for member in (base, ours, theirs))
            for number, other in ((1, theirs), (2, ours)):
                member = ours if number == 1 else theirs
                if member.inline == base.inline:
                    return other
                if remarked and not is_changed(self.context, versions, number):
                    return other
        return None

    def _flow_block(self, versions: Versions, spot: Spot, taken: Member, frame: Frame) -> Block:
        """A flow collection as the value of a member of a block."""
        mark = self.context.mark()
        try:
            text = leaves.separator(taken) + self._flow(versions, spot, taken)
        except UnmergeableError:
            self.context.fall_back(mark)
        else:
            by = frame.column - taken.column if taken.slot is not None else 0
            return Block(rest_shifted(text, by))
        only = editor_of(self.context, versions)
        if only is not None:  # the form that the other chose cannot hold it, and gives way
            return placing.as_it_is(only, frame)
        answer = self._unjoinable(versions, spot)
        if isinstance(answer, Written):
            return Block(worded(answer.text, frame.column, flow=False))
        return placing.as_it_is(versions[side_of(answer)] or main_of(versions), frame)

    def _flow_in_flow(self, versions: Versions, spot: Spot, taken: Member) -> str:
        """A flow collection inside another, its separator included."""
        mark = self.context.mark()
        try:
            return leaves.separator(taken) + self._flow(versions, spot, taken)
        except UnmergeableError:
            self.context.fall_back(mark)
        only = editor_of(self.context, versions)
        if only is not None:
            return " " + leaves.flow_text(only)
        answer = self._unjoinable(versions, spot)
        if isinstance(answer, Written):
            return worded(answer.text, 0, flow=True)
        return " " + leaves.flow_text(versions[side_of(answer)] or main_of(versions))

    def _flow(self, versions: Versions, spot: Spot, taken: Member) -> str:
        node = taken.value
        if not isinstance(node, (Mapping, Sequence)):
            raise TypeError("only collections are joined")
        parts = self.parts(nodes_of(versions), spot, Frame(taken.side, node, 0, flow=True))
        if not parts.line:
            self.emptied.update(id(node) for node in nodes_of(versions))
        return flow_lines(taken.side, node, parts)

    def _unjoinable(self, versions: Versions, spot: Spot) -> Choice | None:
        texts = Texts(*(None if m is None else text_of(m.side, m.node) for m in versions))
        reason = "both sides changed it, and its form allows no joining"
        return self.context.clash(spot.path, texts, reason, sensitive=spot.is_sensitive)


def _is_block_scalar(inline: str) -> bool:
    """Whether a value is a literal or folded text, its properties before it."""
    return _BLOCK_HEADER.match(inline) is not None
