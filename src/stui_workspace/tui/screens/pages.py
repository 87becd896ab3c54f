"""The screens to read: all keys, all problems. Pure: values in, rows out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import ClassVar

from stui_workspace.tui.keys import ACTIONS, LOCALS, Action, key_of, shown_key
from stui_workspace.tui.screens.card import Sheet
from stui_workspace.tui.scrollback import Row


class HelpScreen(Sheet):
    TITLE_TEXT: ClassVar[str] = "Keys"


class ProblemsScreen(Sheet):
    TITLE_TEXT: ClassVar[str] = "What is wrong in the file"


def help_rows() -> Iterator[Row]:
    """All keys by group, from the table of actions."""
    for group, actions in groupby(ACTIONS, key=lambda action: action.group):
        yield Row(((group, "title"),))
        for action in actions:
            yield _key_row(_keys_of(action), action.title)
        yield Row((("", "text"),))
    for place, locals_ in groupby(LOCALS, key=lambda local: local.place):
        yield Row(((place, "title"),))
        for local in locals_:
            yield _key_row("  ".join(shown_key(key) for key in local.keys), local.title)
        yield Row((("", "text"),))


def key_rows(actions: Iterable[Action]) -> Iterator[Row]:
    """The keys of one screen, from its table of actions."""
    for action in actions:
        if action.keys:
            yield _key_row("  ".join(shown_key(key) for key in action.keys), action.title)


def _keys_of(action: Action) -> str:
    keys = [shown_key(key) for key in action.keys]
    if not keys and action.arranging:
        keys = [f"{key_of('arrange')} {shown_key(key)}" for key in action.arranging]
    return "  ".join(keys) or f"by name, {key_of('palette')}"


def _key_row(keys: str, title: str) -> Row:
    return Row(((f"  {keys:<24}", "accent"), (title, "text")), hang=26)
