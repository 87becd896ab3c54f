"""A connection's machine in a world of its own: a clock, a network with a peer, and laws.

The laws owe nothing to the machine's own reckoning: they are held against what was opened and
dropped, and against the clock. A law that is broken is an AssertionError.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from stui_workspace.connections import machine as machines
from stui_workspace.connections.machine import (
    Answered,
    Command,
    Connect,
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
    Tick,
)

REST: Final = (Phase.IDLE, Phase.NEEDS_YOU, Phase.CLOSED)
UP: Final = (Phase.ONLINE, Phase.DEGRADED)
TARDINESS: Final = 1e-5
"""No timer is early, and none is on time to the last bit."""
MOST_TICKS: Final = (500, 50)
"""So many in one wait, and for each of its seconds, are a loop that does not end."""


@dataclass
class Ledger:
    """What the machine had done, and the laws of that."""

    live: int | None = None
    """The epoch that was opened and not dropped."""
    answered: int | None = None
    newest: int = 0
    opened: list[tuple[float, int]] = field(default_factory=list)

    def note(self, command: Command, now: float) -> None:
        """Hold one command against what went before it."""
        match command:
            case Open(epoch):
                assert self.live is None, f"{epoch} was opened while {self.live} was live"
                assert epoch > self.newest, f"epoch {epoch} came after {self.newest}"
                self.live = self.newest = epoch
                self.opened.append((now, epoch))
            case Drop(epoch):
                assert epoch == self.live, f"{epoch} was dropped, and {self.live} was live"
                self.live = None
            case Probe(epoch):
                assert epoch == self.live == self.answered, f"{epoch} was asked, which is not up"

    def judge(self, machine: Machine, now: float, due: float | None, policy: Policy) -> None:
        """Hold the machine against what it had done."""
        if machine.phase in REST:
            assert self.live is None, f"{self.live} is live in {machine.phase}"
            assert due is None
            return
        assert due is not None, f"nobody looks again in {machine.phase}"
        assert due >= now, f"a look was due {now - due} s ago"
        if machine.phase in UP:
            assert self.live is not None
            assert self.live == self.answered, "it is up, and nobody answered"
            assert machine.retry_at is None
        elif machine.retry_at is None:
            assert self.live is not None, f"nothing is tried and nothing waited for: {machine}"
        else:
            assert self.live is None, f"{self.live} is live while it waits"
            wait = machine.retry_at - now
            assert wait <= policy.reconnect.cap + 1e-6, f"it waits {wait} s"


@dataclass
class World:
    """One connection, its peer, and time.

    `clock` is what the machine is told; real time goes on beneath it, whatever is done to that.
    """

    policy: Policy = field(default_factory=Policy)
    chance: Callable[[], float] = lambda: 0.999
    peer: str = "answers"
    """answers, refuses, hangs, refuses for good, flaps (answers, and falls at once), is mute
    (answers once, and never again)."""
    latency: float = 0.01
    machine: Machine = field(default_factory=Machine)
    ledger: Ledger = field(default_factory=Ledger)
    real: float = 0.0
    offset: float = 1_000.0
    alarm: float = math.inf
    """The real time for which the next look is set. Whoever sets the clock does not move it."""
    mail: list[tuple[float, int, Input]] = field(default_factory=list)
    """What is under way to the machine."""
    phases: list[Phase] = field(default_factory=lambda: [Phase.IDLE])
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def clock(self) -> float:
        return self.real + self.offset

    def phase(self) -> Phase:
        """What the connection is in now; no property, which a type checker would take for fixed."""
        return self.machine.phase

    @property
    def epoch(self) -> int:
        return self.machine.epoch

    def opens(self, since: float = 0.0) -> int:
        """How many attempts began at that real time or later."""
        return sum(at >= since for at, _ in self.ledger.opened)

    def tell(self, *told: Input) -> tuple[Command, ...]:
        """Tell the machine now, and carry out what it says."""
        every: list[Command] = []
        for one in told:
            every += self._tell(one)
        return tuple(every)

    def wait(self, seconds: float) -> None:
        """Let time pass, in which everybody does what is due on time."""
        end = self.real + seconds
        for _ in range(int(MOST_TICKS[0] + MOST_TICKS[1] * seconds)):
            arrival = self.mail[0][0] if self.mail else math.inf
            if min(self.alarm, arrival) > end:
                self.real = end
                return
            self.real = max(self.real, min(self.alarm, arrival))
            if arrival <= self.alarm:
                self.tell(heapq.heappop(self.mail)[2])
            else:
                self.real += TARDINESS
                self.tell(Tick())
        raise AssertionError(f"it looks again and again in {seconds} s: {self.machine}")

    def stop(self, seconds: float) -> None:
        """Pass over time in which the program does nothing: Ctrl-Z, or the lid is shut.

        Afterwards it looks at the clock before it reads what arrived.
        """
        self.real += seconds
        if self.alarm <= self.real:
            self.tell(Tick())
        self.wait(2 * self.latency)

    def jump(self, seconds: float) -> None:
        """Set the clock, forward or back; nothing else happens."""
        self.offset += seconds

    def change_peer(self, peer: str) -> None:
        """Let the peer be another one from now on; what it holds falls if it goes away."""
        self.peer = peer
        if peer in ("refuses", "refuses for good") and self.phase() in UP:
            self._post(Lost(self.epoch, "reset by the peer"))

    def _tell(self, told: Input) -> tuple[Command, ...]:
        if isinstance(told, Answered) and told.epoch == self.ledger.live:
            self.ledger.answered = told.epoch
        before, now = self.machine, self.clock
        after, commands = machines.step(before, told, now, self.chance(), self.policy)
        self.machine = after
        assert after.epoch >= before.epoch
        for command in commands:
            self.ledger.note(command, self.real)
            self._do(command)
        if after is not before:  # what was not heard did not move the time of the machine either
            self.ledger.judge(after, now, machines.due_at(after, self.policy), self.policy)
            due = machines.due_at(after, self.policy)
            self.alarm = math.inf if due is None else max(self.real, self.real + due - now)
        if before.phase is Phase.CLOSED:
            assert (after, commands) == (before, ()), "it was closed"
        if after.phase is not self.phases[-1]:
            self.phases.append(after.phase)
        return commands

    def _do(self, command: Command) -> None:
        epoch = command.epoch
        match command, self.peer:
            case Open(), "answers" | "mute":
                self._post(Answered(epoch))
            case Open(), "flaps":
                self._post(Answered(epoch))
                self._post(Lost(epoch, "it fell at once"), 2 * self.latency)
            case Open(), "refuses":
                self._post(Failed(epoch, "connection refused"))
            case Open(), "refuses for good":
                self._post(Failed(epoch, "wrong token", "mend it", is_final=True))
            case Probe(), "answers":
                self._post(Heard(epoch))

    def _post(self, told: Input, latency: float | None = None) -> None:
        at = self.real + (self.latency if latency is None else latency)
        heapq.heappush(self.mail, (at, next(self.numbers), told))


def online(**settings: object) -> World:
    """A world in which the connection has been online for a minute."""
    world = World(**settings)  # type: ignore[arg-type]
    world.tell(Connect())
    world.wait(60.0)
    assert world.phase() is Phase.ONLINE
    return world
