"""Which kernel the address of a connection means. Pure: nothing is opened or reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, TypeAlias

from stui_workspace.errors import UsageError
from stui_workspace.schema.endpoints import host_and_port, host_of

_FORM: Final = "`http://host:port`, `https://host:port` or `file:PATH` of a connection file"
_LENGTH_LIMIT: Final = 1024
_WEB: Final = re.compile(r"\A(https?)://([^/?#@\\]+)((?:/[A-Za-z0-9._~%+-]+)*)/?\Z", re.ASCII)
_KERNEL: Final = re.compile(r"\A(.*)/api/kernels/([0-9a-fA-F]+(?:-[0-9a-fA-F]+){4})\Z", re.ASCII)
_DOTS: Final = re.compile(r"/(?:\.|%2e){1,2}(?:/|\Z)", re.ASCII | re.IGNORECASE)
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class ConnectionFile:
    """The file in which a kernel that runs says where it listens."""

    path: str
    """As it is written; a relative one is below the root of the project."""


@dataclass(frozen=True, slots=True)
class Server:
    """A Jupyter Server, and perhaps one of its kernels."""

    base: str
    """`https://host:port/base/path`, canonical, without a slash at its end."""
    is_private: bool
    """Whether nobody on the way can read: the same machine, or TLS."""
    kernel_id: str | None = None
    """The one kernel that is meant; None for one that is found or started by its name."""


Address: TypeAlias = ConnectionFile | Server


def address_of(url: str) -> Address:
    """What the `url` of a connection of `kind: jupyter` means.

    Raises:
        UsageError: It means nothing, or it says more than an address may, such as a token.
    """
    if len(url) > _LENGTH_LIMIT or _UNSEEN.search(url):
        raise UsageError("the address is too long, or has an unseen character", f"write {_FORM}")
    if "token=" in url.lower() or "@" in url:
        raise UsageError(
            "the address names a user, or has a token",
            "leave it out; a token is named by `credential`",
        )
    if url.startswith("file:"):
        return _connection_file(url.removeprefix("file:"))
    match = _WEB.match(url)
    if match is None or _DOTS.search(match[3]):
        raise UsageError("that is no address of a Jupyter Server", f"write {_FORM}")
    host, port = _host_and_port(match[2], match[1])
    path, kernel_id = match[3], None
    if kernel := _KERNEL.match(path):
        path, kernel_id = kernel[1], kernel[2].lower()
    shown = f"[{host}]" if ":" in host else host
    is_private = match[1] == "https" or is_loopback(host)
    return Server(f"{match[1]}://{shown}:{port}{path}", is_private, kernel_id)


def is_loopback(host: str) -> bool:
    """Whether a canonical host is this machine.

    >>> [is_loopback(host) for host in ("localhost", "127.8.8.8", "::1", "10.0.0.1", "a.example")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _connection_file(path: str) -> ConnectionFile:
    if path.startswith("//") or not path or path[0] in "~-" or "$" in path or "%" in path:
        raise UsageError(
            "the path of the connection file is empty, or has a `~`, `$`, `%` or `//` in it",
            "write it out, absolute or from the root of the project, as in `file:run/kernel.json`",
        )
    return ConnectionFile(path)


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    usual = 443 if scheme == "https" else 80
    if authority.endswith("]"):
        return host_and_port(f"{authority}:{usual}", _FORM)
    if ":" not in authority:
        return host_of(authority, _FORM), usual
    return host_and_port(authority, _FORM)
