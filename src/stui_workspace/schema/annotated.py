"""The leaves of the published schema: what kind of thing each is, and how two of them merge.

A leaf is a value that is decided on as one. Its pattern is its path with `*` for a name, as the
merge policy writes it: `/connections/*/url`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final

from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass
from stui_workspace.schema.kinds import FileKind, parts_for
from stui_workspace.schema.parts import Parts

DEEPEST_PATTERN: Final = 12
"""Steps of a pattern; the schema has none that is longer."""


class LeafClass(StrEnum):
    """What a value can do to whoever opens the file."""

    INERT = "inert"
    """Nothing: it is shown, or changes how things look."""
    PATH = "path"
    """It names a place on the disk."""
    ENDPOINT = "endpoint"
    """It changes who is talked to, or how."""
    SECRET = "secret"  # noqa: S105 (the name of the class)
    """It names a secret."""
    EXEC = "exec"
    """It changes what runs."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of the schema, with what is annotated there."""

    pattern: tuple[str, ...]
    parts: Parts

    @property
    def leaf_class(self) -> LeafClass | None:
        """Its class; None where it has none, which is a mistake of the schema."""
        name = self.parts.get("x-stui-class")
        return None if name is None else LeafClass(name)

    @property
    def merge(self) -> Mapping[str, Any] | None:
        """How it merges; None where it has no policy, which is a mistake of the schema."""
        policy: Mapping[str, Any] | None = self.parts.get("x-stui-merge")
        return policy

    def __str__(self) -> str:
        """Its pattern: `/connections/*/url`."""
        return "/" + "/".join(self.pattern)


@cache
def leaves(kind: FileKind = FileKind.WORKSPACE) -> tuple[Leaf, ...]:
    """All leaves of a kind of file, in the order of its schema."""
    return tuple(_leaves((), parts_for(kind)))


def classes(kind: FileKind = FileKind.WORKSPACE) -> dict[str, LeafClass]:
    """The class of each leaf, by its pattern."""
    return {str(leaf): leaf.leaf_class for leaf in leaves(kind) if leaf.leaf_class is not None}


def class_of(path: NodePath, kind: FileKind = FileKind.WORKSPACE) -> LeafClass:
    """The class of what stands at `path`; what the schema does not know counts as an endpoint."""
    parts = parts_for(kind)
    for step in path:
        parts = parts.step(step)
        found = parts.get("x-stui-class")
        if found is not None:
            return LeafClass(found)
    return LeafClass.ENDPOINT


def merge_policies(kind: FileKind = FileKind.WORKSPACE) -> dict[str, Mapping[str, Any]]:
    """How values merge, by pattern: each leaf, and the maps whose keys belong together."""
    return dict(_policies((), parts_for(kind)))


def _is_leaf(parts: Parts) -> bool:
    """Whether the schema says nothing about what is inside."""
    return parts.get("x-stui-class") is not None or not parts.describes_keys


def _leaves(pattern: tuple[str, ...], parts: Parts) -> Iterator[Leaf]:
    if pattern and _is_leaf(parts):
        yield Leaf(pattern, parts)
        return
    for step, below in _below(parts):
        if len(pattern) < DEEPEST_PATTERN:
            yield from _leaves((*pattern, step), below)


def _policies(pattern: tuple[str, ...], parts: Parts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    policy = parts.get("x-stui-merge")
    if policy is not None:
        yield "/" + "/".join(pattern), policy
    if not (pattern and _is_leaf(parts)) and len(pattern) < DEEPEST_PATTERN:
        for step, below in _below(parts):
            yield from _policies((*pattern, step), below)


def _below(parts: Parts) -> Iterator[tuple[str, Parts]]:
    """Each key that the schema has a word for, with the parts of its value."""
    for name in parts.names:
        yield name, parts.key(name)
    for patterns in parts.every("patternProperties"):
        for prefix in (pattern.removeprefix("^") for pattern in patterns):
            yield f"{prefix}*", parts.key(prefix)
    if parts.wildcard.schemas:
        yield "*", parts.wildcard
