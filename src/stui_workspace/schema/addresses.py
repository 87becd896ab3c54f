"""What the `url` of a connection of any kind means, and whether it may be reached so."""

from __future__ import annotations

from typing import Final, TypeAlias

from stui_workspace.schema.endpoints import SCHEMES, Endpoint, endpoint_of
from stui_workspace.schema.hosts import AddressError
from stui_workspace.schema.web import Server, WebAddress, web_address_of

Address: TypeAlias = Endpoint | WebAddress

KINDS: Final = frozenset({*SCHEMES, "jupyter"})
"""Those whose addresses are ours to read. Only plugins know what those of their kinds mean."""

_CLEAR: Final = "anyone on the way there could read and change what is said"


def address_of(kind: str, url: str) -> Address | None:
    """What an address means; None for kinds that have none, and for those of plugins.

    Raises:
        AddressError: It means nothing, or it says more than an address may.
    """
    if kind == "jupyter":
        return web_address_of(url)
    return endpoint_of(url, kind) if kind in SCHEMES else None


def check_channel(kind: str, address: Address | None) -> None:
    """Return where an address may be reached as it is written.

    A line REPL is asked for no secret, and is like a telephone by its nature: there, a person who
    is told so may agree. Our own protocol and Jupyter have safe ways to go.

    Raises:
        AddressError: Anyone on the way could read and change what is said, and the address does
            not say that they may.
    """
    if kind == "socket":
        return
    match address:
        case Endpoint() if not (address.is_private or address.may_be_clear):
            option = "&encryption=none" if "?" in address.url else "?encryption=none"
            pin = "add `server_key=` of the server, or " if address.scheme == "tcp" else ""
            raise AddressError(
                f"anyone on the way to {address.address} could read and change what is said",
                f"{pin}use `tls://`, or an ssh tunnel to this machine; for a network that you "
                f"trust, end the address with `{option}`",
                _CLEAR,
            )
        case Server() if not address.is_private:
            raise AddressError(
                f"anyone on the way to {address.base} could read and change what is said",
                "use `https://`, or an ssh tunnel to this machine",
                _CLEAR,
            )
