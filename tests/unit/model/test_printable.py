"""Nothing that a terminal obeys, or an eye misses, comes through."""

from __future__ import annotations

import unicodedata
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.printable import is_obeyed, printable, printable_line

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
    "Hangul filler": "\u3164\uffa0\u115f",
    "a variant of a letter": "a\ufe0f",
    "two variants of an emoji": "\u2764\ufe0f\ufe0f",
    "a variant that carries a byte": "\u2764\ufe05\U000e0143",
    "an annotation": "a\ufff9b\ufffac\ufffb",
    "no character": "\ufdd0\uffff\U0010fffe",
    "a format of music": "\U0001d173",
    "a sign over Arabic numbers": "\u0600",
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


@pytest.mark.parametrize("mark", ["\u0301", "\u0e49", "\u0483", "\u093c", "\U0001d165", "\u20dd"])
def test_a_tower_of_combining_marks_is_cut(mark: str) -> None:
    most = 50 if category(mark) == "Mc" else 4  # those take a place of their own
    assert printable("z" + mark * 50 + "a") == "z" + mark * most + "a"


def test_words_of_scripts_with_marks_stay() -> None:
    text = "हिन्दी ไทยน้ำ עִבְרִית العَرَبِيَّة Việt ❤️ 1️⃣"
    assert printable(text) == text


def test_no_character_that_is_unseen_or_obeyed_comes_through() -> None:
    """Every one there is, by what Unicode says of it and not by the pattern that is tested."""
    through = [
        code
        for code in range(0x110000)
        if category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and chr(code) not in "\n\t"
        and printable(chr(code)) == chr(code)
    ]
    assert through == []


@pytest.mark.parametrize("text", ["\x1b", "\x9b", "\u202e", "\u2066", "\r", "\U000e0041", "a\x7f"])
def test_what_a_terminal_obeys_is_told(text: str) -> None:
    assert is_obeyed(text)


@pytest.mark.parametrize(
    "text", ["", "a\tb\n", "Grüße 世界", "👩\u200d💻", "\u0645\u06cc\u200c\u062e"]
)
def test_what_it_only_shows_is_not(text: str) -> None:
    assert not is_obeyed(text)


@given(st.text())
def test_twice_is_once(text: str) -> None:
    assert printable(printable(text)) == printable(text)


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
