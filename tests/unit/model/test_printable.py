"""Nothing that a terminal obeys, or an eye misses, comes through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.printable import printable, printable_line

HOSTILE = {
    "escape sequence": "\x1b[2J",
    "clipboard by OSC 52": "\x1b]52;c;aGk=\x07",
    "C1 control": "\x9b31m",
    "delete": "\x7f",
    "carriage return": "safe\rrm -rf",
    "right-to-left override": "\u202egnp.exe",
    "zero width space": "a\u200bb",
    "byte order mark": "\ufeff",
    "tag characters": "\U000e0041",
    "soft hyphen": "pass\u00adword",
    "line separator": "a\u2028b",
    "lone surrogate": "\ud800",
    "Arabic letter mark": "\u061c",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_hostile_becomes_visible(text: str) -> None:
    shown = printable(text)
    assert shown != text
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs"} == set()
    shown.encode()


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Grüße, 世界 👩 ok\n\tindented — “quoted”"
    assert printable(text) == text


def test_a_tower_of_combining_marks_is_cut() -> None:
    assert printable("z" + "\u0301" * 50) == "z" + "\u0301" * 4


@given(st.text())
def test_no_control_or_surrogate_survives(text: str) -> None:
    categories = {unicodedata.category(character) for character in printable(text)}
    assert "Cs" not in categories
    assert set("".join(c for c in printable(text) if unicodedata.category(c) == "Cc")) <= {
        "\n",
        "\t",
    }


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = printable_line(text, limit)
    assert "\n" not in line
    assert len(line) <= limit
