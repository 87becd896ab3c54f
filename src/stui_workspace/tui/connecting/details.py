"""Everything about one connection as rows to read: how it is, what it reached, and its log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from stui_workspace.errors import StuiError
from stui_workspace.model.durations import format_ago
from stui_workspace.model.moments import CLOCK, moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.connecting.words import (
    LIVE,
    STATE_MARKS,
    address_of,
    span,
    sparkline,
    state_words,
    trip_words,
    usual_of,
)
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.ports import Episode, LiveSession
from stui_workspace.tui.scrollback import Row

NEW_START: Final = "a new start: what the last one held is gone"
_REBUILD: Final = "b opens a pad with what would rebuild it"

_DAY: Final = "%Y-%m-%d"
_LABEL: Final = 13
_SPARKS: Final = 24
_LONG_ENOUGH_AGO: Final = 2.0
_OUTCOMES: Final = {
    "open": ("●", "good"),
    "closed": ("○", "muted"),
    "lost": ("✗", "bad"),
    "failed": ("✗", "warn"),
    "refused": ("⊘", "warn"),
}
_GUARDS: Final = {
    Guard.CONFIRM: ("confirm: asks before each evaluation", "warn"),
    Guard.READ_ONLY: ("read-only: nothing is evaluated on it", "second"),
}
_EPISODES: Final = 100
"""So many are shown of a connection's log."""


@dataclass(frozen=True, slots=True)
class Log:
    """What the log says of one connection, the newest first."""

    episodes: tuple[Episode, ...] = ()
    problem: str | None = None
    """Why it could not be read."""

    @classmethod
    def of(cls, episodes: Sequence[Episode]) -> Log:
        """A log of episodes in any order."""
        return cls(tuple(sorted(episodes, key=lambda one: -one.began)))

    @classmethod
    def read(cls, session: LiveSession, name: str) -> Log:
        """What the log says of a connection; or why it cannot be read."""
        try:
            return cls.of(session.connection_history(name, _EPISODES))
        except StuiError as error:
            return cls(problem=str(error))

    @property
    def is_new_start(self) -> bool:
        """Whether the backend that was reached last is another than the one before it."""
        lives = [one.incarnation for one in self.episodes if one.incarnation]
        return len(lives) > 1 and lives[0] != lives[1]

    @property
    def identity(self) -> str | None:
        """Who answered last, where they said who they are."""
        return next((one.identity for one in self.episodes if one.identity), None)


def detail_rows(view: ConnectionView, log: Log, now: float) -> Iterator[Row]:
    """How a connection is, and all that is known of it."""
    yield from _state_rows(view, now)
    yield _blank()
    yield from _peer_rows(view, log)
    yield from _trip_rows(view)
    if view.heard_at is not None:
        yield _field("Last heard", _ago(now - view.heard_at))
    yield from _trouble_rows(view, now)
    yield from _rule_rows(view.spec, survives=view.survives)
    yield from log_rows(log, now)


def log_rows(log: Log, now: float) -> Iterator[Row]:
    """When it was up, for how long, and why it ended; the newest first."""
    yield _blank()
    yield Row((("Log", "title"),))
    if log.problem:
        yield Row((("△ ", "warn"), (printable_line(log.problem, 300), "text")), hang=2)
    elif not log.episodes:
        yield Row((("It was never connected, as far as is known here.", "muted"),))
    widths = _widths(log, now)
    for at, one in enumerate(log.episodes):
        before = next((each.incarnation for each in log.episodes[at + 1 :] if each.incarnation), "")
        is_new = bool(one.incarnation and before and one.incarnation != before)
        yield _episode_row(one, now, widths, is_new=is_new)


def _widths(log: Log, now: float) -> tuple[int, int, int]:
    """Of the columns of the log: as wide as what stands in them."""
    columns = [
        (moment(one.began, now), printable_line(one.outcome, 10), _length(one, now))
        for one in log.episodes
    ]
    when, outcome, length = (
        (max((len(cell) for cell in column), default=0) for column in zip(*columns, strict=True))
        if columns
        else (0, 0, 0)
    )
    return when, outcome, length


def _length(one: Episode, now: float) -> str:
    return span((now if one.ended is None else one.ended) - one.began)


def moment(at: float, now: float) -> str:
    """A time as people say it: `14:03:12` of today, else `Nov 27 14:03`."""
    is_today = moment_text(at, _DAY) == moment_text(now, _DAY)
    return moment_text(at, CLOCK if is_today else "%b %d %H:%M")


