"""What a search of the history is asked for, and what it finds."""

from __future__ import annotations

from stui_workspace.history.matching import Near
from stui_workspace.history.segments import Entry, moment
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Within:
    """Which uses count; None for no matter which."""

    connection: str | None = None
    workspace: str | None = None
    machine: str | None = None
    ok: bool | None = None
    """False for those that failed alone."""
    since: float | None = None
    until: float | None = None

    def allows(self, entry: Entry) -> bool:
        """Whether an entry is a use that counts."""
        at = moment(entry)
        return (
            (self.connection is None or entry.connection == self.connection)
            and (self.workspace is None or entry.workspace == self.workspace)
            and (self.machine is None or entry.machine == self.machine)
            and (self.ok is None or entry.ok is self.ok)
            and (self.since is None or at >= self.since)
            and (self.until is None or at <= self.until)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One input that was found, with its uses that count."""

    code: str
    count: int
    failed_count: int
    last: float
    """When it was last used."""
    connection: str
    """Of its last use, as what follows."""
    workspace: str
    machine: str
    ok: bool
    id: str
    near: Near
