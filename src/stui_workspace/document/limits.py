"""How much of YAML is read, and how large it may be.

A workspace file comes from whoever wrote the repository, so by default little is
allowed. The merge must bring home whatever git hands it: `Limits.anything()`.
"""

from __future__ import annotations

from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What the guard lets through. Sizes are in bytes for the file, in code points inside it."""

    file_bytes: int = 1 << 20
    warn_bytes: int | None = 64 << 10
    """The size from which a file gets a warning; None for never."""
    scalar_length: int = 64 << 10
    key_length: int = 256
    depth: int = 64
    nodes: int = 100_000
    """Counted after alias expansion: an alias counts as everything that it stands for."""
    written_nodes: int = 40_000
    """Counted as they are written. It is what bounds the time of the slower parser."""
    number_digits: int = 128
    tags: bool = False
    directives: bool = False
    merge_keys: bool = False
    any_key: bool = False
    """Whether keys may be other than text: numbers, lists, maps."""
    any_number: bool = False
    """Whether infinite, not-a-number and gigantic numbers are let through."""
    any_root: bool = False
    """Whether the document may be something else than a map."""

    @classmethod
    def anything(cls) -> Limits:
        """Limits for any YAML document that a person may keep in git."""
        return cls(
            file_bytes=16 << 20,
            warn_bytes=None,
            scalar_length=4 << 20,
            key_length=64 << 10,
            depth=128,
            nodes=1_000_000,
            written_nodes=1_000_000,
            tags=True,
            directives=True,
            merge_keys=True,
            any_key=True,
            any_number=True,
            any_root=True,
        )


WORKSPACE_LIMITS = Limits()
