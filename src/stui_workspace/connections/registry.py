"""Small records about processes, a file each, in a private folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.connections.protocol.fields import EnvelopeError, Fields
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import RealFileSystem, Write

_SIZE_LIMIT: Final = 64 << 10
_SUFFIX: Final = ".json"


def write_record(path: Path, content: Mapping[str, object]) -> None:
    """Write a record, over the one that was there; never half.

    Raises:
        DiskError: It could not be written.
    """
    fs = RealFileSystem()
    beside = path.with_name(f".{path.name}.stui-tmp")
    with explained(path):
        fs.make_folder(path.parent)
        fs.remove(beside)
        fs.write(beside, json.dumps(content).encode("utf-8", "surrogatepass"), Write.NEW)
        fs.move(beside, path)


def read_record(path: Path) -> Fields | None:
    """What a record says; None where there is none, or none that can be read."""
    try:
        content = RealFileSystem().read(path, _SIZE_LIMIT)
        if content is None:
            return None
        return Fields("a record", json.loads(content.decode("utf-8", "surrogatepass")))
    except (OSError, ValueError, RecursionError, EnvelopeError):
        return None


def record_paths(folder: Path) -> Iterator[Path]:
    """The records of a folder; none where it cannot be read."""
    try:
        names = RealFileSystem().names(folder)
    except OSError:
        return
    for name in names:
        if name.endswith(_SUFFIX) and not name.startswith("."):
            yield folder / name


def remove_record(path: Path) -> None:
    """Take a record away, as far as that can be done."""
    with suppress(OSError):
        RealFileSystem().remove(path)
