"""Where a backend is, as an address says it. Pure: nothing is looked up and nothing is reached.

The grammar is ours, in ASCII, and strict: what other readers of addresses would understand in
another way is refused. A refusal never repeats what could be a password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NoReturn

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line

SCHEMES: Final = {
    "stui": ("tcp", "ipc", "unix", "lines", "tls"),
    "socket": ("tcp", "unix", "tls"),
}
"""By kind of connection. `tcp` and `ipc` are ZeroMQ to `stui`; to `socket`, `tcp` is plain."""

_FORMS: Final = {
    "tcp": "`tcp://host:port`",
    "ipc": "`ipc://path`",
    "unix": "`unix:path`",
    "lines": "`lines://host:port`",
    "tls": "`tls://host:port`",
}
_LENGTH_LIMIT: Final = 1024
_SCHEME: Final = re.compile(r"\A([a-z][a-z0-9+.-]*):(//)?", re.ASCII)
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff\\]")
_OF_A_FOLDER: Final = re.compile(r"\A(?:unix:|ipc://)[^@/]*/")
"""After that, an `@` is a letter of a path like any other."""
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"\A{_LABEL}(?:\.{_LABEL})*\Z", re.ASCII)
_NUMBER_AT_END: Final = re.compile(r"(?:\A|\.)(?:[0-9]+|0x[0-9a-f]*)\Z", re.ASCII)
_PORT: Final = re.compile(r"\A[1-9][0-9]{0,4}\Z", re.ASCII)
_KEY: Final = re.compile(r"\A[0-9a-f]{64}\Z", re.ASCII)
_ZONE: Final = re.compile(r"\A[A-Za-z0-9._-]{1,15}\Z", re.ASCII)
_HOST_LIMIT: Final = 253
_PORT_LIMIT: Final = 65535


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a port, or the path of a socket; and how to talk there."""

    scheme: str
    host: str = ""
    """In lower case: a name in A-labels, or an IP address in its canonical form, no brackets."""
    port: int = 0
    path: str = ""
    """As it is written; a relative one is below the root of the project."""
    is_request_socket: bool = False
    """`?socket=req`: the server answers each request once, and never speaks unasked."""
    server_key: str | None = None
    """`?server_key=`: the key that the server must have, as 64 hex digits."""

    @property
    def address(self) -> str:
        """For people: the canonical form without options."""
        if self.path:
            return f"{self.scheme}:{'' if self.scheme == 'unix' else '//'}{self.path}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> str:
        """The canonical form, options included."""
        options = ["socket=req"] if self.is_request_socket else []
        options += [f"server_key={self.server_key}"] if self.server_key else []
        return self.address + ("?" + "&".join(options) if options else "")


def endpoint_of(url: str, kind: str = "stui") -> Endpoint:
    """Where the address of a connection of kind `stui` or `socket` leads.

    Raises:
        UsageError: It leads nowhere, or it says more than an address may.
    """
    schemes = SCHEMES[kind]
    _check_characters(url)
    match = _SCHEME.match(url)
    scheme = match[1] if match else ""
    if match is None or scheme not in schemes:
        _fail(f"`{_start_of(url)}` is no address for `kind: {kind}`", _forms(schemes))
    rest, mark, options = url[match.end() :].partition("?")
    if "#" in url:
        _fail("an address has no `#`", f"remove it and what follows: {_FORMS[scheme]}")
    if scheme in ("unix", "ipc"):
        found = Endpoint(scheme, path=_path(scheme, rest, has_slashes=match[2] is not None))
    elif match[2] is None:
        _fail(f"there are no slashes after `{scheme}:`", f"write {_FORMS[scheme]}")
    else:
        host, port = host_and_port(rest, _FORMS[scheme])
        found = Endpoint(scheme, host, port)
    if not mark:
        return found
    if kind != "stui" or scheme not in ("tcp", "ipc"):
        _fail("the address has options after `?`", f"write {_FORMS[scheme]}")
    return _with_options(found, options)


def host_and_port(authority: str, form: str) -> tuple[str, int]:
    """The canonical host and the port of `host:port`.

    Args:
        authority: What stands between the slashes and the end.
        form: How it should be written, for the refusal.

    Raises:
        UsageError: It is not of that form.
    """
    if authority.startswith("["):
        host, bracket, port = authority[1:].partition("]")
        if not bracket or not port.startswith(":"):
            _fail("the address has no port", f"write {form}, with `[` and `]` around IPv6")
        return _ipv6(host), _port(port[1:], form)
    host, colon, port = authority.rpartition(":")
    if not colon:
        _fail("the address has no port", f"write {form}")
    if ":" in host:
        _fail("an IPv6 address has no brackets", "write it as in `tcp://[::1]:5555`")
    return host_of(host, form), _port(port, form)


