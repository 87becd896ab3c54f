"""`stui init --from`: the file of another program, and saying what of it is not carried over."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import put_foreign, put_json, tell
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.importing import NAMES, Imported, imported
from stui_workspace.runtime.importing.jsonc import LARGEST
from stui_workspace.storage.atomic import read_bounded
from stui_workspace.storage.disk_errors import explained

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of another program, and the workspace file that it comes to."""

    source: Path
    imported: Imported


def read_import(source: str, folder: Path, schema: str, name: str | None) -> Found:
    """What a file comes to. Reads that file and nothing else.

    Args:
        source: The file; `auto` for the one that `folder` has.
        folder: Where the new workspace is to be.
        schema: What the editor reads: a path from the new file, or an address.
        name: The name of the new workspace; None for the one that the file says.

    Raises:
        NotFoundError: There is no such file.
        UsageError: It cannot be read, with the place; or there are several.
        DiskError: The disk did not let us.
    """
    path = _only_one(folder) if source == AUTO else Path(source)
    if not os.path.lexists(path):
        raise NotFoundError("file", str(path), "check the path, or `--from auto` looks for one")
    content = read_bounded(path, LARGEST)
    return Found(path, imported(content, path.name, schema, name))


def _only_one(folder: Path) -> Path:
    with explained(folder):
        names = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
    found = [one for one in names if any(fnmatchcase(one, pattern) for pattern in NAMES)]
    if not found:
        raise NotFoundError("file to import in", str(folder), "name one: `stui init --from FILE`")
    if len(found) > 1:
        listed = ", ".join(f"`{printable_line(one, 60)}`" for one in found[:5])
        raise UsageError(f"there are several files to import: {listed}", "name one with --from")
    return folder / found[0]


def show_import(found: Found, *, as_json: bool) -> None:
    """Print what would be written, and say what would not."""
    if as_json:
        put_json(_record(found, None))
        return
    put_foreign(found.imported.text)
    _tell_notes(found)
    tell("nothing was written")


def tell_import(found: Found, path: Path, *, as_json: bool) -> None:
    """Say what is not carried over."""
    if as_json:
        put_json(_record(found, path))
        return
    _tell_notes(found)


def _tell_notes(found: Found) -> None:
    name = shown_path(found.source)
    for note in found.imported.notes:
        place = name if note.line is None else f"{name}:{note.line}"
        tell(f"{place}: not carried over: {note.text}", kind="note")


def _record(found: Found, path: Path | None) -> dict[str, object]:
    return {
        "source": str(found.source),
        "kind": found.imported.kind,
        "file": None if path is None else str(path),
        "dry_run": path is None,
        "text": found.imported.text,
        "not_carried": [{"line": note.line, "text": note.text} for note in found.imported.notes],
    }
