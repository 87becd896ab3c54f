"""All links of a session: made from the workspace, kept in step with it, and ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import NotFoundError
from stui_workspace.model.records import replace
from stui_workspace.model.session import ConnectionRecord
from stui_workspace.model.workspace import (
    ConnectionSpec,
    ConnectWhen,
    SnippetSpec,
    Workspace,
)
from stui_workspace.runtime.connecting.ad_hoc import ad_hoc_specs, notation_of
from stui_workspace.runtime.connecting.approvals import (
    Approvals,
    Review,
    Verdict,
    guarded_at_least,
)
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.events import ConnectionChanged, ConnectionState, ReviewNeeded
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.services import Services
from stui_workspace.trust import Allow, Claim, summary_of

if TYPE_CHECKING:
    from pathlib import Path

    from stui_workspace.connections.network import NetworkWatch

_BACKEND_KEYS = (
    "kind", "url", "identity", "credential", "cwd", "python",
    "kernel", "command", "env", "prompt", "hold", "other",
)  # fmt: skip


_OUTSIDE = (ConnectionState.ONLINE, ConnectionState.RECONNECTING)
"""A connection is in one of these only once it was approved, and was tried."""
_OVER = (ConnectionState.IDLE, ConnectionState.NEEDS_YOU)
"""Nothing of it is in use, and it is not tried again by itself."""


def makes_another_backend(old: ConnectionSpec, new: ConnectionSpec) -> bool:
    """Whether a connection that is up must be made anew to be what the file says."""
    return any(getattr(old, key) != getattr(new, key) for key in _BACKEND_KEYS)


class Switchboard:
    """The connections of one session, in the order of the workspace; then the session's own."""

    def __init__(
        self,
        memory: Memory,
        services: Services,
        setting: Callable[[Allow], Setting],
        consent: Consent,
        told: Callable[[Link, Told], None],
    ) -> None:
        self._memory = memory
        self._services = services
        self._setting = setting
        self._approvals = Approvals(consent)
        self._on_told = told
        self._links: dict[str, Link] = {}
        self._network: NetworkWatch | None = None

    @property
    def links(self) -> Mapping[str, Link]:
        return self._links

    def link(self, name: str) -> Link:
        """The link of that name.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        if name not in self._links:
            raise NotFoundError("connection", name, "the workspace file names them")
        return self._links[name]

    def prepare(self, workspace: Workspace) -> None:
        """A link for each connection; nothing connects."""
        for name, spec in self._specs(workspace).items():
            self._links[name] = self._made(spec)

    def _watch_network(self, link: Link, state: ConnectionState) -> None:
        """Let links try at once when the network changes, as soon as one was let near it."""
        is_outside = link.spec.url is not None and state in _OUTSIDE
        if self._network is None and is_outside:
            from stui_workspace.connections.network import NetworkWatch

            self._network = NetworkWatch(self.stir)
            self._network.start()

    def stir(self) -> None:
        """Let every link look whether it lives, or try at once."""
        for link in self._links.values():
            link.stir()

    def to_connect(self) -> tuple[str, ...]:
        """The names of those that connect by themselves: asked to, or up when the session ended."""
        return tuple(
            name
            for name, link in self._links.items()
            if link.spec.connect is ConnectWhen.AUTO
            or (link.record.wanted and link.spec.connect is not ConnectWhen.MANUAL)
        )

    def add(self, spec: ConnectionSpec) -> Link:
        """A link that this session alone has; nothing connects."""
        link = self._made(spec)
        link.record = replace(link.record, spec=notation_of(spec))
        self._links[spec.name] = link
        self.keep(link)
        return link

    async def remove(self, name: str) -> None:
        """End a link that this session alone has, and forget it.

        Raises:
            NotFoundError: The session has no such connection of its own.
        """
        link = self.link(name)
        if link.record.spec is None:
            raise NotFoundError("connection of this session", name, "the workspace file has it")
        del self._links[name]
        await link.close()
        self._approvals.drop(name)
        state = self._memory.state
        connections = {one: record for one, record in state.connections.items() if one != name}
        self._memory.keep(replace(state, connections=connections))

    async def follow(self, workspace: Workspace) -> None:
        """Bring the links in step with a workspace that changed.

        What is only shown changes at once. A connection that is wanted is made anew where what it
        reaches or runs has changed and was approved before; where it was not, it goes on as it
        was approved, and a person is told once.
        """
        before, self._links = self._links, {}
        specs = self._specs(workspace)
        for name, spec in specs.items():
            self._links[name] = before.pop(name) if name in before else self._made(spec)
        for link in before.values():
            await link.close()
            self._approvals.drop(link.spec.name)
        for link, spec in zip(self._links.values(), specs.values(), strict=True):
            self._respecify(link, spec)

    def follow_grants(self) -> None:
        """Take what waited for approval and has it now."""
        for spec in self._approvals.granted():
            self._take(self._links[spec.name], spec)

    def awaited_grants(self) -> tuple[Path, ...]:
        """Files that come to be when a person approves what waits, in whichever program."""
        return self._approvals.awaited()

    def changes_to_review(self, name: str) -> str | None:
        """What is other in the form of a connection that waits for approval; None for none."""
        changes = self._approvals.changes(name)
        return summary_of(changes) if changes else None

    def review(self, claim: Claim) -> Review:
        """What a person is to be shown of a claim."""
        return self._approvals.review(claim)

    def set_up(self, name: str, snippets: Mapping[str, SnippetSpec]) -> tuple[SnippetSpec, ...]:
        """What sets a new life of a backend up, as it was approved where it is in use.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        return tuple(self._approvals.set_up(self.link(name).spec, snippets))

    async def close(self) -> None:
        """End every link. Never raises."""
        if self._network is not None:
            self._network.close()
        await asyncio.gather(*(link.close() for link in self._links.values()))

    def keep(self, link: Link) -> None:
        """Remember what is known of a link."""
        memory, name = self._memory, link.spec.name
        if memory.state.connections.get(name, ConnectionRecord()) != link.record:
            connections = {**memory.state.connections, name: link.record}
            memory.keep(replace(memory.state, connections=connections))

    def _specs(self, workspace: Workspace) -> dict[str, ConnectionSpec]:
        own = ad_hoc_specs(self._memory.state.connections)
        return {
            **workspace.connections,
            **{n: s for n, s in own.items() if n not in workspace.connections},
        }

    def _made(self, spec: ConnectionSpec) -> Link:
        link = Link(spec, self._setting, self._services, self._approvals.authorize, self._told)
        record = self._memory.state.connections.get(spec.name)
        if record is not None:
            link.record = record
        return link

    def _respecify(self, link: Link, spec: ConnectionSpec) -> None:
        if not link.is_wanted:  # then nothing stands: `_told` saw to that
            link.spec = spec
            return
        match self._approvals.weigh(spec):
            case Verdict.SAME:
                link.spec = spec
            case Verdict.TAKE:
                self._take(link, spec)
            case Verdict.WAIT:
                link.spec = guarded_at_least(link.spec, spec)
                self._ask_for_review(spec.name)
            case Verdict.WAITS:
                link.spec = guarded_at_least(link.spec, spec)

    def _take(self, link: Link, spec: ConnectionSpec) -> None:
        if makes_another_backend(link.spec, spec):
            link.respecify(spec)
        else:
            link.spec = spec
            link.changed()

    def _ask_for_review(self, name: str) -> None:
        changes = self._approvals.changes(name)
        self._memory.tell(ReviewNeeded(name, summary_of(changes), self._approvals.refusals(name)))
        self._links[name].changed()

    def _told(self, told: Told) -> None:
        link = self._links.get(told.name)
        if link is not None:
            if told.state in _OVER:
                link.spec = self._approvals.drop(told.name) or link.spec
            self.keep(link)
            self._on_told(link, told)
            self._watch_network(link, told.state)
        self._memory.tell(ConnectionChanged(told.name, told.state, told.reason))
