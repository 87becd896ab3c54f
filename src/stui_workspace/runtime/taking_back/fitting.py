"""What comes back, made to fit a session that goes on: its files, links and evaluations. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    SessionState,
    TranscriptEntry,
    Waiting,
)
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime.connecting.links import Link
from stui_workspace.runtime.recovery import LOST, RUNNING
from stui_workspace.runtime.taking_back.planning import COUNTED
from stui_workspace.storage.sessions.items import CONNECTION, ItemProblem

Links = Mapping[str, Link]

_RUNS = "an evaluation is running; the transcript stays as it is"
_STAYS = "it is connected, and stays so"
_IN_FILE = "the workspace file has a connection of that name now"


def spoken_for(
    wanted: Mapping[str, Plain | None], now: SessionState, links: Links
) -> dict[str, ItemProblem]:
    """The items that cannot be replaced while the session is open, each with the reason.

    Args:
        wanted: What items are to become; None for those that are to go.
        now: The session.
        links: Its connections.
    """
    refused: dict[str, str] = {}
    if "transcript" in wanted and any(one.outcome == RUNNING for one in now.transcript):
        refused["transcript"] = _RUNS
    for item, value in wanted.items():
        name = item.removeprefix(CONNECTION)
        link = links.get(name) if item != name else None
        if link is None:
            continue
        fields = value if isinstance(value, Mapping) else {}
        spec, own = fields.get("spec"), link.record.spec
        if own is None and spec is not None:
            refused[item] = _IN_FILE
        elif link.is_wanted and (spec != own or not fields.get("wanted", False)):
            refused[item] = _STAYS
    return {item: ItemProblem(item, reason) for item, reason in refused.items()}


@dataclass(frozen=True, slots=True)
class Around:
    """What a state has to fit."""

    workspace: Workspace
    links: Links
    """What was counted of them goes on."""
    known: AbstractSet[Waiting]
    """What may be sent as before: it waited all the time."""


def fitted(state: SessionState, now: SessionState, around: Around) -> SessionState:
    """A state as an open session can hold it.

    A pad that the workspace file has no more is a pad of the session. What was running is lost.
    What comes to wait again waits for a person.
    """
    transcript = state.transcript
    if transcript != now.transcript:
        transcript = tuple(map(_ended, transcript))
    buffers = {name: _placed(name, one, around.workspace) for name, one in state.buffers.items()}
    records = dict(state.connections)
    for name, record in now.connections.items():
        if name not in records and name in around.links and record.spec is None:
            records[name] = _blank_like(record)
    return replace(
        state,
        buffers=buffers,
        transcript=transcript,
        outbox=tuple(one if one in around.known else _waiting(one) for one in state.outbox),
        connections=records,
    )


def _ended(entry: TranscriptEntry) -> TranscriptEntry:
    return replace(entry, outcome=LOST) if entry.outcome == RUNNING else entry


def _waiting(one: Waiting) -> Waiting:
    """Meant for no backend in particular: else it might be sent as soon as that one is back."""
    return replace(one, incarnation=None)


def _placed(name: str, buffer: BufferState, workspace: Workspace) -> BufferState:
    if name in workspace.buffers:
        return replace(buffer, ad_hoc=False)
    if buffer.ad_hoc or buffer.text is None:
        return buffer
    return replace(buffer, ad_hoc=True, base=None)


def _blank_like(record: ConnectionRecord) -> ConnectionRecord:
    counted = {key: getattr(record, key) for key in COUNTED}
    return replace(ConnectionRecord(), **counted)
