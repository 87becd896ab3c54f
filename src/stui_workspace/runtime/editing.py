"""Changing a workspace file because a person asked for it: locked, checked, compared, durable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stui_workspace.document import Document, read
from stui_workspace.errors import ParseError, SchemaError, StaleRevisionError, VersionError
from stui_workspace.model.diagnostics import Diagnostic, Severity
from stui_workspace.model.formats import FORMAT
from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.runtime.leaking import refuse_leaks, without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.schema import FileKind, check, newer_format
from stui_workspace.storage.atomic import read_workspace, save
from stui_workspace.storage.lock import hold
from stui_workspace.sync.guards import doubt_about

LOCK_SECONDS = 10.0
RETRIES = 5
"""So often a change is made anew when a program that takes no locks was quicker."""


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
        change: Makes the new document from the one on the disk; called again where that changed.
        services: The disk, and where locks are.
        kind: What the result must be valid as.

    Raises:
        ParseError: The file cannot be read as YAML.
        VersionError: It is of a newer format, which is never rewritten.
        EditError: `change` could not be made.
        LeakError: The result would hold a secret. Where the file has one already, only what
            takes it out is let through.
        SchemaError: The result would have an error that the file does not have.
        StaleRevisionError: Another program wrote the file in between, each time that we tried.
        LockTimeoutError: Another stui is writing it.
        DiskError: The disk refused; the file is as it was.
    """
    folder = services.locations.workspace(root)
    edit = _Edit(path, root, change, kind, folder.rescued)
    with hold(folder.file_lock, LOCK_SECONDS):
        first = read_workspace(path, root, services.fs)
        for _ in range(RETRIES):
            try:
                return edit.tried(services)
            except StaleRevisionError:  # somebody without our lock was quicker
                if doubt_about(read_workspace(path, root, services.fs), first) is not None:
                    raise  # or is not done yet
        return edit.tried(services)


@dataclass(frozen=True, slots=True)
class _Edit:
    path: Path
    root: Path
    change: Callable[[Document], Document]
    kind: FileKind
    rescue: Path

    def tried(self, services: Services) -> tuple[Document, Revision]:
        """The change made to what is on the disk now, as `edit_file` says."""
        content = read_workspace(self.path, self.root, services.fs)
        reading = read(content)
        before = reading.document
        if before is None:
            raise ParseError(why_unreadable(content) or reading.diagnostics)
        newer = newer_format(before.plain())
        if newer is not None:
            raise VersionError(newer, FORMAT)
        after = self.change(before)
        if after.content == content:
            return after, revision_of(content)
        refuse_leaks(self.path, content, after.content, self.kind)
        fresh = new_errors(before, after, self.kind)
        if fresh:
            raise SchemaError(fresh)
        expected = revision_of(content)
        if self.kind is FileKind.WORKSPACE:
            from stui_workspace.runtime.syncing.noting import note_own

            note_own(self.path, self.root, content, after.content, services)
        rescue = None if without_leaks(content, self.kind) != content else self.rescue
        written = save(services.fs, self.path, after.content, expected=expected, rescue=rescue)
        return after, written


def why_unreadable(content: bytes) -> tuple[Diagnostic, ...]:
    """What is better said of some bytes than that they are no YAML; nothing where nothing is."""
    if b"<<<<<<<" not in content:
        return ()
    from stui_workspace.runtime.settling.markers import findings_of_markers

    return findings_of_markers(content)


def new_errors(before: Document, after: Document, kind: FileKind) -> tuple[Diagnostic, ...]:
    """The errors of a document after an edit that it did not have before."""
    found = _errors(after, kind)
    if not found:
        return ()
    known = {(one.code, one.path, one.message) for one in _errors(before, kind)}
    return tuple(one for one in found if (one.code, one.path, one.message) not in known)


def _errors(document: Document, kind: FileKind) -> tuple[Diagnostic, ...]:
    found = check(document.plain(), document, kind)
    return tuple(one for one in found if one.severity is Severity.ERROR)
