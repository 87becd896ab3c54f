"""Edits to a text that leave every other character alone."""

from __future__ import annotations

from collections.abc import Iterable

from stui_workspace.model.diagnostics import Span
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text in `span` by `text`; an empty span inserts."""

    span: Span
    text: str = ""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all the `edits` made at once.

    Spans refer to `text` as given. Insertions at one place stand in the order given.

    Raises:
        ValueError: Two edits overlap, or one ends past the text.
    """
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < position:
            raise ValueError(f"{edit.span} overlaps the edit before it")
        if edit.span.end > len(text):
            raise ValueError(f"{edit.span} ends past the text ({len(text)})")
        pieces += text[position : edit.span.start], edit.text
        position = edit.span.end
    return "".join((*pieces, text[position:]))


def insertion(place: int, text: str) -> Edit:
    """The edit that puts `text` at `place`."""
    return Edit(Span(place, place), text)


def removal(start: int, end: int) -> Edit:
    """The edit that takes `[start, end)` out."""
    return Edit(Span(start, end))
