"""The shapes and words of connections, the same on every screen. Pure, and safe to show.

A state is said by its shape, by a word and by a colour, in that order of trust.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final, NamedTuple

from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.views import ConnectionView

STATE_MARKS: Final = {
    ConnectionState.IDLE: ("○", "muted"),
    ConnectionState.CONNECTING: ("◌", "accent"),
    ConnectionState.ONLINE: ("●", "good"),
    ConnectionState.BUSY: ("◐", "accent"),
    ConnectionState.DEGRADED: ("△", "warn"),
    ConnectionState.RECONNECTING: ("↻", "warn"),
    ConnectionState.NEEDS_YOU: ("!", "warn"),
}
"""Shape and style of each state."""

LIVE: Final = (ConnectionState.ONLINE, ConnectionState.BUSY, ConnectionState.DEGRADED)
"""States in which there is a link, and somebody at its other end."""

STAR: Final = "★"
WAITING: Final = "◇"
_BEYOND: Final = 1e13
"""Seconds that no two real times are apart."""

_GUARDS: Final = {Guard.CONFIRM: ("confirm", "warn"), Guard.READ_ONLY: ("read-only", "second")}
_BARS: Final = "▁▂▃▄▅▆▇█"
_SHOWN_FROM: Final = 2.0
"""Seconds from which on it is said how long connecting takes."""


class Words(NamedTuple):
    """Some text and the name of its style."""

    text: str
    style: str


def state_words(view: ConnectionView, now: float) -> str:
    """The state, and the one number that matters in it: `busy 12 s`, `attempt 3, next try in 4 s`.

    Args:
        view: The connection.
        now: By the session's clock.
    """
    detail = state_detail(view, now)
    return f"{view.state.value}{between(detail, ' · ')}{detail}"


def between(detail: str, sign: str) -> str:
    """What stands between a state and its detail: a blank before a number, else a sign."""
    if not detail:
        return ""
    return " " if detail[0].isdigit() or detail[0] == "<" else sign


def state_detail(view: ConnectionView, now: float, *, brief: bool = False) -> str:
    """What is said after the state; empty where there is nothing to say."""
    match view.state:
        case ConnectionState.CONNECTING:
            seconds = _since(view.since, now)
            return span(seconds) if seconds >= _SHOWN_FROM else ""
        case ConnectionState.BUSY:
            began = view.since if view.busy_since is None else view.busy_since
            seconds = _since(began, now)
            return span(seconds) if seconds >= 1 else ""
        case ConnectionState.DEGRADED:
            heard = view.since if view.heard_at is None else view.heard_at
            return f"silent for {span(_since(heard, now))}"
        case ConnectionState.RECONNECTING:
            when = _next_try(view, now)
            return when if brief else f"attempt {view.attempts + 1}, {when}"
    return ""


def is_ticking(view: ConnectionView) -> bool:
    """Whether what is said of it changes with time alone."""
    return view.state in (
        ConnectionState.CONNECTING,
        ConnectionState.BUSY,
        ConnectionState.DEGRADED,
    ) or (view.state is ConnectionState.RECONNECTING and view.retry_at is not None)


def span(seconds: float) -> str:
    """A length of time that counts on: `9 s`, `2 min 5 s`, `3 h 1 min`.

    >>> span(125.4)
    '2 min 5 s'
    """
    if not abs(seconds) < _BEYOND:  # also what is no number
        return "an unknown time"
    whole = max(int(seconds), 0)
    if whole < 60:  # noqa: PLR2004 (seconds of a minute)
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004 (minutes of an hour)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def trip_words(seconds: float) -> str:
    """A round trip: `0.8 ms`, `24 ms`, `1.3 s`."""
    milliseconds = seconds * 1000
    if milliseconds < 0.05:  # noqa: PLR2004 (it would round to nothing)
        return "<0.1 ms"
    if milliseconds < 10:  # noqa: PLR2004 (one decimal says something)
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def last_trip(view: ConnectionView) -> str:
    """The last round trip of a connection that is up; empty for all others."""
    return trip_words(view.trips[-1]) if view.trips and view.state in LIVE else ""


def usual_of(trips: Sequence[float]) -> float:
    """The round trip that half of them are not slower than; there is at least one."""
    return sorted(trips)[len(trips) // 2]


def sparkline(trips: Sequence[float], width: int) -> str:
    """The last round trips as bars, one a cell: what is usual is half high, slow ones stand out."""
    shown = trips[-width:] if width > 0 else ()
    if not shown:
        return ""
    usual = max(usual_of(shown), 1e-9)
    return "".join(_BARS[min(int(trip / usual * 4), len(_BARS) - 1)] for trip in shown)


def address_of(spec: ConnectionSpec) -> str:
    """What the connection reaches, without anybody's name or password; empty if it names none."""
    if spec.url:
        scheme, slashes, rest = spec.url.partition("://")
        host, slash, path = (rest if slashes else scheme).partition("/")
        host = host.rpartition("@")[2]
        return printable_line(f"{scheme}{slashes}{host}{slash}{path}" if slashes else spec.url)
    if spec.command:
        return printable_line(" ".join(spec.command))
    if spec.kernel:
        return f"kernel {printable_line(spec.kernel, 60)}"
    return printable_line(spec.python) if spec.python else ""


def kind_and_address(spec: ConnectionSpec) -> str:
    """`stui · tcp://127.0.0.1:5557`, or the kind alone."""
    address = address_of(spec)
    kind = printable_line(spec.kind, 24)
    return f"{kind} · {address}" if address else kind


def who_or_where(view: ConnectionView) -> str:
    """Who answered, while somebody does; else what would be reached."""
    if view.backend and view.state in LIVE:
        return printable_line(view.backend, 80)
    return kind_and_address(view.spec)


def title_of(view: ConnectionView) -> str:
    """The name that people see."""
    return printable_line(view.spec.title or view.name, 40)


def guard_of(spec: ConnectionSpec) -> Words | None:
    """The word for its guard; None where it has none."""
    found = _GUARDS.get(spec.guard)
    return Words(*found) if found else None


def guarded_name(spec: ConnectionSpec) -> str:
    """`staging · confirm`; the name alone where nothing guards it."""
    guard = guard_of(spec)
    name = printable_line(spec.name, 24)
    return f"{name} · {guard.text}" if guard else name


def badges(view: ConnectionView) -> Iterator[Words]:
    """What else is to be known of it: its guard, what waits, that it is held or ad hoc."""
    guard = guard_of(view.spec)
    if guard is not None:
        yield guard
    if view.waiting_count:
        yield Words(f"{WAITING} {view.waiting_count} waiting", "warn")
    if view.spec.hold:
        yield Words("held", "muted")
    if view.is_ad_hoc:
        yield Words("this session only", "muted")


def waits_until(spec: ConnectionSpec) -> str:
    """When what waits for a connection is sent."""
    if spec.offline == "keep":
        return "it is sent when the same backend is back"
    return "it waits, and nothing is sent before you say so"


def _next_try(view: ConnectionView, now: float) -> str:
    if view.retry_at is None:
        return "trying now"
    left = ceil(view.retry_at - now)
    return f"next try in {span(left)}" if left > 0 else "trying now"


def _since(began: float | None, now: float) -> float:
    return 0.0 if began is None else now - began
