"""Doubts about a content: what is suddenly empty, cut off or broken is not an edit."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from stui_workspace.document import Limits, read

SHRUNK_BYTES: Final = 512
"""How much there must have been before a loss of most of it is suspicious."""
_LIMITS: Final = Limits.anything()
_MARKERS: Final = (b"<<<<<<<", b">>>>>>>")


class Doubt(StrEnum):
    """Why a content may not be what anybody meant to write."""

    EMPTY = "it is empty"
    UNREADABLE = "it cannot be read as YAML"
    MARKED = "it has conflict markers"
    FOREIGN = "it is no map of keys"
    SHRUNK = "more than two thirds of it are gone"


def doubt_about(content: bytes, good: bytes | None = None) -> Doubt | None:
    """The doubt there is about a content; None for a content that can be taken at its word.

    Args:
        content: What a file says now.
        good: What it said, or another version of it says; None where nothing is known.
    """
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return Doubt.EMPTY
    document = read(content, _LIMITS).document
    if document is None:
        return Doubt.MARKED if all(one in content for one in _MARKERS) else Doubt.UNREADABLE
    if not isinstance(document.plain(), Mapping):
        return Doubt.FOREIGN
    return Doubt.SHRUNK if good is not None and has_shrunk(content, good) else None


def has_shrunk(content: bytes, good: bytes) -> bool:
    """Whether more than two thirds of what was good are gone, as where a file was cut off."""
    return len(good) >= SHRUNK_BYTES and 3 * len(content) < len(good)
