"""What the machine of a connection does with each thing that it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from stui_workspace.connections.backoff import wait_before
from stui_workspace.connections.machine.times import (
    PROBE_SECONDS,
    STEADY_SECONDS,
    caught_up,
    dead_seconds,
    ping_seconds,
)
from stui_workspace.connections.machine.words import (
    AT_REST,
    UP,
    Answered,
    Close,
    Command,
    Connect,
    Disconnect,
    Drop,
    Failed,
    Heard,
    Input,
    Lost,
    Machine,
    Open,
    Phase,
    Policy,
    Probe,
    Refused,
    SpecChanged,
    Step,
    Stirred,
    Tick,
)
from stui_workspace.model.records import dataclass, replace

_STUCK_SECONDS: Final = 1.0
"""An attempt older than that belongs to the network as it was before it changed."""
_BREATH_SECONDS: Final = 0.25
"""So long after an attempt began no change of the network brings on another one: some networks
change all the time."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """When something is told, with the chance of that moment and the policy that holds then."""

    now: float
    chance: float
    policy: Policy


def step(machine: Machine, told: Input, now: float, chance: float, policy: Policy) -> Step:
    """The machine after it was told something, and what is to be done, in order.

    Args:
        machine: As it is.
        told: What happened.
        now: Seconds, of one clock. It may jump, in both directions: that is forgiven.
        chance: From 0 up to and without 1, drawn anew for each step.
        policy: Of the connection as it is specified now.
    """
    if machine.phase is Phase.CLOSED or _is_stale(machine, told):
        return machine, ()
    at = _Moment(now, chance, policy)
    machine, was_away = caught_up(machine, now, policy)
    woken: tuple[Command, ...] = ()
    # Only a tick may end the attempt that it finds: anything else may be the word of that attempt.
    if was_away and (machine.phase in UP or isinstance(told, Tick)):
        machine, woken = _stirred(machine, at)
    after, commands = _MOVES[type(told)](machine, told, at)
    return replace(after, looked_at=now), (*woken, *commands)


def _is_stale(machine: Machine, told: Input) -> bool:
    if isinstance(told, Answered | Heard | Failed | Lost | Refused):
        return told.epoch != machine.epoch or not machine.is_live
    return False


def _wanted(machine: Machine, at: _Moment) -> Step:
    if machine.is_live:
        return machine, ()
    if machine.phase in AT_REST:  # whoever asks again starts the count again
        fresh = replace(machine, failure_count=0, down_since=at.now)
        return _tried(fresh, Phase.CONNECTING, at)
    return _tried(machine, machine.phase, at)


def _tried(machine: Machine, phase: Phase, at: _Moment) -> Step:
    """A new attempt, at once."""
    after = replace(
        machine,
        phase=phase,
        epoch=machine.epoch + 1,
        since=machine.since if phase is machine.phase else at.now,
        tried_at=at.now,
        retry_at=None,
        doubted_since=None,
    )
    return after, (Open(after.epoch),)


def _dropped(machine: Machine) -> tuple[Command, ...]:
    return (Drop(machine.epoch),) if machine.is_live else ()


def _rested(machine: Machine, phase: Phase, at: _Moment) -> Step:
    return Machine(phase, machine.epoch, since=at.now, looked_at=at.now), _dropped(machine)


def _needs_you(machine: Machine, told: Failed | Refused, at: _Moment) -> Step:
    after, commands = _rested(machine, Phase.NEEDS_YOU, at)
    return replace(after, reason=told.reason, next_step=told.next_step), commands


def _answered(machine: Machine, at: _Moment) -> Step:
    if machine.phase in UP:
        return _heard(machine, at)
    after = replace(
        machine,
        phase=Phase.ONLINE,
        since=at.now,
        down_since=None,
        heard_at=at.now,
        probed_at=at.now,
        up_since=at.now,
        reason=None,
        next_step=None,
    )
    return after, ()


def _heard(machine: Machine, at: _Moment) -> Step:
    if machine.phase not in UP:
        return machine, ()
    after = replace(machine, heard_at=at.now, doubted_since=None)
    if machine.phase is Phase.DEGRADED:
        after = replace(after, phase=Phase.ONLINE, since=at.now, reason=None, next_step=None)
    return after, ()


def _failed(machine: Machine, told: Failed, at: _Moment) -> Step:
    """Wait, and try again; or give up, where that would not help or the policy says so."""
    policy = at.policy.reconnect
    if told.is_final:
        return _needs_you(machine, told, at)
    down_since = at.now if machine.down_since is None else machine.down_since
    if at.now >= down_since + policy.give_up:
        reason = f"{told.reason}; it was tried for {policy.give_up:g} s"
        next_step = told.next_step or "connect it again"
        return _needs_you(machine, replace(told, reason=reason, next_step=next_step), at)
    count = machine.failure_count + 1
    after = replace(
        machine,
        phase=Phase.RECONNECTING,
        since=machine.since if machine.phase is Phase.RECONNECTING else at.now,
        failure_count=count,
        down_since=down_since,
        retry_at=at.now + wait_before(count, at.chance, policy),
        doubted_since=None,
        reason=told.reason,
        next_step=told.next_step,
    )
    return after, _dropped(machine)


def _lost(machine: Machine, reason: str, at: _Moment) -> Step:
    if machine.phase not in UP:
        return _failed(machine, Failed(machine.epoch, reason), at)
    has_held = at.now >= machine.up_since + STEADY_SECONDS
    if not has_held and machine.failure_count:  # it comes and goes: do not hammer
        return _failed(machine, Failed(machine.epoch, reason), at)
    count = 0 if has_held else 1
    fallen = replace(machine, failure_count=count, down_since=at.now, reason=reason, next_step=None)
    after, opened = _tried(fallen, Phase.RECONNECTING, at)
    return after, (*_dropped(machine), *opened)


def _stirred(machine: Machine, at: _Moment) -> Step:
    if machine.phase in UP:
        if machine.doubted_since is not None:
            return machine, ()
        after = replace(machine, doubted_since=at.now, probed_at=at.now)
        return after, (Probe(machine.epoch),)
    if machine.phase in AT_REST:
        return machine, ()
    machine = replace(machine, failure_count=0)
    age = at.now - machine.tried_at
    if machine.retry_at is not None and age < _BREATH_SECONDS:
        retry_at = min(machine.retry_at, machine.tried_at + _BREATH_SECONDS)
        return replace(machine, retry_at=retry_at), ()
    if machine.is_live and age < _STUCK_SECONDS:
        return machine, ()
    after, opened = _tried(machine, machine.phase, at)
    return after, (*_dropped(machine), *opened)


def _respecified(machine: Machine, at: _Moment) -> Step:
    if machine.phase is Phase.IDLE:
        return machine, ()
    fresh = replace(machine, failure_count=0, down_since=at.now, reason=None, next_step=None)
    after, opened = _tried(fresh, Phase.CONNECTING, at)
    return after, (*_dropped(machine), *opened)


def _ticked(machine: Machine, at: _Moment) -> Step:
    if machine.phase in UP:
        return _watched(machine, at)
    if machine.phase in AT_REST:
        return machine, ()
    if machine.retry_at is not None:
        is_due = at.now >= machine.retry_at
        return _tried(machine, machine.phase, at) if is_due else (machine, ())
    patience = dead_seconds(at.policy)
    if at.now < machine.tried_at + patience:
        return machine, ()
    return _failed(machine, Failed(machine.epoch, f"no answer within {patience:g} s"), at)


def _watched(machine: Machine, at: _Moment) -> Step:
    """A link that is up: asked for signs, shown when they do not come, dropped in the end."""
    doubted, health = machine.doubted_since, at.policy.health
    silence = f"no answer for {at.now - machine.heard_at:.0f} s"
    if doubted is not None and at.now >= doubted + PROBE_SECONDS:
        why = f"no answer for {PROBE_SECONDS:g} s after a sleep or a change of the network"
        return _lost(machine, why, at)
    # Who is in doubt has been asked just now, and is given the time to answer.
    if doubted is None and at.now >= machine.heard_at + dead_seconds(at.policy):
        return _lost(machine, silence, at)
    if machine.phase is Phase.ONLINE and at.now >= machine.heard_at + health.warn_after:
        machine = replace(machine, phase=Phase.DEGRADED, since=at.now, reason=silence)
    if at.now >= machine.probed_at + ping_seconds(at.policy):
        return replace(machine, probed_at=at.now), (Probe(machine.epoch),)
    return machine, ()


_MOVES: Final[Mapping[type, Callable[[Machine, Any, _Moment], Step]]] = {
    Connect: lambda machine, _, at: _wanted(machine, at),
    Disconnect: lambda machine, _, at: _rested(machine, Phase.IDLE, at),
    Close: lambda machine, _, at: _rested(machine, Phase.CLOSED, at),
    Answered: lambda machine, _, at: _answered(machine, at),
    Heard: lambda machine, _, at: _heard(machine, at),
    Failed: _failed,
    Refused: _needs_you,
    Lost: lambda machine, told, at: _lost(machine, told.reason, at),
    Stirred: lambda machine, _, at: _stirred(machine, at),
    SpecChanged: lambda machine, _, at: _respecified(machine, at),
    Tick: lambda machine, _, at: _ticked(machine, at),
}
