"""Problems of the files as text to show: the first one for the banner, all for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from stui_workspace.model.diagnostics import Diagnostic, FileProblems, Severity, position_at
from stui_workspace.model.printable import printable_line
from stui_workspace.tui.scrollback import Row


def counted(problems: Sequence[FileProblems]) -> int:
    """How many diagnostics there are in all the files."""
    return sum(len(each.diagnostics) for each in problems)


def first_finding(problems: Sequence[FileProblems], root: Path) -> tuple[str, str, str] | None:
    """Where the first problem is, what it is, and what to do; None where there is none."""
    for each in problems:
        for found in each.diagnostics:
            return _place(each, found, root), printable_line(found.message), _hint(found)
    return None


def finding_rows(problems: Sequence[FileProblems], root: Path) -> Iterator[Row]:
    """Each problem as a block: what, where, the line itself, what to do."""
    for each in problems:
        for found in each.diagnostics:
            yield from _block(each, found, root)


def _block(each: FileProblems, found: Diagnostic, root: Path) -> Iterator[Row]:
    style = "bad" if found.severity is Severity.ERROR else "warn"
    mark = "✗" if found.severity is Severity.ERROR else "△"
    head = f"{mark} {found.severity}[{found.code}]  "
    yield Row(((head, style), (printable_line(found.message), "strong")), hang=4)
    yield Row(((f"  {_place(each, found, root)}", "muted"),), hang=2)
    if not found.conceal and each.text:
        line, column = position_at(each.text, found.span.start)
        source = each.text.split("\n")[line - 1].rstrip("\r").expandtabs(1)
        length = max(min(found.span.end - found.span.start, len(source) - column + 1), 1)
        shown = printable_line(source, 160)
        yield Row((("  │ ", "faint"), (shown, "code")), hang=4)
        if len(shown) == len(source):  # else the caret would point at another place
            yield Row((("  │ ", "faint"), (" " * (column - 1) + "^" * length, style)))
    if found.hint:
        yield Row((("  → ", "accent"), (printable_line(found.hint), "text")), hang=4)
    yield Row((("", "text"),))


def _place(each: FileProblems, found: Diagnostic, root: Path) -> str:
    line, column = position_at(each.text, found.span.start)
    shown = each.file.relative_to(root) if each.file.is_relative_to(root) else each.file
    return f"{printable_line(str(shown))}:{line}:{column}"


def _hint(found: Diagnostic) -> str:
    return printable_line(found.hint) if found.hint else ""
