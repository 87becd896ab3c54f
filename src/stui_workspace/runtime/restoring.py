"""Restoring as a list of items, each with its outcome. Pure: the disk was read before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stui_workspace.layout import layout_revision
from stui_workspace.model.receipt import Outcome, Remedy, Restored
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionState,
)
from stui_workspace.model.workspace import ConnectWhen, Workspace
from stui_workspace.runtime.pads import Source
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION, ItemProblem

_WHOLE = ("layout", "preferences", "transcript", "outbox")
_FROM_SNAPSHOT = "take it from a snapshot: on the receipt, or with `stui session restore`"
_REVERT = "press Alt+R in it to take the file's text instead"


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes back of a session in the workspace as it is now."""

    state: SessionState
    items: tuple[Restored, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the workspace when a session is restored in it."""

    workspace: Workspace
    sources: Mapping[str, Source] = field(default_factory=dict)
    usable: bool = True
    """Whether the workspace file could be read; if not, nothing of the session is given up."""
    connect: bool = True
    """Whether connections may be made without a further word."""


def plan_restore(
    state: SessionState, problems: Sequence[ItemProblem], around: Surroundings
) -> Plan:
    """What of `state` comes back, and the outcome of each of its items, in the order of restoring.

    An item that the workspace's `restore` leaves out keeps its place in no session: it starts as
    the file has it. Damage that was found on the disk is named with the item that it hit.
    """
    include = around.workspace.restore.include
    layout, layout_items = (
        _layout(state.layout, around) if "layout" in include else (LayoutState(), [])
    )
    buffers, buffer_items = _buffers(state, around) if "buffers" in include else ({}, [])
    connections, connection_items = (
        _connections(state, around) if "connections" in include else ({}, [])
    )
    items = [
        *layout_items,
        *_present("preferences", state.preferences),
        *buffer_items,
        *connection_items,
        *_present("transcript", state.transcript),
        *_present("outbox", state.outbox),
    ]
    restored = replace(state, layout=layout, buffers=buffers, connections=connections)
    return Plan(restored, tuple(_with_damage(items, problems)))


def _present(name: str, value: object) -> Iterator[Restored]:
    if value:
        yield Restored(name, Outcome.OK)


def _layout(state: LayoutState, around: Surroundings) -> tuple[LayoutState, list[Restored]]:
    if state == LayoutState():
        return state, []
    current = layout_revision(around.workspace.layout)
    if state.tree is None or state.base == current or not around.usable:
        return state, [Restored("layout", Outcome.OK)]
    outcome = Restored(
        "layout",
        Outcome.CHANGED,
        "the file's layout is another one now; that one is shown",
        "bring yours back from the receipt, or arrange it anew",
        "your arrangement, until this session is closed",
        Remedy.BRING_BACK,
    )
    return replace(state, tree=None, base=None), [outcome]


def _buffers(
    state: SessionState, around: Surroundings
) -> tuple[dict[str, BufferState], list[Restored]]:
    kept: dict[str, BufferState] = {}
    items: list[Restored] = []
    for name, buffer in state.buffers.items():
        outcome = buffer_outcome(name, buffer, around)
        items.append(outcome)
        if outcome.outcome is not Outcome.MISSING:
            kept[name] = _adopted(name, buffer, around)
    return kept, items


def buffer_outcome(name: str, buffer: BufferState, around: Surroundings) -> Restored:
    """How a pad comes back that was left so."""
    item = f"{BUFFER}{name}"
    source = around.sources.get(name)
    if buffer.ad_hoc or not around.usable:
        return Restored(item, Outcome.OK)
    if name not in around.workspace.buffers:
        if buffer.text is None:
            return Restored(
                item,
                Outcome.MISSING,
                "the workspace file has it no more",
                "open a new pad, or bring the buffer back in the file",
                "where its cursor stood, until this session is closed",
                Remedy.READ,
            )
        return Restored(
            item,
            Outcome.CHANGED,
            "the workspace file has it no more; your unsaved text is kept as a pad",
            "copy what you need, then close the pad",
            "all of your text",
        )
    if source is not None and source.problem is not None:
        kept = (
            "where its cursor stood" if buffer.text is None else "your unsaved text, which is shown"
        )
        return Restored(
            item, Outcome.FAILED, source.problem, "bring its file back", kept, Remedy.READ
        )
    if buffer.text is not None and source is not None and buffer.base != source.base:
        return Restored(
            item,
            Outcome.CHANGED,
            "its source has changed; your unsaved text is shown",
            _REVERT,
            "your text as you left it",
        )
    return Restored(item, Outcome.OK)


def _adopted(name: str, buffer: BufferState, around: Surroundings) -> BufferState:
    """A buffer that lost its place in the file lives on as a pad of the session."""
    orphaned = around.usable and not buffer.ad_hoc and name not in around.workspace.buffers
    return replace(buffer, ad_hoc=True, base=None) if orphaned else buffer


def _connections(
    state: SessionState, around: Surroundings
) -> tuple[dict[str, ConnectionRecord], list[Restored]]:
    kept: dict[str, ConnectionRecord] = {}
    items: list[Restored] = []
    for name, record in state.connections.items():
        item = f"{CONNECTION}{name}"
        is_ours = record.spec is not None
        if around.usable and not is_ours and name not in around.workspace.connections:
            items.append(
                Restored(
                    item,
                    Outcome.MISSING,
                    "the workspace file has it no more",
                    "add it under `connections`",
                    "what was evaluated on it: in the transcript and in the history",
                )
            )
            continue
        kept[name] = record
        items.append(_connection_outcome(item, name, record, around))
    return kept, items


def _connection_outcome(
    item: str, name: str, record: ConnectionRecord, around: Surroundings
) -> Restored:
    spec = around.workspace.connections.get(name)
    if not record.wanted:
        return Restored(item, Outcome.OK)
    if not around.connect:
        reason = "nothing connects by itself in this session"
        return _by_hand(item, reason)
    if spec is not None and spec.connect is ConnectWhen.MANUAL:
        reason = "the file lets it connect by hand only"
        return _by_hand(item, reason)
    return Restored(item, Outcome.WAITING, "it is being connected")


def _by_hand(item: str, reason: str) -> Restored:
    return Restored(item, Outcome.REFUSED, reason, "connect it yourself", remedy=Remedy.CONNECT)


def _with_damage(items: Sequence[Restored], problems: Sequence[ItemProblem]) -> Iterator[Restored]:
    damaged: dict[str, str] = {}
    for problem in problems:
        damaged.setdefault(problem.item.partition("[")[0], problem.reason)
    for item in items:
        reason = damaged.pop(item.item, None)
        yield item if reason is None else _damaged(item.item, Outcome.CHANGED, reason)
    for name, reason in damaged.items():
        yield _damaged(name, Outcome.FAILED, reason)


def _damaged(name: str, outcome: Outcome, reason: str) -> Restored:
    kept = "what could be read of it" if outcome is Outcome.CHANGED else None
    remedy = Remedy.SNAPSHOT if can_be_taken(name) else None
    step = _FROM_SNAPSHOT if remedy else "`stui session show` tells what is kept"
    return Restored(name, outcome, reason, step, kept, remedy)


def can_be_taken(name: str) -> bool:
    """Whether an item of that name is one of those that snapshots have."""
    return name in _WHOLE or name.startswith((BUFFER, CONNECTION))
