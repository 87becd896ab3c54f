"""The kinds of connection that schedules of faults are played on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from faults.peers import JupyterPeer, LocalPeer, Peer, ReplPeer, StuiPeer
from faults.schedule import Played, Player
from support.kernels import JupyterServer

JUPYTER: Final = "jupyter"


def _jupyter(home: Path) -> Peer:
    raise AssertionError(f"it needs a server, in {home}")


PEERS: Final[Mapping[str, Callable[[Path], Peer]]] = {
    "stui over lines": lambda home: StuiPeer(home, "lines"),
    "stui over ZeroMQ": lambda home: StuiPeer(home, "tcp"),
    "socket": lambda _home: ReplPeer(),
    "python": lambda home: LocalPeer(home, "python"),
    "pty": lambda home: LocalPeer(home, "pty"),
    JUPYTER: _jupyter,
}
AT_A_TIME: Final = 5


async def play(kind: str, seeds: Iterable[int]) -> list[Played]:
    """What came of the schedules of some seeds, several of them at a time.

    Raises:
        BrokenLawError: A law was broken in one of them.
    """
    turn = asyncio.Semaphore(AT_A_TIME)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with _made(kind, Path(folder)) as make:

            async def one(seed: int) -> Played:
                home = Path(folder) / str(seed)
                home.mkdir()
                async with turn:
                    return await Player(seed, make(home), home).play()

            return list(await asyncio.gather(*map(one, seeds)))


@asynccontextmanager
async def _made(kind: str, folder: Path) -> AsyncIterator[Callable[[Path], Peer]]:
    """How peers of a kind are made, with what they share."""
    if kind != JUPYTER:
        yield PEERS[kind]
        return
    root = folder / "server"
    root.mkdir()
    server = JupyterServer(root)
    await server.start()
    try:
        yield lambda home: JupyterPeer(home, server)
    finally:
        server.kill()
