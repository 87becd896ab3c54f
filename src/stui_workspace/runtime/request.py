"""What a person asked for when they opened a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from stui_workspace.model.records import dataclass, field


class Start(StrEnum):
    CONTINUE = "continue"
    """The last session that nobody else has open, as it was left; a new one where there is none."""
    FRESH = "fresh"
    """A new session. Older ones stay, and can be opened later."""
    SAFE = "safe"
    """A new, unsaved-looking session: nothing is restored and nothing connects. Older ones stay."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What is to be opened, and how."""

    path: Path
    """A folder, from which the workspace is looked for upwards, or a workspace file."""
    start: Start = Start.CONTINUE
    asked: bool = False
    """Whether a person chose `start` themselves: after crashes, that settles the question."""
    session: str | None = None
    """The session to continue, by id; None for the last one."""
    connect: bool = True
    """Whether connections may be made without a further word."""
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    """From `--var name=value`."""
    connect_to: tuple[str, ...] = ()
    """Addresses that a person typed, to be connected at once in this session alone."""
