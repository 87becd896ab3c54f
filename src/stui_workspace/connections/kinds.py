"""Which backend a connection has, by its kind: the five that come along, and those of plugins."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from stui_workspace.connections.backend import Backend
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.workspace import ConnectionSpec

ENTRY_POINTS: Final = "stui_workspace.connections"
"""The group in which an installed package names the kinds that it brings."""

_OURS: Final = {
    "python": "stui_workspace.connections.python.kind",
    "stui": "stui_workspace.connections.stui.kind",
    "jupyter": "stui_workspace.connections.jupyter.kind",
    "socket": "stui_workspace.connections.lines.kind",
    "pty": "stui_workspace.connections.terminal.kind",
}
"""The modules of our own kinds, each with a function `make`; loaded when one is used."""


def _no_secret() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a backend is made with, besides its spec."""

    root: Path
    """The folder of the project."""
    client: str = "stui"
    """Who comes: the same over all links of one session, so that a server knows who returns."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    folder: Path | None = None
    """Where a kind may keep what has to outlive a link: sockets, connection files. Private to the
    user. None where nothing may be kept; then nothing can be held."""
    secret: Callable[[], str | None] = field(default=_no_secret, repr=False)
    """The value that the spec's `credential` names; asked for when it is sent, never kept.

    Raises:
        SecretError: It cannot be had.
    """


Make = Callable[[ConnectionSpec, Setting], Backend]


def make_backend(spec: ConnectionSpec, setting: Setting) -> Backend:
    """The backend of a connection; nothing runs and nothing is reached before its `start`.

    Raises:
        UsageError: There is no backend of that kind, or it may not be made as it is asked to.
    """
    backend = _maker(spec)(spec, setting)
    if spec.hold:
        from stui_workspace.connections.holding.kind import held

        return held(spec, setting, backend)
    return backend


def _maker(spec: ConnectionSpec) -> Make:
    if spec.kind in _OURS:
        make: Make = import_module(_OURS[spec.kind]).make
        return make
    return _from_plugin(spec)


def _from_plugin(spec: ConnectionSpec) -> Make:
    from importlib.metadata import entry_points

    found = entry_points(group=ENTRY_POINTS, name=spec.kind)
    shown = printable_line(spec.kind, 40)
    if not found:
        raise UsageError(
            f"connection `{spec.name}`: there is no kind of connection `{shown}`",
            f"use one of {', '.join(_OURS)}, or install the plugin that brings it",
        )
    try:
        make: Make = next(iter(found)).load()
    except Exception as error:  # somebody else's code, which may fail in any way
        reason = printable_line(f"{type(error).__name__}: {error}", 200)
        raise UsageError(
            f"connection `{spec.name}`: the plugin for `{shown}` does not load: {reason}",
            "mend or update the plugin",
        ) from error
    return make
