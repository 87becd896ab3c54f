"""The merge by lines, for when there is nothing better: what git itself would do."""

from __future__ import annotations

from stui_workspace.gitdriver.outcome import Outcome, Sides
from stui_workspace.gitdriver.request import Names
from stui_workspace.merge.lines import (
    Agreed,
    Clash,
    Labels,
    lines_of,
    marked,
    merge_lines,
)

_ERRORS = "surrogateescape"
"""Bytes that are no text go through as they are."""


def by_lines(sides: Sides, names: Names, size: int) -> Outcome:
    """Both sides' changes line by line, with conflict markers of that size where they meet.

    Of what is no text our side is kept as it is, as git does, and that is no clean merge.
    """
    if not sides.is_text:
        return Outcome(sides.ours, is_clean=False)
    regions = merge_lines(*(_lines(side) for side in sides))
    is_clean = all(isinstance(region, Agreed) for region in regions)
    return Outcome(_encoded(marked(regions, labels_of(names), size=size)), is_clean)


def in_one_conflict(sides: Sides, names: Names, size: int) -> bytes:
    """All of the three sides in one conflict, for what cannot be told apart by lines."""
    if not sides.is_text:
        return sides.ours
    clash = Clash(*(_lines(side) for side in sides))
    return _encoded(marked((clash,), labels_of(names), size=size))


def has_markers(content: bytes, size: int) -> bool:
    """Whether a conflict with markers of that size begins in some line."""
    start = b"<" * size
    return content.startswith(start) or b"\n" + start in content


def without_markers(base: bytes) -> bytes:
    """A base in which git left conflict markers, as it was before both sides changed it.

    That is what git hands over for the base of a criss-cross merge, unless `recursive = binary`
    is set. Anything else comes back as it is.
    """
    if not has_markers(base, len("<<<<<<<")) or b"\0" in base:
        return base
    from stui_workspace.merge.lines import unmarked  # seldom needed, and every start counts

    found = unmarked(_text(base))
    return base if found is None else _encoded(found.base)


def labels_of(names: Names) -> Labels:
    """The names of the sides as markers take them."""
    return Labels(ours=names.ours, base=names.base, theirs=names.theirs)


def _text(content: bytes) -> str:
    return content.decode("utf-8", _ERRORS)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", _ERRORS)


def _lines(content: bytes) -> tuple[str, ...]:
    return tuple(lines_of(_text(content)))
