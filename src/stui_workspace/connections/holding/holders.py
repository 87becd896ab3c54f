"""The holders of a folder: which backends are held, by which process, and at which address."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from stui_workspace.connections.processes import Process, end
from stui_workspace.connections.protocol.fields import EnvelopeError, Fields
from stui_workspace.connections.registry import (
    read_record,
    record_paths,
    remove_record,
    write_record,
)
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.layers import copied

PATIENCE: Final = 10.0
"""Seconds for a holder to end its backend and itself."""
_FOLDER: Final = "holders"


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a backend."""

    connection: str
    kind: str
    backend: str
    """For people: `Python 3.11.7`."""
    url: str
    process: Process
    began: float
    """In seconds since 1970."""
    path: Path
    """Of its record."""
    token: str | None = field(default=None, repr=False)
    """What it has to be told, where its address is no private place."""


def holders(folder: Path) -> tuple[Holder, ...]:
    """Those that run, by the names of their connections; records of others are taken away.

    Args:
        folder: The `folder` of the backends' setting.
    """
    found = [holder_at(path) for path in record_paths(folder / _FOLDER)]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.connection, one.url)))


def holder_at(path: Path) -> Holder | None:
    """The holder of a record, if it runs; a record of one that does not is taken away."""
    fields = read_record(path)
    try:
        holder = None if fields is None else _holder(path, fields)
    except EnvelopeError:
        holder = None
    if holder is not None and holder.process.is_running:
        return holder
    remove_record(path)
    return None


def record(holder: Holder) -> None:
    """Let it be found.

    Raises:
        DiskError: Its record cannot be written.
    """
    write_record(
        holder.path,
        {
            "connection": holder.connection,
            "kind": holder.kind,
            "backend": holder.backend,
            "url": holder.url,
            "pid": holder.process.pid,
            "started": holder.process.started,
            "began": holder.began,
            "token": holder.token,
        },
    )


def stop(holder: Holder, patience: float = PATIENCE) -> bool:
    """Whether it has ended, and its backend with it: asked to at first, and then made to."""
    has_ended = end(holder.process, patience)
    if has_ended:
        remove_record(holder.path)
    return has_ended


def record_path(folder: Path, root: Path, spec: ConnectionSpec) -> Path:
    """Where the record of the holder of a connection is.

    Another one as soon as something of the connection changes that its backend depends on.
    """
    return folder / _FOLDER / f"{key_of(root, spec)}.json"


def key_of(root: Path, spec: ConnectionSpec) -> str:
    """What tells one held backend from another."""
    matters = {
        "root": str(root.resolve()),
        "name": spec.name,
        "kind": spec.kind,
        "url": spec.url,
        "cwd": spec.cwd,
        "python": spec.python,
        "kernel": spec.kernel,
        "command": spec.command,
        "env": dict(spec.env),
        "prompt": spec.prompt,
        "credential": spec.credential,
        "other": copied(spec.other),
    }
    body = json.dumps(matters, sort_keys=True).encode()
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def _holder(path: Path, fields: Fields) -> Holder:
    return Holder(
        fields.name("connection"),
        fields.name("kind"),
        fields.text("backend"),
        fields.text("url"),
        Process(fields.count("pid"), fields.name("started")),
        fields.number("began"),
        path,
        fields.text_or_none("token"),
    )
