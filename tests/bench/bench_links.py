"""Measure links from near: round trips at p50 and p95, idle REPLs, and output into a transcript.

    python tests/bench/bench_links.py

Beside each round trip, in turn with it: a bare echo over a socket on the same event loop; for a
kernel, `jupyter_client` alone on the same kernel. Beside the output: the same lines from a bare
interpreter through a pipe.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import psutil

from measure import record
from stui_workspace.connections.backend import Backend, OnOutput, Output, Request
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.session import SessionMeta, SessionState, TranscriptEntry
from stui_workspace.model.workspace import ConnectionSpec, Workspace
from stui_workspace.runtime.autosave import Schedule
from stui_workspace.runtime.connecting.listening import Listener
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session

KINDS = ("python", "socket", "pty", "stui over lines", "stui over zmq")
TRIPS = 300
IDLE = 50
ROUNDS = 3
MIB = 1 << 20
TEXT_LINE = "x" * 79
LINES = 6_000
BYTES = LINES * (len(TEXT_LINE) + 1)
PRINTS = f"for _ in range({LINES}): print({TEXT_LINE!r})"
SHELL_PRINTS = f"yes {TEXT_LINE} | head -n {LINES}"

_IDS = count()


def main() -> None:
    """Print one record for each; with arguments, be the program whose memory is measured."""
    if sys.argv[1:]:
        print(asyncio.run(_idle_bytes(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("trips", "kernel", "output"):
            (folder / part).mkdir(mode=0o700)
        asyncio.run(_round_trips(folder / "trips"))
        asyncio.run(_kernel_trips(folder / "kernel"))
        asyncio.run(_idle(folder))
        asyncio.run(_output(folder / "output"))


async def _evaluated(backend: Backend, code: str, on_output: OnOutput) -> None:
    answer = await backend.evaluate(Request(f"bench-{next(_IDS)}", code), on_output)
    if answer.ending != "ok":
        raise AssertionError(answer)


def _ignore(_output: Output) -> None:
    """Listens to no output."""


async def _ms(work: Awaitable[object]) -> float:
    began = perf_counter()
    await work
    return (perf_counter() - began) * 1000


# Round trips.


async def _round_trips(folder: Path) -> None:
    from support.backend_kinds import VALUE, kind_named

    async with _echo() as echo:
        for name in KINDS:
            async with kind_named(name, folder) as kind:
                backend = kind.make()
                await backend.start()
                times, beside = [], []
                for _ in range(TRIPS):
                    times.append(await _ms(_evaluated(backend, VALUE, _ignore)))
                    beside.append(await _ms(echo()))
                await backend.close()
                await asyncio.sleep(0.05)  # for its peer to see that
            _record_trips(name, times, "echo", beside)


async def _kernel_trips(folder: Path) -> None:
    from jupyter_client.asynchronous.client import AsyncKernelClient

    kept = folder / "kept"
    backend = make_backend(ConnectionSpec("nb", "jupyter"), Setting(folder, folder=kept))
    await backend.start()
    client = AsyncKernelClient(connection_file=str(next((kept / "kernels").glob("*.json"))))
    client.load_connection_file()
    client.start_channels()
    await client.wait_for_ready()
    times, beside = [], []
    try:
        for _ in range(TRIPS):
            times.append(await _ms(_evaluated(backend, "6 * 7", _ignore)))
            asked = client.execute_interactive("6 * 7", store_history=False, output_hook=_nothing)
            beside.append(await _ms(asked))
    finally:
        client.stop_channels()
        await backend.close()
    _record_trips("jupyter", times, "jupyter_client", beside)


def _nothing(_message: object) -> None:
    """Shows nothing."""


def _record_trips(name: str, times: list[float], what: str, beside: list[float]) -> None:
    p95, p95_beside = quantiles(times, n=20)[-1], quantiles(beside, n=20)[-1]
    record(
        f"link, round trip, {name}",
        p50_ms=median(times),
        p95_ms=p95,
        **{f"{what}_p50_ms": median(beside), f"{what}_p95_ms": p95_beside},
        ratio_p50=median(times) / median(beside),
        ratio_p95=p95 / p95_beside,
        trips=len(times),
    )


@asynccontextmanager
async def _echo() -> AsyncIterator[Callable[[], Awaitable[object]]]:
    """A round trip of a line to an echo."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])

    async def trip() -> bytes:
        writer.write(b"6 * 7\n")
        return await reader.readline()

    try:
        yield trip
    finally:
        writer.close()
        await reader.read()  # until the other end is closed, too
        server.close()


