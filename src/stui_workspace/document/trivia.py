"""Who owns the comments and blank lines of a block collection.

* The blank lines above an entry and the comment block that touches it from above are
  its own: they live, move and die with it.
* A comment block with a blank line behind it is a section note: nobody's.
* Comment lines below an entry that stand deeper than the entry are the entry's too:
  they belong to something inside it, or go on from its end-of-line comment.
* Other comment lines below the last entry are the collection's tail, and stay last.
* Editor modelines and the like at the top of the file are the file's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stui_workspace.document.nodes import Collection, Mapping
from stui_workspace.document.scan import skip_blank
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.records import dataclass

_LINE: Final = re.compile(r"([ \t]*)(#[^\r\n]*)?(\r?\n|\Z)")
_END_COMMENT: Final = re.compile(r"[ \t]*(#[^\r\n]*)")
_MODELINE: Final = re.compile(
    r"#!|#[ \t]*(?:yaml-language-server:|-\*-|\$schema|(?:.*[ \t])?(?:vim?|ex):)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without content: blank, or a comment and nothing else."""

    start: int
    end: int
    """Behind the line break."""
    column: int | None
    """Where the comment begins; None for a blank line."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one entry of a block collection, with all that is its own."""

    gap: int
    """The start of the lines above it that are not inside the entry before: section notes first."""
    own: int
    """The start of its blank lines and leading comment; its `head` where it is inline."""
    lead: int
    """The start of its leading comment, or of its first line."""
    head: int
    """Its first token: dash, `?` or key."""
    content_end: int
    stop: int
    """The end of its last line with content, end-of-line comment included."""
    end: int
    """The start of the first line that is no longer its own."""
    inline: bool
    """Whether something else begins its first line, as the dash in `- a: 1`."""
    noted: bool
    """Whether a section note, or the file's header, stands right above `own`."""


def column_of(text: str, position: int) -> int:
    """How many code points stand before `position` on its line."""
    return position - line_start(text, position)


def line_start(text: str, position: int) -> int:
    """Where the line of `position` begins."""
    return text.rfind("\n", 0, position) + 1


def line_stop(text: str, position: int) -> int:
    """Where the line of `position` ends, before the line break."""
    end = text.find("\n", position)
    if end < 0:
        return len(text)
    return end - 1 if end > position and text[end - 1] == "\r" else end


def next_line(text: str, position: int) -> int:
    """Where the line after that of `position` begins; the end of the text if none does."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end + 1


def lines_from(text: str, position: int, limit: int | None = None) -> Iterator[Line]:
    """The lines from `position` on, up to the first with content or to `limit`."""
    stop = len(text) if limit is None else limit
    while position < stop:
        match = _LINE.match(text, position)
        if match is None:
            return
        column = len(match[1]) if match[2] else None
        yield Line(position, match.end(), column)
        position = match.end()


def lines_above(text: str, position: int) -> list[Line]:
    """The lines without content right above the line at `position`, from the top."""
    found: list[Line] = []
    while position > 0:
        start = line_start(text, position - 1)
        match = _LINE.match(text, start)
        if match is None or match.end() != position:
            break
        found.append(Line(start, position, len(match[1]) if match[2] else None))
        position = start
    return found[::-1]


def slots(text: str, collection: Collection) -> tuple[Slot, ...]:
    """The slots of a block collection, in order."""
    if isinstance(collection, Mapping):
        ends = [entry.end for entry in collection.entries]
    else:
        ends = [item.end for item in collection.items]
    found: list[Slot] = []
    head = collection.body
    column = column_of(text, head)
    for number, end in enumerate(ends):
        following = skip_blank(text, end) if number + 1 < len(ends) else None
        limit = None if following is None else line_start(text, following)
        found.append(_slot(text, head, end, column, (found[-1].end if found else None, limit)))
        head = following or 0
    return tuple(found)


def _slot(
    text: str, head: int, content_end: int, column: int, bounds: tuple[int | None, int | None]
) -> Slot:
    above, limit = bounds
    first = line_start(text, head)
    after = next_line(text, content_end)
    end = territory_end(text, after, column, limit)
    stop = line_stop(text, content_end)
    if text[first:head].strip():
        return Slot(head, head, head, head, content_end, stop, end, inline=True, noted=False)
    lines = lines_above(text, first) if above is None else list(lines_from(text, above, first))
    own, lead, noted = _ownership(text, lines, first)
    gap = lines[0].start if lines else first
    return Slot(gap, own, lead, head, content_end, stop, end, inline=False, noted=noted)


def leading_comment(text: str, slot: Slot) -> Span:
    """The comment block that touches an entry from above, in whole lines; empty for none."""
    return Span(slot.lead, slot.lead if slot.inline else line_start(text, slot.head))


def section_notes(slot: Slot) -> Span:
    """The lines above an entry that are nobody's: comment blocks with a blank line behind."""
    return Span(slot.gap, slot.own)


def end_comment(text: str, slot: Slot) -> Span | None:
    """The end-of-line comment behind the content of an entry; None for none."""
    match = _END_COMMENT.match(text, slot.content_end, slot.stop)
    return None if match is None else Span(*match.span(1))


def head_comment(text: str, slot: Slot, announced: int) -> Span | None:
    """The comment behind the `:` or dash that ends at `announced`, above a block below it."""
    stop = line_stop(text, announced)
    match = _END_COMMENT.match(text, announced, stop) if announced < slot.content_end else None
    return None if match is None else Span(*match.span(1))


def tail(text: str, collection: Collection, outer: int) -> Span:
    """The comment lines that stay last in a block collection, blank lines between included.

    `outer` is the column of the collection around it, -1 for the root.
    """
    start = slots(text, collection)[-1].end
    end = territory_end(text, start, outer)
    return Span(start, end)


def territory_end(text: str, after: int, column: int, limit: int | None = None) -> int:
    """The end of the comment lines from `after` on that stand deeper than `column`."""
    end = after
    for line in lines_from(text, after, limit):
        if line.column is None:
            continue
        if line.column <= column:
            break
        end = line.end
    return end


def _ownership(text: str, lines: list[Line], first: int) -> tuple[int, int, bool]:
    lead = len(lines)
    while lead and lines[lead - 1].column is not None:
        lead -= 1
    if lines and lines[0].start == 0:
        for number in range(len(lines) - 1, lead - 1, -1):
            line = lines[number]
            if _MODELINE.match(text, line.start + (line.column or 0)):
                lead = number + 1
                break
    own = lead
    while own and lines[own - 1].column is None:
        own -= 1
    starts = [*(line.start for line in lines), first]
    return starts[own], starts[lead], own > 0
