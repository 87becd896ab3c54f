"""A live connection: the machine of `connections.machine` with a backend in its hands.

The machine decides; a link carries out what it says and tells it what came of that. Every failure
becomes a state with its reason: nothing here raises for what a backend does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from stui_workspace.connections.backend import Hello, Pulse, Retirable
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.machine import (
    UP,
    Close,
    Command,
    Connect,
    Disconnect,
    Drop,
    Heard,
    Input,
    Lost,
    Machine,
    Open,
    Phase,
    Policy,
    Probe,
    SpecChanged,
    Stirred,
    Tick,
    due_at,
    step,
)
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import ConnectionRecord
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.attempts import Attempt, Authorize, Making
from stui_workspace.runtime.connecting.picture import view_of
from stui_workspace.runtime.connecting.ticking import Ticker
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.trust import Allow

_TRIPS = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What a link tells its session: the state that it is in now."""

    name: str
    state: ConnectionState
    reason: str | None
    hello: Hello | None = None
    """Who answered, where it came online just now."""
    before: str | None = None
    """The incarnation that was there last, where it came online just now."""
    was_down: bool = False
    """Whether it came online just now after it had been down."""
    attempts: int = 0
    """That failed before it came online just now."""


class Link:
    """One connection of one session, kept as its machine says."""

    def __init__(
        self,
        spec: ConnectionSpec,
        setting: Callable[[Allow], Setting],
        services: Services,
        authorize: Authorize,
        tell: Callable[[Told], None],
    ) -> None:
        self.spec = spec
        self.record = ConnectionRecord()
        self.turn = asyncio.Lock()
        """Held by whoever evaluates: one at a time, in order."""
        self.busy_since: float | None = None
        self.is_abandoned = False
        """Whether a person does not want to wait any more for what runs behind a fallen link."""
        self._setting = setting
        self._services = services
        self._authorize = authorize
        self._tell = tell
        self._machine = Machine()
        self._attempt: Attempt | None = None
        self._ends: set[asyncio.Task[None]] = set()
        self._trips: deque[float] = deque(maxlen=_TRIPS)
        self._busy_elsewhere: float | None = None
        self._is_fresh = False
        """Whether something came that the machine was not told of yet."""
        self._ticker = Ticker(services, self._due_at, lambda: self.tell(Tick()))

    @property
    def view(self) -> ConnectionView:
        """The connection as it is now."""
        view = view_of(self.spec, self._machine, self.record, self.hello)
        since = self.busy_since if self.busy_since is not None else self._busy_elsewhere
        if view.state is ConnectionState.ONLINE and self.busy_since is not None:
            view = replace(view, state=ConnectionState.BUSY, since=self.busy_since)
        return replace(view, trips=tuple(self._trips), busy_since=since if self.is_up else None)

    def clock(self) -> float:
        """The time, as its session counts it."""
        return self._services.clock()

    @property
    def hello(self) -> Hello | None:
        """Who is connected; None while nobody is."""
        return self._attempt.hello if self._attempt is not None and self.is_up else None

    @property
    def live(self) -> Attempt | None:
        """The attempt that is online."""
        return self._attempt if self.is_up else None

    @property
    def is_up(self) -> bool:
        return self._machine.phase in UP

    @property
    def is_wanted(self) -> bool:
        """Whether it is up, or being brought up."""
        return self.is_up or self._machine.phase in (Phase.CONNECTING, Phase.RECONNECTING)

    @property
    def is_down(self) -> bool:
        """Whether it fell, or never came up, and will be tried again by itself."""
        return self._machine.phase is Phase.RECONNECTING

    async def connect(self) -> bool:
        """Want the connection; whether the first attempt brought it online."""
        self._want()
        self.tell(Connect())
        await self.settled()
        return self.is_up

    async def disconnect(self) -> None:
        """End the link, and want no other."""
        self.record = replace(self.record, wanted=False)
        self.tell(Disconnect())
        await self._all_ended()

    async def restart(self) -> bool:
        """A new link, and a new life of a backend that is ours alone; whether it is online."""
        self._want()
        if not self.is_wanted:
            return await self.connect()
        backend = self.live.backend if self.live is not None else None
        if isinstance(backend, Retirable):
            await backend.retire()
        self.tell(SpecChanged())
        await self.settled()
        return self.is_up

    def respecify(self, spec: ConnectionSpec) -> None:
        """Take what the file says now for what is to be reached, at once."""
        self.spec = spec
        self.tell(SpecChanged())

    def retry(self) -> None:
        """Try at once, where it is waited for the next try."""
        self.tell(Connect())

    def stir(self) -> None:
        """Try at once, or look whether the link still lives: the world may have changed."""
        self.tell(Stirred())

    async def interrupt(self) -> None:
        """Stop the running evaluation, or the waiting for it; nothing happens where none runs."""
        live = self.live
        if self.busy_since is None:
            return
        if live is None:
            self.is_abandoned = True
            self.changed()
        elif live.backend is not None:
            await live.backend.interrupt()

    async def close(self) -> None:
        """End the link and remember that it was wanted. Never raises."""
        self.tell(Close())
        await self._ticker.close()
        await self._all_ended()

    def tell(self, told: Input) -> None:
        """Tell the machine, and do what it says."""
        before, now = self._machine, self._services.clock()
        if self._is_fresh and not isinstance(told, Heard):
            self._is_fresh = False
            before, _ = self._step(before, Heard(before.epoch), now)
        self._machine, commands = self._step(before, told, now)
        for command in commands:
            self._do(command)
        if _shown(before) != _shown(self._machine):
            came_up = before.phase not in UP and self.is_up
            self.changed(came_up=came_up, was_down=before.phase is Phase.RECONNECTING)
        elif before.doubted_since != self._machine.doubted_since:
            self._ticker.move()  # it is due sooner now
        self._ticker.wake()

    def heard(self) -> None:
        """Note that something came from the backend."""
        self._is_fresh = True

    def lost(self, epoch: int, reason: str) -> None:
        """Note that the link of that epoch was seen to be dead."""
        self.tell(Lost(epoch, reason))

    def changed(self, *, came_up: bool = False, was_down: bool = False) -> None:
        """Tell the session, and whoever waits, that the connection is another than before."""
        hello, before = self.hello if came_up else None, self.record.incarnation
        self._note(hello)
        self._ticker.move()
        view = self.view
        back = came_up and was_down
        failed = self._machine.failure_count if came_up else 0
        self._tell(Told(self.spec.name, view.state, view.reason, hello, before, back, failed))

    async def moved(self) -> None:
        """Wait for the next change."""
        await self._ticker.moved()

    async def settled(self) -> None:
        """Wait until it is online, or has failed for now."""
        while self._machine.phase in (Phase.CONNECTING, Phase.RECONNECTING):
            if self._machine.retry_at is not None:
                return
            await self.moved()

    def _want(self) -> None:
        self.record = replace(self.record, wanted=True)

    def _note(self, hello: Hello | None) -> None:
        machine, record = self._machine, self.record
        if hello is not None:
            record = replace(record, incarnation=hello.incarnation)
        if self.is_up:
            record = replace(record, last_online=self._services.clock(), attempts=0)
        elif machine.reason is not None:
            attempts = machine.failure_count
            record = replace(record, last_error=machine.reason, attempts=attempts)
        self.record = record

    def _step(
        self, machine: Machine, told: Input, now: float
    ) -> tuple[Machine, tuple[Command, ...]]:
        return step(machine, told, now, self._services.chance(), self._policy)

    def _do(self, command: Command) -> None:
        match command:
            case Open(epoch):
                make = self._services.backend
                making = Making(self.spec, self._setting, self._authorize, make)
                self._attempt = Attempt(epoch, making, self._ends, self.tell, self._on_pulse)
            case Drop(epoch):
                if self._attempt is not None and self._attempt.epoch == epoch:
                    end = self._attempt.drop()
                    self._ends.add(end)
                    end.add_done_callback(self._ends.discard)
                    self._attempt = None
                    self._busy_elsewhere = None
                    self._trips.clear()
            case Probe():
                if self._attempt is not None:
                    self._attempt.probe()

    def _on_pulse(self, epoch: int, pulse: Pulse, seconds: float) -> None:
        self._trips.append(seconds)
        busy = pulse.busy_for
        self._busy_elsewhere = None if busy is None else self._services.clock() - busy
        self.tell(Heard(epoch))

    async def _all_ended(self) -> None:
        while self._ends:
            await asyncio.wait(self._ends)

    def _due_at(self) -> float | None:
        return due_at(self._machine, self._policy)

    @property
    def _policy(self) -> Policy:
        return Policy(self.spec.reconnect, self.spec.health)


def _shown(machine: Machine) -> tuple[object, ...]:
    """What of a machine others see change."""
    return machine.phase, machine.epoch, machine.retry_at, machine.reason
