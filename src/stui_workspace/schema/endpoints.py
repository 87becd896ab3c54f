"""Where a backend is, as an address says it. Pure: nothing is looked up and nothing is reached.

The grammar is ours, in ASCII, and strict: what other readers of addresses would understand in
another way is refused. A refusal never repeats what could be a password.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.schema.hosts import AddressError, host_and_port, is_loopback, is_plain

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
_OPTIONS: Final = {
    "tcp": "`socket=req`, `server_key=` with 64 hex digits, and `encryption=none`",
    "ipc": "`socket=req`",
    "lines": "`encryption=none`",
}
"""What can stand after the `?` of an address of `kind: stui`."""
_LENGTH_LIMIT: Final = 1024
_SCHEME: Final = re.compile(r"\A([a-z][a-z0-9+.-]*):(//)?", re.ASCII)
_OF_A_FOLDER: Final = re.compile(r"\A(?:unix:|ipc://)[^@/]*/")
"""After that, an `@` is a letter of a path like any other."""
_OPTION: Final = re.compile(r"\A[a-z_]{1,20}\Z", re.ASCII)
_KEY: Final = re.compile(r"\A[0-9a-f]{64}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host and a port, or the path of a socket; and how to talk there."""

    scheme: str
    host: str = ""
    """In lower case: a name in A-labels, or an IP address in its canonical form, no brackets."""
    port: int = 0
    path: str = ""
    """Without `.` and `..`; a relative one is below the root of the project."""
    is_request_socket: bool = False
    """`?socket=req`: the server answers each request once, and never speaks unasked."""
    server_key: str | None = None
    """`?server_key=`: the key that the server must have, as 64 hex digits."""
    may_be_clear: bool = False
    """`?encryption=none`: whoever wrote the address knows that everybody on the way can read and
    change what is said. Said of another machine only; this one needs no encryption."""

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
        options += ["encryption=none"] if self.may_be_clear else []
        return self.address + ("?" + "&".join(options) if options else "")

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read or change what is said, and who answers is certain.

        So it is with TLS, with the server's key known beforehand, with the path of a socket, and
        within this machine.
        """
        if self.path or self.scheme == "tls":
            return True
        return self.server_key is not None or is_loopback(self.host)


def endpoint_of(url: str, kind: str = "stui") -> Endpoint:
    """Where the address of a connection of kind `stui` or `socket` leads.

    Raises:
        AddressError: It leads nowhere, or it says more than an address may.
    """
    schemes = SCHEMES[kind]
    _check_characters(url)
    match = _SCHEME.match(url)
    scheme = match[1] if match else ""
    if match is None or scheme not in schemes:
        _fail(
            f"{_start_of(url)} is no address for `kind: {kind}`",
            _forms(schemes),
            f"it begins like none that `kind: {kind}` knows",
        )
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
    if kind != "stui" or scheme not in _OPTIONS:
        _fail("the address has options after `?`", f"write {_FORMS[scheme]}")
    return _with_options(found, options)


def _check_characters(url: str) -> None:
    if len(url) > _LENGTH_LIMIT:
        _fail("the address is too long", f"an address has at most {_LENGTH_LIMIT} characters")
    if not is_plain(url) or url != url.strip():
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
    steps = [step for step in rest.split("/") if step not in ("", ".")]
    if ".." in steps:
        _fail("the path of the socket goes up by `..`", "write the path out, absolute")
    if not steps or rest.endswith("/.") or rest != rest.strip():
        _fail("the address has no path of a socket", f"write {_FORMS[scheme]}")
    path = ("/" if rest.startswith("/") else "") + "/".join(steps)
    if path[0] in "~$*-" or "@" in path.partition("/")[0]:
        _fail("the path of the socket begins in an odd way", "write the path out, absolute")
    return path


def _with_options(endpoint: Endpoint, options: str) -> Endpoint:
    found = endpoint
    seen = set()
    for option in options.split("&"):
        key, _, value = option.partition("=")
        if key in seen:
            _fail("an option of the address is there twice", "remove one")
        seen.add(key)
        found = _with_option(found, key, value)
    if found.server_key and "encryption" in seen:
        _fail("the address has a `server_key` and no encryption", "remove one of the two options")
    return found


def _with_option(endpoint: Endpoint, key: str, value: str) -> Endpoint:
    match (endpoint.scheme, key, value):
        case ("tcp" | "ipc", "socket", "req" | "dealer"):
            return replace(endpoint, is_request_socket=value == "req")
        case ("tcp", "server_key", _) if _KEY.match(value.lower()) and value.isascii():
            return replace(endpoint, server_key=value.lower())
        case ("tcp" | "lines", "encryption", "none"):
            return replace(endpoint, may_be_clear=not is_loopback(endpoint.host))
    shown = f"the option `{key}`" if _OPTION.match(key) else "an option"
    raise AddressError(
        f"{shown} of the address is not understood here",
        f"with `{endpoint.scheme}` there are {_OPTIONS[endpoint.scheme]}",
        "an option is not understood here",
    )


def _start_of(url: str) -> str:
    """As much of a refused address as is no secret."""
    scheme, colon, _ = url.partition(":")
    return f"`{printable_line(scheme, 30)}:`" if colon else "that"


def _forms(schemes: tuple[str, ...]) -> str:
    forms = [_FORMS[one] for one in schemes]
    return f"write {', '.join(forms[:-1])} or {forms[-1]}"


def _fail(reason: str, next_step: str, rule: str = "") -> NoReturn:
    raise AddressError(reason, next_step, rule or reason)
