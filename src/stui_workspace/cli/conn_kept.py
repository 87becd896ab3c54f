"""What is kept of a project's connections: in its sessions, and in the log of connections."""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace.errors import StuiError
from stui_workspace.history.connections import ConnectionLog, Damage
from stui_workspace.history.episodes import Episode
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.session import ConnectionRecord, SessionMeta
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.ad_hoc import ad_hoc_specs
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.storage.machines import this_machine
from stui_workspace.storage.project import Project
from stui_workspace.storage.sessions.store import SessionStore

_NO_RECORDS: Mapping[str, ConnectionRecord] = {}
_MOST_EPISODES = 1000
"""So far back the log is read for what is online now."""


@dataclass(frozen=True, slots=True)
class Known:
    """The connections of a project, as its sessions left them."""

    records: Mapping[str, ConnectionRecord] = field(default_factory=dict)
    """Of the session that was saved last."""
    open_records: tuple[Mapping[str, ConnectionRecord], ...] = ()
    """Of each session that is open now."""
    newest: Mapping[str, Episode] = field(default_factory=dict)
    """Of each connection the newest episode on this machine."""

    @property
    def own(self) -> Mapping[str, ConnectionSpec]:
        """The connections that the last session alone has."""
        return ad_hoc_specs(self.records)

    def record(self, name: str) -> ConnectionRecord:
        """What is known of a connection."""
        record = self.records.get(name, ConnectionRecord())
        return replace(record, last_online=_last_online(record, self.newest.get(name)))

    def state(self, name: str) -> str | None:
        """online, trying or idle; None while no session is open."""
        if not self.open_records:
            return None
        if not any(records.get(name, ConnectionRecord()).wanted for records in self.open_records):
            return "idle"
        newest = self.newest.get(name)
        return "online" if newest is not None and newest.outcome == "open" else "trying"


def _last_online(record: ConnectionRecord, newest: Episode | None) -> float | None:
    """When it was online last: a record says when it came up, an episode when that ended."""
    if newest is None or newest.outcome not in ("closed", "lost") or newest.ended is None:
        return record.last_online
    return max(record.last_online or 0.0, newest.ended)


def known_connections(project: Project, services: Services) -> Known:
    """What is kept of a project's connections. Reads only; what cannot be read is left out.

    Raises:
        DiskError: The list of sessions cannot be read.
    """
    store = SessionStore(services.locations.workspace(project.root), services.fs)
    found: list[tuple[SessionMeta, Mapping[str, ConnectionRecord]]] = []
    for one in store.list():
        try:
            state = kept_session(store, one.id).state
        except StuiError:
            continue
        found.append((state.meta, state.connections))
    running = tuple(records for meta, records in found if _is_open(store, meta))
    records = found[0][1] if found else _NO_RECORDS
    return Known(records, running, _newest(project, services))


def connection_log(services: Services) -> ConnectionLog:
    """The log of connections, of all of this user's machines."""
    return ConnectionLog(
        services.locations.history,
        services.machine,
        services.fs,
        identify=lambda: this_machine(services.machine, services.locations.state, services.fs),
    )


def episodes_of(
    project: Project, services: Services, name: str | None, limit: int
) -> tuple[tuple[Episode, ...], tuple[Damage, ...]]:
    """The newest episodes of a project's connections, the newest first; and what is damaged.

    Raises:
        DiskError: The log cannot be read.
    """
    damage: list[Damage] = []
    workspace = services.locations.workspace(project.root).path.name
    log = connection_log(services)
    found = log.read(name, limit, workspace=workspace, on_damage=damage.append)
    return found, tuple(damage)


def _newest(project: Project, services: Services) -> dict[str, Episode]:
    try:
        found, _ = episodes_of(project, services, None, _MOST_EPISODES)
    except StuiError:
        return {}
    own = [one for one in found if one.machine == services.machine]
    return {one.connection: one for one in reversed(own)}


def _is_open(store: SessionStore, meta: SessionMeta) -> bool:
    if meta.closed:
        return False
    try:
        lock = store.acquire(meta.id)
    except StuiError:
        return False
    if lock is None:
        return True
    lock.release()
    return False
