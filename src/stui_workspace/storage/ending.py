"""The last line of a file of ours that is a document: it tells whether all of it is there.

A document that was cut short may be a good document all the same, with half of what it said. So
the last line is a comment with the hash of everything before it.
"""

from __future__ import annotations

import re
from enum import StrEnum, auto
from hashlib import blake2b

_LAST_LINE = re.compile(rb"\n# whole: ([0-9a-f]{16})\n?\Z")


class Ending(StrEnum):
    """What the end of a document says of it."""

    WHOLE = auto()
    CUT = auto()
    """There is no such line: the end is missing, or somebody else wrote all of it."""
    CHANGED = auto()
    """It is not as we wrote it: a person changed it, or the disk did."""


def ended(body: bytes) -> bytes:
    """The document with its last line."""
    return body + b"# whole: " + _digest(body) + b"\n"


def ending_of(content: bytes) -> tuple[bytes, Ending]:
    r"""The document without its last line, and what that says.

    >>> ending_of(ended(b"a: 1\n"))
    (b'a: 1\n', <Ending.WHOLE: 'whole'>)
    """
    content = content.replace(b"\r\n", b"\n")  # as git may have made them; we write no such end
    found = _LAST_LINE.search(content)
    if found is None:
        return content, Ending.CUT
    body = content[: found.start() + 1]
    return body, Ending.WHOLE if _digest(body) == found[1] else Ending.CHANGED


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=8).hexdigest().encode("ascii")
