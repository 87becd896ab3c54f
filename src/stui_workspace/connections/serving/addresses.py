"""Where a server can be reached, as a URL, and what has to be given before it listens there."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass

_SCHEMES: Final = "unix:PATH, lines://HOST:PORT, tls://HOST:PORT, tcp://HOST:PORT or ipc://PATH"
_NETWORK: Final = re.compile(
    r"\A(lines|tls|tcp)://(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?):([0-9]{1,5})\Z"
)
_LOCAL: Final = re.compile(r"\A(?:(unix):|(ipc)://)([^\0-\x1f\x7f?#]{1,4096})\Z")
_LAST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Address:
    """A place to listen at."""

    scheme: str
    """unix, lines or tls for JSON lines; tcp or ipc for ZeroMQ."""
    path: Path | None = None
    host: str = ""
    port: int = 0
    """0 for any that is free."""

    @property
    def is_zeromq(self) -> bool:
        return self.scheme in ("tcp", "ipc")

    @property
    def is_local(self) -> bool:
        """Whether nobody comes there from another machine."""
        return self.path is not None or _is_loopback(self.host)

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix:{self.path}" if self.scheme == "unix" else f"ipc://{self.path}"
        return f"{self.scheme}://{self.shown_host}:{self.port}"

    @property
    def shown_host(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.host}]" if ":" in self.host else self.host


def address_of(url: str) -> Address:
    """The address that a URL names.

    Raises:
        UsageError: It names none.
    """
    if (found := _LOCAL.match(url)) is not None:
        path = Path(found[3])
        if not path.is_absolute():
            raise UsageError(f"`{printable_line(url)}` is no absolute path", "give the whole path")
        return Address(found[1] or found[2], path)
    if (found := _NETWORK.match(url)) is not None and int(found[3]) <= _LAST_PORT:
        return Address(found[1], None, found[2].strip("[]"), int(found[3]))
    raise UsageError(f"`{printable_line(url)}` is no place to listen at", f"use {_SCHEMES}")


def check_address(address: Address, *, has_token: bool, is_sealed: bool) -> None:
    """Return if a server may listen there.

    Args:
        address: The place.
        has_token: Whether clients have to know a token.
        is_sealed: Whether nobody can listen in, by TLS or CURVE.

    Raises:
        UsageError: Others could use the backend, or listen in.
    """
    if address.scheme == "tls" and not is_sealed:
        raise UsageError("TLS needs a certificate", "give --cert FILE and --key FILE")
    if address.is_local:
        return
    if not has_token:
        raise UsageError(
            f"whoever reaches {address} could run code here",
            "give a token, with --token-stdin or --token-env NAME; or listen on 127.0.0.1",
        )
    if not is_sealed:
        raise UsageError(
            f"the token would cross the network in clear at {address}",
            "use tls:// with --cert and --key, tcp:// with --curve, or listen on 127.0.0.1",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
