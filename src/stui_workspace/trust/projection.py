"""The projection of a connection: all of it that consent is bound to, in one canonical form."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import ABSENT, Absent, Plain, same
from stui_workspace.model.workspace import ConnectionSpec

Projection: TypeAlias = Mapping[str, Plain]

INERT: Final = frozenset({"title", "color", "notes"})
"""Keys that only change how a connection looks. Everything else counts, new keys included."""

_IDENTITY: Final = "name"
"""A grant names its connection beside the projection."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of a projection that is not as it was approved. For a person's eyes only."""

    path: NodePath
    old: Plain | Absent = field(repr=False)
    new: Plain | Absent = field(repr=False)


def projection_of(
    spec: ConnectionSpec, sources: Mapping[str, str | None] = MappingProxyType({})
) -> dict[str, Plain]:
    """What consent to this connection is bound to, defaults included.

    Args:
        spec: Resolved: what is approved is what is started, not what a name meant last week.
        sources: The text of each set-up snippet by its id; None for one that does not exist.
    """
    kept = (one.name for one in fields(spec) if one.name not in INERT and one.name != _IDENTITY)
    return {**{name: _plain(getattr(spec, name)) for name in kept}, "snippets": dict(sources)}


def canonical(projection: Projection) -> bytes:
    """The one way to write a projection: JSON in ASCII, keys sorted, no blanks."""
    text = json.dumps(projection, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def digest_of(projection: Projection) -> str:
    """The SHA-256 of the canonical form, as 64 hex digits."""
    return sha256(canonical(projection)).hexdigest()


def differences(old: Projection, new: Projection) -> tuple[Difference, ...]:
    """Where two projections differ, sorted by key; a list differs as a whole."""
    return tuple(_differences((), old, new))


def _differences(path: NodePath, old: Plain | Absent, new: Plain | Absent) -> list[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = sorted(old.keys() | new.keys())
        return [
            one
            for key in keys
            for one in _differences((*path, key), old.get(key, ABSENT), new.get(key, ABSENT))
        ]
    return [] if same(old, new) else [Difference(path, old, new)]


def _plain(value: Any) -> Plain:
    """The value in the only types that JSON has; endless time is `never`, as in the file."""
    if isinstance(value, float) and math.isinf(value):
        return "never"
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)
