"""What a workspace file may say, and what it means.

Each name is loaded at its first use (PEP 562): a merge driver asks for the merge policy alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stui_workspace.schema.annotated import (
        Leaf,
        LeafClass,
        class_of,
        classes,
        leaves,
        merge_policies,
    )
    from stui_workspace.schema.building import workspace_of
    from stui_workspace.schema.checking import check, newer_format
    from stui_workspace.schema.findings import Places
    from stui_workspace.schema.kinds import FileKind
    from stui_workspace.schema.layers import Layer, Resolved, resolve
    from stui_workspace.schema.migrations import (
        MIGRATIONS,
        Delete,
        Rename,
        SetValue,
        Step,
        migrated,
        plan_migration,
    )
    from stui_workspace.schema.published import SchemaName, schema_bytes

__all__ = [
    "MIGRATIONS",
    "Delete",
    "FileKind",
    "Layer",
    "Leaf",
    "LeafClass",
    "Places",
    "Rename",
    "Resolved",
    "SchemaName",
    "SetValue",
    "Step",
    "check",
    "class_of",
    "classes",
    "leaves",
    "merge_policies",
    "migrated",
    "newer_format",
    "plan_migration",
    "resolve",
    "schema_bytes",
    "workspace_of",
]

_ROOMS: Final = {
    **dict.fromkeys(("Leaf", "LeafClass", "class_of", "classes", "leaves"), "annotated"),
    **dict.fromkeys(("check", "newer_format"), "checking"),
    **dict.fromkeys(("Layer", "Resolved", "resolve"), "layers"),
    **dict.fromkeys(("SchemaName", "schema_bytes"), "published"),
    "FileKind": "kinds",
    "Places": "findings",
    "merge_policies": "annotated",
    "workspace_of": "building",
}
"""Which module has a name; the others are migrations."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS.get(name, 'migrations')}"), name)
