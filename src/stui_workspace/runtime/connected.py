"""What a person does with the connections of an open session."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import DiskError
from stui_workspace.model.records import replace
from stui_workspace.model.session import TranscriptEntry, Waiting
from stui_workspace.model.workspace import SnippetSpec
from stui_workspace.runtime.connecting.approvals import Review
from stui_workspace.runtime.connecting.chronicle import Chronicle
from stui_workspace.runtime.connecting.credentials import Wallet, setting_of
from stui_workspace.runtime.connecting.evaluations import Asked, Evaluations
from stui_workspace.runtime.connecting.inputs import Inputs
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.connecting.outbox import Outbox
from stui_workspace.runtime.connecting.returning import Returning
from stui_workspace.runtime.connecting.switchboard import Switchboard
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.desk import Desk
from stui_workspace.runtime.receipts.receiving import Receiving
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.trust import Allow, Claim, Deny

if TYPE_CHECKING:
    from stui_workspace.history.episodes import Episode


class Connected(Desk):
    """The part of a session that has to do with live backends."""

    _consent: Consent
    _folder: WorkspaceFolder
    _inputs: Inputs
    _receiving: Receiving
    _wallet: Wallet

    def _prepare_connections(self, begin: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        """Make what connecting needs; nothing connects before `prepare` and `connect`."""
        memory = self._memory
        self._outbox = Outbox(memory)
        self._evaluations = Evaluations(
            memory,
            self._inputs,
            self._outbox,
            lambda: self.workspace,
            self._services.redactor.redact,
        )
        self._returning = Returning(memory, self._outbox, self._evaluations, begin)
        self._chronicle = Chronicle(memory, self._services, self._folder.path.name)
        self._switchboard = Switchboard(
            memory, self._services, self._setting, self._consent, self._link_told
        )

    def _setting(self, allowed: Allow) -> Setting:
        """What the backend of a connection is made with."""
        client = self._memory.state.meta.id
        return setting_of(allowed, self.project.root, self._services, client, self._wallet)

    def _link_told(self, link: Link, told: Told) -> None:
        self._chronicle.told(link, told)
        self._returning.told(link, told)
        self._receiving.link_told(link, told)

    # What is true now.

    def connections(self) -> tuple[ConnectionView, ...]:
        """All connections, in the order of the workspace; then those of this session alone."""
        return tuple(map(self._view, self._switchboard.links.values()))

    def connection(self, name: str) -> ConnectionView:
        """One connection.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        return self._view(self._switchboard.link(name))

    def _view(self, link: Link) -> ConnectionView:
        name = link.spec.name
        return replace(
            link.view,
            waiting_count=len(self._outbox.of(name)),
            to_review=self._switchboard.changes_to_review(name),
        )

    # Connecting.

    async def connect(self, name: str) -> None:
        """Connect. What goes wrong is the connection's state and reason.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        await self._switchboard.link(name).connect()

    async def disconnect(self, name: str) -> None:
        """End the link of a connection."""
        await self._switchboard.link(name).disconnect()

    async def restart(self, name: str) -> None:
        """Give a connection a new backend; one that is not ours to end, a new link."""
        await self._switchboard.link(name).restart()

    def retry(self, name: str) -> None:
        """Try at once, without waiting any longer; nothing happens where nobody wants it."""
        link = self._switchboard.link(name)
        if link.is_wanted:
            link.retry()

    async def interrupt(self, name: str) -> None:
        """Stop what a connection is evaluating."""
        await self._switchboard.link(name).interrupt()

    def favour(self, name: str, *, is_favourite: bool) -> None:
        """Remember whether a connection is to stand first."""
        link = self._switchboard.link(name)
        link.record = replace(link.record, is_favourite=is_favourite)
        self._switchboard.keep(link)
        link.changed()

    # Consent.

    def claim(self, name: str) -> Claim:
        """What a connection of the workspace asks for, to be shown before it is granted.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        spec = self.workspace.connections.get(name)
        return self._consent.claim(spec or self._switchboard.link(name).spec)

    def review(self, name: str) -> Review:
        """The same, with what is other than in what runs, or was approved last.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        return self._switchboard.review(self.claim(name))

    def unapproved(self, name: str) -> Claim | None:
        """What a connection asks for and a person could approve; None where that is not missing.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        claim = self.claim(name)
        answer = self._consent.judge(claim)
        return claim if isinstance(answer, Deny) and not answer.final else None

    def grant(self, claim: Claim) -> None:
        """Keep a person's consent to a claim that they were shown.

        Raises:
            UsageError: No consent can allow it.
            DiskError: It was not kept.
        """
        self._consent.grant(claim)
        self._switchboard.follow_grants()

    # Evaluating.

    async def evaluate(self, name: str, code: str, *, confirmed: bool = False) -> TranscriptEntry:
        """Evaluate on a connection, which is made first where nobody wanted it before.

        Args:
            name: Of the connection.
            code: What to evaluate.
            confirmed: Whether a person said yes to evaluating on a guarded connection.

        Returns:
            The entry of the transcript. Its outcome is `ok`, `error`, `interrupted`, `lost`,
            `unknown`, or `refused`; or `waiting`, where the connection was down: then it is in
            the outbox and in no transcript.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        link = self._switchboard.link(name)
        return await self._evaluations.evaluate(link, Asked(code, confirmed))

    def setup(self, name: str) -> tuple[SnippetSpec, ...]:
        """What sets a new life of the backend up, in order; it is offered, and never run unasked.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        return self._switchboard.set_up(name, self.workspace.snippets)

    def outbox(self) -> tuple[Waiting, ...]:
        """What was typed while its connection was down, in that order."""
        return self._outbox.all

    def rewrite_waiting(self, waiting: str, code: str) -> None:
        """Change what waits.

        Raises:
            NotFoundError: Nothing of that id waits.
        """
        self._outbox.rewrite(waiting, code)

    def discard_waiting(self, waiting: str) -> None:
        """Let go of what waits; the input history keeps the code.

        Raises:
            NotFoundError: Nothing of that id waits.
        """
        gone = self._outbox.take(waiting)
        entry = TranscriptEntry(0, gone.connection, gone.code, "discarded", at=gone.at)
        with suppress(DiskError):
            self._inputs.note(entry, self.workspace)

    async def send_waiting(self, waiting: str) -> TranscriptEntry:
        """Evaluate what waits, on whichever life of the backend is there.

        Raises:
            NotFoundError: Nothing of that id waits, or its connection is no more.
        """
        one = self._outbox.get(waiting)
        return await self._evaluations.send(self._switchboard.link(one.connection), one)

    def connection_history(self, name: str | None = None, limit: int = 100) -> tuple[Episode, ...]:
        """When connections were up and why they ended, the newest first.

        Raises:
            DiskError: It cannot be read.
        """
        return self._chronicle.read(name, limit)
