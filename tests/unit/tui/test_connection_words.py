"""Connections in words: each state is told apart without its colour, and nothing is obeyed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color
from textual.style import Style

from doubles.fake_session import FakeEpisode
from stui_workspace.model.printable import printable
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.connecting.details import NEW_START, Log, detail_rows
from stui_workspace.tui.connecting.rows import brief_row, connection_row, ordered
from stui_workspace.tui.connecting.words import (
    STATE_MARKS,
    address_of,
    guarded_name,
    is_ticking,
    span,
    sparkline,
    state_words,
    trip_words,
)
from stui_workspace.tui.themes import Paint

PLAIN = Paint(*[Style(foreground=Color(0, 0, 0))] * len(Paint.__slots__))
NOW = 1_795_860_400.0
SPEC = ConnectionSpec("image", "stui", url="tcp://127.0.0.1:5557")
S = ConnectionState


def view(state: ConnectionState, **changes: Any) -> ConnectionView:
    return replace(ConnectionView("image", SPEC, state, since=NOW), **changes)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (view(S.IDLE), "idle"),
        (view(S.CONNECTING), "connecting"),
        (view(S.CONNECTING, since=NOW - 3.5), "connecting 3 s"),
        (view(S.ONLINE), "online"),
        (view(S.BUSY, busy_since=NOW - 125), "busy 2 min 5 s"),
        (view(S.DEGRADED, heard_at=NOW - 14), "degraded · silent for 14 s"),
        (
            view(S.RECONNECTING, attempts=2, retry_at=NOW + 3.2),
            "reconnecting · attempt 3, next try in 4 s",
        ),
        (view(S.RECONNECTING, attempts=2), "reconnecting · attempt 3, trying now"),
        (view(S.RECONNECTING, retry_at=NOW - 1), "reconnecting · attempt 1, trying now"),
        (view(S.NEEDS_YOU), "needs you"),
    ],
)
def test_a_state_in_words(shown: ConnectionView, words: str) -> None:
    assert state_words(shown, NOW) == words


def test_every_state_has_a_shape_of_its_own() -> None:
    assert set(STATE_MARKS) == set(ConnectionState)
    assert len({mark for mark, _ in STATE_MARKS.values()}) == len(ConnectionState)


def test_only_what_changes_by_itself_ticks() -> None:
    still = [view(S.IDLE), view(S.ONLINE), view(S.NEEDS_YOU), view(S.RECONNECTING)]
    moving = [view(S.BUSY), view(S.DEGRADED), view(S.CONNECTING), view(S.RECONNECTING, retry_at=1)]
    assert [is_ticking(each) for each in (*still, *moving)] == [False] * 4 + [True] * 4


@given(st.sampled_from([*ConnectionState]), st.floats(0, 1e6), st.floats(0.01, 0.99))
def test_what_does_not_tick_says_the_same_later(
    state: ConnectionState, later: float, part: float
) -> None:
    shown = view(state, heard_at=NOW - part)
    if not is_ticking(shown):
        assert state_words(shown, NOW) == state_words(shown, NOW + later)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3.0, "0 s"), (59.9, "59 s"), (60.0, "1 min"), (3_600.0, "1 h"), (11_111.0, "3 h 5 min")],
)
def test_a_length_of_time(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.00002, "<0.1 ms"), (0.00081, "0.8 ms"), (0.0242, "24 ms"), (1.32, "1.3 s")],
)
def test_a_round_trip(seconds: float, words: str) -> None:
    assert trip_words(seconds) == words


@given(st.lists(st.floats(0, 1e6), max_size=80), st.integers(0, 40))
def test_the_bars_of_round_trips_are_one_cell_each(trips: list[float], width: int) -> None:
    assert len(sparkline(trips, width)) == min(len(trips), width)


def test_a_slow_round_trip_stands_out() -> None:
    assert sparkline([0.001] * 4 + [0.01], 5) == "▅▅▅▅█"


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        ({}, "tcp://127.0.0.1:5557"),
        ({"url": "tcp://ada:secret@host:1"}, "tcp://host:1"),
        ({"url": "https://ada:p@ss@host/path"}, "https://host/path"),
        ({"url": None, "command": ("sqlite3", "a b")}, "sqlite3 a b"),
        ({"url": None, "kernel": "python3"}, "kernel python3"),
        ({"url": None}, ""),
    ],
)
def test_an_address_says_nobodys_name(changes: dict[str, Any], address: str) -> None:
    assert address_of(replace(SPEC, **changes)) == address


def test_a_guard_is_said_beside_the_name() -> None:
    assert guarded_name(replace(SPEC, guard=Guard.CONFIRM)) == "image · confirm"
    assert guarded_name(replace(SPEC, guard=Guard.READ_ONLY)) == "image · read-only"
    assert guarded_name(SPEC) == "image"


def test_favourites_come_first_then_those_used_last() -> None:
    views = [replace(view(S.IDLE), name=name, is_favourite=name == "d") for name in "abcd"]
    wanted = ordered(views, {"b": 2.0, "c": 3.0}, favourites_first=True)
    assert [each.name for each in wanted] == ["d", "c", "b", "a"]
    assert ordered(views, {"b": 2.0}, favourites_first=False) == tuple(views)


def test_a_row_has_all_that_is_to_be_known() -> None:
    shown = view(
        S.RECONNECTING,
        attempts=2,
        retry_at=NOW + 4,
        reason="it fell",
        waiting_count=2,
        is_favourite=True,
        is_ad_hoc=True,
        spec=replace(SPEC, guard=Guard.CONFIRM, hold=True, color="teal"),
    )
    assert connection_row(shown, PLAIN, 60, NOW).plain.split("\n") == [
        "↻ image ■ ★",
        "  reconnecting · attempt 3, next try in 4 s",
        "  it fell",
        "  stui · tcp://127.0.0.1:5557",
        "  confirm · ◇ 2 waiting · held · this session only",
    ]


def test_the_round_trip_stands_at_the_end_of_the_line_while_it_is_up() -> None:
    shown = view(S.ONLINE, trips=(0.5, 0.0008))
    first = connection_row(shown, PLAIN, 30, NOW).plain.split("\n")[0]
    assert first == "● image                0.8 ms"
    assert "ms" not in connection_row(view(S.IDLE, trips=(0.1,)), PLAIN, 30, NOW).plain


def test_what_needs_a_person_says_why_and_what_to_do() -> None:
    shown = view(S.NEEDS_YOU, reason="somebody else answered", next_step="mend the address")
    text = connection_row(shown, PLAIN, 40, NOW).plain
    assert "! image\n  needs you\n  somebody else answered\n  → mend the address" in text


HOSTILE = st.text(max_size=30) | st.just("[red]x[/]\x1b]0;t\x07\u202e\n")
views = st.builds(
    ConnectionView,
    name=st.just("x"),
    spec=st.builds(
        ConnectionSpec,
        st.just("x"),
        HOSTILE,
        title=st.none() | HOSTILE,
        url=st.none() | HOSTILE,
        identity=st.none() | HOSTILE,
        color=st.none() | HOSTILE,
        notes=st.none() | HOSTILE,
    ),
    state=st.sampled_from([*ConnectionState]),
    reason=st.none() | HOSTILE,
    next_step=st.none() | HOSTILE,
    incarnation=st.none() | HOSTILE,
    backend=st.none() | HOSTILE,
    trips=st.lists(st.floats(0, 100), max_size=60).map(tuple),
    last_error=st.none() | HOSTILE,
)
episodes = st.builds(
    FakeEpisode, st.floats(0, 1e9), outcome=HOSTILE, reason=HOSTILE, identity=HOSTILE
)


@given(views, st.lists(episodes, max_size=3), st.integers(10, 60))
def test_nothing_that_a_peer_says_is_obeyed(
    shown: ConnectionView, log: list[FakeEpisode], width: int
) -> None:
    rows = [row.text for row in detail_rows(shown, Log.of(log), NOW)]
    row = connection_row(shown, PLAIN, width, NOW).plain
    brief = brief_row(shown, PLAIN, width, NOW).plain
    assert brief.count("\n") == 1
    assert all(printable(text) == text for text in (*rows, row, brief))
    assert not any("\n" in text for text in rows)


LOG = Log.of(
    [
        FakeEpisode(NOW - 90_000, NOW - 80_000, "closed", None, 0, "one"),
        FakeEpisode(NOW - 60, None, "open", None, 2, "two", "pharo-12/orders"),
        FakeEpisode(NOW - 4_000, NOW - 60, "lost", "no answer for 30 s", 0, "one"),
    ]
)


def test_the_details_say_a_new_start_plainly() -> None:
    text = "\n".join(row.text for row in detail_rows(view(S.ONLINE, incarnation="two"), LOG, NOW))
    assert NEW_START in text
    same = Log.of(LOG.episodes[1:])
    text = "\n".join(row.text for row in detail_rows(view(S.ONLINE, incarnation="one"), same, NOW))
    assert NEW_START not in text


def test_the_log_says_when_for_how_long_and_why_the_newest_first() -> None:
    rows = [row.text.split() for row in detail_rows(view(S.ONLINE), LOG, NOW)]
    after = rows[rows.index(["Log"]) + 1 :]
    assert [row[0] for row in after] == ["●", "✗", "○"]
    assert after[0][2:] == ["open", "1", "min", "2", "failed", "attempts", "·", "a", "new", "start"]
    assert after[1][2:] == ["lost", "1", "h", "5", "min", "no", "answer", "for", "30", "s"]
    assert after[2][-5:] == ["closed", "2", "h", "46", "min"]


def test_details_of_a_connection_that_is_down() -> None:
    shown = view(
        S.RECONNECTING,
        attempts=3,
        retry_at=NOW + 4,
        reason="connection refused",
        last_error="no answer for 30 s",
        trips=(0.001, 0.002),
        heard_at=NOW - 34,
        since=NOW - 34,
    )
    text = "\n".join(row.text for row in detail_rows(shown, Log(problem="disk: broken"), NOW))
    for words in (
        "↻ reconnecting · attempt 4, next try in 4 s",
        "for 34 s",
        "connection refused",
        "Address      tcp://127.0.0.1:5557",
        "Round trip   —",
        "Last heard   34 s ago",
        "Attempts     3 failed since it was online",
        "Last error   no answer for 30 s",
        "△ disk: broken",
    ):
        assert words in text
