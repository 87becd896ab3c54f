"""What a list of sessions says of each, without parsing all of its file.

A session file is ours, and begins with its `meta`: the first bytes are enough for a summary. Which
buffers have unsaved text is told by lines that begin so; nobody decides by that what may be lost.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem

HEAD_BYTES: Final = 16 << 10
"""Many times what our own heads have."""

_META = re.compile(rb"^meta:\s.*?(?=^[^\s#])", re.MULTILINE | re.DOTALL)
_BUFFERS = re.compile(rb"^buffers:[^\S\n]*\n((?:[^\S\n][^\n]*\n|\n)*)", re.MULTILINE)
_TEXT = re.compile(rb"^    text:", re.MULTILINE)


def head_of(content: bytes) -> bytes:
    """The file up to the end of `meta`, which comes first: all that a summary needs."""
    found = _META.search(content)
    return content[: found.end()] if found else content


def head_in(fs: FileSystem, path: Path) -> bytes | None:
    """The head of a file of which no more is read; None where its first bytes do not have it.

    Raises:
        DiskError: It cannot be read.
    """
    with explained(path):
        start = fs.read(path, HEAD_BYTES) or b""
    found = _META.search(start)
    return start[: found.end()] if found else None


def unsaved_in(content: bytes) -> int:
    r"""How many buffers of a session file have a text of their own.

    >>> unsaved_in(b"buffers:\n  a:\n    text: |-\n      text: no\n  b:\n    scroll: 1\nx: 1\n")
    1
    """
    found = _BUFFERS.search(content)
    return len(_TEXT.findall(found[1])) if found else 0
