"""Where a conflict is, in the grammar of merges: list items by their keys, not by their number."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from stui_workspace.model.records import dataclass

_PLAIN_KEY: Final = re.compile(r"[^/\[\]#~]+\Z")


@dataclass(frozen=True, slots=True)
class ItemKey:
    """What an item of a keyed list is called: its key fields with their values."""

    fields: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """As in `[id=prod-db]` or `[key=ctrl+t,when=editor]`."""
        return "[" + ",".join(f"{name}={value}" for name, value in self.fields) + "]"


MergeStep: TypeAlias = str | int | ItemKey
"""A map key, the number of an item in a list without keys, or the key of an item."""


@dataclass(frozen=True, slots=True)
class MergePath:
    """A place in three documents at once, and which aspect of it.

    Items are called as in the base, where they are in it: so swapping the sides changes no path.
    """

    steps: tuple[MergeStep, ...] = ()
    aspect: str = "value"
    """`value`, `comment`, `eol`, `order` or `parent`."""

    def __str__(self) -> str:
        """As in `/connections/[id=web]#comment`; the root is `/`."""
        text = "".join(f"/{_written(step)}" for step in self.steps) or "/"
        return text if self.aspect == "value" else f"{text}#{self.aspect}"

    def below(self, step: MergeStep) -> MergePath:
        """The path of something inside, its value."""
        return MergePath((*self.steps, step))

    def of(self, aspect: str) -> MergePath:
        """The path of another aspect of the same place."""
        return MergePath(self.steps, aspect)


def _written(step: MergeStep) -> str:
    if isinstance(step, str) and not _PLAIN_KEY.match(step):
        return step.replace("~", "~0").replace("/", "~1") or '""'
    return str(step)
