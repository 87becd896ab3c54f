"""Which machine this is, and what of a shared folder is its own to write to.

A synced folder has one writing machine for each file. A name tells machines apart for people; two
machines may have the same one, so each has an id of its own besides: random, made once, kept in
the state folder, which no sync carries along.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import blake2b
from os import urandom
from pathlib import Path

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.lock import hold

MARKER = "machine"
"""The file in a machine's folder that says, by its id, whose folder it is."""

_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_ID = re.compile(r"[0-9a-f]{8}\Z")
_LIMIT = 64 << 10
_LOCK_SECONDS = 10.0
_MOST_NAMES = 50
"""So many names of one machine are remembered: a container has a new one at each start."""


@dataclass(frozen=True, slots=True)
class Machine:
    name: str
    """As the system calls it."""
    id: str = ""
    """Eight hex digits; empty where none is kept."""

    @property
    def folder(self) -> str:
        """The name as a part of a path."""
        return folder_name(self.name)

    @property
    def own_names(self) -> Iterator[str]:
        """Parts of a path to choose from, the first that no other machine has."""
        yield self.folder
        if self.id:
            yield f"{self.folder}-{self.id}"


def folder_name(machine: str) -> str:
    """A machine's name as the name of its folder: itself where that is safe, else a hash of it."""
    name = machine.lower()
    if _SAFE_NAME.match(name):
        return name
    return "m-" + blake2b(machine.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def is_machine_id(text: object) -> bool:
    """Whether it can be the id of a machine."""
    return isinstance(text, str) and _ID.match(text) is not None


def this_machine(name: str, state: Path, fs: FileSystem | None = None) -> Machine:
    """The machine of that name with its id, which is made where it has none yet.

    A state folder that was copied to a machine of another name does not take the id along: there
    is one for each name.

    Args:
        name: As the system calls it now.
        state: The state folder.
        fs: The disk.

    Raises:
        DiskError: There is no id, and none can be kept.
        LockTimeoutError: Another stui is making one, without end.
    """
    disk = fs or RealFileSystem()
    known = known_machine(name, state, disk)
    if known.id:
        return known
    with hold(state / "machine.lock", _LOCK_SECONDS):
        ids = _ids(state, disk)
        if name not in ids:
            ids = dict([*ids.items(), (name, urandom(4).hex())][-_MOST_NAMES:])
            save_own(disk, state / MARKER, json.dumps({"ids": ids}).encode("ascii"))
        return Machine(name, ids[name])


def known_machine(name: str, state: Path, fs: FileSystem | None = None) -> Machine:
    """The machine of that name, with its id where it has one. Writes nothing, never raises."""
    return Machine(name, _ids(state, fs or RealFileSystem()).get(name, ""))


def own_folder(above: Path, machine: Machine, fs: FileSystem) -> Path:
    """The folder below `above` that this machine alone writes to; made and marked where it is new.

    It is named after the machine. Where another one of that name was first, the id is added. A
    folder without a marker is from before there were any, and becomes this machine's.

    Raises:
        DiskError: It cannot be read or made.
    """
    if not machine.id:
        return above / machine.folder
    for name in machine.own_names:
        folder = above / name
        owner = owner_of(folder, fs)
        if owner is None:
            save_own(fs, folder / MARKER, f"{machine.id}\n".encode("ascii"))
            return folder
        if owner == machine.id:
            return folder
    raise DiskError(
        above / name, "its file `machine` is of another machine", "delete that file and try again"
    )


def owner_of(folder: Path, fs: FileSystem) -> str | None:
    """The id of the machine that writes to a folder; None where the folder does not say.

    Raises:
        DiskError: It cannot be read.
    """
    marker = folder / MARKER
    with explained(marker):
        content = fs.read(marker, _LIMIT)
    text = "" if content is None else content.decode("ascii", "replace").strip()
    return text if is_machine_id(text) else None


def _ids(state: Path, fs: FileSystem) -> dict[str, str]:
    try:
        found = json.loads(fs.read(state / MARKER, _LIMIT) or b"null")
    except (OSError, ValueError, RecursionError):
        return {}
    ids = found.get("ids") if isinstance(found, dict) else None
    if not isinstance(ids, dict):
        return {}
    return {name: one for name, one in ids.items() if is_machine_id(one)}
