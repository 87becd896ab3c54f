"""Which sync tools leave out files whose names begin with a dot.

What their users see: the file is on one machine and never arrives on another, and nothing says so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_USUAL: Final = {
    "Box": re.compile(r"Box(?: (?:Drive|Sync)\b.*|-Box| - .*|[0-9]+| ?\(.*\))?"),
    "MEGA": re.compile(r"(?i:mega(?:sync|cmd)?)(?:[ _-].*|[0-9]+|\(.*\))?"),
    "ownCloud": re.compile(r"(?i:owncloud)(?:[ @._-].*|[0-9]+|\(.*\))?"),
}
"""How the folders are called that they sync, unless somebody chose another name."""

_ANYWHERE: Final = {
    "Box": re.compile(r"Box Sync|Box-Box"),
    "MEGA": re.compile(r"MEGAsync(?: .*)?"),
    "ownCloud": re.compile(r"ownCloud[0-9]*"),
}
"""Those names that nothing else has."""

_PLACES: Final = (
    (),
    ("Library", "CloudStorage"),
    ("Documents",),
    ("Desktop",),
)
"""Where in a home such folders stand. Deeper, `Box` and `mega` are names of projects."""


def skips_dot_files(folder: Path, home: Path) -> str | None:
    """The sync tool that would not sync a dot-file in a folder; None where none is known.

    Told by the names of folders alone, so a tool may have been set up otherwise.

    Args:
        folder: Both without symbolic links.
        home: The home folder of the user whose tool it is.
    """
    if not folder.is_relative_to(home):
        return None
    parts = folder.relative_to(home).parts
    for depth, part in enumerate(parts):
        names = _USUAL if parts[:depth] in _PLACES else _ANYWHERE
        for tool, name in names.items():
            if name.fullmatch(part):
                return tool
    return None
