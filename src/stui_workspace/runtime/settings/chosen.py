"""What was chosen for one session, over what the files say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stui_workspace.model.records import replace
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Preferences

LIVE: Final = frozenset({"theme", "wrap", "line_numbers", "tab_width", "evaluation_timeout"})
"""Preferences that can be chosen for one session."""
TIMEOUT: Final = "evaluation_timeout"
"""Kept as seconds; a person writes and reads it as a length of time."""


def chosen_over(said: Preferences, own: Mapping[str, Plain]) -> Preferences:
    """The preferences of the files, and over them those of a session.

    A session's own that cannot be one, as a damaged file may have it, does not count.
    """
    known: dict[str, Any] = {
        key: value
        for key, value in own.items()
        if key in Preferences.__slots__ and _is_like(getattr(said, key), value)
    }
    return replace(said, **known)


def _is_like(said: object, value: Plain) -> bool:
    if isinstance(said, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
    return type(value) is type(said)
