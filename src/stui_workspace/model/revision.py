"""Revisions: names for exact bytes."""

from __future__ import annotations

from hashlib import blake2b
from typing import NewType

Revision = NewType("Revision", str)
"""Identifies exact bytes. Equal revisions, equal bytes; no order is implied."""


def revision_of(content: bytes) -> Revision:
    """The revision of some bytes: 128 bits of BLAKE2b, as 32 hex digits."""
    return Revision(blake2b(content, digest_size=16).hexdigest())


def revision_of_text(text: str) -> Revision:
    """The revision of a text, as UTF-8; a lone surrogate counts as itself."""
    return revision_of(text.encode("utf-8", "surrogatepass"))
