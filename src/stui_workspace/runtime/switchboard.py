"""All links of a session: made from the workspace, kept in step with it, and ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from stui_workspace.errors import NotFoundError
from stui_workspace.model.workspace import ConnectionSpec, ConnectWhen, Workspace
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.events import ConnectionChanged, Notice
from stui_workspace.runtime.links import Link, Told
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.services import Services
from stui_workspace.trust import Deny

_BACKEND_KEYS = (
    "kind", "url", "identity", "credential", "cwd", "python",
    "kernel", "command", "env", "prompt", "hold",
)  # fmt: skip


def makes_another_backend(old: ConnectionSpec, new: ConnectionSpec) -> bool:
    """Whether a connection that is up must be made anew to be what the file says."""
    return any(getattr(old, key) != getattr(new, key) for key in _BACKEND_KEYS)


class Switchboard:
    """The connections of one session, in the order of the workspace."""

    def __init__(self, memory: Memory, services: Services, root: Path, consent: Consent) -> None:
        self._memory = memory
        self._services = services
        self._root = root
        self._consent = consent
        self._links: dict[str, Link] = {}

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
        for name, spec in workspace.connections.items():
            self._links[name] = self._made(spec)

    def to_connect(self) -> tuple[str, ...]:
        """The names of those that connect by themselves: asked to, or up when the session ended."""
        return tuple(
            name
            for name, link in self._links.items()
            if link.spec.connect is ConnectWhen.AUTO
            or (link.record.wanted and link.spec.connect is not ConnectWhen.MANUAL)
        )

    async def follow(self, workspace: Workspace) -> None:
        """Bring the links in step with a workspace that changed.

        What is only shown changes at once. A live connection is made anew where what it reaches
        or runs has changed and is approved; where it is not approved, the running one stays as
        it was, and a person is told.
        """
        before, self._links = self._links, {}
        for name, spec in workspace.connections.items():
            self._links[name] = before.pop(name) if name in before else self._made(spec)
        for link in before.values():
            await link.close()
        changed = [
            (link, spec)
            for link, spec in zip(self._links.values(), workspace.connections.values(), strict=True)
            if link.spec != spec
        ]
        await asyncio.gather(*(self._respecify(link, spec) for link, spec in changed))

    async def close(self) -> None:
        """End every backend. Never raises."""
        await asyncio.gather(*(link.close() for link in self._links.values()))

    def _made(self, spec: ConnectionSpec) -> Link:
        link = Link(spec, self._root, self._services, self._consent.authorize, self._told)
        record = self._memory.state.connections.get(spec.name)
        if record is not None:
            link.record = record
        return link

    async def _respecify(self, link: Link, spec: ConnectionSpec) -> None:
        if not link.is_live or not makes_another_backend(link.spec, spec):
            link.spec = spec
            return
        if isinstance(self._consent.authorize(spec), Deny):
            self._memory.tell(
                Notice(
                    f"connection `{spec.name}` changed in the file and waits for your approval;"
                    " the running one stays as it was",
                    "`stui trust` shows what changed",
                    warning=True,
                )
            )
            return
        link.spec = spec
        await link.restart()

    def _told(self, told: Told) -> None:
        memory = self._memory
        record = self._links[told.name].record if told.name in self._links else None
        if record is not None and memory.state.connections.get(told.name) != record:
            connections = {**memory.state.connections, told.name: record}
            memory.keep(replace(memory.state, connections=connections))
        memory.tell(ConnectionChanged(told.name, told.state, told.reason))
