"""Following a migration plan with edits of the text, so that every comment stays."""

from __future__ import annotations

from stui_workspace.document import Document, delete, rename_key, set_value
from stui_workspace.errors import EditError
from stui_workspace.model.values import same
from stui_workspace.schema import Delete, Rename, SetValue, Step, migrated


def follow(document: Document, steps: tuple[Step, ...]) -> Document:
    """The document after the steps.

    Raises:
        EditError: A step cannot be taken as meant, or the text does not say what was planned.
    """
    before = document.plain()
    for step in steps:
        document = _taken(document, step)
    planned = migrated(before, steps) if isinstance(before, dict) else before
    if not same(document.plain(), planned):
        raise EditError("the migrated text does not say what was planned; nothing was changed")
    return document


def _taken(document: Document, step: Step) -> Document:
    match step:
        case Rename(path, to):
            return rename_key(document, path, to)
        case SetValue(path, value, _):
            return set_value(document, path, value)
        case Delete(path):
            return delete(document, path)
