"""What a session may be called on the disk."""

from __future__ import annotations

import re

FIRST_NAME = "main"
"""The session that a first start makes."""

_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?\Z")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")


def is_session_id(text: str) -> bool:
    """Whether the text can name a session: short, lower case, safe as a file name everywhere."""
    return _ID.match(text) is not None


def is_device(text: str) -> bool:
    """Whether Windows takes a file of that name for a device: no new session is called so.

    >>> is_device("aux"), is_device("nul.old"), is_device("console")
    (True, True, False)
    """
    return _DEVICE.match(text) is not None
