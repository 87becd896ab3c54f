"""What a merge says: the text, what is in conflict, and every decision that was taken."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from stui_workspace.merge.paths import MergePath
from stui_workspace.model.records import dataclass, field


class Take(StrEnum):
    """A person's answer to a conflict: which text to take as it is."""

    OURS = "ours"
    THEIRS = "theirs"
    BASE = "base"
    BOTH = "both"
    """Ours, then theirs: for comments, text by lines and lists."""


@dataclass(frozen=True, slots=True)
class Written:
    """A person's answer in their own words: a YAML value, or a comment."""

    text: str


Choice: TypeAlias = Take | Written
Choices: TypeAlias = Mapping[str, Choice]
"""Answers by the path of the conflict, as `str` writes it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that both sides changed, and not alike."""

    path: MergePath
    base: str | None
    """What is written there; None where there is nothing."""
    ours: str | None
    theirs: str | None
    reason: str
    """One sentence without values, as in `both sides changed the value`."""
    sensitive: bool = field(default=False)
    """Whether the texts name a secret and are not to be shown."""

    @property
    def aspect(self) -> str:
        """`value`, `comment`, `eol`, `order` or `parent`."""
        return self.path.aspect


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that at least one side changed, and what became of it."""

    path: MergePath
    took: str
    """`ours`, `theirs`, `both` (they agree, or were put together), or `conflict`."""
    why: str
    """Half a sentence without values, as in `only theirs changed it`."""


@dataclass(frozen=True, slots=True)
class MergeResult:
    """Made by `merge3`."""

    text: bytes
    """The provisional document: ours where there is conflict. It parses where an input does."""
    conflicts: tuple[Conflict, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.conflicts
