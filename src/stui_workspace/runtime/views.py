"""What a face shows, as the session sees it now: the file and what was made of it, in one."""

from __future__ import annotations

from stui_workspace.model.records import dataclass
from stui_workspace.model.session import BufferState
from stui_workspace.model.workspace import BufferSpec, ConnectionSpec
from stui_workspace.runtime.events import ConnectionState


@dataclass(frozen=True, slots=True)
class BufferView:
    """One pad: what the workspace says of it and what the session did with it."""

    id: str
    title: str
    text: str
    state: BufferState
    spec: BufferSpec | None = None
    """None for a pad that only this session has."""
    kind: str = "code"
    language: str | None = None
    connection: str | None = None
    modified: bool = False
    """Whether `text` is other than its source: the workspace file's text, or the named file's."""
    outdated: bool = False
    """Whether the source moved on since the unsaved text was begun."""
    problem: str | None = None
    """Why the named file could not be read, where it could not."""


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """One connection: what the workspace asks for and what is live."""

    name: str
    spec: ConnectionSpec
    state: ConnectionState = ConnectionState.IDLE
    reason: str | None = None
    """Why it is lost or needs a person."""
    next_step: str | None = None
    incarnation: str | None = None
    backend: str | None = None
    """Who answered, for people: `Python 3.11.7`."""
    evaluations: int = 0
    since: float | None = None
    """When the state began, by the session's clock, as are all times here."""
    attempts: int = 0
    """That failed since it was online last."""
    retry_at: float | None = None
    """When it is tried again; None while it is being tried, or is not."""
    heard_at: float | None = None
    """When the backend last gave a sign of itself; None before the first."""
    trips: tuple[float, ...] = ()
    """Round trips of the last pings in seconds, at most 60, the newest last."""
    busy_since: float | None = None
    """Since when the backend has been evaluating, as it says or as we know; None while idle."""
    last_error: str | None = None
    """Why it was down last, also from before a restart."""
    to_review: str | None = None
    """What is other in the form that waits for approval, while this one goes on; None for none."""
    waiting_count: int = 0
    """Evaluations in the outbox."""
    survives: bool = False
    """Whether the backend goes on while nobody is connected."""
    is_ad_hoc: bool = False
    """Whether this session alone has it: the workspace file does not name it."""
    is_favourite: bool = False
