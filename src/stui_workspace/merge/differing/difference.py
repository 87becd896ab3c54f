"""One difference, as a value that may be shown to anybody."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from stui_workspace.merge.paths import MergePath
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import ABSENT, Absent, Plain

HIDDEN: Final = "(not shown)"
"""What stands for a value that is, or may be, a secret."""


class Kind(StrEnum):
    """What happened to a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """Among its siblings (aspect `order`) or from one list to another (aspect `parent`)."""
    RENAMED = "renamed"
    """A key is another one, and all that it holds is the same."""
    COMMENT = "comment"
    EOL = "eol"
    """The comment at the end of its line."""
    FORMAT = "format"
    """It says the same, and is written in another way."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two documents differ."""

    path: MergePath
    """As it is called in the first document, where it is in it."""
    kind: Kind
    before: Plain | Absent = ABSENT
    """The value or the comment. For what moved among its siblings, its place from 0; for what moved
    elsewhere, the path of its list; for what was renamed, its key. For another format, what was
    written; nothing where white space is all that differs."""
    after: Plain | Absent = ABSENT
    sensitive: bool = False
    """Whether something in it is not shown, because it is or may be a secret."""
    before_at: int | None = None
    """Where it stands in the text of the first document, in code points; None for nowhere."""
    after_at: int | None = None