# Memory.


async def _idle(folder: Path) -> None:
    from support.line_peers import Repl, listening

    async with listening(Repl()) as url:
        few = min([await _measured(folder, url, 1) for _ in range(ROUNDS)])
        all_of_them = min([await _measured(folder, url, 1 + IDLE) for _ in range(ROUNDS)])
    record(
        f"{IDLE} idle connections, socket",
        added_mib=(all_of_them - few) / MIB,
        kib_each=(all_of_them - few) / IDLE / 1024,
        one_mib=few / MIB,
        rounds=ROUNDS,
    )


async def _measured(folder: Path, url: str, connection_count: int) -> int:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        program = await asyncio.create_subprocess_exec(
            sys.executable, __file__, name, url, str(connection_count),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, _ = await program.communicate()
    return int(told)


async def _idle_bytes(folder: Path, url: str, connection_count: int) -> int:
    """The memory of a process with so many connections online, shared pages shared out (PSS)."""
    root = folder / "project"
    root.mkdir()
    spec = f"{{kind: socket, url: '{url}', prompt: 'test> ', connect: auto}}"
    lines = "".join(f"  c{number}: {spec}\n" for number in range(connection_count))
    text = f"stui: 1\nname: bench\nconnections:\n{lines}"
    (root / ".stui-workspace.yaml").write_text(text, encoding="utf-8")
    services = Services.real({**os.environ, "STUI_HOME": str(folder / "home")})
    session = Session.open(OpenRequest(root), services)
    for view in session.connections():
        session.grant(session.claim(view.name))
    news = asyncio.Event()
    session.subscribe(lambda _: news.set())
    await session.start()
    async with asyncio.timeout(60):
        while {str(view.state) for view in session.connections()} != {"online"}:
            news.clear()
            await news.wait()
    gc.collect()
    pss: int = psutil.Process().memory_full_info().pss
    await session.close()
    return pss


# Output.


async def _output(folder: Path) -> None:
    from support.served import start_serving

    pipe_ms = min([await _ms(_piped()) for _ in range(ROUNDS)])
    served = start_serving(folder, folder / "home", "--bind", f"unix:{folder / 's'}")
    specs = (
        ("python", ConnectionSpec("py", "python"), PRINTS),
        ("stui over lines", ConnectionSpec("far", "stui", url=served.url), PRINTS),
        ("pty", ConnectionSpec("sh", "pty", command=("/bin/sh",)), SHELL_PRINTS),
    )
    try:
        for name, spec, code in specs:
            backend = make_backend(spec, Setting(folder, folder=folder / "kept"))
            await backend.start()
            listened = [_listener() for _ in range(ROUNDS)]
            times = [await _ms(_evaluated(backend, code, one)) for one in listened]
            await backend.close()
            seconds = min(times) / 1000
            record(
                f"output into a transcript, {name}",
                mb_per_s=BYTES / 1e6 / seconds,
                lines_per_s=round(LINES / seconds),
                best_ms=min(times),
                pipe_ms=pipe_ms,
                ratio=min(times) / pipe_ms,
            )
    finally:
        served.end()


def _listener() -> Listener:
    state = SessionState(SessionMeta("main", "main", "bench", 0.0, 0.0, 0.0))
    memory = Memory(state, Schedule(Workspace().autosave), perf_counter)
    return Listener(TranscriptEntry(1, "bench", "", "running"), memory)


async def _piped() -> None:
    """Read the same lines from an interpreter that is started for it."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-u", "-c", PRINTS, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await program.communicate()
    if len(out) != BYTES:
        raise AssertionError(len(out))


if __name__ == "__main__":
    main()
