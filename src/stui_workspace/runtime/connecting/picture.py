"""A connection as faces see it, made of its machine and what is remembered of it. Pure."""

from __future__ import annotations

from typing import Final

from stui_workspace.connections.backend import Hello
from stui_workspace.connections.machine import UP, Machine, Phase
from stui_workspace.model.session import ConnectionRecord
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.views import ConnectionView

_STATES: Final = {
    Phase.IDLE: ConnectionState.IDLE,
    Phase.CONNECTING: ConnectionState.CONNECTING,
    Phase.ONLINE: ConnectionState.ONLINE,
    Phase.DEGRADED: ConnectionState.DEGRADED,
    Phase.RECONNECTING: ConnectionState.RECONNECTING,
    Phase.NEEDS_YOU: ConnectionState.NEEDS_YOU,
    Phase.CLOSED: ConnectionState.IDLE,
}


def view_of(
    spec: ConnectionSpec, machine: Machine, record: ConnectionRecord, hello: Hello | None
) -> ConnectionView:
    """The connection as it is now, but for what only its link knows.

    Args:
        spec: As it is, or is to be, reached.
        machine: As it is.
        record: What is remembered.
        hello: Who is connected; None while nobody is.
    """
    return ConnectionView(
        spec.name,
        spec,
        _STATES[machine.phase],
        machine.reason,
        machine.next_step,
        None if hello is None else hello.incarnation,
        None if hello is None else hello.backend,
        record.evaluations,
        machine.since if machine.epoch else None,
        attempts=0 if machine.phase in UP else machine.failure_count,
        retry_at=machine.retry_at,
        heard_at=None if hello is None else machine.heard_at,
        last_error=record.last_error,
        survives=hello is not None and hello.survives,
        is_ad_hoc=record.spec is not None,
        is_favourite=record.is_favourite,
    )
