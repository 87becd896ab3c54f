"""Backends that a stui started and did not end, because it was ended itself before it could.

Kinds whose programs outlive their parent note each one when they start it, and forget it when they
have ended it. What is noted by a process that runs no more, and still runs itself, is an orphan.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from stui_workspace.connections.processes import Process, end, process_of, this_process
from stui_workspace.connections.protocol.fields import EnvelopeError, Fields
from stui_workspace.connections.registry import (
    read_record,
    record_paths,
    remove_record,
    write_record,
)
from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass

PATIENCE: Final = 5.0
"""Seconds for an orphan to end by itself."""
_FOLDER: Final = "started"


@dataclass(frozen=True, slots=True)
class Orphan:
    """A backend of ours that nobody looks after."""

    process: Process
    what: str
    """For people: the connection, and the program."""
    path: Path
    """Of its record."""
    leads_group: bool = False
    """Whether what it started is in a process group of its own."""


def note_started(folder: Path | None, pid: int, what: str) -> Path | None:
    """Note a process that this one started, and has to end; the note comes back, to be forgotten.

    None where it cannot be noted: then it is no orphan of ours later, and nothing else is lost.

    Args:
        folder: The `folder` of the backend's setting.
        pid: Of a process that runs.
        what: For people, on one line: `image (pharo Pharo.image)`. Nothing secret.
    """
    if folder is None:
        return None
    process, owner = process_of(pid), this_process()
    path = folder / _FOLDER / f"{pid}.json"
    try:
        write_record(
            path,
            {
                "pid": pid,
                "started": process.started,
                "owner_pid": owner.pid,
                "owner_started": owner.started,
                "what": what,
                "leads_group": _leads_group(pid),
            },
        )
    except DiskError:
        return None
    return path


def forget(note: Path | None) -> None:
    """What was noted has ended, or is to go on."""
    if note is not None:
        remove_record(note)


def orphans(folder: Path) -> tuple[Orphan, ...]:
    """The backends noted there that run still, and whose stui does not.

    Notes about what has ended are taken away.
    """
    found = []
    for path in record_paths(folder / _FOLDER):
        fields = read_record(path)
        try:
            noted = None if fields is None else _noted(path, fields)
        except EnvelopeError:
            noted = None
        if noted is None or not noted[0].process.is_running:
            remove_record(path)
        elif not noted[1].is_running:
            found.append(noted[0])
    return tuple(found)


def end_orphan(orphan: Orphan, patience: float = PATIENCE) -> bool:
    """Whether it has ended, with its process group: asked to at first, and then made to."""
    has_ended = end(orphan.process, patience, with_group=orphan.leads_group)
    if has_ended:
        forget(orphan.path)
    return has_ended


def _noted(path: Path, fields: Fields) -> tuple[Orphan, Process]:
    process = Process(fields.count("pid"), fields.name("started"))
    owner = Process(fields.count("owner_pid"), fields.name("owner_started"))
    leads_group = fields.flag("leads_group", default=False)
    return Orphan(process, fields.text("what"), path, leads_group), owner


def _leads_group(pid: int) -> bool:
    try:
        return hasattr(os, "getpgid") and os.getpgid(pid) == pid
    except OSError:
        return False
