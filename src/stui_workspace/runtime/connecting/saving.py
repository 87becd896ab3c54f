"""Writing a connection to a file of the workspace, as an edit that leaves all else as it is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from stui_workspace.document import Document, set_value
from stui_workspace.errors import StaleRevisionError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.ad_hoc import notation_of
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.writing import write
from stui_workspace.schema import FileKind
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME, Project

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
            write(path, root, _EMPTY, None, services)

    def change(document: Document) -> Document:
        plain = notation_of(spec)
        section = ("connections",)
        if document.node(section) is None or document.plain(section) is None:
            return set_value(document, ("connections",), {spec.name: plain})
        return set_value(document, ("connections", spec.name), plain)

    edit_file(path, root, change, services, kind=kind)
    return path
