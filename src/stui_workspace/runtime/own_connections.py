"""Connections that a person adds to an open session: typed, tried, saved, and forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stui_workspace.errors import UsageError
from stui_workspace.model.records import replace
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connected import Connected
from stui_workspace.runtime.connecting.ad_hoc import free_name, name_for, notation_of
from stui_workspace.runtime.files import look
from stui_workspace.trust import Deny

if TYPE_CHECKING:
    from stui_workspace.runtime.connecting.trying import Trial


class OwnConnections(Connected):
    """The part of a session that has to do with connections that no file had when it began."""

    def _add_typed(self, urls: Iterable[str]) -> None:
        """Connections for addresses that a person typed: that is their consent to reach them.

        Raises:
            UsageError: An address means nothing, or nothing that may be reached.
        """
        for url in urls:
            from stui_workspace.connections.spoken import spec_of_url

            spec = spec_of_url(url, name_for(url))
            known = [
                link.spec.name
                for link in self._switchboard.links.values()
                if link.record.spec == notation_of(spec)
            ]
            name = known[0] if known else self.add_connection(spec)
            link = self._switchboard.link(name)
            if link.spec.url or link.spec.command or link.spec.kernel or link.spec.python:
                self._consent.grant(self._consent.claim(link.spec))
            link.record = replace(link.record, wanted=True)

    def add_connection(self, spec: ConnectionSpec) -> str:
        """A connection that this session alone has, and its name, which is made unique."""
        name = free_name(spec.name, self._switchboard.links)
        self._switchboard.add(replace(spec, name=name))
        return name

    async def forget_connection(self, name: str) -> None:
        """End and forget a connection that this session alone has.

        Raises:
            NotFoundError: There is none of that name.
        """
        await self._switchboard.remove(name)

    async def try_connection(self, spec: ConnectionSpec) -> Trial:
        """What comes of reaching a backend once; nothing of it is kept."""
        from stui_workspace.runtime.connecting.trying import Trial, try_out

        claim = self._consent.claim(spec)
        answer = self._consent.judge(claim)
        if isinstance(answer, Deny):
            return Trial(reason=answer.reason, claim=None if answer.final else claim)
        return await try_out(answer.spec, self._setting(answer), self._services.backend)

    def save_connection(self, spec: ConnectionSpec, where: str) -> str:
        """Write a connection to a file of the workspace, or keep it in this session; its name.

        A person described all of it, so that is their consent to it, unless they changed one that
        nobody had approved, or the files make something else of it.

        Args:
            spec: What to write; a connection of its name in that file is replaced.
            where: `session`, `overlay` or `workspace`.

        Raises:
            UsageError: There is no such place.
            StuiError: The file was not written, and is as it was.
        """
        from stui_workspace.runtime.connecting.saving import approve_own, is_open, save_connection

        if where == "session":
            name = self.add_connection(spec)
            spec = replace(spec, name=name)
            approve_own(spec, spec, {}, self._consent)
            return name
        if where not in ("overlay", "workspace"):
            raise UsageError(f"a connection cannot be saved to `{where}`")
        may_approve = not is_open(self.workspace.connections.get(spec.name), self._consent)
        save_connection(spec, self.project, self._services, to_overlay=where == "overlay")
        loaded = look(self.project, self._services, self._selection).loaded
        if loaded is not None and may_approve:
            found = loaded.workspace.connections.get(spec.name)
            approve_own(spec, found, loaded.workspace.snippets, self._consent)
        return spec.name
