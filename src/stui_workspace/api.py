"""The library's functions: what another program needs to have sessions of its own.

`import stui_workspace` has the same names and loads them when they are used.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from stui_workspace.document import Document, set_value
from stui_workspace.errors import NotFoundError, StuiError, UnusableError
from stui_workspace.model.diagnostics import Diagnostic, FileProblems
from stui_workspace.model.paths import parse_key_path
from stui_workspace.model.receipt import Receipt
from stui_workspace.model.revision import Revision
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime import loading
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.events import Event
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.schema import FileKind, resolve, workspace_of
from stui_workspace.storage.project import find_project

__all__ = [
    "Diagnostic",
    "Event",
    "FileProblems",
    "OpenRequest",
    "Receipt",
    "Session",
    "Start",
    "StuiError",
    "Workspace",
    "check",
    "edit",
    "load",
    "loads",
    "open_session",
    "set_key",
]


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
    services = Services.real(os.environ)
    selection = loading.Selection(environment, variables or {})
    return loading.load(find_project(Path(path), services.home), services, selection).workspace


def loads(text: str | bytes) -> Workspace:
    """The workspace that a text describes, alone: no overlay, no user's defaults.

    Raises:
        UnusableError: It has errors, each with its place.
    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    checked = loading.check_content(content, Path("<text>"), FileKind.WORKSPACE)
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


def edit(path: str | os.PathLike[str], change: Callable[[Document], Document]) -> Revision:
    """Change a workspace file losslessly and durably; the revision now on the disk.

    Args:
        path: The file.
        change: Makes the new document with `stui_workspace.document`'s edits.

    Raises:
        WorkspaceError: The file cannot be read, or would have a new error. Nothing was written.
        StorageError: The file changed meanwhile, or the disk refused. Nothing was written.
    """
    file = Path(path)
    services = Services.real(os.environ)
    project = find_project(file, services.home)
    if project.file is None:
        raise NotFoundError("workspace file", str(file), "`stui init` writes one")
    return edit_file(project.file, project.root, change, services)[1]


def set_key(path: str | os.PathLike[str], key_path: str, value: Plain) -> Revision:
    """Set one value of a workspace file: only its span changes; the revision now on the disk.

    Args:
        path: The file.
        key_path: Such as `connections.py.kind`, or `connections["a.b"].setup[0]`.
        value: Plain data.

    Raises:
        KeyPathError: `key_path` is none (a `ValueError`).
        WorkspaceError: It cannot be done. Nothing was written.
        StorageError: The file changed meanwhile, or the disk refused. Nothing was written.
    """
    steps = parse_key_path(key_path)
    return edit(path, lambda document: set_value(document, steps, value))


@asynccontextmanager
async def open_session(request: OpenRequest | None = None) -> AsyncIterator[Session]:
    """A session, restored and running within the block: saved, followed, connected.

    Raises:
        NotFoundError: There is no such folder, session or environment.
        UsageError: Two workspace files in one folder, or the session is open elsewhere.
    """
    session = Session.open(request or OpenRequest(Path()), Services.real(os.environ))
    await session.start()
    try:
        yield session
    finally:
        await session.close()
