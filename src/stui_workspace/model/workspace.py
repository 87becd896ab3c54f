"""A workspace as its file describes it: what every machine of a team shares.

Field names are the keys of the format, and the published schema has the same
keys with the same defaults; `tests/unit/schema/test_model_and_schema.py` holds the two together.
Times are seconds. A value of these classes says nothing about what is live.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import inf
from types import MappingProxyType

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain

EMPTY: Mapping[str, Plain] = MappingProxyType({})


class ConnectWhen(StrEnum):
    AUTO = "auto"
    LAZY = "lazy"
    MANUAL = "manual"


class Guard(StrEnum):
    FREE = "free"
    CONFIRM = "confirm"
    READ_ONLY = "read-only"


@dataclass(frozen=True, slots=True)
class Reconnect:
    base: float = 0.5
    cap: float = 30.0
    jitter: str = "full"
    give_up: float = inf


@dataclass(frozen=True, slots=True)
class Health:
    ping: float = 5.0
    warn_after: float = 10.0
    dead_after: float = 30.0


@dataclass(frozen=True, slots=True)
class ConnectionSpec:
    """One connection of the file; which keys matter depends on `kind`."""

    name: str
    kind: str
    """python, stui, jupyter, socket or pty; others come with plugins."""
    title: str | None = None
    url: str | None = None
    identity: str | None = None
    credential: str | None = None
    connect: ConnectWhen = ConnectWhen.LAZY
    reconnect: Reconnect = Reconnect()
    health: Health = Health()
    offline: str = "ask"
    guard: Guard = Guard.FREE
    setup: tuple[str, ...] = ()
    cwd: str = "."
    python: str | None = None
    """The interpreter of `kind: python`; None is the one that runs stui."""
    kernel: str | None = None
    command: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    prompt: str | None = None
    hold: bool = False
    color: str | None = None
    notes: str | None = None
    other: Mapping[str, Plain] = field(default_factory=dict)
    """What it says under keys that this version does not know, for a newer one may. Those within
    a map that is known stand under its key: `{"health": {"pong": 2}}`. Keys of people's own
    (`x-…`) are none of them.
    """


@dataclass(frozen=True, slots=True)
class BufferSpec:
    """An open pad. Its text is `source`, or the content of `file`; both None is empty."""

    id: str
    title: str | None = None
    kind: str = "code"
    """code, markdown or text."""
    connection: str | None = None
    language: str | None = None
    source: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class SnippetSpec:
    id: str
    source: str
    title: str | None = None
    connection: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    theme: str = "stui-dark"
    wrap: bool = True
    line_numbers: bool = True
    tab_width: int = 4
    evaluation_timeout: float = inf


@dataclass(frozen=True, slots=True)
class HistoryPolicy:
    save: bool = True
    per: str = "connection"
    """connection or workspace."""
    keep: int = 20_000
    dedupe: str = "consecutive"
    """none, consecutive or all."""
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestorePolicy:
    policy: str = "ask-if-changed"
    """always, ask-if-changed or never."""
    include: tuple[str, ...] = ("layout", "buffers", "connections", "history")


@dataclass(frozen=True, slots=True)
class Keep:
    last: int = 20
    hourly: int = 24
    daily: int = 14


@dataclass(frozen=True, slots=True)
class Autosave:
    journal: float = 1.0
    snapshot: float = 30.0
    keep: Keep = Keep()


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything one resolved workspace says: file, environment, overlay and variables applied."""

    name: str = ""
    description: str | None = None
    connections: Mapping[str, ConnectionSpec] = field(default_factory=dict)
    buffers: Mapping[str, BufferSpec] = field(default_factory=dict)
    snippets: Mapping[str, SnippetSpec] = field(default_factory=dict)
    layout: Mapping[str, Plain] = field(default_factory=dict)
    """As written; `stui_workspace.layout` gives it meaning."""
    preferences: Preferences = Preferences()
    history: HistoryPolicy = HistoryPolicy()
    restore: RestorePolicy = RestorePolicy()
    autosave: Autosave = Autosave()
    session_store: str = "local"
    """local or beside."""
    sync_conflicts: str = "ask"
    """ask, ours or theirs."""
    sync_lineage: bool = False
    """Whether this machine lists its versions of the file beside it."""
    extensions: Mapping[str, Plain] = field(default_factory=dict)
    environments: tuple[str, ...] = ()
    environment: str | None = None
    """The selected one."""
