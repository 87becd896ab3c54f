"""The exit statuses, which are a part of what every command promises."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    DONE = 0
    FINDINGS = 1
    """Invalid, different, missing, or an error of the code that was evaluated."""
    USAGE = 2
    STORAGE = 3
    CONNECTION = 4
    SECRET = 5
    CONSENT = 6
    BUG = 70
    """Ours; a report file says where."""
    INTERRUPTED = 130
    TERMINATED = 143
    CLOSED_PIPE = 141
    """Whoever read our output has gone, as in `stui show | head`."""
