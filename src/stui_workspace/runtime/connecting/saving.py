"""Writing a connection to a file of the workspace, as an edit that leaves all else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from stui_workspace.document import Document, set_value
from stui_workspace.errors import StaleRevisionError
from stui_workspace.model.workspace import ConnectionSpec, SnippetSpec
from stui_workspace.runtime.connecting.ad_hoc import notation_of
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.starting.beginning import smallest_workspace
from stui_workspace.runtime.writing import write
from stui_workspace.schema import FileKind
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME, Project
from stui_workspace.trust import Deny

_EMPTY = b"stui: 1\n"


def save_connection(
    spec: ConnectionSpec, project: Project, services: Services, *, to_overlay: bool
) -> Path:
    """The file that has the connection now; it is made where there is none.

    Raises:
        SchemaError: The connection is none that the file may have.
        StuiError: The file was not written, and is as it was.
    """
    root = project.root
    if to_overlay:
        path, kind = project.overlay or root / OVERLAY_NAME, FileKind.OVERLAY
    else:
        path, kind = project.file or root / FILE_NAMES[0], FileKind.WORKSPACE
    if not path.exists():
        with suppress(StaleRevisionError):  # somebody made it meanwhile
            content = _EMPTY if to_overlay else smallest_workspace(root.name)
            write(path, root, content, None, services)

    def change(document: Document) -> Document:
        plain = notation_of(spec)
        section = ("connections",)
        if document.node(section) is None or document.plain(section) is None:
            return set_value(document, ("connections",), {spec.name: plain})
        return set_value(document, ("connections", spec.name), plain)

    edit_file(path, root, change, services, kind=kind)
    return path


def is_open(before: ConnectionSpec | None, consent: Consent) -> bool:
    """Whether a connection was there already, and nobody had approved it."""
    return before is not None and isinstance(consent.authorize(before), Deny)


def approve_own(
    typed: ConnectionSpec,
    effective: ConnectionSpec | None,
    snippets: Mapping[str, SnippetSpec],
    consent: Consent,
) -> None:
    """Keep the consent of a person who typed a connection, where it is exactly what they typed.

    Overlay, environment and variables may make something else of it: that has to be shown first.

    Args:
        typed: All of it.
        effective: What the files come to; None where it is not in them.
        snippets: Of the workspace as it is now.
        consent: Keeps it.
    """
    if effective is None:
        return
    claim = consent.claim(effective, snippets)
    if claim.powers and not claim.refusals and claim.digest == consent.claim(typed, {}).digest:
        consent.grant(claim)
