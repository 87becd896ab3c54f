"""The walk down three documents at once: each member's aspects on their own, then its text."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document.nodes import Mapping, Sequence
from stui_workspace.merge.engine import aspects, brackets, leaves, placing
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
from stui_workspace.merge.engine.forms import form_of, offset_of, properties
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
from stui_workspace.merge.engine.members import Member
from stui_workspace.merge.engine.picking import pick
from stui_workspace.merge.engine.placing import Block
from stui_workspace.merge.engine.trees import Moves
from stui_workspace.merge.result import Take, Written

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

    def _composed(self, versions: Versions, spot: Spot, frame: Frame) -> str:
        if frame.flow:
            return brackets.element(self, versions, spot)
        mark = self.context.mark()
        try:
            return self._put_together(versions, spot, frame)
        except UnmergeableError:
            self.context.fall_back(mark)
        if versions[1] is None or versions[2] is None:
            return placing.moved(main_of(versions), frame)
        answer = brackets.unjoinable(self.context, versions, spot)
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
        picked = pick(self.context, versions, spot)
        source = versions[picked.side] or main
        if picked.is_as_is and source.is_nested:
            return placing.nested(source, by + main.column - source.column)
        return Block(leaves.inline_text(picked, versions, by))

    def _block(self, versions: Versions, spot: Spot, frame: Frame) -> Block | None:
        """A value merged member by member; None where it is decided on as one."""
        whole = brackets.untouched(self, versions, spot)
        if whole is not None:
            return placing.as_it_is(whole, frame)
        taken = form_of(self.context, versions, spot.where.rule)
        if taken is None:
            return None
        if taken.is_nested:
            return self._nested(versions, spot, taken, frame)
        return brackets.joined(self, versions, spot, (taken, frame)) or self._spread(
            versions, spot, frame
        )

    def _spread(self, versions: Versions, spot: Spot, frame: Frame) -> Block:
        """What cannot stand between brackets: as a block, where a side has it so."""
        block = next((m for m in versions[1:] if m is not None and m.is_nested), None)
        mark = self.context.mark()
        try:
            if block is not None:
                return self._nested(versions, spot, block, frame)
        except UnmergeableError:
            self.context.fall_back(mark)
        return brackets.unjoined(self.context, versions, spot, frame)

    def _nested(self, versions: Versions, spot: Spot, taken: Member, frame: Frame) -> Block:
        """A block of members, in the form of one side."""
        node = taken.value
        if not isinstance(node, (Mapping, Sequence)):
            raise TypeError("only collections are nested")
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


def _is_block_scalar(inline: str) -> bool:
    """Whether a value is a literal or folded text, its properties before it."""
    return _BLOCK_HEADER.match(inline) is not None
