"""The machine of connections with one mistake in it each: what its laws must find."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Final
from unittest import mock

from stui_workspace.connections import machine as machines
from stui_workspace.connections.machine import (
    Drop,
    Failed,
    Input,
    Machine,
    Open,
    Phase,
    Policy,
    Step,
    Stirred,
    Tick,
    steps,
    times,
)
from stui_workspace.connections.machine.words import UP
from support import machine_laws as laws

Patch = Callable[[], AbstractContextManager[object]]
Told = tuple[Machine, Input, float, float, Policy]

_step = machines.step
_due_at = machines.due_at


def _instead(name: str, other: object) -> Patch:
    return lambda: mock.patch.object(steps, name, other)


def _stepping(other: Callable[..., Step]) -> Patch:
    return lambda: mock.patch.object(machines, "step", other)


def _looking(other: Callable[[Machine, Policy], float | None]) -> Patch:
    return lambda: mock.patch.object(machines, "due_at", other)


def _wait_without_cap(count: int, chance: float, policy: Any) -> float:
    return float(policy.base * 2.0 ** min(count, 60) * chance)


def _no_catching_up(machine: Machine, now: float, policy: Policy) -> tuple[Machine, bool]:
    return machine, False


def _lost_is_a_failure(machine: Machine, reason: str, at: Any) -> Step:
    return steps._failed(machine, Failed(machine.epoch, reason), at)


def _deaf_to(kind: type) -> Callable[..., Step]:
    def stepped(machine: Machine, told: Input, *rest: Any) -> Step:
        return (machine, ()) if isinstance(told, kind) else _step(machine, told, *rest)

    return stepped


def _epochs_stay(machine: Machine, told: Input, *rest: Any) -> Step:
    after, commands = _step(machine, told, *rest)
    if any(isinstance(one, Open) for one in commands) and machine.epoch:
        after = replace(after, epoch=machine.epoch)
        commands = tuple(type(one)(machine.epoch) for one in commands)
    return after, commands


def _dropped_after(machine: Machine, told: Input, *rest: Any) -> Step:
    after, commands = _step(machine, told, *rest)
    return after, tuple(sorted(commands, key=lambda one: isinstance(one, Drop)))


def _tires(machine: Machine, told: Input, *rest: Any) -> Step:
    after, commands = _step(machine, told, *rest)
    if after.failure_count > 6 and after.retry_at is not None:
        after = replace(after, phase=Phase.NEEDS_YOU, retry_at=None)
    return after, commands


def _never_final(machine: Machine, told: Input, *rest: Any) -> Step:
    return _step(
        machine, replace(told, is_final=False) if isinstance(told, Failed) else told, *rest
    )


def _any_answer_counts(machine: Machine, told: Input, *rest: Any) -> Step:
    after, commands = _step(machine, told, *rest)
    return (replace(after, failure_count=0) if after.phase in UP else after), commands


def _forgets_to_look(machine: Machine, policy: Policy) -> float | None:
    return None if machine.retry_at is not None else _due_at(machine, policy)


MUTANTS: Final[dict[str, tuple[Callable[[laws.Story], None], Patch]]] = {
    "late words are heard": (laws.up_means_up, _instead("_is_stale", lambda *_: False)),
    "nothing is dropped": (laws.one_link_at_a_time, _instead("_dropped", lambda _: ())),
    "a link is dropped after the next is opened": (
        laws.one_link_at_a_time,
        _stepping(_dropped_after),
    ),
    "epochs do not grow": (laws.one_link_at_a_time, _stepping(_epochs_stay)),
    "waits have no cap": (laws.nobody_is_hammered, _instead("wait_before", _wait_without_cap)),
    "waits do not grow": (laws.nobody_is_hammered, _instead("wait_before", lambda *_: 1.0)),
    "nobody looks while it waits": (laws.one_link_at_a_time, _looking(_forgets_to_look)),
    "ticks are not heard": (laws.a_stable_peer_is_reached, _stepping(_deaf_to(Tick))),
    "a stop counts as silence": (
        laws.a_peer_that_answers_is_kept,
        _instead("caught_up", _no_catching_up),
    ),
    "a link in doubt is not asked": (
        laws.a_change_of_the_network_finds_dead_links,
        _stepping(_deaf_to(Stirred)),
    ),
    "a change of the network ends no wait": (
        laws.waits_end_when_the_world_changes,
        _stepping(_deaf_to(Stirred)),
    ),
    "each change of the network brings an attempt": (
        laws.nobody_is_hammered,
        _instead("_BREATH_SECONDS", 0.0),
    ),
    "the first retry waits": (
        laws.the_first_retry_comes_at_once,
        _instead("_lost", _lost_is_a_failure),
    ),
    "any answer counts as success": (laws.nobody_is_hammered, _stepping(_any_answer_counts)),
    "a link that was up for a moment has held": (
        laws.nobody_is_hammered,
        _instead("STEADY_SECONDS", 0.0),
    ),
    "silence never ends": (laws.silence_ends, _instead("dead_seconds", lambda _: float("inf"))),
    "it tires": (laws.it_gives_up_only_when_told_to, _stepping(_tires)),
    "what is final is tried again": (
        laws.what_is_final_needs_somebody,
        _stepping(_never_final),
    ),
    "a link is asked as late as its policy says": (
        laws.a_peer_that_answers_is_kept,
        lambda: mock.patch.object(times, "_PROBES_BEFORE_END", 0.4),
    ),
}
