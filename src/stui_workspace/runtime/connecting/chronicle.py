"""The history of a session's connections: when each was up, and why it ended, written as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stui_workspace.errors import DiskError
from stui_workspace.model.records import replace
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.events import ConnectionState, Notice
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.services import Services
from stui_workspace.storage.machines import this_machine

if TYPE_CHECKING:
    from stui_workspace.history.connections import ConnectionLog
    from stui_workspace.history.episodes import Episode

_UP = (ConnectionState.ONLINE, ConnectionState.BUSY, ConnectionState.DEGRADED)


class Chronicle:
    """Notes episodes of one workspace. A log that cannot be written is told of once."""

    def __init__(self, memory: Memory, services: Services, workspace_id: str) -> None:
        self._memory = memory
        self._services = services
        self._workspace_id = workspace_id
        self._log: ConnectionLog | None = None
        self._open: dict[str, Episode] = {}
        """Of each connection that is up, or that is tried in vain, what is written of it so far."""
        self._states: dict[str, ConnectionState] = {}
        """What each connection told last."""
        self._is_broken = False

    def told(self, link: Link, told: Told) -> None:
        """Note what a link told, as far as an episode begins or ends with it."""
        state, before = told.state, self._states.get(told.name)
        self._states[told.name] = state
        if state is before and told.hello is None:
            return
        if told.hello is not None:
            self._open.pop(link.spec.name, None)  # it was tried, and came up: one episode
            self._begin(link, "open", attempts=told.attempts)
        elif state is ConnectionState.RECONNECTING:
            if link.spec.name not in self._open or self._is_up(link):
                self._end(link, "lost", told.reason)
                self._begin(link, "failed", told.reason, is_written=False)
        elif state is ConnectionState.NEEDS_YOU:
            if link.spec.name not in self._open:
                self._begin(link, "refused", told.reason, is_written=False)
            self._end(link, "refused", told.reason)
        elif state is ConnectionState.CONNECTING and self._is_up(link):
            self._end(link, "closed", "it was made anew")
        elif state is ConnectionState.IDLE:
            self._end(link, "closed" if self._is_up(link) else "failed", told.reason)

    def read(self, connection: str | None, limit: int) -> tuple[Episode, ...]:
        """The newest episodes of this workspace, of one connection or of all.

        Raises:
            DiskError: They cannot be read.
        """
        return self._kept_log().read(connection, limit, workspace=self._workspace_id)

    def _is_up(self, link: Link) -> bool:
        episode = self._open.get(link.spec.name)
        return episode is not None and episode.outcome == "open"

    def _begin(
        self,
        link: Link,
        outcome: str,
        reason: str | None = None,
        *,
        attempts: int | None = None,
        is_written: bool = True,
    ) -> None:
        from stui_workspace.history.episodes import Episode

        hello = link.hello
        episode = Episode(
            link.spec.name,
            self._workspace_id,
            self._services.machine,
            self._services.clock(),
            None,
            link.spec.kind,
            _address(link.spec),
            outcome,
            reason,
            attempts=link.view.attempts if attempts is None else attempts,
            incarnation=None if hello is None else hello.incarnation,
            identity=None if hello is None else hello.identity,
        )
        self._open[link.spec.name] = self._written(episode) if is_written else episode

    def _end(self, link: Link, outcome: str, reason: str | None = None) -> None:
        """Write how the episode of a link ended, where one is open."""
        episode = self._open.pop(link.spec.name, None)
        if episode is None:
            return
        if episode.outcome != "open":  # it was tried all the time
            reason = reason or link.record.last_error or episode.reason
            episode = replace(episode, attempts=max(episode.attempts, link.record.attempts))
        ended = replace(episode, ended=self._services.clock(), outcome=outcome, reason=reason)
        self._written(ended)

    def _written(self, episode: Episode) -> Episode:
        try:
            return self._kept_log().append(episode)
        except DiskError as error:
            if not self._is_broken:
                self._is_broken = True
                text = f"the history of connections was not written: {error}"
                self._memory.tell(Notice(text, error.next_step, warning=True))
            return episode

    def _kept_log(self) -> ConnectionLog:
        if self._log is None:
            from stui_workspace.history.connections import ConnectionLog

            services = self._services
            self._log = ConnectionLog(
                services.locations.history,
                services.machine,
                services.fs,
                identify=lambda: this_machine(
                    services.machine, services.locations.state, services.fs
                ),
            )
        return self._log


def _address(spec: ConnectionSpec) -> str | None:
    """What is reached or run, for people."""
    return spec.url or spec.kernel or (spec.command[0] if spec.command else spec.python)
