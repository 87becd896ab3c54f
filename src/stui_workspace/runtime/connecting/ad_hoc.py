"""Connections that a session alone has: kept in its records, in the workspace file's notation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final

from stui_workspace.model.session import ConnectionRecord
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.building import connection_of
from stui_workspace.schema.layers import copied

_KEPT: Final = (
    "kind", "title", "url", "identity", "credential", "guard", "offline", "cwd", "python",
    "kernel", "command", "env", "prompt", "hold", "color", "notes",
)  # fmt: skip


def notation_of(spec: ConnectionSpec) -> dict[str, Plain]:
    """The connection as a workspace file writes it, without what has its default."""
    blank = ConnectionSpec(spec.name, "")
    known = {
        key: _plain(value) for key in _KEPT if (value := getattr(spec, key)) != getattr(blank, key)
    }
    return {**known, **copied(spec.other)}


def ad_hoc_specs(records: Mapping[str, ConnectionRecord]) -> dict[str, ConnectionSpec]:
    """The connections that the records alone describe, by name."""
    return {
        name: connection_of(name, record.spec)
        for name, record in records.items()
        if isinstance(record.spec, Mapping)
    }


def name_for(url: str) -> str:
    """A short name for what an address leads to.

    >>> name_for("tcp://build.example.org:5555?socket=req")
    'build.example.org-5555'
    >>> name_for("pty:sqlite3 orders.db")
    'sqlite3'
    """
    place = url.partition("?")[0].partition(":")[2].strip("/") or url.partition(":")[0]
    if url.startswith("pty:"):
        place = place.split()[0].rpartition("/")[2] if place.split() else "pty"
    words = re.findall(r"[A-Za-z0-9._]+", place)
    return "-".join(words)[-40:].strip("-.").lower() or "connection"


def free_name(wanted: str, taken: Mapping[str, object]) -> str:
    """`wanted`, or the first of `wanted-2`, `wanted-3` … that nobody has."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def _plain(value: object) -> Plain:
    match value:
        case Enum():
            return str(value.value)
        case tuple():
            return [str(one) for one in value]
        case Mapping():
            return {str(key): str(one) for key, one in value.items()}
        case bool() | str():
            return value
        case _:
            return str(value)
