"""Inputs on one line, so that what was sought in them is in view."""

from __future__ import annotations

from itertools import groupby

from stui_workspace.model.printable import printable_line


def in_view(code: str, marks: frozenset[int], room: int) -> list[tuple[str, bool]]:
    """The input on one line, safe to show, as pieces of which those that are marked were sought.

    Args:
        code: The input.
        marks: The places in it of what was sought.
        room: Characters that there are; what does not fit begins or ends in `…`.
    """
    end = len(code.rstrip())
    start = len(code) - len(code.lstrip())
    if marks and max(marks) - start >= room - 1:
        start = max(min(min(marks) - room // 4, end - room + 2), start)
    is_cut = start > 0 and bool(code[:start].strip())
    pieces: list[tuple[str, bool]] = [("…", False)] if is_cut else []
    left = room - is_cut
    shown = range(start, min(end, start + left + 1))
    for is_marked, places in groupby(shown, lambda at: at in marks):
        text = printable_line("".join(code[at] for at in places), left + 2)
        if len(text) > left or (len(text) == left and shown.stop < end):
            return [*pieces, (text[: max(left - 1, 0)], is_marked), ("…", False)]
        pieces.append((text, is_marked))
        left -= len(text)
    return pieces


def lines_in_view(code: str, marks: frozenset[int], most: int) -> list[list[tuple[str, bool]]]:
    """The lines of the input, at most so many, each as `in_view` has its one."""
    lines = []
    at = 0
    for line in code.rstrip().split("\n")[:most]:
        places = range(at, at + min(len(line), _WIDEST))
        groups = groupby(places, lambda place: place in marks)
        lines.append(
            [
                (printable_line("".join(code[place] for place in part).expandtabs(4), _WIDEST), one)
                for one, part in groups
            ]
        )
        at += len(line) + 1
    return lines


_WIDEST = 2000
"""So many characters of a line are shown."""