def _state_rows(view: ConnectionView, now: float) -> Iterator[Row]:
    mark, style = STATE_MARKS[view.state]
    yield Row(((f"{mark} ", style), (state_words(view, now), style)), hang=2)
    if view.since is not None:
        since = f"  since {moment(view.since, now)}, for {span(now - view.since)}"
        yield Row(((since, "muted"),))
    if view.to_review:
        changed = printable_line(view.to_review, 400)
        yield Row((("△ ", "warn"), ("the file changed it: ", "warn"), (changed, "text")), hang=2)
        step = f"{key_of('review-powers')} reviews it; it goes on as you approved it until then"
        yield Row((("  → ", "accent"), (step, "text")), hang=4)
    if view.reason and view.state is not ConnectionState.ONLINE:
        yield Row((("  ", "text"), (printable_line(view.reason, 400), "text")), hang=2)
    if view.next_step:
        step = printable_line(view.next_step, 400)
        yield Row((("  → ", "accent"), (step, "text")), hang=4)


def _peer_rows(view: ConnectionView, log: Log) -> Iterator[Row]:
    spec = view.spec
    yield _field("Kind", printable_line(spec.kind, 40))
    if address := address_of(spec):
        yield _field("Address", address)
    said, wanted = log.identity, spec.identity
    if said:
        known = f"{printable_line(said, 80)}{', as it must be' if said == wanted else ''}"
        yield _field("Identity", known)
    elif wanted:
        yield _field("Identity", f"must be {printable_line(wanted, 80)}")
    if view.backend:
        yield _field("Backend", printable_line(view.backend, 80))
    if view.incarnation:
        yield _field("Its life", printable_line(view.incarnation, 40))
        if log.is_new_start:
            yield Row(((" " * _LABEL, "text"), (f"△ {NEW_START}", "warn")), hang=_LABEL + 2)
            if view.state in LIVE:
                yield Row(
                    ((" " * _LABEL, "text"), ("→ ", "accent"), (_REBUILD, "text")), _LABEL + 2
                )


def _trip_rows(view: ConnectionView) -> Iterator[Row]:
    if not view.trips:
        return
    is_now = view.state in LIVE
    yield Row(
        (
            (f"{'Round trip':<{_LABEL}}", "muted"),
            (trip_words(view.trips[-1]) if is_now else "—", "text"),
            (f"  {sparkline(view.trips, _SPARKS)}", "accent" if is_now else "muted"),
        )
    )
    usual, slowest = trip_words(usual_of(view.trips)), trip_words(max(view.trips))
    yield Row(((f"{' ' * _LABEL}usually {usual}, at most {slowest}", "muted"),), hang=_LABEL)


def _trouble_rows(view: ConnectionView, now: float) -> Iterator[Row]:
    if view.attempts and view.state not in LIVE:
        yield _field("Attempts", f"{view.attempts} failed since it was online")
    if view.state is ConnectionState.RECONNECTING and view.retry_at is not None:
        yield _field("Next try", f"in {span(max(view.retry_at - now, 0.0) + 0.999)}; t tries now")
    if view.last_error and view.last_error != view.reason:
        yield _field("Last error", printable_line(view.last_error, 400))


def _rule_rows(spec: ConnectionSpec, *, survives: bool) -> Iterator[Row]:
    if spec.guard in _GUARDS:
        yield _field("Guard", *_GUARDS[spec.guard])
    if spec.hold:
        yield _field("Held", "it goes on when the workbench closes")
    elif survives:
        yield _field("Survives", "it goes on while nobody is connected")
    if spec.notes:
        yield _field("Notes", printable_line(spec.notes, 400))


def _episode_row(one: Episode, now: float, widths: tuple[int, int, int], *, is_new: bool) -> Row:
    mark, style = _OUTCOMES.get(one.outcome, ("?", "muted"))
    when, outcome, length = widths
    rest = [printable_line(one.reason, 200)] if one.reason else []
    if one.attempts:
        rest.append(f"{one.attempts} failed attempt{'s' if one.attempts > 1 else ''}")
    pieces = [
        (f"{mark} ", style),
        (f"{moment(one.began, now):<{when}}  ", "muted"),
        (f"{printable_line(one.outcome, 10):<{outcome}}  ", style),
        (f"{_length(one, now):<{length}}  ", "text"),
        (" · ".join(rest), "muted"),
    ]
    if is_new:
        pieces.append((f"{' · ' if rest else ''}a new start", "warn"))
    return Row(tuple(pieces), hang=when + 4)


def _field(name: str, value: str, style: str = "text") -> Row:
    return Row(((f"{name:<{_LABEL}}", "muted"), (value, style)), hang=_LABEL)


def _ago(seconds: float) -> str:
    return "just now" if 0 <= seconds < _LONG_ENOUGH_AGO else format_ago(seconds)


def _blank() -> Row:
    return Row((("", "text"),))
