"""What a pass over a workspace file and its copies came to."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import Revision
from stui_workspace.sync.copies import Action
from stui_workspace.sync.names import Certainty, Name

AGAIN_SECONDS: Final = 1.0
"""When to look again after something was in the way for a moment."""
DISK_SECONDS: Final = 30.0
"""When to look again after the disk refused."""
OPEN_ACTIONS = (Action.ASKED, Action.WAITING, Action.LEFT, Action.FAILED)
"""Those after which the copy is still there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a pass is to be made."""

    patience: float = 0.0
    """Seconds that a copy which another machine made is left to that machine."""
    check: bool = False
    """Whether nothing is to be written at all."""
    wanted: frozenset[str] = frozenset()
    """Names of copies to merge although they look like somebody's own files."""

    def is_certain(self, name: str, sort: Name) -> bool:
        """Whether a file is a copy for sure, by its name or because a person says so."""
        return sort.certainty is Certainty.STRONG or name in self.wanted


@dataclass(frozen=True, slots=True)
class Copy:
    """One conflict copy, and what became of it, or would have."""

    name: str
    sort: Name
    action: Action
    reason: str
    """Half a sentence."""
    conflicts: tuple[str, ...] = ()
    """The paths of what a person is asked about."""
    revision: Revision | None = None
    """Of its content; None where it could not be read."""

    @property
    def is_there(self) -> bool:
        return self.action in OPEN_ACTIONS

    @property
    def next_step(self) -> str | None:
        """What a person can do about it; None where nothing is to be done."""
        match self.action:
            case Action.ASKED:
                return "`stui conflicts` shows the places, `stui resolve` settles them"
            case Action.LEFT:
                return "`stui sync --merge NAME` merges it all the same; or rename or delete it"
            case Action.WAITING:
                return "`stui sync` tries again"
            case Action.FAILED:
                return "mend that, then `stui sync`"
            case Action.MERGED | Action.ADOPTED:
                return "`stui sync undo` takes it back"
            case Action.CONTAINED:
                return None


@dataclass(frozen=True, slots=True)
class Attention:
    """One pass."""

    file: Path | None
    """The workspace file; None where there is none, and never was one that a copy is of."""
    copies: tuple[Copy, ...] = ()
    """By name."""
    wrote: bool = False
    """Whether the workspace file has a new content from this."""
    due: float | None = None
    """When to make the next pass at the latest, by the clock of the services."""
    problems: tuple[str, ...] = ()
    """One sentence for each thing that could not be kept or read."""
    next_step: str | None = None
    """What can be done about them."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do, for anybody."""
        return not self.problems and not any(one.is_there for one in self.copies)
