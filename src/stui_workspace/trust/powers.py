"""Powers: what a connection would do beyond evaluating code in a child process of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.model.references import reference_of
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.addresses import address_of
from stui_workspace.schema.endpoints import Endpoint
from stui_workspace.schema.hosts import in_both_forms
from stui_workspace.schema.leaks import without_user
from stui_workspace.schema.web import ConnectionFile, Server
from stui_workspace.trust.programs import Program


class Capability(StrEnum):
    EXEC = "exec"
    """Runs something, or decides how it runs."""
    CONNECT = "connect"
    """Reaches somebody over a network or a socket."""
    SECRET = "secret"  # noqa: S105 (the name of a capability)
    """Reveals a secret to whom it reaches."""


@dataclass(frozen=True, slots=True)
class Power:
    """One thing that needs a person's consent."""

    capability: Capability
    text: str
    """One line that completes "this connection": `runs /usr/bin/python3.12`. Safe to show, and
    without the values in which people hide secrets: arguments and environment are counted or named.
    """


_KEY_SHOWN = 16
"""Hex digits of a server's key: nobody can make another key that begins so."""


def powers_of(spec: ConnectionSpec, programs: Sequence[Program], root: Path) -> tuple[Power, ...]:
    """All powers that the connection needs; empty where it needs nobody's consent.

    Every key that can give a power counts, whether or not a connection of this kind would look
    at it: better asked once too often.

    Args:
        spec: Resolved, as `claim_of` does it: `cwd` is a real path.
        programs: What `python` and `command` start.
        root: The real path of the project.
    """
    return (
        *(Power(Capability.EXEC, text) for text in _runs(spec, programs, root)),
        *(Power(Capability.CONNECT, text) for text in (*_reaches(spec), *_says(spec))),
        *(Power(Capability.SECRET, text) for text in _reveals(spec)),
    )


def shown(text: str, limit: int = 200) -> str:
    """`text` as a person must see it before they agree: in both forms, where it has two."""
    return in_both_forms(text, limit)


def is_reference(credential: str) -> bool:
    """Whether it is the name of a secret, and not the secret."""
    return reference_of(credential) is not None


def _runs(spec: ConnectionSpec, programs: Sequence[Program], root: Path) -> Iterator[str]:
    yield from _KIND_RUNS.get(spec.kind, _runs_plugin)(spec)
    for program in programs:
        path = program.written if program.path is None else str(program.path)
        yield f"runs {shown(path)}{' of the project itself' if program.of_project else ''}"
    if len(spec.command) > 1:
        count = len(spec.command) - 1
        yield f"hands {count} argument{'' if count == 1 else 's'} to it"
    if spec.kernel is not None:
        yield f"starts the Jupyter kernel `{shown(spec.kernel)}`"
    if spec.env:
        yield f"sets the environment variables {_listed(sorted(spec.env))}"
    if not Path(spec.cwd).is_relative_to(root):
        yield f"works in {shown(spec.cwd)}, outside the project"
    if spec.setup:
        yield f"evaluates the snippets {_listed(spec.setup)} when it starts"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{shown(name)}`" for name in names)


def _runs_nothing(_spec: ConnectionSpec) -> Iterator[str]:
    return iter(())


def _runs_kernel(spec: ConnectionSpec) -> Iterator[str]:
    if spec.kernel is None and spec.url is None:
        yield "starts the default Jupyter kernel"


def _runs_command(spec: ConnectionSpec) -> Iterator[str]:
    if not spec.command:
        yield "runs a command"


def _runs_plugin(spec: ConnectionSpec) -> Iterator[str]:
    yield f"uses the plugin for connections of kind `{shown(spec.kind)}`"


_KIND_RUNS: Mapping[str, Callable[[ConnectionSpec], Iterator[str]]] = {
    "python": _runs_nothing,
    "stui": _runs_nothing,
    "socket": _runs_nothing,
    "jupyter": _runs_kernel,
    "pty": _runs_command,
}
_KINDS_THAT_REACH = frozenset({"stui", "socket"})


def _reaches(spec: ConnectionSpec) -> Iterator[str]:
    if spec.url is not None:
        yield f"connects to {_whom(spec.kind, spec.url)}"
    elif spec.kind in _KINDS_THAT_REACH:
        yield "connects to an address that is not given"


def _says(spec: ConnectionSpec) -> Iterator[str]:
    """Keys that we do not know count as a part of the address: a newer stui may dial by them."""
    if spec.other:
        yield f"says {_listed(sorted(_unknown_keys(spec)))}, which this stui does not know"


def _unknown_keys(spec: ConnectionSpec) -> Iterator[str]:
    for key, value in spec.other.items():
        if key in _MAPS and isinstance(value, Mapping):
            yield from (f"{key}.{below}" for below in value)
        else:
            yield key


_MAPS = frozenset({"reconnect", "health"})
"""Keys that we know; what stands under them here are keys within that we do not."""


def _whom(kind: str, url: str) -> str:
    """An address in its canonical form, and how safe the way there is."""
    try:
        address = address_of(kind, url)
    except UsageError:  # it is refused; this shows what was
        address = None
    match address:
        case Endpoint():
            return f"{shown(address.address)} ({_way(address)})"
        case Server():
            return f"{shown(address.url)} ({_way_of_web(address)})"
        case ConnectionFile(path):
            return f"the kernel that the file {shown(path)} tells of"
        case _:
            return shown(without_user(url, "***@"))


def _way(endpoint: Endpoint) -> str:
    if endpoint.path:
        return "a socket of this machine"
    if endpoint.scheme == "tls":
        return _VERIFIED
    if endpoint.server_key is not None:
        return f"pinned to the key {endpoint.server_key[:_KEY_SHOWN]}…"
    return _HERE if endpoint.is_private else _IN_THE_CLEAR


def _way_of_web(server: Server) -> str:
    if server.scheme == "https":
        return _VERIFIED
    return _HERE if server.is_private else _IN_THE_CLEAR


_HERE = "on this machine"
_VERIFIED = "verified by its certificate"
_IN_THE_CLEAR = "in the clear: anyone on the way can read and change what is said"


def _reveals(spec: ConnectionSpec) -> Iterator[str]:
    if spec.credential is None:
        return
    if is_reference(spec.credential):
        yield f"uses the secret `{shown(spec.credential)}`"
    else:
        yield "uses a secret"
