"""Whether a file that a choice would make is still one that can be used."""

from __future__ import annotations

from pathlib import Path

from stui_workspace.document import read
from stui_workspace.errors import VersionError
from stui_workspace.model.diagnostics import Diagnostic, Severity
from stui_workspace.model.formats import FORMAT
from stui_workspace.schema import FileKind, check, newer_format
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME


def new_errors(path: Path, before: bytes, after: bytes) -> tuple[Diagnostic, ...]:
    """What is wrong in a file and was not before; nothing for a file that is not ours to judge."""
    kind = _kind_of(path)
    if kind is None or after == before:
        return ()
    known = {(one.code, one.path, one.message) for one in _errors(before, kind)}
    return tuple(
        one for one in _errors(after, kind) if (one.code, one.path, one.message) not in known
    )


def check_format(path: Path, content: bytes) -> None:
    """Refuse a file of a newer format, which is never rewritten.

    Raises:
        VersionError: It is one.
    """
    document = None if _kind_of(path) is None else read(content).document
    newer = None if document is None else newer_format(document.plain())
    if newer is not None:
        raise VersionError(newer, FORMAT)


def _kind_of(path: Path) -> FileKind | None:
    if path.name in FILE_NAMES:
        return FileKind.WORKSPACE
    return FileKind.OVERLAY if path.name == OVERLAY_NAME else None


def _errors(content: bytes, kind: FileKind) -> tuple[Diagnostic, ...]:
    reading = read(content)
    found = reading.diagnostics
    if reading.document is not None:
        found += check(reading.document.plain(), reading.document, kind)
    return tuple(one for one in found if one.severity is Severity.ERROR)
