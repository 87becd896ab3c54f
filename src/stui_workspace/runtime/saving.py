"""Writing a pad's text where it came from, because a person asked for it."""

from __future__ import annotations

from stui_workspace.document import Document, set_value
from stui_workspace.errors import StaleRevisionError, UsageError
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.pads import Source
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.views import BufferView
from stui_workspace.runtime.writing import write
from stui_workspace.storage.project import Project


def save_text(view: BufferView, source: Source, project: Project, services: Services) -> None:
    """Write the text of `view` into the workspace file, or into the file that it names.

    Raises:
        UsageError: It came from nowhere, or its source has moved on since the text was begun.
        StuiError: It was not written.
    """
    if view.spec is None:
        raise UsageError(
            f"pad `{view.id}` is this session's own; the session keeps it",
            "Alt+D or `stui promote` takes it over into the workspace file",
        )
    if not view.modified:
        return
    if view.outdated:
        raise UsageError(
            f"the source of `{view.id}` has changed since your edit began",
            "Alt+R takes the file's text, Ctrl+N makes a pad to copy yours into",
        )
    if view.spec.file is not None:
        _save_file(view, view.spec.file, source, project, services)
    elif project.file is not None:
        path = ("buffers", view.id, "source")

        def change(document: Document) -> Document:
            found = document.plain(path) if document.node(path) is not None else ""
            if found != source.text:
                raise StaleRevisionError(project.file or project.root, None, None)
            return set_value(document, path, view.text)

        edit_file(project.file, project.root, change, services)
    else:
        raise UsageError("there is no workspace file to save into", "`stui init` writes one")


def _save_file(
    view: BufferView, name: str, source: Source, project: Project, services: Services
) -> None:
    content = view.text.encode("utf-8", "surrogatepass")
    write(project.root / name, project.root, content, source.revision, services)
