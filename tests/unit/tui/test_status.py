"""The lines at the foot: they fit, and what matters most is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color
from textual.content import Content
from textual.style import Style

from stui_workspace.runtime.events import ConnectionState
from stui_workspace.tui.hints import fitting, hints_for
from stui_workspace.tui.status import Status, saved_words, status_line
from stui_workspace.tui.themes import Paint

PLAIN = Paint(*[Style(foreground=Color(0, 0, 0))] * len(Paint.__slots__))
FULL = Status(
    workspace="orders",
    session="restored 7 of 8",
    file="2 problems in the file",
    connection="py",
    state=ConnectionState.BUSY,
    detail="3 s",
    waiting_count=2,
    cursor=(4, 9),
    modified=True,
    outdated=True,
    saved="saved 3 s ago",
)


def shown(status: Status, width: int) -> str:
    line: Content = status_line(status, width, PLAIN)
    return line.plain


@given(st.integers(30, 200))
def test_it_fits_and_says_the_workspace_and_what_is_wrong(width: int) -> None:
    line = shown(FULL, width)
    assert len(line) <= max(width, 40)
    assert "orders" in line
    assert "✗ 2 problems in the file" in line or width < 40


def test_all_of_it_where_there_is_room() -> None:
    assert " ".join(shown(FULL, 200).split()) == (
        "orders │ ✗ 2 problems in the file │ restored 7 of 8 │ ◐ py busy 3 s, 2 waiting"
        " △ the file has a newer text │ ● modified │ Ln 5, Col 10 │ saved 3 s ago"
    )


@pytest.mark.parametrize("state", list(ConnectionState), ids=str)
def test_a_state_is_said_in_a_word(state: ConnectionState) -> None:
    assert state.value in shown(Status(connection="py", state=state), 80)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "not saved yet"),
        (0.4, "saved just now"),
        (12.9, "saved 12 s ago"),
        (61.0, "saved 1 min ago"),
        (7300.0, "saved 2 h ago"),
    ],
)
def test_how_long_ago(seconds: float | None, words: str) -> None:
    assert saved_words(seconds) == words


@pytest.mark.parametrize("arranging", [True, False])
@pytest.mark.parametrize("width", [20, 80, 200])
def test_as_many_keys_as_fit(width: int, *, arranging: bool) -> None:
    hints = hints_for(arranging=arranging)
    taken = fitting(hints, width)
    assert hints[: len(taken)] == taken
    assert sum(len(hint.key) + len(hint.word) + 3 for hint in taken) < width


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("0.8 ms", "● py online 0.8 ms, 1 waiting"),
        ("<0.1 ms", "● py online <0.1 ms, 1 waiting"),
        ("", "● py online, 1 waiting"),
        ("next try in 4 s", "● py online, next try in 4 s, 1 waiting"),
    ],
)
def test_what_is_said_after_the_state(detail: str, words: str) -> None:
    status = Status(connection="py", state=ConnectionState.ONLINE, detail=detail, waiting_count=1)
    assert words in shown(status, 80)


def test_a_guard_stays_when_space_is_short() -> None:
    status = Status("orders", connection="py", state=ConnectionState.ONLINE, guard="confirm")
    assert "py · confirm" in shown(status, 40)
