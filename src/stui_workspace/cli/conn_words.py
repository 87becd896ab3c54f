"""What `stui conn` says: rows for people, records for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import PurePath

from stui_workspace.cli.cells import cell_width
from stui_workspace.cli.claims import Asked
from stui_workspace.cli.paint import Paint
from stui_workspace.cli.telling import stdout_paint
from stui_workspace.history.episodes import Episode
from stui_workspace.model.durations import format_age, format_ago
from stui_workspace.model.moments import CLOCK, moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import ConnectionRecord
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.leaks import without_user

_SHOWN_ADDRESS = 60
_SHOWN_REASON = 300
_SHORTEST = 0.1
"""In milliseconds; what is shorter is said to be."""
_STATE_ROLES = {
    "online": "good",
    "trying": "warning",
    "degraded": "warning",
    "reconnecting": "warning",
    "needs you": "error",
}
_OUTCOME_ROLES = {"lost": "warning", "failed": "error", "refused": "error", "open": "good"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One connection, with all that is known of it."""

    spec: ConnectionSpec
    asked: Asked
    state: str | None
    """online, trying or idle; None while no session is open."""
    record: ConnectionRecord
    is_ad_hoc: bool

    @property
    def needs_review(self) -> bool:
        """Whether `stui trust` would ask about it."""
        return not (self.is_ad_hoc or self.asked.is_allowed or self.asked.is_final)

    @property
    def last_online(self) -> float:
        """When it was online last; the beginning of all where it never was."""
        return self.record.last_online or 0.0


def address_of(spec: ConnectionSpec) -> str | None:
    """What a connection reaches or runs, for people: without user, arguments and options.

    >>> address_of(ConnectionSpec("db", "pty", command=("/usr/bin/psql", "--password=x")))
    'psql'
    """
    if spec.url is not None:
        return without_user(spec.url).partition("?")[0]
    if spec.command:
        return PurePath(spec.command[0]).name
    return spec.kernel or spec.python


def record_of_listed(one: Listed) -> dict[str, object]:
    """A connection as JSON has it. `online` is null while no session is open."""
    record = one.record
    return {
        "name": one.spec.name,
        "kind": one.spec.kind,
        "address": address_of(one.spec),
        "title": one.spec.title,
        "consent": one.asked.state,
        "approved": one.asked.is_allowed,
        "online": None if one.state is None else one.state == "online",
        "state": one.state,
        "last_online": record.last_online,
        "last_error": record.last_error,
        "attempts": record.attempts,
        "evaluations": record.evaluations,
        "favourite": record.is_favourite,
        "ad_hoc": one.is_ad_hoc,
        "hold": one.spec.hold,
    }


def rows_of_listed(found: Sequence[Listed], now: float) -> list[str]:
    """One line for each connection, in columns."""
    paint = stdout_paint()
    rows = [_cells_of_listed(one, now) for one in found]
    roles = [_role(one) for one in found]
    return [_painted(row, 3, role, paint) for row, role in zip(_aligned(rows), roles, strict=True)]


def _cells_of_listed(one: Listed, now: float) -> tuple[str, ...]:
    record, spec = one.record, one.spec
    online = "" if record.last_online is None else f"online {format_ago(now - record.last_online)}"
    if one.state == "online":
        online = ""
    more = [f"{record.evaluations} evaluation{'' if record.evaluations == 1 else 's'}"]
    if not record.evaluations:
        more = []
    if record.attempts:
        more.append(f"{record.attempts} failed attempt{'' if record.attempts == 1 else 's'}")
    if one.is_ad_hoc:
        more.append("of the session alone")
    if record.last_error and one.state != "online":
        more.append(printable_line(record.last_error, _SHOWN_REASON))
    return (
        ("* " if record.is_favourite else "  ") + printable_line(spec.name, 60),
        printable_line(spec.kind, 20),
        printable_line(address_of(spec) or "-", _SHOWN_ADDRESS),
        one.asked.state if not one.asked.is_allowed else one.state or "-",
        online,
        "; ".join(more),
    )


def _role(one: Listed) -> str | None:
    return "error" if not one.asked.is_allowed else _STATE_ROLES.get(one.state or "")


def record_of_episode(one: Episode) -> dict[str, object]:
    """An episode as JSON has it."""
    return {**asdict(one), "seconds": one.seconds}


def rows_of_episodes(found: Sequence[Episode], now: float) -> list[str]:
    """One line for each episode: when, which, how long, how it ended, and why."""
    paint = stdout_paint()
    newest: dict[tuple[str, str], Episode] = {}
    for one in found:
        newest.setdefault((one.machine, one.connection), one)
    rows = []
    for one in found:
        is_newest = newest[one.machine, one.connection] is one
        rows.append((moment_text(one.began), *_cells_of_episode(one, now, is_newest=is_newest)))
    roles = [_OUTCOME_ROLES.get(one.outcome) for one in found]
    return [_painted(row, 3, role, paint) for row, role in zip(_aligned(rows), roles, strict=True)]


def _cells_of_episode(one: Episode, now: float, *, is_newest: bool) -> tuple[str, ...]:
    seconds = one.seconds
    if one.outcome == "open":
        seconds = now - one.began if is_newest else None
    more = [printable_line(one.reason, _SHOWN_REASON)] if one.reason else []
    if one.outcome == "open" and not is_newest:
        more.append("nobody wrote down how it ended")
    if one.attempts:
        more.append(f"after {one.attempts} failed attempt{'' if one.attempts == 1 else 's'}")
    return (
        printable_line(one.connection, 60),
        "-" if seconds is None else format_age(seconds),
        one.outcome,
        "; ".join(more),
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """The rows with each column but the last filled up to its width; empty columns are left out."""
    if not rows:
        return []
    widths = [max(cell_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        [text + " " * (width - cell_width(text)) for text, width in zip(row, widths, strict=True)]
        for row in rows
    ]


def _painted(cells: Iterable[str], column: int, role: str | None, paint: Paint) -> str:
    """The cells as one line, the one at `column` in the colour of its role."""
    shown = [
        paint(role, text) if role is not None and number == column else text
        for number, text in enumerate(cells)
        if text
    ]
    return "  ".join(shown).rstrip()


def milliseconds(seconds: float) -> str:
    """A short time for people.

    >>> milliseconds(0.000001), milliseconds(0.00042), milliseconds(0.0123), milliseconds(2.5)
    ('<0.1 ms', '0.4 ms', '12 ms', '2.5 s')
    """
    if seconds >= 1.0:
        return f"{seconds:.1f} s"
    number = seconds * 1000
    if number < _SHORTEST:
        return f"<{_SHORTEST} ms"
    return f"{number:.0f} ms" if number >= 10 else f"{number:.1f} ms"  # noqa: PLR2004 (two digits)


def clock_time(at: float) -> str:
    """The time of day, as this machine's clock shows it."""
    return moment_text(at, CLOCK)
