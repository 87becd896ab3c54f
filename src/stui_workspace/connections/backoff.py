"""How long to wait before the next try. Pure: chance is an argument."""

from __future__ import annotations

from stui_workspace.model.workspace import Reconnect

_EXPONENT_LIMIT = 64
"""Beyond it every wait is the longest one, and a float would end at some point."""


def wait_before(failure_count: int, chance: float, policy: Reconnect) -> float:
    """Seconds to wait after so many failures in a row, from 1 on.

    Full jitter spreads clients that lost one server together: each waits a random part of a time
    that doubles up to the cap.

    Args:
        failure_count: Failures in a row, this one included.
        chance: From 0 up to and without 1.
        policy: The connection's `reconnect`.

    >>> wait_before(3, 0.5, Reconnect(base=1.0, cap=30.0))
    2.0
    >>> wait_before(1000, 0.5, Reconnect(base=1.0, cap=30.0, jitter="none"))
    30.0
    """
    exponent = min(max(failure_count - 1, 0), _EXPONENT_LIMIT)
    longest = min(policy.cap, policy.base * 2.0**exponent)
    return longest if policy.jitter == "none" else longest * chance
