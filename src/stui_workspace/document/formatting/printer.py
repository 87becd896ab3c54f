"""From the tree to the formatted lines. Every comment is met once, on the way through the text."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document.formatting.gaps import Gap, read_gap, words
from stui_workspace.document.formatting.inline import (
    WIDTH,
    body_text,
    can_be_block,
    colon,
    inline_text,
    is_one_line,
    key_text_of,
)
from stui_workspace.document.formatting.levels import Level, around, below, index_of, only
from stui_workspace.document.formatting.page import Page
from stui_workspace.document.formatting.scalars import STEP, block_lines, on_lines
from stui_workspace.document.nodes import Alias, Collection, Entry, Mapping, Node, Scalar, Sequence
from stui_workspace.document.scan import after_indicator, skip_blank
from stui_workspace.document.trivia import column_of

_BEHIND: Final = re.compile(r"[ \t]*,?[ \t]+(#[^\r\n]*)")
_BEHIND_HEADER: Final = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")
_OUTSIDE: Final = Level(-1, -STEP)
"""What the root stands in."""


class Printer:
    """One pass over one document."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._page = Page()
        self._moved: set[int] = set()
        """Where the comments start that were written before their turn."""

    def printed(self, root: Node | None, eol: str) -> str:
        """The whole document, formatted."""
        text = self._text
        if root is None:
            self._remarks(self._gap(0, len(text), fresh=True), only(0))
            return self._page.text(eol)
        gap = self._gap(0, root.start, fresh=True)
        self._remarks(gap, only(0))
        if not (gap.remarks and gap.remarks[-1].is_marker):
            self._page.start(0, blank=gap.blank)
        self._place(root, root.start, _OUTSIDE)
        levels = only(0)
        if isinstance(root, (Mapping, Sequence)) and not root.flow:
            levels = below(text, _OUTSIDE, root)[1:]
        self._remarks(self._gap(root.end, len(text)), levels)
        return self._page.text(eol)

    def _gap(self, start: int, end: int, *, fresh: bool = False) -> Gap:
        gap = read_gap(self._text, start, end, fresh=fresh)
        if not self._moved:
            return gap
        kept = tuple(one for one in gap.remarks if one.start not in self._moved)
        return Gap(kept, gap.blank)

    def _remarks(self, gap: Gap, levels: tuple[Level, ...]) -> None:
        """Write what stands in a gap; comments on their own lines by the levels that end there."""
        page = self._page
        index = len(levels)
        for one in gap.remarks:
            if one.is_marker:
                page.start(0, blank=one.blank)
                page.write(one.text)
            elif one.behind and page.takes_comment:
                page.remark(one.text, one.column)
            elif one.goes_on:
                page.go_on(one.text, one.column)
            else:
                index = min(index, index_of(one, levels))
                column = levels[index].column if index < len(levels) else levels[-1].inside
                page.start(column, blank=one.blank)
                page.write(one.text)

    def _place(self, node: Node, start: int, level: Level, *, compact: bool = False) -> None:
        """Write a value behind what announces it.

        Args:
            node: The value.
            start: Where in the text the `:`, `-` or `?` ends.
            level: The collection around it.
            compact: Whether a block may begin on the same line.
        """
        if isinstance(node, Scalar) and node.start == node.end:
            return
        inside = level.column + STEP
        position = start
        opened = self._opened(node, inside if self._gap(start, node.start).remarks else None)
        properties = (
            [] if isinstance(node, Alias) else list(words(self._text, node.start, node.body))
        )
        for word, begin, end in properties:
            self._go_to(self._gap(position, begin), inside)
            self._page.write(word)
            position = end
        if opened is None:
            self._go_to(self._gap(position, node.body), inside)
            self._leaf(node, level)
            return
        gap = self._gap(position, _first_place(opened))
        is_compact = compact and not properties and not gap.remarks
        is_pulled = not any(one.behind for one in gap.remarks) and self._pull_up(opened)
        if is_pulled or not is_compact:
            self._remarks(gap, only(inside))
            self._page.start(inside, blank=gap.blank)
        else:
            self._page.space()
        self._block(opened, inside)

    def _go_to(self, gap: Gap, inside: int) -> None:
        """Be where the next word can be written: behind a blank, or below the comments."""
        if gap.remarks:
            self._remarks(gap, only(inside))
            self._page.start(inside, blank=gap.blank)
        else:
            self._page.space()

    def _opened(self, node: Node, column: int | None) -> Collection | None:
        """The node, if it is written as a block.

        `column` is where it would begin otherwise; None for on the last line.
        """
        if not isinstance(node, (Mapping, Sequence)):
            return None
        if not node.flow or (isinstance(node, Mapping) and node.single_pair):
            return node
        if not can_be_block(self._text, node):
            return None
        begin = self._page.width + 1 if column is None else column
        fits = is_one_line(self._text, node) and (
            begin + len(inline_text(self._text, node)) <= WIDTH
        )
        return None if fits else node

    def _pull_up(self, node: Collection) -> bool:
        """Put the comment behind a closing bracket that goes away behind what announces it."""
        match = _BEHIND.match(self._text, node.end) if node.flow else None
        if match is None or not self._page.takes_comment:
            return False
        self._page.remark(match[1].rstrip(), column_of(self._text, match.start(1)))
        self._moved.add(match.start(1))
        return True

    def _leaf(self, node: Node, level: Level) -> None:
        """Write a node that is no block: the first line of it on the last line of the page."""
        text, page = self._text, self._page
        inside = level.column + STEP
        if isinstance(node, Scalar) and node.style in ("literal", "folded"):
            header, lines = block_lines(text, node, level.source, inside)
            page.write(header)
            behind = _BEHIND_HEADER.match(text, node.body, node.end)
            if behind is not None:
                page.remark(behind[1].rstrip(), column_of(text, behind.start(1)))
        elif is_one_line(text, node):
            page.write(body_text(text, node))
            return
        else:
            first, *lines = on_lines(text[node.body : node.end], inside)
            page.write(first)
        for line in lines:
            page.exact(line)

    def _block(self, node: Collection, column: int) -> None:
        """Write the entries of a collection, the first on the last line of the page."""
        level = around(self._text, node, column)
        position, last = _first_place(node), None
        children = node.items if isinstance(node, Sequence) else node.entries
        for child in children:
            head = child.start if node.flow else skip_blank(self._text, position)
            if last is not None:
                gap = self._gap(position, head)
                self._remarks(gap, below(self._text, level, last))
                self._page.start(column, blank=gap.blank)
            last = self._entry(child, head, level) if isinstance(child, Entry) else child
            if not isinstance(child, Entry):
                self._page.write("-")
                self._place(child, head if node.flow else head + 1, level, compact=True)
            position = child.end
        if node.flow and position < node.end:
            self._remarks(self._gap(position, node.end), only(column))

    def _entry(self, entry: Entry, head: int, level: Level) -> Node:
        """Write a key and its value; the one that ends the entry comes back."""
        text, page = self._text, self._page
        behind = after_indicator(text, entry.key.end, ":")
        is_marked = head < entry.key.start and text[head] == "?"
        if not is_marked:
            page.write(key_text_of(text, entry.key) + colon(entry.key))
            self._place(entry.value, behind or entry.key.end, level)
            return entry.value
        page.write("?")
        self._place(entry.key, head + 1, level, compact=True)
        if behind is None or entry.value.start == entry.key.end:
            return entry.key
        gap = self._gap(entry.key.end, behind - 1)
        self._remarks(gap, below(text, level, entry.key))
        page.start(level.column, blank=gap.blank)
        page.write(":")
        self._place(entry.value, behind, level, compact=True)
        return entry.value


def _first_place(node: Collection) -> int:
    """Where the first entry begins, with its dash or `?` in a block."""
    if not node.flow:
        return node.body
    return (node.items if isinstance(node, Sequence) else node.entries)[0].start
