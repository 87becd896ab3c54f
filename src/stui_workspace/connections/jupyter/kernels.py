"""How a kernel is started: which one, where, and with which environment."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.programs import found_program
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec

USUAL: Final = "python3"
"""The kernel of a connection that names none."""
_OURS: Final = ("PYTHON", "__PYVENV_LAUNCHER__", "STUI_SECRET_")
"""What would change the code that an interpreter loads, and what is for stui alone."""
_OUR_PYTHON: Final = frozenset(
    {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info)}
)
"""What `jupyter_client` takes for the interpreter that runs it."""
_PYTHON: Final = re.compile(r"\Apythonw?[0-9.]*(?:\.exe)?\Z", re.ASCII | re.IGNORECASE)
_LAUNCH: Final = (
    "import sys; sys.path[:1] == [''] and sys.path.pop(0); "
    "import runpy; runpy.run_module({!r}, run_name='__main__', alter_sys=True)"
)
_SHOWN_COUNT: Final = 12


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel that is installed, and how it is started."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    environ: Mapping[str, str]
    specs: Any
    """Where `jupyter_client` looks for it."""


def kernel_of(spec: ConnectionSpec, setting: Setting) -> Kernel:
    """The kernel of a connection. Reads the folders of the installed ones.

    Raises:
        ConnectionLostError: It is not installed, or its program or its folder is not there.
    """
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from jupyter_core.paths import jupyter_path

    name = spec.kernel or USUAL
    cwd = setting.root / spec.cwd
    if not cwd.is_dir():
        raise ConnectionLostError(
            spec.name,
            f"there is no folder `{printable_line(spec.cwd)}`",
            f"make it, or set `connections.{spec.name}.cwd` to one that exists",
            is_final=True,
        )
    # Not its own list of folders, which takes half a second to load IPython for one more.
    specs = KernelSpecManager(kernel_dirs=jupyter_path("kernels"))
    try:
        written = tuple(specs.get_kernel_spec(name).argv)
    except NoSuchKernel:
        raise _unknown(spec, name, sorted(specs.find_kernel_specs())) from None
    except Exception:  # noqa: BLE001 (a file that anybody may have written)
        raise _broken(spec, name, "its `kernel.json` cannot be read") from None
    if not written or not all(isinstance(one, str) for one in written):
        raise _broken(spec, name, "its `kernel.json` has no command")
    environ = setting.environ
    command = _unshadowed((_program(spec, name, written[0], setting), *written[1:]))
    inherited = {key: value for key, value in environ.items() if not key.upper().startswith(_OURS)}
    return Kernel(name, command, cwd, {**inherited, **spec.env}, specs)


def _program(spec: ConnectionSpec, name: str, written: str, setting: Setting) -> str:
    """The program of a kernel, found where the project could not have put one."""
    if written in _OUR_PYTHON:
        return sys.executable
    if Path(written).is_absolute():
        return written
    is_name = Path(written).name == written
    if is_name and (found := found_program(written, setting.root, setting.environ)):
        return str(found)
    raise _broken(spec, name, f"its program `{printable_line(written, 80)}` is not on the PATH")


def _unshadowed(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command, in which no module of the project takes the place of the kernel's own.

    `python -m` looks for it in the current folder first. The kernel itself adds that folder later,
    so that the code it evaluates finds what is there; an option of Python would prevent that.
    """
    if "-m" not in command[1:-1] or not _PYTHON.match(Path(command[0]).name):
        return command
    at = command.index("-m", 1)
    return (*command[:at], "-c", _LAUNCH.format(command[at + 1]), *command[at + 2 :])


def _unknown(spec: ConnectionSpec, name: str, there: list[str]) -> ConnectionLostError:
    shown = ", ".join(f"`{printable_line(one, 60)}`" for one in there[:_SHOWN_COUNT])
    more = f" and {len(there) - _SHOWN_COUNT} more" if len(there) > _SHOWN_COUNT else ""
    step = f"use one of {shown}{more}, or install it" if there else "install it: none is here"
    reason = f"no Jupyter kernel `{printable_line(name, 80)}` is installed"
    return ConnectionLostError(spec.name, reason, step, is_final=True)


def _broken(spec: ConnectionSpec, name: str, how: str) -> ConnectionLostError:
    reason = f"the Jupyter kernel `{printable_line(name, 80)}` cannot be started: {how}"
    step = "mend or reinstall it: `jupyter kernelspec list` shows where it is"
    return ConnectionLostError(spec.name, reason, step, is_final=True)
