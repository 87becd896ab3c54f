"""Who may write to a file: what others may change is not the user's word."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path


def is_only_ours(path: Path) -> bool:
    """Whether nobody else may write to the file or folder. Where it stands is not looked at."""
    if sys.platform == "win32":
        return True  # the folders of a user's profile are theirs
    try:
        status = path.lstat()
    except OSError:
        return False
    mode = status.st_mode
    return (
        (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
        and status.st_uid == os.geteuid()
        and not mode & (stat.S_IWGRP | stat.S_IWOTH)
    )
