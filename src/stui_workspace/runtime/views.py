"""What a face shows, as the session sees it now: the file and what was made of it, in one."""

from __future__ import annotations

from dataclasses import dataclass

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
    """When the state began, by the session's clock."""
