"""Writing the first workspace file of a folder: the same from the command and the workbench."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from stui_workspace.document import to_yaml
from stui_workspace.document.emit import scalar_text
from stui_workspace.errors import EditError, UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.starting.copies import LOCAL_SCHEMA, write_schemas
from stui_workspace.runtime.starting.ignoring import ignore
from stui_workspace.runtime.starting.templates import Template, template_text
from stui_workspace.storage.atomic import save
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME

_SAFE_NAME: Final = re.compile(r"[A-Za-z][\w.-]+\Z")
"""Names that may stand without quotes where nothing else speaks against it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was written."""

    file: Path
    schemas: tuple[Path, ...]
    ignored: Path | None
    """The `.gitignore` that has the overlay now; None where there was nothing to do."""


def begin_workspace(root: Path, services: Services) -> Begun:
    """Start a workspace in a folder that has none, from the quickstart, named as the folder.

    Raises:
        UsageError: There is one, or the folder's name is none that can be written.
        DiskError: It could not be written.
    """
    for name in FILE_NAMES:
        if os.path.lexists(root / name):
            raise UsageError(f"{name} is there already", "`stui validate` checks it")
    text = template_text(Template.QUICKSTART, quoted_name(root.name or "workspace"), LOCAL_SCHEMA)
    schemas = write_schemas(services, root)
    path = root / FILE_NAMES[0]
    save(services.fs, path, text.encode("utf-8"), expected=None)
    return Begun(path, schemas, ignore(services.fs, root, OVERLAY_NAME))


def smallest_workspace(name: str) -> bytes:
    r"""The smallest workspace file that can be used, called so as far as that can be written.

    >>> smallest_workspace("orders")
    b'stui: 1\nname: orders\n'
    """
    written = name.encode("utf-8", "ignore").decode()[:100] or "workspace"
    return to_yaml({"stui": 1, "name": written}).encode()


def quoted_name(name: str) -> str:
    """A name as YAML writes it.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        return scalar_text(name, "plain" if _SAFE_NAME.match(name) else "double")
    except EditError:
        raise UsageError(
            "the folder has no name that can be written", "give one with --name"
        ) from None
