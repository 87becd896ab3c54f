"""The kinds of connection that schedules of faults are played on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from faults.peers import LocalPeer, Peer, ReplPeer, StuiPeer
from faults.schedule import Played, Player

PEERS: Final[Mapping[str, Callable[[Path], Peer]]] = {
    "stui over lines": lambda home: StuiPeer(home, "lines"),
    "stui over ZeroMQ": lambda home: StuiPeer(home, "tcp"),
    "socket": lambda _home: ReplPeer(),
    "python": lambda home: LocalPeer(home, "python"),
    "pty": lambda home: LocalPeer(home, "pty"),
}
AT_A_TIME: Final = 5


async def play(kind: str, seeds: Iterable[int]) -> list[Played]:
    """What came of the schedules of some seeds, several of them at a time.

    Raises:
        BrokenLawError: A law was broken in one of them.
    """
    turn = asyncio.Semaphore(AT_A_TIME)

    async def one(seed: int) -> Played:
        async with turn:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                return await Player(seed, PEERS[kind](Path(home)), Path(home)).play()

    return list(await asyncio.gather(*map(one, seeds)))
