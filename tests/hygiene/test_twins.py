"""What can be done on a screen can be done on the command line, too, or is about looking only."""

from __future__ import annotations

from typing import Final

import click
import pytest

from stui_workspace.cli.group import build
from stui_workspace.tui import keys
from stui_workspace.tui.keys import Action

TABLES: Final = {
    name: table
    for name in keys.__all__
    if isinstance(table := getattr(keys, name), tuple) and table and isinstance(table[0], Action)
}

LOOKING: Final = frozenset(
    [
        "again",
        "close",
        "copy",
        "filter",
        "go-down",
        "go-left",
        "go-right",
        "go-to",
        "go-up",
        "help",
        "next",
        "next-panel",
        "next-part",
        "next-tab",
        "order",
        "order-connections",
        "page-down",
        "page-up",
        "palette",
        "previous",
        "previous-panel",
        "previous-part",
        "previous-tab",
        "quit",
        "scroll-down",
        "scroll-up",
        "skip",
        "toggle-theme",
        "zoom",
        "arrange",
        "clear",
        "clear-transcript",
    ]
)
"""What moves, opens or puts away something in view, wherever it is offered."""

TYPING: Final = frozenset(
    [
        "copy-or-interrupt",
        "insert",
        "insert-snippet",
        "new-pad",
        "recall-newer",
        "recall-older",
        "rename-pad",
        "close-pad",
        "reopen-pad",
        "choose-connection",
        "print-it",
    ]
)
"""Writing in a pad of the session, as in any editor."""

ARRANGING: Final = frozenset(
    [
        "even",
        "hide-panel",
        "join-down",
        "join-left",
        "join-right",
        "join-up",
        "move-down",
        "move-left",
        "move-right",
        "move-up",
        "resize-down",
        "resize-left",
        "resize-right",
        "resize-up",
        "choose-layout",
        "reset-layout",
    ]
)
"""Where things are on this screen; `promote --take layout` takes it to the file."""

LIVE: Final = frozenset(
    [
        "disconnect",
        "favour",
        "favour-connection",
        "forget",
        "forget-connection",
        "interrupt",
        "restart",
        "save-session",
        "set-up",
        "outbox",
    ]
)
"""About the running workbench's own links; a command has links of its own (`eval`, `conn test`)."""

TWINS: Final = {
    "connect": "conn test",
    "conflicts": "conflicts",
    "connections": "conn ls",
    "doctor": "doctor",
    "evaluate": "eval",
    "evaluate-all": "eval",
    "freeze": "freeze",
    "new-connection": "set",
    "notices": "watch",
    "problems": "validate",
    "promote": "promote",
    "receipt": "session receipt",
    "revert-pad": "session restore",
    "review-powers": "trust",
    "save-pad": "promote",
    "search-history": "history search",
    "sessions": "session ls",
    "settings": "show",
    "start-workspace": "init",
    "timeline": "session log",
    "toggle-line-numbers": "set",
    "toggle-wrap": "set",
    "choose-theme": "set",
    "try-now": "conn test",
    "CONFLICTS take-ours": "resolve",
    "CONFLICTS take-theirs": "resolve",
    "CONFLICTS take-both": "resolve",
    "CONFLICTS take-base": "resolve",
    "CONFLICTS edit": "resolve",
    "CONFLICTS undo": "resolve",
    "CONFLICTS result": "diff",
    "CONFLICTS merges": "sync log",
    "CONNECTING new": "set",
    "CONNECTING retry": "conn test",
    "CONNECTING review": "trust",
    "DOCTOR choose": "doctor",
    "MERGES choose": "sync show",
    "MERGES undo": "sync undo",
    "MERGING take-ours": "resolve",
    "MERGING take-theirs": "resolve",
    "MERGING take-both": "resolve",
    "MERGING take-base": "resolve",
    "MERGING edit": "resolve",
    "MERGING undo": "resolve",
    "MERGING result": "diff",
    "MERGING write": "resolve",
    "PROMOTING choose": "promote",
    "PROMOTING edit": "promote",
    "PROMOTING pick": "promote",
    "PROMOTING pick-all": "promote",
    "PROMOTING undo": "sync undo",
    "RECEIPT choose": "session restore",
    "rebuild": "session receipt",
    "RECEIPT try-all": "session restore",
    "SEARCHING connection": "history search",
    "SEARCHING failed": "history search",
    "SEARCHING forget": "history forget",
    "SEARCHING machine": "history search",
    "SEARCHING workspace": "history search",
    "SESSIONS choose": "(workbench)",
    "SESSIONS clone": "session clone",
    "SESSIONS prune": "session prune",
    "SESSIONS remove": "session rm",
    "SESSIONS rename": "session rename",
    "SESSIONS statistics": "session stats",
    "SESSIONS undo": "session undo",
    "SETTINGS choose": "set",
    "SETTINGS in-config": "set",
    "SETTINGS in-file": "set",
    "SETTINGS in-overlay": "set",
    "SETTINGS in-session": "set",
    "SETTINGS take-back": "unset",
    "SETTINGS undo": "sync undo",
    "START choose": "(workbench)",
    "START fresh": "(workbench)",
    "START projects": "session ls",
    "START safe": "(workbench)",
    "START timeline": "session log",
    "TIMELINE against": "session diff",
    "TIMELINE choose": "session diff",
    "TIMELINE confirm": "session restore",
    "TIMELINE mark": "session diff",
    "TIMELINE restore": "session restore",
    "TIMELINE restore-pad": "session restore",
    "TIMELINE undo": "session restore",
}
"""The command that does it, by the action; with the name of its table where that matters."""


def twin_of(table: str, action: str) -> str | None:
    return TWINS.get(f"{table} {action}") or TWINS.get(action)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_each_action_has_a_twin_or_is_about_looking(table: str) -> None:
    without = [
        one.name
        for one in TABLES[table]
        if one.name not in LOOKING | TYPING | ARRANGING | LIVE and twin_of(table, one.name) is None
    ]
    assert without == []


def test_each_twin_is_a_command_that_there_is() -> None:
    root = build(lambda _request, _services: 0)
    missing = [path for path in set(TWINS.values()) if not _is_command(root, path)]
    assert missing == []


def test_no_twin_is_of_an_action_that_is_gone() -> None:
    known = {one.name for table in TABLES.values() for one in table}
    known |= {f"{name} {one.name}" for name, table in TABLES.items() for one in table}
    assert set(TWINS) - known == set()


def test_each_action_of_the_workbench_is_in_the_palette() -> None:
    """The palette is made of the one table; nothing else adds a key to the workbench."""
    names = [one.name for one in keys.ACTIONS]
    assert len(names) == len(set(names))
    assert {"sessions", "timeline", "settings", "doctor"} <= set(names)


def _is_command(root: click.Group, path: str) -> bool:
    found: click.Command | None = root
    for word in path.split():
        if not isinstance(found, click.Group):
            return False
        found = found.get_command(click.Context(found), word)
    return found is not None
