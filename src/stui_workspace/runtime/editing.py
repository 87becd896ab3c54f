"""Changing a workspace file because a person asked for it: locked, checked, compared, durable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stui_workspace.document import Document, read
from stui_workspace.errors import ParseError, SchemaError, VersionError
from stui_workspace.model.diagnostics import Diagnostic, Severity
from stui_workspace.model.formats import FORMAT
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.runtime.services import Services
from stui_workspace.schema import FileKind, check, newer_format
from stui_workspace.storage.atomic import read_workspace, save
from stui_workspace.storage.lock import hold

LOCK_SECONDS = 10.0


def edit_file(
    path: Path,
    root: Path,
    change: Callable[[Document], Document],
    services: Services,
    *,
    kind: FileKind = FileKind.WORKSPACE,
) -> tuple[Document, Revision]:
    """The file's document after `change`, saved, and the revision now on the disk.

    Nothing is written where `change` returns the same text. An error that the file had before is
    no reason to refuse; a new one is.

    Args:
        path: The file.
        root: The folder of its project.
        change: Makes the new document from the one on the disk.
        services: The disk, and where locks are.
        kind: What the result must be valid as.

    Raises:
        ParseError: The file cannot be read as YAML.
        VersionError: It is of a newer format, which is never rewritten.
        EditError: `change` could not be made.
        SchemaError: The result would have an error that the file does not have.
        StaleRevisionError: Another program wrote the file in between.
        LockTimeoutError: Another stui is writing it.
        DiskError: The disk refused; the file is as it was.
    """
    folder = services.locations.workspace(root)
    with hold(folder.file_lock, LOCK_SECONDS):
        content = read_workspace(path, root)
        reading = read(content)
        before = reading.document
        if before is None:
            raise ParseError(why_unreadable(content) or reading.diagnostics)
        newer = newer_format(before.plain())
        if newer is not None:
            raise VersionError(newer, FORMAT)
        after = change(before)
        if after.content == content:
            return after, revision_of(content)
        fresh = _new_errors(before, after, kind)
        if fresh:
            raise SchemaError(fresh)
        written = save(
            services.fs,
            path,
            after.content,
            expected=revision_of(content),
            rescue=folder.rescued,
        )
    return after, written


def why_unreadable(content: bytes) -> tuple[Diagnostic, ...]:
    """What is better said of some bytes than that they are no YAML; nothing where nothing is."""
    if b"<<<<<<<" not in content:
        return ()
    from stui_workspace.runtime.settling.markers import findings_of_markers

    return findings_of_markers(content)


def _new_errors(before: Document, after: Document, kind: FileKind) -> tuple[Diagnostic, ...]:
    known = {(one.code, one.path, one.message) for one in _errors(before, kind)}
    return tuple(
        one for one in _errors(after, kind) if (one.code, one.path, one.message) not in known
    )


def _errors(document: Document, kind: FileKind) -> tuple[Diagnostic, ...]:
    found = check(document.plain(), document, kind)
    return tuple(one for one in found if one.severity is Severity.ERROR)
