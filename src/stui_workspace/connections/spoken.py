"""The connection that somebody means who says only an address, as in `stui --connect URL`. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec, ConnectWhen
from stui_workspace.schema.addresses import check_channel
from stui_workspace.schema.endpoints import endpoint_of
from stui_workspace.schema.web import server_of

FORMS: Final = (
    "tcp://HOST:PORT, ipc://PATH, unix:PATH, lines://HOST:PORT, tls://HOST:PORT (STUI protocol); "
    "socket+tcp://HOST:PORT, socket+unix:PATH, socket+tls://HOST:PORT (a line REPL); "
    "http(s)://HOST:PORT, jupyter:KERNEL; python:, python:PATH; pty:COMMAND ARGUMENTS"
)
"""All that is understood, in one line."""

_KERNEL: Final = re.compile(r"\A[A-Za-z0-9._-]{1,100}\Z", re.ASCII)


def spec_of_url(url: str, name: str) -> ConnectionSpec:
    """The connection that an address means, by what it begins with.

    Raises:
        UsageError: It means none, it says more than an address may, such as a token, or anyone on
            the way there could read and change what is said.
    """
    scheme, colon, rest = url.partition(":")
    make = _MAKERS.get(scheme.lower()) if colon else None
    if make is None:
        shown = printable_line(scheme + colon, 30)
        raise UsageError(f"`{shown}` begins no address that is known", f"write one of {FORMS}")
    return make(scheme.lower(), rest, name)


def _stui(scheme: str, rest: str, name: str) -> ConnectionSpec:
    endpoint = endpoint_of(f"{scheme}:{rest}", "stui")
    check_channel("stui", endpoint)
    return ConnectionSpec(name, "stui", url=endpoint.url, connect=ConnectWhen.AUTO)


def _socket(scheme: str, rest: str, name: str) -> ConnectionSpec:
    endpoint = endpoint_of(f"{scheme.removeprefix('socket+')}:{rest}", "socket")
    return ConnectionSpec(name, "socket", url=endpoint.url, connect=ConnectWhen.AUTO)


def _web(scheme: str, rest: str, name: str) -> ConnectionSpec:
    server = server_of(f"{scheme}:{rest}")
    check_channel("jupyter", server)
    return ConnectionSpec(name, "jupyter", url=server.url, connect=ConnectWhen.AUTO)


def _jupyter(_scheme: str, rest: str, name: str) -> ConnectionSpec:
    if rest and not _KERNEL.match(rest):
        _fail(
            "that is no name of a Jupyter kernel",
            "`jupyter kernelspec list` shows them; write it as in `jupyter:python3`",
        )
    return ConnectionSpec(name, "jupyter", kernel=rest or None, connect=ConnectWhen.AUTO)


def _python(_scheme: str, rest: str, name: str) -> ConnectionSpec:
    if "\0" in rest or "\n" in rest:
        _fail("that is no path of an interpreter", "write it as in `python:.venv/bin/python`")
    return ConnectionSpec(name, "python", python=rest or None, connect=ConnectWhen.AUTO)


def _pty(_scheme: str, rest: str, name: str) -> ConnectionSpec:
    example = "write it as in `pty:sqlite3 orders.db`"
    try:
        command = tuple(shlex.split(rest))
    except ValueError:
        _fail("the command has a quote that is not closed", example)
    if not command or not command[0]:
        _fail("there is no command after `pty:`", example)
    if "\0" in rest:
        _fail("the command has an unseen character", example)
    return ConnectionSpec(name, "pty", command=command, connect=ConnectWhen.AUTO)


def _fail(reason: str, next_step: str) -> NoReturn:
    raise UsageError(reason, next_step)


_MAKERS: Final[Mapping[str, Callable[[str, str, str], ConnectionSpec]]] = {
    **dict.fromkeys(("tcp", "ipc", "unix", "lines", "tls"), _stui),
    **dict.fromkeys(("socket+tcp", "socket+unix", "socket+tls"), _socket),
    **dict.fromkeys(("http", "https"), _web),
    "jupyter": _jupyter,
    "python": _python,
    "pty": _pty,
}
