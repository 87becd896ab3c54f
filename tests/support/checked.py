"""Checking texts as the program does: read, then checked, with the places of a real document."""

from __future__ import annotations

from stui_workspace.document import parse
from stui_workspace.model.diagnostics import Diagnostic, position_at
from stui_workspace.schema import FileKind, check

HEAD = "stui: 1\nname: x\n"
"""The two lines that every workspace begins with."""


def checked(
    text: str, kind: FileKind = FileKind.WORKSPACE, *, strict: bool = False, base: str | None = None
) -> tuple[Diagnostic, ...]:
    """The diagnostics of a text; `base` is the workspace file under an overlay."""
    document = parse(text.encode())
    under = None if base is None else parse(base.encode()).plain()
    return check(document.plain(), document, kind, strict=strict, base=under)


def spots(
    text: str, kind: FileKind = FileKind.WORKSPACE, *, strict: bool = False, base: str | None = None
) -> list[str]:
    """What a reader sees of each diagnostic: `S104 2:1 nam`; the last is what is underlined."""
    lines = []
    for one in checked(text, kind, strict=strict, base=base):
        line, column = position_at(text, one.span.start)
        lines.append(f"{one.code} {line}:{column} {text[one.span.start : one.span.end]}".rstrip())
    return lines


def said(text: str, kind: FileKind = FileKind.WORKSPACE) -> list[tuple[str, str | None]]:
    """The message and the hint of each diagnostic."""
    return [(one.message, one.hint) for one in checked(text, kind)]
