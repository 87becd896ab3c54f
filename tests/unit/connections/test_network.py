"""Changes of the network, as the kernel tells them and as they are seen by looking."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from stui_workspace.connections import network
from stui_workspace.connections.network import Glance, Netlink, NetworkWatch, ways_out


class Told:
    """Counts, and can be waited for."""

    def __init__(self) -> None:
        self.count = 0
        self._news = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self._news.set()

    async def wait(self) -> None:
        async with asyncio.timeout(10):
            await self._news.wait()


class Ear:
    """Hears what a test says."""

    def __init__(self, error: Exception | None = None) -> None:
        self.hear: Callable[[], None] = lambda: None
        self.is_closed = False
        self._error = error

    def start(self, on_change: Callable[[], None]) -> None:
        if self._error is not None:
            raise self._error
        self.hear = on_change

    def close(self) -> None:
        self.is_closed = True


async def test_a_burst_is_told_once_and_the_next_one_again() -> None:
    told, ear = Told(), Ear()
    watch = NetworkWatch(told, ear)
    watch.start()
    for _ in range(100):
        ear.hear()
    await told.wait()
    assert told.count == 1
    ear.hear()
    told._news.clear()
    await told.wait()
    assert told.count == 2
    watch.close()
    assert ear.is_closed


async def test_nothing_is_told_after_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "SETTLE_SECONDS", 0.0)
    told, ear = Told(), Ear()
    watch = NetworkWatch(told, ear)
    watch.start()
    ear.hear()
    watch.close()
    watch.close()
    ear.hear()
    for _ in range(10):  # turns of the loop, each of which would have told
        await asyncio.sleep(0)
    assert told.count == 0


@pytest.mark.parametrize("error", [PermissionError("sandbox"), NotImplementedError()])
async def test_where_it_is_not_allowed_to_listen_nothing_breaks(error: Exception) -> None:
    watch = NetworkWatch(Told(), Ear(error))
    watch.start()
    watch.close()


if sys.platform == "linux":

    async def test_the_kernel_of_linux_tells_of_an_address_that_came() -> None:
        told = Told()
        watch = NetworkWatch(told, Netlink())
        watch.start()
        address = ["127.77.0.1/32", "dev", "lo"]
        subprocess.run(["ip", "address", "add", *address], check=True)  # noqa: ASYNC221
        try:
            await told.wait()
        finally:
            subprocess.run(["ip", "address", "del", *address], check=True)  # noqa: ASYNC221
            watch.close()


async def test_another_way_out_is_seen_by_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "LOOK_SECONDS", 0.01)
    told, ways = Told(), iter(["wifi", "wifi"])
    watch = NetworkWatch(told, Glance(lambda: next(ways, "cable")))
    watch.start()
    await told.wait()
    assert told.count == 1
    watch.close()


def test_without_a_network_there_is_no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert ways_out() == (None, None)
