"""Copies of the vault that sync tools left beside it, and where they go when they were merged."""

from __future__ import annotations

import os
import time
from pathlib import Path

from stui_workspace.errors import StuiError
from stui_workspace.model.records import replace
from stui_workspace.secrets.vault import Look, VaultPlace, look
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, Write
from stui_workspace.sync.names import Certainty, Kind, classify


def copies_beside(place: VaultPlace, fs: FileSystem) -> tuple[Path, ...]:
    """The files beside the vault that a sync tool made of it, by name.

    Where a name alone proves nothing (`vault 2`), the file has to be a copy of this very vault.

    Raises:
        DiskError: The folder cannot be read.
    """
    real = place.real
    with explained(real.parent):
        names = fs.names(real.parent)
    ours = _looked(place)
    found = []
    for name in names:
        told = classify(name, real.name)
        if told.kind is not Kind.CONFLICT or _is_ours(name, real.name):
            continue
        theirs = _looked(replace(place, path=real.parent / name))
        is_same = theirs is not None and ours is not None and theirs.id == ours.id
        if is_same or told.certainty is Certainty.STRONG:
            found.append(real.parent / name)
    return tuple(found)


def put_aside(copy: Path, folder: Path, fs: FileSystem, now: float) -> Path:
    """Move a copy that was merged to a folder of ours, as encrypted as it is; its path comes back.

    Raises:
        DiskError: It cannot be moved; it is where it was.
    """
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    target = folder / f"{moment} {copy.name}"
    with explained(copy):
        fs.make_folder(folder)
        content = fs.read(copy)
        if content is None:
            raise FileNotFoundError(2, os.strerror(2), str(copy))
    with explained(target):
        fs.write(target, content, Write.NEW)
    with explained(copy):
        fs.remove(copy)
    return target


def _looked(place: VaultPlace) -> Look | None:
    try:
        return look(place)
    except StuiError:
        return None


def _is_ours(name: str, vault: str) -> bool:
    """Whether it is a file of stui itself, which no sync tool made."""
    own = (f".{vault}.", f"{vault}.backup", f"{vault}.lock", f"{vault}.set-aside")
    return name.startswith(own)
