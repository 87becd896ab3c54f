"""What a new workspace could connect to, found by files alone: nothing is run."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain
from stui_workspace.storage.filesystem import RealFileSystem

_ENVIRONMENTS: Final = (".venv", "venv", "env")
_PYTHON: Final = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
_SYSTEM: Final = (Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter"))
_LARGEST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Offer:
    """A connection that could be added."""

    kind: str
    """What it is asked for by: `python`, `node`, `jupyter`."""
    name: str
    """The key of the connection in the file."""
    spec: Mapping[str, Plain]
    found: str
    """What it was found by, for people."""
    is_usable: bool = True
    """Whether this version can connect to it."""


def offers_in(root: Path, environ: Mapping[str, str]) -> tuple[Offer, ...]:
    """Everything found for the project at `root`, at most one of each kind."""
    found = (*_python(root), *_node(root), *_jupyter(root, environ))
    return tuple({offer.kind: offer for offer in reversed(found)}.values())[::-1]


PLAIN_PYTHON: Final = Offer("python", "py", {"kind": "python"}, "the embedded Python")


def _python(root: Path) -> Iterator[Offer]:
    for name in _ENVIRONMENTS:
        python = root / name / _PYTHON
        if (root / name / "pyvenv.cfg").is_file() and os.path.lexists(python):
            spec: Mapping[str, Plain] = {"kind": "python", "python": f"{name}/{_PYTHON}"}
            yield Offer("python", "py", spec, f"the virtual environment {name}")


def _node(root: Path) -> Iterator[Offer]:
    package = root / "package.json"
    if package.is_file():
        spec: Mapping[str, Plain] = {"kind": "pty", "command": ["node", "--interactive"]}
        yield Offer("node", "node", spec, "package.json", is_usable=False)


def _jupyter(root: Path, environ: Mapping[str, str]) -> Iterator[Offer]:
    for folder in _kernel_folders(root, environ):
        for kernel in _kernels(folder):
            spec: Mapping[str, Plain] = {"kind": "jupyter", "kernel": kernel}
            yield Offer("jupyter", "nb", spec, f"the Jupyter kernel {kernel}", is_usable=False)


def _kernel_folders(root: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Where kernels are installed.

    Source: jupyter_core's documentation, "Data files".
    """
    bases = [root / name / "share" / "jupyter" for name in _ENVIRONMENTS]
    bases += [Path(part) for part in environ.get("JUPYTER_PATH", "").split(os.pathsep) if part]
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if "JUPYTER_DATA_DIR" in environ:
        bases.append(Path(environ["JUPYTER_DATA_DIR"]))
    elif home:
        bases += [Path(home, ".local/share/jupyter"), Path(home, "Library/Jupyter")]
    return (base / "kernels" for base in (*bases, *_SYSTEM))


def _kernels(folder: Path) -> Iterator[str]:
    """The names of the kernels in a folder, `python3` first."""
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return
    for name in sorted(names, key=lambda one: one != "python3"):
        if name.isascii() and name.isprintable() and _is_kernel(folder / name / "kernel.json"):
            yield name


def _is_kernel(path: Path) -> bool:
    try:
        content = RealFileSystem().read(path.resolve(), _LARGEST)
        return isinstance(json.loads(content or b"null"), dict)
    except (OSError, ValueError, RecursionError):
        return False
