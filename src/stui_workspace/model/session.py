"""A session: what this machine remembers of a workbench, as items.

An item is the unit of everything that follows: the journal appends items, a
snapshot is a set of items, restoring gives each item an outcome, and any item
can be taken back on its own. An item is a name such as `buffer/scratch` and a
plain value.
"""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.revision import Revision
from stui_workspace.model.values import Plain

Items = Mapping[str, Plain]
"""Item name to value: `meta`, `layout`, `preferences`, `transcript`, `outbox`,
`buffer/<id>`, `connection/<name>`."""


@dataclass(frozen=True, slots=True)
class SessionMeta:
    """Who, where, when. Times are seconds since 1970 as the machine's clock had them."""

    id: str
    name: str
    machine: str
    created: float
    opened: float
    saved: float
    closed: bool = False
    """Whether the last run said goodbye; false after a crash."""
    opens: int = 1
    evaluations: int = 0
    seconds: float = 0.0
    """Time spent open, over all runs."""


@dataclass(frozen=True, slots=True)
class BufferState:
    """A pad as it was left. Lines and columns count from 0, in code points."""

    text: str | None = None
    """None where the text is still the workspace file's (or the named file's) own."""
    base: Revision | None = None
    """The revision of the source text that `text` was made from."""
    cursor: tuple[int, int] = (0, 0)
    anchor: tuple[int, int] | None = None
    """The other end of the selection; None where nothing is selected."""
    scroll: int = 0
    """The first visible line."""
    title: str | None = None
    language: str | None = None
    connection: str | None = None
    ad_hoc: bool = False
    """Whether the session made this buffer: the workspace file does not have it."""


@dataclass(frozen=True, slots=True)
class ConnectionRecord:
    """What is known of a connection when nothing of it is live."""

    wanted: bool = False
    """Whether it was connected, or trying, when this was recorded."""
    incarnation: str | None = None
    evaluations: int = 0
    last_error: str | None = None
    last_online: float | None = None
    attempts: int = 0
    """Attempts that failed since it was online last."""
    is_favourite: bool = False
    spec: Plain = None
    """What it reaches, in the file's notation, where this session alone has the connection."""


@dataclass(frozen=True, slots=True)
class LayoutState:
    """The arrangement as it was left."""

    variant: str | None = None
    tree: Plain = None
    """The layout in the file's own notation; None where it is still the file's."""
    base: Revision | None = None
    """The revision of the file's layout that `tree` was made from."""
    focus: str | None = None
    """The panel or buffer that had the keyboard."""
    active: Mapping[str, str] = field(default_factory=dict)
    """The tab on top of each group; a group is named by its tabs joined with `|`."""
    zoomed: str | None = None


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One evaluation as it is shown: what was asked and what came back, bounded."""

    number: int
    connection: str
    code: str
    outcome: str
    """running, ok, error, interrupted, lost, unknown or refused; `waiting` is never kept."""
    output: str = ""
    result: str | None = None
    at: float = 0.0
    incarnation: str | None = None
    request: str = ""
    """The id under which it was sent, so that a backend that survives can be asked for it."""
    heard: int = 0
    """The number of the last output of it that arrived."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An evaluation that was typed while its connection was down, and has not been sent."""

    id: str
    connection: str
    code: str
    at: float
    incarnation: str | None = None
    """Of the backend that it was meant for, as far as one was known."""


@dataclass(frozen=True, slots=True)
class SessionState:
    meta: SessionMeta
    layout: LayoutState = LayoutState()
    preferences: Mapping[str, Plain] = field(default_factory=dict)
    """Only what the user changed in this session."""
    buffers: Mapping[str, BufferState] = field(default_factory=dict)
    connections: Mapping[str, ConnectionRecord] = field(default_factory=dict)
    transcript: tuple[TranscriptEntry, ...] = ()
    outbox: tuple[Waiting, ...] = ()
    """In the order in which they were typed."""


OPEN_SECONDS = 120.0
"""A session that was saved so short a time ago, and not closed, is probably open."""


def looks_open(meta: SessionMeta, now: float) -> bool:
    """Whether a session seems to be open on its machine. A clock that is ahead counts as now."""
    return not meta.closed and now - meta.saved < OPEN_SECONDS
