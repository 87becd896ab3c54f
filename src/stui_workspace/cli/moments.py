"""Points in the past as people name them: `17:00`, `yesterday 17:00`, `2h`, `2026-01-31 17:00`."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

FORMS: Final = "`17:00`, `yesterday 17:00`, `2h` or `3d` ago, or a date such as `2026-01-31 17:00`"

_AGO: Final = re.compile(r"([0-9]{1,6}) ?(s|min|m|h|d|w)(?: ago)?\Z")
_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\Z")
_DAY: Final = timedelta(days=1)


def parse_moment(text: str, now: float) -> float:
    """Seconds since 1970 of what `text` means at `now`, in the time zone of this machine.

    A time alone is the last time that the clock showed it. A day alone is the end of it.

    Raises:
        ValueError: It is none of the `FORMS`.
    """
    said = " ".join(text.lower().split())
    if match := _AGO.match(said):
        return now - float(match[1]) * _UNITS[match[2]]
    try:
        today = datetime.fromtimestamp(now)  # noqa: DTZ006 (as the person's clock shows it)
        return _at(said, text.strip(), today).timestamp()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"expected {FORMS}") from None


def _at(said: str, exact: str, now: datetime) -> datetime:
    day, _, clock = said.partition(" ")
    if day in ("today", "yesterday"):
        then = now.date() - (_DAY if day == "yesterday" else timedelta())
        return datetime.combine(then, _clock(clock)) if clock else _end_of(then)
    if _CLOCK.match(said):
        today = datetime.combine(now.date(), _clock(said))
        return today if today <= now else today - _DAY
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
        return _end_of(date.fromisoformat(said))
    return datetime.fromisoformat(exact)


def _clock(text: str) -> time:
    match = _CLOCK.match(text)
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]), int(match[3] or 0))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max)
