"""Editors: faithful to their text, in the order of the keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.fake_session import Answer, FakeSession
from stui_workspace.model.session import BufferState
from stui_workspace.model.workspace import BufferSpec
from stui_workspace.tui.editor import _changed_part
from support.workbench import opened, workspace

HOSTILE = "\x1b]52;c;aGk=\x07 [red]x[/] \u202eevil\u2028two\x0cthree\r\nlast\n"


def with_text(text: str, **changes: str) -> FakeSession:
    spec = BufferSpec("scratch", "Scratch", connection="py", source=text, **changes)
    return FakeSession(workspace(buffers={"scratch": spec}))


@given(st.text("ab\n", max_size=20), st.text("ab\n", max_size=20))
def test_the_changed_part_is_all_that_changed(old: str, new: str) -> None:
    start, old_end, new_end = _changed_part(old, new)
    assert old[:start] + new[start:new_end] + old[old_end:] == new
    assert start <= old_end
    assert start <= new_end
    if old != new and start < min(old_end, new_end):
        assert old[start] != new[start]
        assert old[old_end - 1] != new[new_end - 1]


async def test_a_key_changes_what_it_says_and_no_other_byte() -> None:
    async with opened(with_text(HOSTILE)) as bench:
        await bench.press("x")
        assert bench.session.buffer("scratch").text == "x" + HOSTILE
        assert "␛]52;c" in bench.text
        assert "[red]x[/]" in bench.text


async def test_a_text_that_cannot_be_held_is_only_shown() -> None:
    text = "a\U0010001bb"
    async with opened(with_text(text)) as bench:
        await bench.press("x", "backspace", "f7")
        assert bench.session.buffer("scratch").text == text


async def test_cut_and_pasted_back_is_the_same() -> None:
    async with opened(with_text("a\x1b[0mb\nc\n")) as bench:
        await bench.press("ctrl+x", "ctrl+v")
        assert bench.session.buffer("scratch").text == "a\x1b[0mb\nc\n"


async def test_keys_are_obeyed_in_the_order_they_came() -> None:
    """All at once, as a fast typist or a script sends them: nothing overtakes."""
    async with opened() as bench:
        from textual import events

        for key, character in (
            ("down", None),
            ("6", "6"),
            ("*", "*"),
            ("7", "7"),
            ("f5", None),
            ("!", "!"),
        ):
            bench.app.post_message(events.Key(key, character))
        await bench.settle()
        await bench.settle()
        assert bench.session.called("evaluate") == [("py", "6*7two")]
        assert bench.editor.line(1) == "6*7!two"


async def test_keys_typed_at_once_after_a_new_pad_are_typed_into_it() -> None:
    async with opened() as bench:
        from textual import events

        for key, character in (("ctrl+n", None), ("h", "h"), ("i", "i"), ("f5", None)):
            bench.app.post_message(events.Key(key, character))
        await bench.settle()
        await bench.settle()
        assert bench.session.buffer("pad-1").text == "hi"
        assert bench.session.buffer("scratch").text == "one\ntwo\nthree\n"
        assert bench.session.called("evaluate") == [("py", "hi")]


async def test_place_is_as_it_was_left() -> None:
    text = "".join(f"line {number}\n" for number in range(200))
    session = with_text(text)
    session.states["scratch"] = BufferState(cursor=(120, 3), anchor=(118, 0), scroll=110)
    async with opened(session) as bench:
        assert tuple(bench.editor.selection) == ((118, 0), (120, 3))
        assert bench.editor.first_visible() == 110
        assert bench.session.called("place_cursor") == [], "looking changes nothing"


async def test_the_session_knows_the_cursor() -> None:
    async with opened() as bench:
        await bench.press("down", "right", "shift+right")
        assert bench.session.called("place_cursor")[-1] == ("scratch", (1, 2), (1, 1), 0)


async def test_another_text_from_outside_keeps_cursor_and_undo() -> None:
    async with opened() as bench:
        editor = bench.editor
        await bench.press("down", "down", "right")
        editor.replace_source("zero\none\ntwo\nthree\nfour\n")
        assert editor.cursor_location == (3, 1)
        assert editor.line(3) == "three"
        await bench.press("ctrl+z")
        assert editor.source == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        pytest.param(["down"], "two", id="the line"),
        pytest.param(["shift+down", "shift+down"], "one\ntwo\n", id="the selection"),
        pytest.param(["shift+end"], "one", id="part of a line"),
    ],
)
async def test_what_is_evaluated(keys: list[str], code: str) -> None:
    async with opened() as bench:
        await bench.press(*keys, "f5")
        assert bench.session.called("evaluate") == [("py", code)]


@pytest.mark.parametrize(
    ("language", "kind", "answer", "text"),
    [
        pytest.param("python", "code", Answer(result="2"), "1+1\n# 2\nrest\n", id="python"),
        pytest.param("smalltalk", "code", Answer(result="2"), '1+1\n"2"\nrest\n', id="smalltalk"),
        pytest.param(
            "python", "code", Answer(output="a\nb\n", result="3"), "1+1\n# a\n# b\n# 3\nrest\n",
            id="output and result",
        ),
        pytest.param(
            "python", "code", Answer("error", "Traceback\nValueError: no\n"),
            "1+1\n# ValueError: no\nrest\n", id="the last line of an error",
        ),
        pytest.param(None, "text", Answer(result="2"), "1+1\n2\nrest\n", id="plain text"),
    ],
)  # fmt: skip
async def test_print_it(language: str, kind: str, answer: Answer, text: str) -> None:
    session = with_text("1+1\nrest\n", language=language, kind=kind)
    session.answers = [answer]
    async with opened(session) as bench:
        await bench.press("f7")
        assert session.buffer("scratch").text == text
        assert bench.editor.cursor_location == (0, 0)
        await bench.press("ctrl+z")
        assert session.buffer("scratch").text == "1+1\nrest\n"


async def test_print_it_on_the_last_line() -> None:
    async with opened(with_text("1+1")) as bench:
        await bench.press("f7")
        assert bench.session.buffer("scratch").text == "1+1\n# 42"
        assert bench.editor.cursor_location == (0, 0)


async def test_indent_and_outdent() -> None:
    async with opened() as bench:
        await bench.press("shift+down", "shift+down", "tab")
        assert bench.editor.source == "    one\n    two\nthree\n"
        await bench.press("shift+tab")
        assert bench.editor.source == "one\ntwo\nthree\n"


async def test_escape_stays_in_the_pad() -> None:
    async with opened() as bench:
        await bench.press("shift+down", "escape", "x")
        assert bench.editor.source == "one\nxtwo\nthree\n"
