"""What the library's functions find for themselves: this machine, and the file that is meant."""

from __future__ import annotations

import os
from pathlib import Path

from stui_workspace.errors import NotFoundError
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import Project, find_project


def services_here() -> Services:
    """This machine, this user, now."""
    return Services.real(os.environ)


def encoded(text: str | bytes) -> bytes:
    """A text as it stands in a file; a lone surrogate counts as itself."""
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def with_file(path: str | os.PathLike[str], services: Services) -> tuple[Project, Path]:
    """The project that a path is in, and its workspace file.

    Raises:
        NotFoundError: There is none.
        UsageError: There are two in one folder.
    """
    project = find_project(Path(path), services.home)
    if project.file is None:
        raise NotFoundError("workspace file", str(path), "`stui init` writes one")
    return project, project.file
