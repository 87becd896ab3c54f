"""Programs of this machine that connections start: which one is meant, and its environment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path


def found_program(written: str, root: Path, environ: Mapping[str, str]) -> Path | None:
    """The program that a connection names; None where there is none that can be started.

    With a separator in it, it is a path, and a relative one starts at the project's root. Without,
    it is looked for in `PATH`, but for what a project could have put programs into.
    """
    if Path(written).name != written:
        path = root / written
        return path if path.is_file() else None
    found = shutil.which(written, path=search_path(root, environ))
    return Path(found) if found else None


def search_path(root: Path, environ: Mapping[str, str]) -> str:
    """`PATH` without folders of the project, and without relative ones."""
    return os.pathsep.join(_absolute_and_outside(root, environ.get("PATH", "")))


def _absolute_and_outside(root: Path, written: str) -> Iterator[str]:
    real_root = Path(os.path.realpath(root))
    for folder in written.split(os.pathsep):
        real_folder = Path(os.path.realpath(folder))
        if Path(folder).is_absolute() and not real_folder.is_relative_to(real_root):
            yield folder
