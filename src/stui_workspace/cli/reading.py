"""Reading one file for a command: its document, or its problems shown and an error."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from stui_workspace.cli.finding import Target
from stui_workspace.document import Document, read
from stui_workspace.errors import NotFoundError, UnusableError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.values import Plain
from stui_workspace.runtime.editing import why_unreadable
from stui_workspace.storage.atomic import read_workspace


def document_of(target: Target) -> Document:
    """The document of a file; it need not be a valid workspace.

    Raises:
        UnusableError: It is not YAML that we read.
        DiskError: It cannot be read.
    """
    reading = read(read_workspace(target.path, target.root))
    if reading.document is None:
        found = why_unreadable(reading.content) or reading.diagnostics
        problems = FileProblems(target.path, reading.text, found)
        raise UnusableError((problems,), next_step=None)
    return reading.document


def value_at(plain: Plain, path: NodePath) -> Plain:
    """The value at a key path.

    Raises:
        NotFoundError: There is none; with the nearest key that there is.
    """
    for depth, step in enumerate(path):
        if isinstance(plain, Mapping) and step in plain:
            plain = plain[step]  # type: ignore[index]
        elif isinstance(plain, list) and isinstance(step, int) and step < len(plain):
            plain = plain[step]
        else:
            raise NotFoundError("key", format_key_path(path), _nearest(plain, path, depth))
    return plain


def _nearest(plain: Plain, path: NodePath, depth: int) -> str | None:
    step = path[depth]
    if isinstance(plain, Mapping) and isinstance(step, str):
        near = get_close_matches(step, list(plain), n=1)
        if near:
            return (
                f"did you mean `{format_key_path((*path[:depth], near[0], *path[depth + 1 :]))}`?"
            )
    if isinstance(plain, list):
        return f"`{format_key_path(path[:depth])}` has {len(plain)} items, counted from 0"
    return None
