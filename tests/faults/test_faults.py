"""Whatever the network and the peer do, nothing is sent twice, or elsewhere, or out of sight."""

from __future__ import annotations

from collections import Counter

import pytest

from faults.kinds import PEERS, play

SEEDS = {
    "stui over lines": 30,
    "stui over ZeroMQ": 30,
    "socket": 20,
    "python": 10,
    "pty": 10,
    "jupyter": 10,
}
CHUNK = 10


@pytest.mark.parametrize(
    ("kind", "first"),
    [(kind, first) for kind, count in SEEDS.items() for first in range(0, count, CHUNK)],
)
async def test_the_laws_hold_whatever_happens(kind: str, first: int) -> None:
    played = await play(kind, range(first, first + CHUNK))
    outcomes: Counter[str] = sum((one.outcomes for one in played), Counter())
    assert outcomes["ok"] >= CHUNK


def test_every_kind_is_played() -> None:
    assert SEEDS.keys() == PEERS.keys()
