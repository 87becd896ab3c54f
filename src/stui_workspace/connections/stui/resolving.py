"""From the name of a host to its addresses, without holding up the loop or the program's end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread
from typing import Any, Final, TypeVar

from stui_workspace.connections.stui.faults import CORRECT_URL, LinkError

Lookup = Callable[[str, int], list[Any]]
"""As `socket.getaddrinfo` does it."""

_ADDRESS_LIMIT: Final = 4
ResultT = TypeVar("ResultT")


async def addresses_of(host: str, port: int, lookup: Lookup | None = None) -> tuple[str, ...]:
    """The IP addresses of a host, in the order in which they are to be tried.

    Raises:
        LinkError: It has none, as far as one can tell now.
    """
    if is_address(host):
        return (host,)
    look = lookup or _look_up
    try:
        found = await in_thread(lambda: look(host, port), "stui-resolver")
    except socket.gaierror as error:
        why = (error.strerror or "there is no answer").lower()
        raise LinkError(
            f"the name `{host}` was not found: {why}", "look at the network, or correct the `url`"
        ) from None
    except (OSError, UnicodeError):
        raise LinkError(f"the name `{host}` cannot be looked up", CORRECT_URL) from None
    addresses = dict.fromkeys(str(one[4][0]) for one in found)
    if host == "localhost" and not all(map(is_loopback, addresses)):
        raise LinkError(
            "`localhost` leads to another machine", "write `127.0.0.1` or `[::1]`", is_final=True
        )
    if not addresses:
        raise LinkError(f"the name `{host}` has no address", CORRECT_URL)
    return tuple(addresses)[:_ADDRESS_LIMIT]


def is_address(host: str) -> bool:
    """Whether it is an IP address, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(address: str) -> bool:
    """Whether what is sent to that IP address stays on this machine."""
    return ip_address(address).is_loopback


async def in_thread(call: Callable[[], ResultT], name: str) -> ResultT:
    """What `call` returns, or raises, run in a thread.

    Not `asyncio.to_thread`: a call that hangs, as lookups do for half a minute, would keep the
    program from ending.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[ResultT] = loop.create_future()

    def run() -> None:
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 (whoever waits gets it)
            tell(lambda error=error: future.set_exception(error))  # type: ignore[misc] # of a lambda
        else:
            tell(lambda: future.set_result(result))

    def tell(settle: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(lambda: None if future.done() else settle())

    Thread(target=run, name=name, daemon=True).start()
    return await future


def _look_up(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
