"""One backend of each kind, with what it can do, for the tests that all of them pass."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from doubles.fake_backend import FakeBackend, FakeLife, Play
from stui_workspace.connections.backend import Answer, Backend, Ending, Output
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.connections.serving.addresses import Address
from stui_workspace.connections.serving.lines import serve_streams
from stui_workspace.connections.serving.server import Options, Server
from stui_workspace.connections.serving.zeromq import Router
from stui_workspace.model.workspace import ConnectionSpec
from support.line_peers import HANGS_UP, Repl, listening

VALUE = "6 * 7"
NOTHING = "x = 1"
PRINTS = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')"
RAISES = "1 / 0"
ENDLESS = "print('on')\nwhile True: pass"
ENDS = "print('on')\nimport os; os._exit(3)"

_ON = Output("stdout", "on\n")
PLAYS = {
    VALUE: Play(answer=Answer(Ending.OK, result="42")),
    NOTHING: Play(),
    PRINTS: Play(
        (Output("stdout", "out\n"), Output("stderr", "err\n"), Output("stdout", "out again\n"))
    ),
    RAISES: Play(answer=Answer(Ending.ERROR, error="ZeroDivisionError: division by zero")),
    ENDLESS: Play((_ON,), waits=True),
    ENDS: Play((_ON,), Answer(Ending.LOST, error="it ended with exit status 3")),
}
LINES = {
    "6 * 7": "42\ntest> ",
    "x = 1": "test> ",
    "import sys": "test> ",
    "print('out')": "out\ntest> ",
    "print('err', file=sys.stderr)": "err\ntest> ",
    "print('out again')": "out again\ntest> ",
    "1 / 0": "ZeroDivisionError: division by zero\ntest> ",
    "print('on')": "on\ntest> ",
    "while True: pass": "",
    "import os; os._exit(3)": HANGS_UP,
}


@dataclass(frozen=True)
class Can:
    """What a kind of backend can do beyond what all of them can."""

    results: bool = True
    """Tell a value from output."""
    errors: bool = True
    """Tell that code raised."""
    streams: bool = True
    """Tell stdout from stderr."""
    order: bool = True
    """Keep the order between the two."""
    last_words: bool = True
    """Pass on what was printed right before the end."""
    interrupt: bool = True
    survive: bool = False
    """Go on while nobody is connected, and know evaluations by their ids."""


CAN = {
    "python": Can(),
    "fake": Can(),
    "fake that survives": Can(survive=True),
    "socket": Can(results=False, errors=False, streams=False, interrupt=False),
    "pty": Can(results=False, errors=False, streams=False),
    "stui over lines": Can(survive=True),
    "stui over zmq": Can(survive=True),
    "jupyter": Can(order=False, last_words=False),
}


@dataclass(frozen=True)
class Kind:
    """One kind of backend: a link that comes up, and one that does not."""

    can: Can
    make: Callable[[], Backend]
    make_bad: Callable[[], Backend]
    why_bad: str
    """Of the words about why that one does not come up."""


@asynccontextmanager
async def kind_named(name: str, folder: Path) -> AsyncIterator[Kind]:
    """That kind, with whatever serves it, until the end of the block."""
    can = CAN[name]
    made = partial(_made, folder)
    nobody = partial(made, kind=name.split(maxsplit=1)[0], url="unix:nobody.sock")
    match name:
        case "python":
            bad = partial(made, kind=name, python="no-such-interpreter")
            yield Kind(can, partial(made, kind=name), bad, "there is no interpreter")
        case "pty":
            bad = partial(made, kind=name, command=("no-such-program",))
            good = partial(made, kind=name, command=(sys.executable, "-q"))
            yield Kind(can, good, bad, "there is no program")
        case "jupyter":
            bad = partial(made, kind=name, kernel="no-such-kernel")
            yield Kind(can, partial(made, kind=name), bad, "no-such-kernel")
        case "socket":
            async with listening(Repl(LINES)) as url:
                yield Kind(can, partial(made, kind=name, url=url), nobody, "there is no socket")
        case "stui over lines" | "stui over zmq":
            serve = _serving_lines if name == "stui over lines" else _serving_zmq
            async with serve(folder) as url:
                yield Kind(can, partial(made, kind="stui", url=url), nobody, "there is no socket")
        case _:
            yield _fake(can)


def _fake(can: Can) -> Kind:
    life = FakeLife(PLAYS)

    def make() -> Backend:
        return FakeBackend(PLAYS, survives=True, life=life) if can.survive else FakeBackend(PLAYS)

    return Kind(can, make, lambda: FakeBackend(refusal="there is none"), "there is none")


def _made(folder: Path, *, kind: str, **keys: object) -> Backend:
    spec = ConnectionSpec("py", kind, **keys)  # type: ignore[arg-type]
    return make_backend(spec, Setting(folder, folder=folder / "kept"))


@asynccontextmanager
async def _serving_lines(folder: Path) -> AsyncIterator[str]:
    async with _server(folder) as server:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            async with _going_on(serve_streams(server, listener)):
                yield f"lines://127.0.0.1:{port}"


@asynccontextmanager
async def _serving_zmq(folder: Path) -> AsyncIterator[str]:
    async with _server(folder) as server:
        router = Router(server, Address("tcp", None, "127.0.0.1", 0))
        async with _going_on(router.run()):
            yield str(router.address)


@asynccontextmanager
async def _server(folder: Path) -> AsyncIterator[Server]:
    server = Server(lambda: FakeBackend(PLAYS), folder / "served", Options())
    await server.start()
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def _going_on(doing: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(doing)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
