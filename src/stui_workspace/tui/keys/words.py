"""What an action is, and how people read a key."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from stui_workspace.model.records import dataclass


class Group(StrEnum):
    EVALUATE = "Evaluate"
    CONNECTIONS = "Connections"
    PADS = "Pads"
    INPUTS = "Inputs"
    PANELS = "Panels"
    ARRANGE = "Arrange"
    SESSION = "Session"
    WORKBENCH = "Workbench"
    CONNECTING = "On the connections screen"
    START = "On the start screen"
    SESSIONS = "On the sessions screen"
    TIMELINE = "On the timeline"
    CONFLICTS = "On the conflicts screen"
    MERGES = "On the list of merges"
    RECEIPT = "On the receipt"
    SEARCHING = "In the search of the history"
    PROMOTING = "On the promote screen"
    SETTINGS = "On the settings screen"
    DOCTOR = "On the doctor's screen"
    NOTICES = "On the screen of notices"
    MERGING = "Settling a merge"


class Place(StrEnum):
    """Where the keys of an action work."""

    ANYWHERE = "anywhere"
    ARRANGING = "while arranging"
    """After `ctrl+g`, until Escape."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can ask of the workbench."""

    name: str
    group: Group
    title: str
    """What it does, as an imperative: for the palette, the help and the docs."""
    keys: tuple[str, ...] = ()
    """The first one is shown; the others work as well."""
    word: str | None = None
    """One short word for the footer; None keeps it out of there."""
    arranging: tuple[str, ...] = ()
    """Keys that work while arranging."""


@dataclass(frozen=True, slots=True)
class Local:
    """Keys of one kind of panel or of the editors, which no action stands for."""

    place: str
    keys: tuple[str, ...]
    title: str


ARROWS: Final = {"left": "←", "right": "→", "up": "↑", "down": "↓"}

_NAMES: Final = {
    "question_mark": "?",
    "slash": "/",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "arrows": "arrows",
    "=": "=",
}


def shown_key(key: str) -> str:
    """A key as people read it: `ctrl+s` is `^S`, `alt+left` is `Alt+←`."""
    *modifiers, last = key.split("+")
    if modifiers == ["ctrl"] and len(last) == 1:
        return f"^{last.upper()}"
    name = ARROWS.get(last) or _NAMES.get(last)
    if name is None:
        name = last.upper() if last[:1] == "f" and last[1:].isdigit() else last
        name = name.upper() if modifiers and len(name) == 1 else name
        name = name.capitalize() if len(name) > 1 and not name[:1].isupper() else name
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
