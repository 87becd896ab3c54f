"""The sessions that a command is about."""

from __future__ import annotations

from pathlib import Path

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import services_now
from stui_workspace.runtime.sessions.catalogue import Catalogue


def catalogue_at(path: Path | None) -> Catalogue:
    """The sessions of the project that `path` is in.

    Raises:
        NotFoundError: There is no such file or folder.
    """
    services = services_now()
    return Catalogue(project_at(path, services.home), services)
