"""A member of one side put where it belongs in the result, in the form that is kept there."""

from __future__ import annotations

from stui_workspace.document.nodes import Mapping, Sequence
from stui_workspace.merge.engine.columns import rest_shifted, shifted
from stui_workspace.merge.engine.context import UnmergeableError
from stui_workspace.merge.engine.frames import Frame
from stui_workspace.merge.engine.leaves import flow_text
from stui_workspace.merge.engine.members import Member
from stui_workspace.merge.engine.sides import are_at_odds
from stui_workspace.merge.engine.wording import worded
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A collection as the value of a member."""

    inline: str
    """What stands behind the key or dash: its properties, or all of it."""
    lines: str = ""
    column: int = 0
    compact: bool = False
    """Whether it begins on the line of the dash."""

    def joined(self, head: str, trail: str, below: str) -> str:
        """The whole member from its key or dash on."""
        if not self.lines:
            space = "" if self.inline[:1] in ("", " ", "\t", "\n") else " "
            return f"{head}{space}{self.inline}{trail}\n{below}"
        lines = self.lines.lstrip("\n") if self.compact else self.lines
        gap = self.column - len(head)
        if self.compact and gap > 0 and not self.inline and lines[self.column] not in "#\n":
            return f"{head}{' ' * gap}{lines[self.column :]}{below}"
        return f"{head}{self.inline}{trail}\n{lines}{below}"


def is_at_home(member: Member, frame: Frame) -> bool:
    """Whether a member's text needs no more than another column to look as the frame does."""
    return (
        member.side is frame.side
        or frame.node is None
        or not are_at_odds(member.side.manner(member.owner), frame.manner)
    )


def moved(member: Member, frame: Frame) -> str:
    """A member in the column of the frame, and otherwise as it is."""
    if member.slot is None:
        return as_line(member, frame)
    return shifted(member.raw(), frame.column - member.column)


def in_flow(member: Member) -> str:
    """A member as an element between brackets.

    Raises:
        UnmergeableError: It has comments, which have no place there.
    """
    if member.slot is None:
        return _element(member)
    if member.comment or "#" in member.trail or member.below:
        raise UnmergeableError
    value = flow_text(member)
    return f"{member.head} {value}" if member.key is not None else value


def nested(member: Member, by: int) -> Block:
    """The nested value of one side as it is, moved by some columns."""
    node = member.value
    if not isinstance(node, (Mapping, Sequence)):
        raise TypeError("only collections are nested")
    text, column = member.side.text, member.side.column(node)
    places = member.side.slots(node)
    begin = " " * column + text[node.body : places[-1].end]
    if not places[0].inline:
        begin = text[places[0].gap : places[-1].end]
    return Block(member.inline, shifted(begin, by), column + by, member.is_compact)


def note(member: Member, frame: Frame) -> str:
    """A section note as it is."""
    return shifted(member.raw(), frame.column - member.column)


def as_it_is(member: Member, frame: Frame) -> Block:
    """The value of one side, whatever the others did."""
    by = frame.column - member.column if member.slot is not None else 0
    return nested(member, by) if member.is_nested else Block(rest_shifted(member.inline, by))


def as_line(member: Member, frame: Frame) -> str:
    """An element of a flow collection as a line of a block."""
    head = member.head if member.key is not None else "-"
    _element(member)
    text = member.side.text[member.value.start : member.value.end]
    return f"{' ' * frame.column}{head}{' ' if text else ''}{text}\n"


def written(member: Member, text: str, frame: Frame) -> str:
    """A member with the value that a person wrote for it."""
    value = worded(text, frame.column, flow=frame.flow)
    if frame.flow:
        return f"{member.head}{value}" if member.key is not None else value.strip()
    return f"{' ' * frame.column}{member.head or '-'}{value}\n"


def _element(member: Member) -> str:
    text = member.side.text[member.start : member.end]
    if "\n" in text and member.side.comments_within(member.start, member.end):
        raise UnmergeableError
    return text


def check_properties(member: Member) -> None:
    """Nothing, where anchor and tag stand on the line that announces a nested value.

    Raises:
        UnmergeableError: They stand below it, and nothing here can join that.
    """
    announced = member.side.text[member.announced : max(member.announced, member.properties_end)]
    if member.is_nested and "\n" in announced:
        raise UnmergeableError
