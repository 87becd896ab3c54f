"""Making git ignore a file, without touching what else a `.gitignore` says."""

from __future__ import annotations

import os
from pathlib import Path

from stui_workspace.errors import DiskError
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.atomic import MissingFileError, read_workspace, save
from stui_workspace.storage.filesystem import FileSystem

IGNORE_NAME = ".gitignore"


def ignore(fs: FileSystem, folder: Path, name: str) -> Path | None:
    """The `.gitignore` to which `name` was added; None where there was nothing to do.

    That is: outside a git repository, and where a `.gitignore` here or above has the line already.

    Raises:
        DiskError: It cannot be read or written.
    """
    repository = _repository(folder)
    if repository is None or _is_ignored(folder, repository, name):
        return None
    path = folder / IGNORE_NAME
    content = _bytes_of(path, folder)
    new = with_line(content or b"", name)
    save(fs, path, new, expected=None if content is None else revision_of(content))
    return path


def with_line(content: bytes, line: str) -> bytes:
    r"""`content` with one line more at its end, in its own manner.

    >>> with_line(b"build\r\n*.pyc", ".env")
    b'build\r\n*.pyc\r\n.env\r\n'
    """
    first = content.find(b"\n")
    eol = b"\r\n" if first > 0 and content[first - 1 : first] == b"\r" else b"\n"
    gap = b"" if not content or content.endswith(b"\n") else eol
    return content + gap + line.encode() + eol


def _repository(folder: Path) -> Path | None:
    for above in (folder, *folder.parents):
        if os.path.lexists(above / ".git"):
            return above
    return None


def _is_ignored(folder: Path, repository: Path, name: str) -> bool:
    for above in (folder, *folder.parents):
        try:
            content = _bytes_of(above / IGNORE_NAME, above) or b""
        except DiskError:
            content = (
                b""  # git would not read it either; ours, at `folder`, is read again to change it
            )
        lines = {line.strip() for line in content.splitlines()}
        if name.encode() in lines or (above == folder and f"/{name}".encode() in lines):
            return True
        if above == repository:
            return False
    return False


def _bytes_of(path: Path, root: Path) -> bytes | None:
    try:
        return read_workspace(path, root)
    except MissingFileError:
        return None
