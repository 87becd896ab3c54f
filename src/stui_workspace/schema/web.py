"""Where a Jupyter Server or a kernel of it is, as an address says it. Pure, as `endpoints` is."""

from __future__ import annotations

import re
from typing import Final, NoReturn, TypeAlias

from stui_workspace.model.records import dataclass
from stui_workspace.schema.hosts import AddressError, host_and_port, host_of, is_loopback, is_plain

_FORM: Final = "`http://host:port`, `https://host:port` or `file:PATH` of a connection file"
_LENGTH_LIMIT: Final = 1024
_WEB: Final = re.compile(r"\A(https?)://([^/?#@\\]*)((?:/[A-Za-z0-9._~%+-]+)*)/?\Z", re.ASCII)
_KERNEL: Final = re.compile(r"\A(.*)/api/kernels/([0-9a-fA-F]+(?:-[0-9a-fA-F]+){4})\Z", re.ASCII)
_DOTS: Final = re.compile(r"/\.{1,2}(?:/|\Z)", re.ASCII)
_TRICK: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|%[01]|%7f|%2[ef5]|%5c", re.ASCII | re.IGNORECASE)
"""In a path: half an escape, or one of what means something unescaped: controls, `.`, `/`, `%`
and the backslash. Servers disagree about who takes those back."""
_USUAL_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ConnectionFile:
    """The file in which a kernel that runs says where it listens."""

    path: str
    """As it is written; a relative one is below the root of the project."""


@dataclass(frozen=True, slots=True)
class Server:
    """A Jupyter Server, and perhaps one of its kernels."""

    scheme: str
    host: str
    """In lower case: a name in A-labels, or an IP address in its canonical form, no brackets."""
    port: int
    path: str = ""
    """`/base/path`; without a slash at its end."""
    kernel_id: str | None = None
    """The one kernel that is meant; None for one that is found or started by its name."""

    @property
    def base(self) -> str:
        """`https://host:port/base/path`, canonical."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def url(self) -> str:
        """All that the address said, canonical."""
        return self.base + (f"/api/kernels/{self.kernel_id}" if self.kernel_id else "")

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read: the same machine, or TLS."""
        return self.scheme == "https" or is_loopback(self.host)


WebAddress: TypeAlias = ConnectionFile | Server


def web_address_of(url: str) -> WebAddress:
    """What the `url` of a connection of `kind: jupyter` means.

    Raises:
        AddressError: It means nothing, or it says more than an address may, such as a token.
    """
    if url.startswith("file:"):
        return _connection_file(url.removeprefix("file:"))
    return server_of(url)


def server_of(url: str) -> Server:
    """The server that an address of `http` or `https` means.

    Raises:
        AddressError: It means none, or it says more than an address may, such as a token.
    """
    if len(url) > _LENGTH_LIMIT or " " in url or not is_plain(url):
        _fail(
            "the address is too long, or has a backslash, a blank or an unseen character",
            f"write {_FORM}",
        )
    if "token=" in url.lower() or "@" in url:
        _fail(
            "the address has a token, or an `@` as if it named a user",
            "leave it out, and name the token by `credential`",
        )
    match = _WEB.match(url)
    if match is None:
        _fail("that is no address of a Jupyter Server", f"write {_FORM}")
    if _DOTS.search(match[3]) or _TRICK.search(match[3]):
        _fail("the path of the address has dots or escapes that servers read in two ways", _PLAIN)
    host, port = _host_and_port(match[2], match[1])
    if "%" in host:
        _fail("a Jupyter Server is at no address with a zone", f"write {_FORM}")
    path, kernel_id = match[3], None
    if kernel := _KERNEL.match(path):
        path, kernel_id = kernel[1], kernel[2].lower()
    return Server(match[1], host, port, path, kernel_id)


def _connection_file(path: str) -> ConnectionFile:
    if path.startswith("//") or not path or path[0] in "~-" or "$" in path or "%" in path:
        _fail(
            "the path of the connection file is empty, or has a `~`, `$`, `%` or `//` in it",
            "write it out, absolute or from the root of the project, as in `file:run/kernel.json`",
        )
    if len(path) > _LENGTH_LIMIT or not is_plain(path):
        _fail(
            "the path of the connection file is too long, or has a backslash or what is not seen",
            "give the file a plain name",
        )
    return ConnectionFile(path)


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    usual = _USUAL_PORTS[scheme]
    if authority.endswith("]"):
        return host_and_port(f"{authority}:{usual}", _FORM)
    if ":" not in authority:
        return host_of(authority, _FORM), usual
    return host_and_port(authority, _FORM)


def _fail(reason: str, next_step: str) -> NoReturn:
    raise AddressError(reason, next_step, reason)


_PLAIN: Final = "write the path as the server gives it, without `.`, `..`, `%2e`, `%2f` or `%25`"
