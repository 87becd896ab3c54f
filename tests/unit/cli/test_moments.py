"""How people name points in the past."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from stui_workspace.cli.moments import parse_moment

NOW = "2026-03-04 12:30:00"


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def seconds(text: str) -> float:
    return time.mktime(time.strptime(text, "%Y-%m-%d %H:%M:%S"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("12:00", "2026-03-04 12:00:00"),
        ("12:30", "2026-03-04 12:30:00"),
        ("9:05:30", "2026-03-04 09:05:30"),
        ("17:00", "2026-03-03 17:00:00"),
        ("today 17:00", "2026-03-04 17:00:00"),
        ("yesterday 17:00", "2026-03-03 17:00:00"),
        (" Yesterday   09:00 ", "2026-03-03 09:00:00"),
        ("2h", "2026-03-04 10:30:00"),
        ("2 h ago", "2026-03-04 10:30:00"),
        ("3d", "2026-03-01 12:30:00"),
        ("1w", "2026-02-25 12:30:00"),
        ("90m", "2026-03-04 11:00:00"),
        ("5 min ago", "2026-03-04 12:25:00"),
        ("30s", "2026-03-04 12:29:30"),
        ("2026-03-01 08:00", "2026-03-01 08:00:00"),
        ("2026-03-01T08:00:07", "2026-03-01 08:00:07"),
        ("2026-03-01T08:00Z", "2026-03-01 09:00:00"),
        ("2026-03-01T08:00+02:00", "2026-03-01 07:00:00"),
        ("2025-07-01 08:00", "2025-07-01 08:00:00"),
    ],
)
def test_what_is_meant(text: str, meant: str) -> None:
    assert parse_moment(text, seconds(NOW)) == seconds(meant)


@pytest.mark.parametrize(("text", "day"), [("yesterday", 3), ("today", 4), ("2026-03-02", 2)])
def test_a_day_is_the_end_of_it(text: str, day: int) -> None:
    found = parse_moment(text, seconds(NOW))
    assert seconds(f"2026-03-0{day} 23:59:59") < found < seconds(f"2026-03-0{day + 1} 00:00:00")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "now", "25:00", "12:61", "yesterday noon", "2x", "h", "-2h", "2026-02-30", "1e9h",
        "2026-13-01 10:00", "0001-01-01", "9999999d", "\N{ARABIC-INDIC DIGIT THREE}h", "\x1b[2J",
    ],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="expected `17:00`"):
        parse_moment(text, seconds(NOW))
