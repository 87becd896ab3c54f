"""Wishes made true in a document, as edits that leave everything else as it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stui_workspace.document import Document, set_value
from stui_workspace.errors import UsageError
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.values import ABSENT, Absent, Plain, same
from stui_workspace.runtime.promoting.arrangements import without_buffer, written
from stui_workspace.runtime.promoting.scene import HunkKind, Wish

_ORDER = ("connections", "buffers", "layout", "preferences")


def applied(document: Document, wishes: Iterable[Wish]) -> Document:
    """The document with all the wishes for the workspace file true in it.

    What a wish refers to and is not there is left out of it: a connection that nobody has taken
    over, a pad in a layout.

    Raises:
        EditError: One of them cannot be had without touching anything else.
        UsageError: The file says something else now at one of the places.
    """
    picked = sorted(
        (one for one in wishes if one.file is None), key=lambda one: _ORDER.index(str(one.path[0]))
    )
    for wish in picked:
        _refuse_moved(document, wish)
    for wish in picked:
        document = _with(document, wish)
    return document


def _with(document: Document, wish: Wish) -> Document:
    path, value = wish.path, wish.value
    if path[0] == "layout":
        return written(document, str(path[1]), value, _names(document, "buffers"))
    if wish.kind is HunkKind.REMOVE:
        return without_buffer(document, str(path[1]))
    known = _names(document, "connections")
    if path[0] == "buffers" and path[-1] == "connection":
        return set_value(document, path, value) if value in known else document
    if path[0] == "buffers" and isinstance(value, Mapping):
        value = {k: v for k, v in value.items() if k != "connection" or v in known}
    section = path[:1]
    if document.node(section) is None or document.plain(section) is None:
        return set_value(document, section, _nested(path[1:], value))
    return set_value(document, path, value)


def _nested(steps: Sequence[str | int], value: Plain) -> Plain:
    for step in reversed(steps):
        value = {str(step): value}
    return value


def _names(document: Document, section: str) -> set[str]:
    said = document.plain((section,)) if document.node((section,)) is not None else None
    return set(said) if isinstance(said, Mapping) else set()


def _refuse_moved(document: Document, wish: Wish) -> None:
    if not same(_now(document, wish.path), wish.before):
        raise UsageError(
            f"the file says something else at `{format_key_path(wish.path)}` since you looked",
            "look at the hunks again",
        )


def _now(document: Document, path: NodePath) -> Plain | Absent:
    return document.plain(path) if document.node(path) is not None else ABSENT
