"""What a running session tells its faces. Values; a face decides how they look.

Events say that something happened; what is true now is asked of the session.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.paths import NodePath
from stui_workspace.model.receipt import Receipt
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import TranscriptEntry


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two readings of the workspace; holds no value."""

    path: NodePath
    kind: ChangeKind


class ConnectionState(StrEnum):
    IDLE = "idle"
    """Not connected, and nobody asked for it."""
    CONNECTING = "connecting"
    ONLINE = "online"
    BUSY = "busy"
    """Online, and evaluating."""
    DEGRADED = "degraded"
    """Connected, and silent for longer than it should be."""
    RECONNECTING = "reconnecting"
    """The link fell, or never came up: it is tried again, or will be at `retry_at`."""
    NEEDS_YOU = "needs you"
    """It waits for a person: for consent, or for a mistake to be mended."""


@dataclass(frozen=True, slots=True)
class Opened:
    """First of all events."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The workspace changed outside and what it says now is good. Views are to be read anew."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Invalid:
    """The file cannot be used as it stands; the last good state stays."""

    problems: tuple[FileProblems, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """The file was deleted; the session stays."""


@dataclass(frozen=True, slots=True)
class CopyFound:
    """A conflict copy of a sync tool lies, or lay, beside the workspace file."""

    name: str
    action: str
    """What became of it: merged, contained, adopted, asked, left or failed."""
    reason: str
    """Half a sentence."""
    conflicts: tuple[str, ...] = ()
    """The paths of what a person is asked about."""
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class ItemsReplaced:
    """Items of the session are again what they were. Views are to be read anew."""

    items: tuple[str, ...]
    """Their names: `buffer/scratch`."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What the session holds is on the disk."""

    at: float
    items_count: int


@dataclass(frozen=True, slots=True)
class Modified:
    """A buffer, the layout or a preference is other than what is saved."""


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    name: str
    state: ConnectionState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewNeeded:
    """The file says something else of a connection that is in use, and nobody approved that yet.

    The connection goes on as it was approved. Told once for each form.
    """

    name: str
    changed: str
    """What is other, in one line that is safe to show: `url changed: tcp://a:1 -> tcp://b:1`."""
    refusals: tuple[str, ...] = ()
    """Why no consent can allow the new form; empty where one can."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A connection that had been down is online again."""

    name: str
    same: bool
    """Whether it is the same life of the backend; if not, what it held in memory is gone."""
    waiting_count: int
    """Evaluations that were typed for it meanwhile, and wait for a person to decide."""


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """Evaluations were put into the outbox, changed, sent or discarded. It is to be read anew."""


@dataclass(frozen=True, slots=True)
class EvaluationStarted:
    """`entry.outcome` is `running`."""

    entry: TranscriptEntry


@dataclass(frozen=True, slots=True)
class OutputArrived:
    number: int
    """Of the transcript entry."""
    stream: str
    """stdout or stderr; gap or note for words of ours about what is missing, or came late."""
    text: str


@dataclass(frozen=True, slots=True)
class EvaluationFinished:
    entry: TranscriptEntry


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know: one clause, and what to do."""

    text: str
    next_step: str | None = None
    warning: bool = False
    action: str | None = None
    """What a face can offer to do about it: `conflicts`; None for nothing."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Last of all events."""


Event: TypeAlias = (
    Opened
    | Reloaded
    | Invalid
    | Gone
    | CopyFound
    | ItemsReplaced
    | Saved
    | Modified
    | ConnectionChanged
    | ReviewNeeded
    | Returned
    | OutboxChanged
    | EvaluationStarted
    | OutputArrived
    | EvaluationFinished
    | Notice
    | Closed
)
