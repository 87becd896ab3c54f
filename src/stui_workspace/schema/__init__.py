"""What a workspace file may say, and what it means.

What only some commands need is loaded at its first use (PEP 562): every start checks a file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from stui_workspace.schema.building import workspace_of
from stui_workspace.schema.checking import FileKind, check, newer_format
from stui_workspace.schema.findings import Places
from stui_workspace.schema.layers import Layer, Resolved, resolve
from stui_workspace.schema.published import SchemaName, schema_bytes

if TYPE_CHECKING:
    from stui_workspace.schema.annotated import (
        Leaf,
        LeafClass,
        class_of,
        classes,
        leaves,
        merge_policies,
    )
    from stui_workspace.schema.migrations import (
        MIGRATIONS,
        Delete,
        Rename,
        SetValue,
        Step,
        migrated,
        plan_migration,
    )

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

_ANNOTATED = ("Leaf", "LeafClass", "class_of", "classes", "leaves", "merge_policies")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "annotated" if name in _ANNOTATED else "migrations"
    return getattr(import_module(f"{__name__}.{module}"), name)
