"""Tells when the network of this machine changed: a try that failed before may work now.

Linux says so itself, over a netlink socket, which costs nothing while nothing happens. Elsewhere
the addresses that this machine would send from are looked at every few seconds.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

SETTLE_SECONDS: Final = 0.2
"""Changes come in bursts; so long after the first of one they are told, once."""
LOOK_SECONDS: Final = 3.0
_ROUTE: Final = 0
"""NETLINK_ROUTE."""
_GROUPS: Final = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
"""Links, and addresses and routes of IPv4 and IPv6 (RTMGRP_*)."""
_BUFFER: Final = 64 << 10
_READS: Final = 64
"""So many messages are read in a row; what is left wakes us again."""
_OUTSIDE: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation. Nothing is sent there: only the way to them is asked for."""


class _Ear(Protocol):
    """One way to hear of changes."""

    def start(self, on_change: Callable[[], None]) -> None: ...
    def close(self) -> None: ...


class NetworkWatch:
    """Calls `on_change` soon after the network changed, from `start` to `close`. Never raises.

    Args:
        on_change: Called on the event loop, once for a burst of changes.
        ear: How it is heard of; None for the best way of this system.
    """

    def __init__(self, on_change: Callable[[], None], ear: _Ear | None = None) -> None:
        self._on_change = on_change
        self._ear = ear
        self._settling: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Listen from now on. To be called in a running event loop."""
        ears = [self._ear] if self._ear is not None else [*_best(), Glance()]
        for ear in ears:
            with suppress(OSError, NotImplementedError):  # a sandbox, or an odd event loop
                ear.start(self._heard)
                self._ear = ear
                return

    def close(self) -> None:
        """Listen no more; nothing happens the second time."""
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.close()
        if self._settling is not None:
            self._settling.cancel()

    def _heard(self) -> None:
        if self._settling is None and self._ear is not None:
            loop = asyncio.get_running_loop()
            self._settling = loop.call_later(SETTLE_SECONDS, self._settled)

    def _settled(self) -> None:
        self._settling = None
        self._on_change()


def _best() -> list[_Ear]:
    return [Netlink()] if sys.platform == "linux" else []


class Netlink:
    """What the kernel of Linux says of its links, addresses and routes."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, on_change: Callable[[], None]) -> None:
        """Listen.

        Raises:
            OSError: It is not allowed here.
        """
        found = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _ROUTE)
        try:
            found.setblocking(False)
            found.bind((0, _GROUPS))
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(found, self._read, found, on_change)
        except BaseException:
            found.close()
            raise
        self._socket = found

    def close(self) -> None:
        found, self._socket = self._socket, None
        if found is not None and self._loop is not None:
            self._loop.remove_reader(found)
            found.close()

    def _read(self, found: socket.socket, on_change: Callable[[], None]) -> None:
        for _ in range(_READS):
            try:
                found.recv(_BUFFER)
            except BlockingIOError:
                break
            except OSError:  # more changes than the kernel keeps: a change all the same
                break
        on_change()


class Glance:
    """Looks every few seconds from which addresses this machine would send."""

    def __init__(self, look: Callable[[], object] | None = None) -> None:
        self._look = look or ways_out
        self._task: asyncio.Task[None] | None = None

    def start(self, on_change: Callable[[], None]) -> None:
        """Look, again and again."""
        self._task = asyncio.get_running_loop().create_task(self._watch(on_change))

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self, on_change: Callable[[], None]) -> None:
        before = self._look()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = self._look()
            if now != before:
                before = now
                on_change()


def ways_out() -> tuple[str | None, ...]:
    """The address that this machine would send from, for each version of IP; sends nothing."""
    found: list[str | None] = []
    for family, outside in _OUTSIDE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((outside, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            found.append(None)
    return tuple(found)
