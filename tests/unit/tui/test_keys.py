"""The table of actions: complete, without clashes, and made of keys that terminals send."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.widgets import TextArea

from doubles.fake_session import FakeSession
from stui_workspace.tui import keys
from stui_workspace.tui.editor import Editor
from stui_workspace.tui.keys import (
    ACTIONS,
    BY_NAME,
    FOOTER,
    IN_ORDER,
    LOCALS,
    Action,
    shown_key,
)
from stui_workspace.tui.workbench import Workbench
from support.workbench import workspace

FUNCTION = [*"PQRS", *(f"{code}~" for code in (15, 17, 18, 19, 20, 21, 23, 24))]
ARROWS = {"up": "A", "down": "B", "right": "C", "left": "D"}
MODIFIERS = {"shift+": 2, "alt+": 3, "alt+shift+": 4, "ctrl+": 5}
OTHERS = {"ctrl+pageup": "\x1b[5;5~", "ctrl+pagedown": "\x1b[6;5~", "ctrl+f4": "\x1b[1;5S"}


def bytes_of(key: str) -> str:
    """What a plain terminal sends for a key, by the tables of xterm: it owes Textual nothing."""
    if match := re.fullmatch(r"f(\d+)", key):
        code = FUNCTION[int(match[1]) - 1]
        return f"\x1bO{code}" if len(code) == 1 else f"\x1b[{code}"
    if match := re.fullmatch(r"ctrl\+([a-z])", key):
        return chr(ord(match[1]) - 96)
    if match := re.fullmatch(r"alt\+([a-z])", key):
        return f"\x1b{match[1]}"
    if match := re.fullmatch(r"(.*\+)(up|down|left|right)", key):
        return f"\x1b[1;{MODIFIERS[match[1]]}{ARROWS[match[2]]}"
    return OTHERS[key]


def parsed(sent: str) -> list[str]:
    parser = XTermParser()
    return [getattr(event, "key", "") for event in (*parser.feed(sent), *parser.feed(""))]


OF_SCREENS = sorted(
    {
        key
        for table in vars(keys).values()
        if isinstance(table, tuple)
        for one in table
        if isinstance(one, Action)
        for key in one.keys
        if "+" in key or re.fullmatch(r"f\d+", key)
    }
)


@pytest.mark.parametrize("key", [key for key in OF_SCREENS if key != "shift+tab"])
def test_a_plain_terminal_can_send_it(key: str) -> None:
    assert parsed(bytes_of(key)) == [key]


@pytest.mark.parametrize("key", sorted({key for one in ACTIONS for key in one.keys}))
def test_it_is_not_taken_by_terminals_or_by_typing(key: str) -> None:
    assert key not in {"ctrl+h", "ctrl+i", "ctrl+m", "ctrl+b", "f11"}, "backspace, tab, enter, tmux"
    assert "+" in key or re.fullmatch(r"f\d+", key)


def test_names_and_keys_are_there_once() -> None:
    keys = [key for one in ACTIONS for key in one.keys]
    arranging = [key for one in ACTIONS for key in one.arranging]
    assert len(BY_NAME) == len(ACTIONS)
    assert len(set(keys)) == len(keys)
    assert len(set(arranging)) == len(arranging)


def test_each_action_is_done_by_somebody_and_nothing_else_is() -> None:
    assert set(Workbench(FakeSession(workspace())).doers) == set(BY_NAME)


def test_the_footer_names_actions_that_have_a_key_and_a_word() -> None:
    assert all(BY_NAME[name].keys and BY_NAME[name].word for name in FOOTER)
    assert {one.name for one in ACTIONS if one.word} == set(FOOTER)


def test_actions_upon_the_text_are_known() -> None:
    assert set(BY_NAME) >= IN_ORDER


def test_the_editing_keys_that_are_promised_are_bound() -> None:
    bound = {key for binding in (*TextArea.BINDINGS, *Editor.BINDINGS) for key in _keys(binding)}
    typed = {"tab", "shift+arrows"}
    promised = {key for one in LOCALS if one.place == "In a pad" for key in one.keys}
    assert promised - typed <= bound


def _keys(binding: object) -> list[str]:
    return str(getattr(binding, "key", "")).split(",")


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+s", "^S"),
        ("f10", "F10"),
        ("alt+left", "Alt+←"),
        ("ctrl+pagedown", "Ctrl+PgDn"),
        ("alt+shift+up", "Alt+Shift+↑"),
        ("alt+w", "Alt+W"),
        ("ctrl+f4", "Ctrl+F4"),
        ("escape", "Esc"),
        ("enter", "Enter"),
        ("=", "="),
        ("z", "z"),
    ],
)
def test_a_key_as_people_read_it(key: str, shown: str) -> None:
    assert shown_key(key) == shown


def test_the_page_of_keys_is_not_stale() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "keys.md"
    text = page.read_text(encoding="utf-8")
    assert all(f"{one.title} | `{one.name}` |" in text for one in ACTIONS)
