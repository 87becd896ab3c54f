"""Lengths of time as people write them in the file: `500ms`, `30s`, `5m`, `2h`, `never`."""

from __future__ import annotations

import math
import re

from stui_workspace.model.values import Plain

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_CLOCKS_DIFFER = 2.0
"""Seconds by which clocks that are set by the network may differ."""
_BEYOND = 1e13
"""Seconds that no two real times are apart."""
_DURATION = re.compile(r"\A([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h)\Z")


def parse_duration(text: str) -> float:
    """Seconds; `never` is infinity.

    >>> parse_duration("500ms")
    0.5

    Raises:
        ValueError: It is not a duration of the format.
    """
    if text == "never":
        return math.inf
    match = _DURATION.match(text)
    if match is None:
        raise ValueError("expected a duration such as 500ms, 30s, 5m or 2h")
    return float(match[1]) * _UNITS[match[2]]


def duration_text(value: Plain) -> Plain:
    """A length of time as the format writes it; anything but a number of seconds as it is.

    >>> [duration_text(one) for one in (90.0, 7200, 0.25, "5s")]
    ['90s', '2h', '250ms', '5s']
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if math.isinf(value):
        return "never"
    for unit in ("h", "m", "s"):
        size = _UNITS[unit]
        if value >= size and value % size == 0:
            return f"{value / size:.0f}{unit}"
    return f"{value * 1000:.0f}ms"


def format_age(seconds: float) -> str:
    """A length of time for people, in one unit: `3 s`, `5 min`, `2 h`, `4 d`."""
    if not abs(seconds) < _BEYOND:  # also what is no number
        return "an unknown time"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(int(seconds), 0)} s"


def format_ago(seconds: float) -> str:
    """How long ago something was, where the clock that says so may be another machine's.

    >>> format_ago(10_800.0)
    '3 h ago'
    >>> format_ago(-3600.0)
    'just now (its clock is ahead)'
    """
    if seconds < -_CLOCKS_DIFFER:
        return "just now (its clock is ahead)"
    return f"{format_age(seconds)} ago"
