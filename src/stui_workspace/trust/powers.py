"""Powers: what a connection would do beyond evaluating code in a child process of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec
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


_NAME = r"[a-z0-9][a-z0-9._-]{0,62}"
_REFERENCE = re.compile(rf"(?:keyring|vault):{_NAME}(?:/{_NAME})*\Z")
_USER_PART = re.compile(r"\A((?:[^/]*//)?)[^/]*@")


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
        *(Power(Capability.CONNECT, text) for text in _reaches(spec)),
        *(Power(Capability.SECRET, text) for text in _reveals(spec)),
    )


def shown(text: str, limit: int = 200) -> str:
    """`text` as a person must see it before they agree: what is not ASCII is spelled out, too."""
    line = printable_line(text, limit)
    return line if text.isascii() else f"{line} ({ascii(line)[1:-1]})"


def has_user_part(url: str) -> bool:
    """Whether an address says who comes, as in `tcp://name:password@host`."""
    return _USER_PART.match(url) is not None


def is_reference(credential: str) -> bool:
    """Whether it is the name of a secret, and not the secret."""
    return _REFERENCE.match(credential) is not None


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
        address = _USER_PART.sub(r"\1***@", spec.url)
        yield f"connects to {shown(address)}"
    elif spec.kind in _KINDS_THAT_REACH:
        yield "connects to an address that is not given"


def _reveals(spec: ConnectionSpec) -> Iterator[str]:
    if spec.credential is None:
        return
    if is_reference(spec.credential):
        yield f"uses the secret `{shown(spec.credential)}`"
    else:
        yield "uses a secret"
