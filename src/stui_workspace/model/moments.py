"""Points in time as people read them, whatever number a file or another machine has for one."""

from __future__ import annotations

from datetime import datetime
from typing import Final

UNKNOWN: Final = "an unknown time"
MINUTE: Final = "%Y-%m-%d %H:%M"
SECOND: Final = "%Y-%m-%d %H:%M:%S"
CLOCK: Final = "%H:%M:%S"


def moment_text(at: float, form: str = MINUTE) -> str:
    """A time as the clock of this machine showed it; `UNKNOWN` where no calendar has it.

    >>> moment_text(-1e308)
    'an unknown time'
    """
    try:
        return datetime.fromtimestamp(at).astimezone().strftime(form)
    except (OverflowError, ValueError, OSError):
        return UNKNOWN
