"""How a REPL is started in a terminal: which program, where, and with which environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stui_workspace.connections.programs import found_program
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec

_HERE: Final = Path(__file__).parent
_SETTINGS: Final = {
    "TERM": "dumb",  # no colours and no movements, where a program has a choice
    "INPUTRC": str(_HERE / "inputrc"),
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "PYTHON_BASIC_REPL": "1",
}
"""What makes the REPLs we know take lines as they come."""
_DROPPED: Final = ("STUI_SECRET_", "LINES", "COLUMNS", "COLORTERM")
"""What is for stui alone, and what is true of another terminal."""


@dataclass(frozen=True, slots=True)
class Launch:
    name: str
    """Of the program, for people."""
    command: tuple[str, ...]
    cwd: Path
    environ: Mapping[str, str]


def launch_of(spec: ConnectionSpec, root: Path, environ: Mapping[str, str]) -> Launch:
    """What is started for the connection.

    Raises:
        ConnectionLostError: There is no such program or folder, or it may not be started.
    """
    if not spec.command:
        raise ConnectionLostError(
            spec.name,
            "it has no command",
            f"set `connections.{spec.name}.command` to the program and its arguments",
            is_final=True,
        )
    written = spec.command[0]
    shown = printable_line(written, 80)
    program = found_program(written, root, environ)
    if program is None or not os.access(program, os.X_OK):
        what = "there is no program" if program is None else "it may not start"
        raise ConnectionLostError(
            spec.name,
            f"{what} `{shown}`",
            f"install it, or set `connections.{spec.name}.command` to one that can be started",
            is_final=True,
        )
    cwd = root / spec.cwd
    if not cwd.is_dir():
        raise ConnectionLostError(
            spec.name,
            f"there is no folder `{printable_line(spec.cwd)}`",
            f"make it, or set `connections.{spec.name}.cwd` to one that exists",
            is_final=True,
        )
    inherited = {key: value for key, value in environ.items() if not key.startswith(_DROPPED)}
    starter = (sys.executable, "-I", "-S", str(_HERE / "starter.py"))
    return Launch(
        printable_line(Path(written).name, 80),
        (*starter, os.path.abspath(program), *spec.command),  # noqa: PTH100 (links stay: venvs)
        cwd,
        {**inherited, **_SETTINGS, **spec.env},
    )
