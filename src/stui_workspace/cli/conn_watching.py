"""`stui conn watch`: keep connections up, and print a line for all that happens to them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from time import perf_counter

import click

from stui_workspace.cli.conn_words import clock_time, milliseconds
from stui_workspace.cli.evaluating import end_on_sigterm
from stui_workspace.cli.exits import ClosedPipeError
from stui_workspace.cli.reaching import Reach
from stui_workspace.cli.status import Status
from stui_workspace.connections.backend import Answer, Backend, Hello, OnOutput, Pulse, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.network import NetworkWatch
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.views import ConnectionView


@dataclass(frozen=True, slots=True)
class Watching:
    """How to tell of it, and for how long."""

    as_json: bool = False
    count: int | None = None
    """So many lines; None for no end."""


def watch(reaches: Sequence[Reach], services: Services, watching: Watching) -> int:
    """The exit status of watching: it ends by itself only when no connection can come back.

    Raises:
        ClosedPipeError: Whoever read the lines has gone.
    """
    try:
        return asyncio.run(_Watch(reaches, services, watching).run())
    except asyncio.CancelledError:
        return Status.TERMINATED


class _Watch:
    """Links, each on its own, and one teller for all of them."""

    def __init__(self, reaches: Sequence[Reach], services: Services, watching: Watching) -> None:
        self._services = services
        self._watching = watching
        self._over = asyncio.Event()
        self._is_deaf = False
        self._told_count = 0
        self._shown: dict[str, tuple[object, ...]] = {}
        self._width = max(len(printable_line(one.spec.name, 100)) for one in reaches)
        self._links = {one.spec.name: self._link(one) for one in reaches}

    async def run(self) -> int:
        end_on_sigterm()
        links = self._links.values()
        network = NetworkWatch(self._stir)
        connecting = [asyncio.ensure_future(link.connect()) for link in links]
        try:
            if any(link.spec.url for link in links):
                network.start()
            await self._over.wait()
        finally:
            network.close()
            for task in connecting:
                task.cancel()
            await asyncio.gather(*connecting, return_exceptions=True)
            self._over.set()  # what comes now is of our own making
            await asyncio.gather(*(link.close() for link in links))
        if self._is_deaf:
            raise ClosedPipeError
        return Status.DONE if self._is_done else Status.CONNECTION

    @property
    def _is_done(self) -> bool:
        count = self._watching.count
        return count is not None and self._told_count >= count

    def _stir(self) -> None:
        for link in self._links.values():
            link.stir()

    def _link(self, reach: Reach) -> Link:
        def make(spec: ConnectionSpec, setting: Setting) -> Backend:
            backend = replace(reach, spec=spec, setting=setting).backend(self._services)
            return _Timed(backend, lambda seconds: self._on_trip(spec.name, seconds))

        services = replace(self._services, make_backend=make)
        return Link(
            reach.spec,
            lambda _: reach.setting,
            services,
            lambda _: reach.authorize(),
            self._on_told,
        )

    def _on_told(self, told: Told) -> None:
        if self._over.is_set():
            return
        view = self._links[told.name].view
        is_waiting = view.retry_at is not None
        shown = (view.state, view.reason, view.attempts, is_waiting)
        before = self._shown.get(told.name)
        if before == shown:
            return
        is_tried = view.state is ConnectionState.RECONNECTING and not is_waiting
        if is_tried and before is not None and before[0] is view.state:
            return  # that was foretold with the time of the next try
        self._shown[told.name] = shown
        self._say(self._record(view), self._words(view))
        states = [link.view.state for link in self._links.values()]
        if all(state is ConnectionState.NEEDS_YOU for state in states):
            self._over.set()

    def _on_trip(self, name: str, seconds: float) -> None:
        if not self._over.is_set():
            record = {"event": "ping", "connection": name, "round_trip": round(seconds, 6)}
            self._say(record, f"{self._label(name)}  ping {milliseconds(seconds)}")

    def _record(self, view: ConnectionView) -> dict[str, object]:
        now = self._services.clock()
        return {
            "event": "state",
            "connection": view.name,
            "state": str(view.state),
            "reason": view.reason,
            "next_step": view.next_step,
            "attempts": view.attempts,
            "retry_in": None if view.retry_at is None else round(max(view.retry_at - now, 0.0), 3),
            "backend": view.backend,
            "incarnation": view.incarnation,
        }

    def _words(self, view: ConnectionView) -> str:
        more = []
        if view.backend is not None:
            more.append(printable_line(view.backend, 100))
        if view.reason is not None:
            more.append(printable_line(view.reason, 400))
        if view.attempts and view.state is not ConnectionState.ONLINE:
            more.append(f"{view.attempts} failed attempt{'' if view.attempts == 1 else 's'}")
        if view.retry_at is not None:
            left = max(view.retry_at - self._services.clock(), 0.0)
            more.append(f"next try in {left:.1f} s")
        elif view.state is ConnectionState.RECONNECTING:
            more.append("trying again now")
        if view.next_step is not None:
            more.append(printable_line(view.next_step, 400))
        words = f"{view.state}: {'; '.join(more)}" if more else str(view.state)
        return f"{self._label(view.name)}  {words}"

    def _label(self, name: str) -> str:
        return f"{printable_line(name, 100):{self._width}}"

    def _say(self, record: dict[str, object], words: str) -> None:
        now = self._services.clock()
        line = f"{clock_time(now)}  {words}"
        try:
            click.echo(json.dumps({"at": now, **record}) if self._watching.as_json else line)
            sys.stdout.flush()
        except BrokenPipeError:
            self._is_deaf = True
            self._over.set()
        self._told_count += 1
        if self._is_done:
            self._over.set()


class _Timed:
    """A backend that tells of each round trip, too."""

    def __init__(self, backend: Backend, on_trip: Callable[[float], None]) -> None:
        self._backend = backend
        self._on_trip = on_trip

    async def start(self) -> Hello:
        return await self._backend.start()

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        return await self._backend.evaluate(request, on_output)

    async def interrupt(self) -> None:
        await self._backend.interrupt()

    async def ping(self) -> Pulse:
        began = perf_counter()
        pulse = await self._backend.ping()
        self._on_trip(perf_counter() - began)
        return pulse

    async def wait_lost(self) -> str:
        return await self._backend.wait_lost()

    async def close(self) -> None:
        await self._backend.close()
