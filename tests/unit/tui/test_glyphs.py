"""What an editor holds: it gives back every text, and a terminal obeys none of it."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets.text_area import Document

from stui_workspace.model.printable import printable
from stui_workspace.tui.glyphs import can_hold, from_editor, inserted, pictured, to_editor

# Few characters, so that the ones with a meaning meet: line ends of all kinds, marks, tags.
PIECES = [
    *"ab \t\n\r\x0b\x0c\x1b\x1c\x1d\x1e\x7f\x85\u2028\u2029\u202e\u200b\ufeff\u0301",
    *("\U000e0041", "\ud800", "é", "漢", "😀", "\r\n", "\U00100041"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60)


@given(texts.filter(can_hold))
def test_an_editor_gives_back_what_it_was_given(text: str) -> None:
    assert from_editor(Document(to_editor(text)).text) == text


@given(texts.filter(can_hold))
def test_one_character_stands_for_one_character(text: str) -> None:
    assert len(to_editor(text)) == len(text)


@given(texts)
def test_what_is_shown_is_not_obeyed(text: str) -> None:
    lines = Document(to_editor(text)).lines
    assert all(printable(shown) == shown for shown in map(pictured, lines))


@given(texts)
def test_what_is_inserted_has_newlines_only(text: str) -> None:
    assert len(inserted(text).splitlines()) <= inserted(text).count("\n") + 1


def test_every_character_that_is_dangerous_has_a_stand_in() -> None:
    dangerous = [
        chr(code) for code in range(sys.maxunicode + 1) if printable(chr(code)) != chr(code)
    ]
    kept = [char for char in dangerous if char != "\r" and to_editor(char) == char]
    assert kept == []


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        pytest.param("a\r\nb\r\n", "\r\n", id="all of one kind stay"),
        pytest.param("a\rb", "\r", id="old ones too"),
        pytest.param("a\r\nb\nc", "\n", id="of two kinds, the returns become visible"),
    ],
)
def test_line_ends(text: str, newline: str) -> None:
    assert Document(to_editor(text)).newline == newline


def test_a_text_with_stand_ins_of_its_own_cannot_be_held() -> None:
    assert not can_hold("a\U0010001bb")
