"""The input history of a session's connections."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from stui_workspace.connections.backend import Ending
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime.discretion import without_secrets
from stui_workspace.runtime.services import Services
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.storage.machines import this_machine

_LOOKED_AT = 5000
"""So many entries are looked at for those of one life of a backend."""
RECALLED = 1000
"""So many inputs of a connection are at hand."""


def history_of(services: Services) -> HistoryLog:
    """The log of this user's evaluations, on all their machines."""
    return HistoryLog(
        services.locations.history,
        services.machine,
        services.fs,
        identify=lambda: this_machine(services.machine, services.locations.state, services.fs),
        lock=services.locations.state / "history.lock",
    )


class Inputs:
    """What was typed: kept in the log, recalled from memory."""

    def __init__(self, log: HistoryLog, workspace_id: str, redactor: Redactor) -> None:
        self._log = log
        self._redactor = redactor
        self._workspace_id = workspace_id
        self._recalled: dict[str, tuple[str, ...]] = {}

    def read(self, connection: str, workspace: Workspace) -> tuple[str, ...]:
        """What was evaluated on the connection before, the oldest first.

        Raises:
            DiskError: The history cannot be read.
        """
        if connection not in self._recalled:
            together = workspace.history.per == "workspace"
            self._recalled[connection] = self._log.recall(
                None if together else connection,
                min(RECALLED, workspace.history.keep),
                workspace=self._workspace_id,
                unique=workspace.history.dedupe == "all",
            )
        return self._recalled[connection]

    @property
    def unread_count(self) -> int:
        """How many lines of this machine's history could not be read, as far as reading came."""
        return self._log.unread_count

    def evaluated(self, connection: str, began: float) -> tuple[tuple[float, str], ...]:
        """When and what was evaluated well on the connection on this machine since `began`.

        Raises:
            DiskError: The history cannot be read.
        """
        found: list[tuple[float, str]] = []
        for entry in islice(self._log.entries(), _LOOKED_AT):
            is_here = entry.workspace == self._workspace_id and entry.machine == self._log.machine
            if is_here and entry.connection == connection and entry.ok and entry.at >= began:
                found.append((entry.at, entry.code))
        return tuple(sorted(found))

    def forget(self, codes: Collection[str]) -> None:
        """Let nobody recall these codes any more."""
        for connection, recalled in self._recalled.items():
            self._recalled[connection] = tuple(code for code in recalled if code not in codes)

    def note(self, entry: TranscriptEntry, workspace: Workspace) -> None:
        """Keep what was evaluated, where the workspace's rules let it.

        Raises:
            DiskError: It could not be kept; it can still be recalled in this session.
        """
        from stui_workspace.history import should_keep

        before = self.read(entry.connection, workspace)
        if not should_keep(entry.code, workspace.history, before[-1] if before else None):
            return
        self._recalled[entry.connection] = (*before, entry.code)[-RECALLED:]
        ok = entry.outcome == Ending.OK
        code = without_secrets(entry.code, self._redactor)
        self._log.append(Entry(entry.at, entry.connection, code, self._workspace_id, ok))
