"""Workspace files: read, checked, and changed without touching anything else in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from stui_workspace.api.places import encoded, services_here, with_file
from stui_workspace.document import Document, parse, set_value
from stui_workspace.errors import NotFoundError, StaleRevisionError, UnusableError
from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.model.paths import parse_key_path
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime import loading
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.leaking import refuse_leaks
from stui_workspace.runtime.writing import write
from stui_workspace.schema import FileKind, resolve, workspace_of
from stui_workspace.storage.project import find_project


def load(
    path: str | os.PathLike[str] = ".",
    *,
    environment: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Workspace:
    """The workspace that `path` is in: its file, overlay, environment and variables applied.

    Args:
        path: A folder, from which the file is looked for upwards, or the file itself.
        environment: One of the file's `environments`.
        variables: Values for `${name}`, before those of the files.

    Raises:
        UnusableError: The files have errors; each is in `problems`, with its place.
        NotFoundError: There is no such folder or environment.
        DiskError: A file cannot be read.
    """
    services = services_here()
    selection = loading.Selection(environment, variables or {})
    return loading.load(find_project(Path(path), services.home), services, selection).workspace


def loads(text: str | bytes) -> Workspace:
    """The workspace that a text describes, alone: no overlay, no user's defaults.

    Raises:
        UnusableError: It has errors, each with its place.
    """
    checked = loading.check_content(encoded(text), Path("<text>"), FileKind.WORKSPACE)
    if checked.document is None:
        raise UnusableError((checked.problems,))
    resolved = resolve(checked.plain, None, None, environment=None, variables={})
    return loading.furnished(workspace_of(resolved))


def check(path: str | os.PathLike[str], *, strict: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a workspace file, in file order; empty for a good one.

    Args:
        path: The file.
        strict: Whether keys that the format does not know are errors.

    Raises:
        DiskError: It cannot be read.
    """
    file = Path(path)
    found = loading.check_file(file, file.parent, FileKind.WORKSPACE, strict=strict)
    return found.problems.diagnostics


def save(path: str | os.PathLike[str], text: str | bytes, *, expected: Revision | None) -> Revision:
    """Write the whole text of a workspace file durably; the revision now on the disk.

    Args:
        path: The file.
        text: What it is to say.
        expected: The revision that the text was made from, which must still be there
            (`revision_of` its bytes); None where there must be no file yet.

    Raises:
        StaleRevisionError: The file is not at `expected`: read it again, and merge.
        WorkspaceError: The text has an error, or a secret in it. Nothing was written.
        StorageError: The disk refused. Nothing was written.
    """
    file, content = Path(path), encoded(text)
    if expected is None:
        return _create(file, content)

    def change(document: Document) -> Document:
        found = revision_of(document.content)
        if found != expected:
            raise StaleRevisionError(file, expected, found)
        return parse(content)

    try:
        return edit(file, change)
    except NotFoundError:
        raise StaleRevisionError(file, expected, None) from None


def _create(file: Path, content: bytes) -> Revision:
    refuse_leaks(file, None, content, FileKind.WORKSPACE)
    checked = loading.check_content(content, file, FileKind.WORKSPACE)
    if checked.problems.has_errors:
        raise UnusableError((checked.problems,))
    root = Path(os.path.realpath(file.parent))
    write(root / file.name, root, content, None, services_here())
    return revision_of(content)


def edit(path: str | os.PathLike[str], change: Callable[[Document], Document]) -> Revision:
    """Change a workspace file losslessly and durably; the revision now on the disk.

    Args:
        path: The file, or a folder in its project.
        change: Makes the new document, with `set_value` and `delete_value`. Called again where
            another program wrote the file in between.

    Raises:
        NotFoundError: There is no workspace file.
        WorkspaceError: The file cannot be read, or would have a new error. Nothing was written.
        StorageError: The file changed meanwhile, or the disk refused. Nothing was written.
    """
    services = services_here()
    project, file = with_file(path, services)
    return edit_file(file, project.root, change, services)[1]


def set_key(path: str | os.PathLike[str], key_path: str, value: Plain) -> Revision:
    """Set one value of a workspace file: only its span changes; the revision now on the disk.

    Args:
        path: The file, or a folder in its project.
        key_path: Such as `connections.py.kind`, or `connections["a.b"].setup[0]`.
        value: Plain data.

    Raises:
        KeyPathError: `key_path` is none (a `ValueError`).
        NotFoundError: There is no workspace file.
        WorkspaceError: It cannot be done. Nothing was written.
        StorageError: The file changed meanwhile, or the disk refused. Nothing was written.
    """
    steps = parse_key_path(key_path)
    return edit(path, lambda document: set_value(document, steps, value))
