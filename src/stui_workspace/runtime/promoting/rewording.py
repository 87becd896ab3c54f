"""What a hunk would write, as a text that a person can change first. Pure."""

from __future__ import annotations

from typing import Final

from stui_workspace.document import Limits, read, to_yaml
from stui_workspace.errors import UsageError
from stui_workspace.model.values import Plain
from stui_workspace.runtime.promoting.scene import HunkKind, Wish

_ANY: Final = Limits(any_root=True)


def is_text(wish: Wish) -> bool:
    """Whether the hunk is a pad's text, which is edited as it is; else it is YAML."""
    return wish.path[-1] == "source" and isinstance(wish.value, str)


def can_reword(wish: Wish) -> bool:
    """Whether there is anything to change: what is removed has no text."""
    return wish.kind is not HunkKind.REMOVE


def text_of(wish: Wish) -> str:
    """The text to edit."""
    return str(wish.value) if is_text(wish) else to_yaml(wish.value)


def value_in(wish: Wish, text: str) -> Plain:
    """The value that an edited text says.

    Raises:
        UsageError: It is not YAML.
    """
    if is_text(wish):
        return text
    reading = read(text.encode("utf-8", "surrogatepass"), _ANY)
    if reading.document is None:
        reason = reading.diagnostics[0].message if reading.diagnostics else "it is not YAML"
        raise UsageError(f"this cannot be read: {reason}", "write it as it was, or leave it")
    return reading.document.plain()
