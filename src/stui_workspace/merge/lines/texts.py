"""The three-way merge of a text by its lines, all or nothing."""

from __future__ import annotations

import re

from stui_workspace.merge.lines.diff3 import Agreed, merge_lines

_LINE_END = re.compile(r"\r?\n")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def lines_of(text: str) -> list[str]:
    r"""The lines of a text with their ends, as git counts lines: only `\n` ends one.

    >>> lines_of("a\r\n\nb")
    ['a\r\n', '\n', 'b']
    """
    return _LINES.findall(text)


def merge_text(base: str, ours: str, theirs: str) -> str | None:
    """Both sides' changes in one text; None where they clash.

    Whether the text ends with a line end is merged on its own: so dropping that does not clash
    with an edit of the last line.
    """
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    ending = _merged_ending(base, ours, theirs)
    regions = merge_lines(
        _whole_lines(base, ours, theirs),
        _whole_lines(ours, base, theirs),
        _whole_lines(theirs, base, ours),
    )
    if ending is None or not all(isinstance(region, Agreed) for region in regions):
        return None
    lines = [line for region in regions if isinstance(region, Agreed) for line in region.lines]
    if lines and not ending:
        lines[-1] = _LINE_END.sub("", lines[-1])
    return "".join(lines)


def _merged_ending(base: str, ours: str, theirs: str) -> bool | None:
    """Whether the merged text ends with a line end; None where the sides began it differently."""
    ending = ours.endswith("\n")
    if theirs.endswith("\n") == ending:
        return ending
    return not base.endswith("\n") if base else None


def _whole_lines(text: str, *others: str) -> list[str]:
    """The lines of a text, the last one with an end as well."""
    whole = not text or text.endswith("\n")
    return lines_of(text if whole else text + (_line_end(text) or _line_end(*others) or "\n"))


def _line_end(*texts: str) -> str:
    """How the first lines end: with CR LF only where no text says otherwise; empty if none says."""
    ends = [match.group() for match in map(_LINE_END.search, texts) if match]
    return min(ends, key=len, default="")
