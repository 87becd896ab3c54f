"""Evaluating: from a piece of code to an entry of the transcript and a line of the history."""

from __future__ import annotations

from dataclasses import replace

from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, HistoryLog, should_keep
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime import transcript
from stui_workspace.runtime.events import (
    EvaluationFinished,
    EvaluationStarted,
    Notice,
    OutputArrived,
)
from stui_workspace.runtime.links import Link
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.opening import RUNNING
from stui_workspace.runtime.services import Services
from stui_workspace.storage.machines import this_machine

REFUSED = "refused"
RECALLED = 1000
"""So many inputs of a connection are at hand."""


def history_of(services: Services) -> HistoryLog:
    """The log of this user's evaluations, on all their machines."""
    return HistoryLog(
        services.locations.history,
        services.machine,
        services.fs,
        identify=lambda: this_machine(services.machine, services.locations.state, services.fs),
    )


class History:
    """The input history of a session's connections: kept in the log, recalled from memory."""

    def __init__(self, log: HistoryLog, workspace_id: str) -> None:
        self._log = log
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

    def note(self, entry: TranscriptEntry, workspace: Workspace) -> None:
        """Keep what was evaluated, where the workspace's rules let it.

        Raises:
            DiskError: It could not be kept; it can still be recalled in this session.
        """
        before = self.read(entry.connection, workspace)
        if not should_keep(entry.code, workspace.history, before[-1] if before else None):
            return
        self._recalled[entry.connection] = (*before, entry.code)[-RECALLED:]
        ok = entry.outcome == Ending.OK
        self._log.append(Entry(entry.at, entry.connection, entry.code, self._workspace_id, ok))


class Evaluations:
    """Evaluates on links, and records what came of it."""

    def __init__(self, memory: Memory, history: History) -> None:
        self._memory = memory
        self._history = history

    async def evaluate(self, link: Link, code: str, workspace: Workspace) -> TranscriptEntry:
        """The entry of one evaluation, when it is over; its start and output are told meanwhile."""
        memory = self._memory
        entry = TranscriptEntry(
            transcript.next_number(memory.state.transcript),
            link.spec.name,
            code,
            RUNNING,
            at=memory.clock(),
        )
        self._record(transcript.appended(memory.state.transcript, entry))
        memory.tell(EvaluationStarted(entry))
        collected = transcript.Collected()

        def on_output(output: Output) -> None:
            collected.add(output)
            memory.tell(OutputArrived(entry.number, output.stream, output.text))

        answer = await link.evaluate(code, on_output, workspace.preferences.evaluation_timeout)
        if answer is None:
            ended = replace(entry, outcome=REFUSED, output=link.view.reason or "")
        else:
            if answer.error:
                memory.tell(OutputArrived(entry.number, "stderr", _as_block(answer)))
            ended = transcript.finished(entry, answer, collected.text)
            ended = replace(ended, incarnation=link.record.incarnation)
        self._finish(ended, link, workspace)
        return ended

    def _finish(self, entry: TranscriptEntry, link: Link, workspace: Workspace) -> None:
        memory = self._memory
        try:
            self._history.note(entry, workspace)
        except DiskError as error:
            memory.tell(Notice(f"the history was not written: {error}", error.next_step, True))
        meta = memory.state.meta
        memory.keep(
            replace(
                memory.state,
                meta=replace(meta, evaluations=meta.evaluations + 1),
                transcript=transcript.replaced(memory.state.transcript, entry),
                connections={**memory.state.connections, link.spec.name: link.record},
            )
        )
        memory.tell(EvaluationFinished(entry))

    def _record(self, entries: tuple[TranscriptEntry, ...]) -> None:
        self._memory.keep(replace(self._memory.state, transcript=entries))


def _as_block(answer: Answer) -> str:
    error = answer.error or ""
    return error if error.endswith("\n") else f"{error}\n"
