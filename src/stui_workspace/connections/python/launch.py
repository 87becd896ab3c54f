"""How a child is started: which interpreter, where, and with which environment."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stui_workspace.connections.programs import found_program
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec

_CHILD: Final = Path(__file__).with_name("child") / "__main__.py"
_OURS: Final = ("PYTHON", "__PYVENV_LAUNCHER__", "STUI_SECRET_")
"""What would change the interpreter or the code that it loads, and what is for stui alone."""
_REFUSED: Final = (*_OURS, "LD_", "DYLD_")


@dataclass(frozen=True, slots=True)
class Launch:
    command: tuple[str, ...]
    """Without the descriptors, which come last."""
    cwd: Path
    environ: Mapping[str, str]


def check_environment(spec: ConnectionSpec) -> None:
    """Return if the environment of the connection may be set from a workspace file.

    Raises:
        UsageError: A variable in it would change which code is loaded.
    """
    for name in spec.env:
        if _starts(name, _REFUSED):
            shown = printable_line(name, 80)
            raise UsageError(
                f"connection `{spec.name}` sets `{shown}`, which decides what code a program loads",
                f"remove it from `connections.{spec.name}.env`, or set it in the code",
            )


def launch_of(spec: ConnectionSpec, root: Path, environ: Mapping[str, str]) -> Launch:
    """What is started for the connection.

    Raises:
        ConnectionLostError: The interpreter or the folder is not there.
    """
    cwd = root / spec.cwd
    if not cwd.is_dir():
        raise ConnectionLostError(
            spec.name,
            f"there is no folder `{printable_line(spec.cwd)}`",
            f"make it, or set `connections.{spec.name}.cwd` to one that exists",
            is_final=True,
        )
    interpreter = _interpreter(spec, root, environ)
    inherited = {name: value for name, value in environ.items() if not _starts(name, _OURS)}
    command = (str(interpreter), "-I", str(_CHILD), str(root))
    return Launch(command, cwd, {**inherited, **spec.env})


def _interpreter(spec: ConnectionSpec, root: Path, environ: Mapping[str, str]) -> Path:
    wanted = spec.python or sys.executable
    found = found_program(wanted, root, environ)
    if found is not None:
        return found
    raise ConnectionLostError(
        spec.name,
        f"there is no interpreter `{printable_line(wanted)}`",
        f"install it, or set `connections.{spec.name}.python` to one that is there",
        is_final=True,
    )


def _starts(name: str, beginnings: tuple[str, ...]) -> bool:
    return name.upper().startswith(beginnings)
