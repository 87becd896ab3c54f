"""Several values of a document replaced at once, and read back at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from stui_workspace.document import intent
from stui_workspace.document.document import Document
from stui_workspace.document.edits import ended
from stui_workspace.document.manner import Manner
from stui_workspace.document.place import Plan, place_of, refuse_dangling
from stui_workspace.document.replace import replace_value
from stui_workspace.document.splice import Edit
from stui_workspace.document.verify import apply_verified
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain


def replace_each(
    document: Document, values: Mapping[NodePath, Plain]
) -> tuple[Document, dict[NodePath, tuple[Edit, ...]]]:
    """The document with each value in place of what is there, and what each alone would splice.

    The result is read back once, for all of them.

    Raises:
        EditError: They cannot be had together without touching anything else.
    """
    manner, intended, plans = Manner(document), document.plain(), dict[NodePath, Plan]()
    for path, value in values.items():
        place = place_of(document, path)
        refuse_dangling(document, place.node)
        style = manner.near(place.parent)
        plans[path] = ended(document, replace_value(place, value, style), value)
        intended = intent.changed_at(intended, path, partial(_instead, value))
    edits = [edit for plan in plans.values() for edit in plan.edits]
    doomed = [span for plan in plans.values() for span in plan.doomed]
    after = apply_verified(document, edits, intended, doomed)
    return after, {path: tuple(plan.edits) for path, plan in plans.items()}


def _instead(value: Plain, _old: Plain) -> Plain:
    return value
