"""What a file of the project says, as bytes."""

from __future__ import annotations

import os
from pathlib import Path

from stui_workspace.errors import DiskError
from stui_workspace.runtime.services import Services
from stui_workspace.storage.disk_errors import explained

FILE_BYTES = 48 << 20
"""What is read of a file: with markers in it, it has up to three sides of a merge."""


def read_file(path: Path, root: Path, services: Services) -> bytes | None:
    """The bytes of a file; None where there is none.

    Raises:
        DiskError: It cannot be read, is too large, or stands outside of `root`.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(root)):
        raise DiskError(path, "it leads out of the project", "put a regular file into the project")
    with explained(path):
        content = services.fs.read(real, FILE_BYTES + 1)
    if content is not None and len(content) > FILE_BYTES:
        raise DiskError(path, f"it is larger than {FILE_BYTES:,} bytes", "use a smaller file")
    return content
