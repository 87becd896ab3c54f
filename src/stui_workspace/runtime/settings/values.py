"""A setting, as both faces show it: its value, where that is from, and what each file says."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain

HIDDEN: Final = "***"
"""Stands for what may be a secret."""


class Where(StrEnum):
    """Who can say what a setting is, the strongest first."""

    SESSION = "session"
    OVERLAY = "overlay"
    ENVIRONMENT = "environment"
    WORKSPACE = "workspace file"
    CONFIG = "user config"


class Kind(StrEnum):
    """What a setting's value is, which is how a person gives another."""

    FLAG = "yes or no"
    CHOICE = "one of a few"
    NUMBER = "number"
    DURATION = "duration"
    TEXT = "text"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Said:
    """What one place says."""

    where: Where
    name: str
    """For people: "overlay", "environment `staging`"."""
    value: Plain
    file: Path | None = None
    """None for the session."""
    line: int | None = None
    """From 1."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the format, with everything that is said about it."""

    path: NodePath
    value: Plain
    """What counts; `***` in the place of what may be a secret."""
    origin: str
    """Who says so: "overlay", "environment `staging`", "default"."""
    kind: Kind
    description: str
    default: Plain
    choices: tuple[str, ...] = ()
    limits: str = ""
    """What else is allowed, in a few words: "1 to 16"."""
    said: tuple[Said, ...] = ()
    """What each place says, the strongest first; nothing where none does."""
    places: tuple[Where, ...] = ()
    """Where it can be said."""
    note: str | None = None
    """What else one has to know to understand its effect."""

    @property
    def key(self) -> str:
        """Its key path: `preferences.theme`."""
        return format_key_path(self.path)

    @property
    def is_hidden(self) -> bool:
        """Whether some of the value is not shown."""
        return self.value == HIDDEN or (isinstance(self.value, list) and HIDDEN in self.value)

    def by(self, where: Where) -> Said | None:
        """What that place says; None for nothing."""
        return next((one for one in self.said if one.where is where), None)


@dataclass(frozen=True, slots=True)
class Edited:
    """A setting was changed in one place, and can be changed back."""

    path: NodePath
    where: Where
    before: Plain
    """What that place said before; None for nothing."""
    after: Plain
    """What it says now, likewise."""
    file: Path | None = None
    line: int | None = None

    @property
    def key(self) -> str:
        return format_key_path(self.path)
