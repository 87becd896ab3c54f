"""Measure connections of a session: coming back, memory while idle, and output from far away.

    python tests/bench/bench_connections.py

The peer that comes back runs on the event loop of the client, with a backend that does nothing;
what streams output is a real Python behind `stui serve`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any
from unittest import mock

import psutil

from measure import record

MIB = 1024 * 1024
RESTARTS = 40
LONGEST_AWAY = 1.0
IDLE = 50
ROUNDS = 5
TEXT_LINE = "x" * 79
LINES = 6_000
PRINTS = f"for _ in range({LINES}): print({TEXT_LINE!r})"

_IDS = count()


def main() -> None:
    """Print one record for each; with arguments, be the program whose memory is measured."""
    if sys.argv[1:]:
        print(asyncio.run(_idle_mib(Path(sys.argv[1]), sys.argv[2:])))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("by", "told", "memory", "streams"):
            (folder / part).mkdir(mode=0o700)
        asyncio.run(_returns(folder))
        _memory(folder / "memory")
        asyncio.run(_streams(folder / "streams"))


async def _evaluated(backend: Any, code: str) -> None:
    from stui_workspace.connections.backend import Request

    answer = await backend.evaluate(Request(f"bench-{next(_IDS)}", code), lambda _: None)
    assert str(answer.ending) == "ok", answer


async def _timed_ms(work: Awaitable[object]) -> float:
    began = perf_counter()
    await work
    return (perf_counter() - began) * 1000


async def _returns(folder: Path) -> None:
    from stui_workspace.connections.machine import steps

    for what, is_told in (("by itself", False), ("told of the network", True)):
        # As if each link had held long: one that comes and goes is tried less often on purpose.
        with mock.patch.object(steps, "STEADY_SECONDS", 0.0):
            times = sorted(await _return_ms(folder / what.split()[0], is_told=is_told))
        record(
            f"back online, {what}",
            restarts=RESTARTS,
            longest_away_s=LONGEST_AWAY,
            p50_ms=median(times),
            median_ms=median(times),
            p95_ms=times[int(0.95 * len(times))],
            most_ms=times[-1],
            budget_p95_ms=1_000 if is_told else 2_000,
        )


async def _return_ms(folder: Path, *, is_told: bool) -> list[float]:
    """Milliseconds from when a peer listens again to when its connection is online."""
    chance = Random(1)  # noqa: S311 (the same restarts each time)
    url = f"lines://127.0.0.1:{_free_port()}"
    times = []
    async with _session(folder, url, 1) as opened:
        for _ in range(RESTARTS):
            async with _served(folder, url):
                began = perf_counter()
                if is_told:
                    opened.session._switchboard.stir()
                await opened.until_online()
                times.append((perf_counter() - began) * 1000)
            await opened.until_down()
            await asyncio.sleep(chance.uniform(0.0, LONGEST_AWAY))
    return times


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@asynccontextmanager
async def _served(folder: Path, url: str) -> AsyncIterator[None]:
    """A server that does nothing with what it is told to evaluate, until the end of the block."""
    from doubles.fake_backend import FakeBackend
    from stui_workspace.connections.serving.addresses import address_of
    from stui_workspace.connections.serving.listening import Sealing, listening
    from stui_workspace.connections.serving.server import Options, Server

    server = Server(FakeBackend, folder / "served", Options())
    async with listening(server, address_of(url), Sealing()):
        await server.start()
        try:
            yield
        finally:
            await server.close()


class _Opened:
    """A session with connections, and what they are in."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self._news = asyncio.Event()
        session.subscribe(lambda _: self._news.set())

    async def until_online(self) -> None:
        """Wait until all are."""
        await self._until(lambda states: states == {"online"})

    async def until_down(self) -> None:
        await self._until(lambda states: "online" not in states)

    async def _until(self, holds: Callable[[set[str]], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds({str(view.state) for view in self.session.connections()}):
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def _session(folder: Path, url: str, connection_count: int) -> AsyncIterator[_Opened]:
    """A session that connects to an address, as often as is said."""
    from stui_workspace.runtime.request import OpenRequest
    from stui_workspace.runtime.services import Services
    from stui_workspace.runtime.session import Session

    root = folder / "project"
    root.mkdir(parents=True)
    keys = f"{{kind: stui, url: '{url}'}}"
    lines = "".join(f"  c{number}: {keys}\n" for number in range(connection_count))
    text = f"stui: 1\nname: bench\nconnections:\n{lines}"
    (root / ".stui-workspace.yaml").write_text(text, encoding="utf-8")
    services = Services.real({**os.environ, "STUI_HOME": str(folder / "home")})
    session = Session.open(OpenRequest(root), services)
    for name in session.workspace.connections:
        session._consent.grant(session.claim(name))
    opened = _Opened(session)
    await session.start()
    for name in session.workspace.connections:
        await session.connect(name)
    try:
        yield opened
    finally:
        await session.close()


def _memory(folder: Path) -> None:
    for carrier in ("lines", "tcp"):
        one = min(_measured(folder, carrier, 1) for _ in range(ROUNDS))
        all_mib = min(_measured(folder, carrier, 1 + IDLE) for _ in range(ROUNDS))
        record(
            f"{IDLE} idle connections, {carrier}",
            added_mib=all_mib - one,
            kib_each=(all_mib - one) * 1024 / IDLE,
            one_mib=one,
            rounds=ROUNDS,
            budget_mib=25,
        )


def _local(carrier: str, folder: Path) -> str:
    return f"unix:{folder / 's'}" if carrier == "lines" else f"ipc://{folder / 'z'}"


def _measured(folder: Path, carrier: str, connection_count: int) -> float:
    """The memory of a client of a fresh server, which may remember clients for a while."""
    from support.served import start_serving

    with tempfile.TemporaryDirectory(dir=folder) as name:
        served = start_serving(Path(name), Path(name) / "home", "--bind", _local(carrier, folder))
        try:
            command = [sys.executable, __file__, name, served.url, str(connection_count)]
            found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        finally:
            served.end()
    return float(found.stdout)


async def _idle_mib(folder: Path, arguments: list[str]) -> float:
    """The memory of a process in which so many connections are online, shared pages shared out."""
    url, connection_count = arguments[0], int(arguments[1])
    async with _session(folder / "session", url, connection_count) as opened:
        await opened.until_online()
        gc.collect()
        return float(psutil.Process().memory_full_info().pss) / MIB


async def _streams(folder: Path) -> None:
    from stui_workspace.connections.kinds import Setting, make_backend
    from stui_workspace.model.workspace import ConnectionSpec
    from support.served import start_serving

    setting = Setting(folder, folder=folder / "kept")
    specs = [("python", ConnectionSpec("py", "python"))]
    served = [
        start_serving(folder, folder / f"home{number}", "--bind", _local(carrier, folder))
        for number, carrier in enumerate(("lines", "tcp"))
    ]
    specs += [
        (f"stui over {name}", ConnectionSpec("far", "stui", url=one.url))
        for name, one in zip(("lines", "zmq"), served, strict=True)
    ]
    try:
        for name, spec in specs:
            backend = make_backend(spec, setting)
            await backend.start()
            times = [await _timed_ms(_evaluated(backend, PRINTS)) for _ in range(ROUNDS)]
            await backend.close()
            size = LINES * (len(TEXT_LINE) + 1)
            record(
                f"streamed output, {name}",
                bytes=size,
                best_ms=min(times),
                mb_per_s=size / 1e6 / (min(times) / 1000),
                budget_ms=500,
            )
    finally:
        for one in served:
            one.end()


if __name__ == "__main__":
    main()
