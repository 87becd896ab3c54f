"""One hostile circumstance of a command, and what it may come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from e2e.hostile.scene import Scene

FINE, FINDINGS, USAGE, STORAGE, CONNECTION, SECRETS, CONSENT = range(7)

Make = Callable[[Scene], object]
Spoil = Callable[[Path], object]


def saying(text: str) -> Make:
    """Makes a scene whose workspace file says a text."""
    return lambda at: at.file.write_text(text)


@dataclass(frozen=True)
class Trial:
    """One command in one scene."""

    name: str
    words: tuple[str, ...]
    status: tuple[int, ...]
    make: Make | None = None
    given: bytes = b""
    says: str = ""
    """Of standard error."""
    holds_secret: bool = False
    """Whether a file has it already."""
    stage: str = "plain"