def host_of(written: str, form: str) -> str:
    """The canonical form of a host: a name, or an IPv4 address.

    Raises:
        UsageError: It is none.
    """
    host = written.lower()
    if not host:
        _fail("the address has no host", f"write {form}")
    if not host.isascii():
        _fail(f"the host `{printable_line(host, 80)}` is not ASCII", _in_ascii(host))
    if _NUMBER_AT_END.search(host):
        return _ipv4(host)
    if len(host) > _HOST_LIMIT or not _NAME.match(host):
        _fail(f"`{printable_line(host, 80)}` is no name of a host", f"write {form}")
    return host


def _check_characters(url: str) -> None:
    if len(url) > _LENGTH_LIMIT:
        _fail("the address is too long", f"an address has at most {_LENGTH_LIMIT} characters")
    if _UNSEEN.search(url) or url != url.strip():
        _fail("the address has a backslash, an unseen character or a blank at an end", "remove it")
    if "@" in url and not _OF_A_FOLDER.match(url):
        _fail(
            "the address has an `@`, as if it named a user",
            "remove it; a secret is named by `credential`",
        )


def _path(scheme: str, rest: str, *, has_slashes: bool) -> str:
    if scheme == "ipc" and not has_slashes:
        _fail("there are no slashes after `ipc:`", f"write {_FORMS['ipc']}")
    if scheme == "unix" and has_slashes and not rest.startswith("/"):
        _fail("after `unix://` only an absolute path can come", "write `unix:path`")
    if not rest or rest.endswith("/"):
        _fail("the address has no path of a socket", f"write {_FORMS[scheme]}")
    if rest[0] in "~$*-":
        _fail(
            "the path of the socket begins with `~`, `$`, `*` or `-`, and nothing is replaced",
            "write the path out, absolute or from the root of the project",
        )
    return re.sub(r"\A/+", "/", rest)


def _with_options(endpoint: Endpoint, options: str) -> Endpoint:
    is_request_socket, server_key = endpoint.is_request_socket, endpoint.server_key
    seen = set()
    for option in options.split("&"):
        key, _, value = option.partition("=")
        if key in seen:
            _fail(f"the option `{printable_line(key, 40)}` is there twice", "remove one")
        seen.add(key)
        if key == "socket" and value in ("req", "dealer"):
            is_request_socket = value == "req"
        elif key == "server_key" and endpoint.scheme == "tcp" and _KEY.match(value.lower()):
            server_key = value.lower()
        else:
            _fail(
                f"the option `{printable_line(key, 40)}` of the address is not understood here",
                "there are `socket=req`, and with `tcp` `server_key=` and 64 hex digits",
            )
    return Endpoint(
        endpoint.scheme, endpoint.host, endpoint.port, endpoint.path, is_request_socket, server_key
    )


def _ipv4(host: str) -> str:
    try:
        found = IPv4Address(host)
    except ValueError:
        _fail(
            f"`{printable_line(host, 80)}` is no IPv4 address",
            "write four numbers from 0 to 255, without leading zeros, as in `127.0.0.1`",
        )
    if found.is_unspecified:
        _fail("0.0.0.0 is where a server listens, and nobody's address", "write `127.0.0.1`")
    return str(found)


def _ipv6(written: str) -> str:
    host, percent, zone = written.lower().partition("%")
    try:
        found = IPv6Address(host)
    except ValueError:
        _fail(
            f"`{printable_line(host, 80)}` is no IPv6 address",
            "write it as in `tcp://[::1]:5555`",
        )
    if found.is_unspecified:
        _fail("[::] is where a server listens, and nobody's address", "write `[::1]`")
    if percent and not _ZONE.match(zone):
        _fail("the zone after `%` is no name of a network interface", "write it as in `%eth0`")
    return str(found) + (f"%{written.partition('%')[2]}" if percent else "")


def _port(written: str, form: str) -> int:
    if not _PORT.match(written) or int(written) > _PORT_LIMIT:
        shown = printable_line(written, 20)
        _fail(f"`{shown}` is no port", f"write {form}, with a port from 1 to {_PORT_LIMIT}")
    return int(written)


def _in_ascii(host: str) -> str:
    try:
        return f"if it is the one you mean, write `{host.encode('idna').decode('ascii')}`"
    except UnicodeError:
        return "write its ASCII form, which begins with `xn--`"


def _start_of(url: str) -> str:
    """As much of a refused address as is no secret."""
    scheme, colon, _ = url.partition(":")
    return printable_line(scheme + colon, 30)


def _forms(schemes: tuple[str, ...]) -> str:
    forms = [_FORMS[one] for one in schemes]
    return f"write {', '.join(forms[:-1])} or {forms[-1]}"


def _fail(reason: str, next_step: str) -> NoReturn:
    raise UsageError(reason, next_step)
