"""When a connection's machine is to look again, and what its times are after the clock jumped."""

from __future__ import annotations

from math import inf
from typing import Final

from stui_workspace.connections.machine.words import AT_REST, UP, Machine, Phase, Policy
from stui_workspace.model.records import replace

STEADY_SECONDS: Final = 5.0
"""A link that held so long was no flash in the pan: failures are counted anew after it."""
PROBE_SECONDS: Final = 3.0
"""So long a link may take to answer when there is reason to doubt it."""
LATE_SECONDS: Final = 1.0
"""A look that comes so much later than it was due was kept away by a sleep, or by a stop."""
_PROBES_BEFORE_WARNING: Final = 2
_PROBES_BEFORE_END: Final = 3
"""A link is asked so often, at least, before its silence is shown, and before it is its end."""


def due_at(machine: Machine, policy: Policy) -> float | None:
    """When the machine is to be told `Tick` at the latest; None for never."""
    due = min(_times(machine, policy), default=inf)
    return None if due == inf else max(due, machine.looked_at)


def dead_seconds(policy: Policy) -> float:
    """So long a silence is the end of a link, or of an attempt; infinity where nothing is."""
    return policy.health.dead_after if policy.health.dead_after > 0 else inf


def ping_seconds(policy: Policy) -> float:
    """So long a link that is up is left alone: less than the policy says, where that is long."""
    health = policy.health
    until_warning = health.warn_after / _PROBES_BEFORE_WARNING
    return min(health.ping, until_warning, dead_seconds(policy) / _PROBES_BEFORE_END)


def caught_up(machine: Machine, now: float, policy: Policy) -> tuple[Machine, bool]:
    """The machine with its times as if neither the clock nor we had been away; and whether one was.

    Silence that nobody could have heard is no silence, and time in which nobody could try was not
    spent on trying. A wait is over when its time has come, however much of it was slept through.
    """
    if now < machine.looked_at:
        return _moved(machine, now - machine.looked_at, now), False
    due = due_at(machine, policy)
    gap = 0.0 if due is None else now - due
    if gap <= 0:
        return machine, False
    moved = replace(_moved(machine, gap, now), retry_at=machine.retry_at)
    if gap <= LATE_SECONDS:
        return moved, False
    return replace(moved, doubted_since=None), True  # whoever was asked before is asked again


def _times(machine: Machine, policy: Policy) -> list[float]:
    if machine.phase in AT_REST:
        return []
    if machine.retry_at is not None:
        return [machine.retry_at]
    if machine.phase not in UP:
        return [machine.tried_at + dead_seconds(policy)]
    times = [machine.probed_at + ping_seconds(policy)]
    if machine.phase is Phase.ONLINE:
        times.append(machine.heard_at + policy.health.warn_after)
    if machine.doubted_since is None:
        return [*times, machine.heard_at + dead_seconds(policy)]
    return [*times, machine.doubted_since + PROBE_SECONDS]


def _moved(machine: Machine, gap: float, now: float) -> Machine:
    def after(time: float | None) -> float | None:
        return None if time is None else time + gap

    return replace(
        machine,
        since=machine.since + min(gap, 0.0),
        tried_at=machine.tried_at + gap,
        down_since=after(machine.down_since),
        retry_at=after(machine.retry_at),
        heard_at=machine.heard_at + gap,
        probed_at=machine.probed_at + gap,
        up_since=machine.up_since + gap,
        doubted_since=after(machine.doubted_since),
        looked_at=now,
    )
