"""Evaluating: from a piece of code to an entry of the transcript and a line of the history."""

from __future__ import annotations

import os
from collections.abc import Callable

from stui_workspace.connections.backend import Request
from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import TranscriptEntry, Waiting
from stui_workspace.model.workspace import Guard, Workspace
from stui_workspace.runtime import transcript
from stui_workspace.runtime.connecting.carrying import Errand, Unsent, carry
from stui_workspace.runtime.connecting.inputs import Inputs
from stui_workspace.runtime.connecting.links import Link
from stui_workspace.runtime.connecting.listening import Listener
from stui_workspace.runtime.connecting.outbox import Outbox
from stui_workspace.runtime.events import EvaluationFinished, EvaluationStarted, Notice
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.recovery import LOST, RUNNING
from stui_workspace.runtime.settings.chosen import chosen_over

REFUSED = "refused"
WAITING = "waiting"
"""The outcome of what went into the outbox; no entry of the transcript has it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's wish to evaluate."""

    code: str
    is_confirmed: bool = False
    """Whether they said yes to a guarded connection."""


class Evaluations:
    """Evaluates on links, and records what came of it."""

    def __init__(
        self,
        memory: Memory,
        inputs: Inputs,
        outbox: Outbox,
        workspace: Callable[[], Workspace],
        redact: Callable[[str], str] = str,
    ) -> None:
        self._memory = memory
        self._inputs = inputs
        self._outbox = outbox
        self._workspace = workspace
        self._redact = redact
        self._active: set[int] = set()
        """The numbers of the entries that somebody waits for."""

    async def evaluate(self, link: Link, asked: Asked) -> TranscriptEntry:
        """The entry of one evaluation, when it is over; its start and output are told meanwhile.

        What is typed while the connection is down goes to the outbox: then the entry has the
        outcome `waiting`, and is in no transcript.
        """
        entry = self._blank(link, asked.code)
        guarded = _guarded(link, asked)
        if guarded is not None:
            return self._unsent(link, entry, guarded)
        known = link.record.incarnation
        if link.is_down:
            return self._unsent(link, entry, Unsent(_why_down(link), may_wait=True), known)
        return await self._carry(link, entry, known if link.is_up else None)

    async def send(
        self, link: Link, waiting: Waiting, *, meant_for: str | None = None
    ) -> TranscriptEntry:
        """Evaluate what waited, on whichever life of the backend is there: a person said so.

        Args:
            link: Of its connection.
            waiting: In the outbox, which it leaves.
            meant_for: The only life of the backend that may get it, where nobody said so.
        """
        entry = replace(self._blank(link, waiting.code), request=waiting.id)
        guarded = _guarded(link, Asked(waiting.code, is_confirmed=meant_for is None))
        if guarded is not None:
            return replace(entry, outcome=WAITING, output=guarded.reason)
        if link.is_down:
            return replace(entry, outcome=WAITING, output=_why_down(link))
        self._outbox.take(waiting.id)
        return await self._carry(link, entry, meant_for)

    async def take_up(self, link: Link) -> None:
        """Ask a backend that survived what became of the evaluations that were given up on."""
        hello = link.hello
        if hello is None or not hello.survives:
            return
        for entry in self._memory.state.transcript:
            if (
                entry.connection == link.spec.name
                and entry.outcome in (LOST, RUNNING)
                and entry.number not in self._active
                and entry.request
                and entry.incarnation == hello.incarnation
            ):
                await self._carry(link, replace(entry, outcome=RUNNING), hello.incarnation)

    def _blank(self, link: Link, code: str) -> TranscriptEntry:
        number = transcript.next_number(self._memory.state.transcript)
        at, request = self._memory.clock(), os.urandom(12).hex()
        return TranscriptEntry(number, link.spec.name, code, RUNNING, at=at, request=request)

    async def _carry(
        self, link: Link, entry: TranscriptEntry, meant_for: str | None
    ) -> TranscriptEntry:
        memory = self._memory
        sent_to = entry.incarnation  # only what was sent has one
        was_sent = sent_to is not None
        self._record(entry)
        self._active.add(entry.number)
        memory.tell(EvaluationStarted(entry))
        listener = Listener(entry, memory)

        def note_sent(incarnation: str) -> None:
            nonlocal sent_to
            sent_to = incarnation
            self._record(replace(entry, incarnation=incarnation))

        errand = Errand(
            Request(entry.request, entry.code, entry.heard, was_sent),
            listener,
            chosen_over(self._workspace().preferences, memory.state.preferences).evaluation_timeout,
            meant_for,
            note_sent,
        )
        try:
            answer = await carry(link, errand)
        finally:
            self._active.discard(entry.number)
        if isinstance(answer, Unsent):
            return entry if was_sent else self._unsent(link, entry, answer, meant_for)
        listener.close(answer)
        ended = replace(
            transcript.finished(entry, answer, self._redact(listener.text)),  # over two links
            incarnation=sent_to,  # the link may have another life of it by now
            heard=listener.heard,
        )
        self._finish(link, ended, is_new=not was_sent)
        return ended

    def _unsent(
        self, link: Link, entry: TranscriptEntry, unsent: Unsent, meant_for: str | None = None
    ) -> TranscriptEntry:
        """What becomes of an evaluation that could not be sent: it is never out of sight."""
        if not unsent.may_wait or link.spec.offline == "drop":
            refused = replace(entry, outcome=REFUSED, output=unsent.reason, request="")
            self._finish(link, refused, is_new=True)
            return refused
        memory = self._memory
        entries = transcript.without(memory.state.transcript, entry)
        memory.keep(replace(memory.state, transcript=entries))
        self._outbox.put(Waiting(entry.request, link.spec.name, entry.code, entry.at, meant_for))
        waiting = replace(entry, outcome=WAITING, output=unsent.reason)
        memory.tell(EvaluationFinished(waiting))
        return waiting

    def _finish(self, link: Link, entry: TranscriptEntry, *, is_new: bool) -> None:
        memory = self._memory
        if is_new:
            try:
                self._inputs.note(entry, self._workspace())
            except DiskError as error:
                memory.tell(Notice(f"the history was not written: {error}", error.next_step, True))
        meta = memory.state.meta
        memory.keep(
            replace(
                memory.state,
                meta=replace(meta, evaluations=meta.evaluations + is_new),
                transcript=transcript.put(memory.state.transcript, entry),
                connections={**memory.state.connections, link.spec.name: link.record},
            )
        )
        memory.tell(EvaluationFinished(entry))

    def _record(self, entry: TranscriptEntry) -> None:
        state = self._memory.state
        self._memory.keep(replace(state, transcript=transcript.put(state.transcript, entry)))


def _why_down(link: Link) -> str:
    return link.view.reason or "the link fell"


def _guarded(link: Link, asked: Asked) -> Unsent | None:
    """Why the connection's guard lets nothing through; None where it does."""
    match link.spec.guard:
        case Guard.READ_ONLY:
            return Unsent("it is read-only: nothing is evaluated on it")
        case Guard.CONFIRM if not asked.is_confirmed:
            return Unsent("it is guarded: each evaluation needs a yes of its own")
        case _:
            return None
