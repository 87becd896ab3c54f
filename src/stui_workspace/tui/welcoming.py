"""A word in a folder without a workspace file: what this is, three keys, and a file if wanted.

It stands above the pads once on a machine, takes no key, and goes with the first evaluation.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from textual.content import Content

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.tui.bars import Bar
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.themes import Paint, paint_of

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_KEYS: Final = (
    ("evaluate", "evaluates"),
    ("palette", "all commands"),
    ("quit", "quits, keeping all"),
    ("start-workspace", "begins a file"),
)


class WelcomeBar(Bar):
    """What this is, for whoever is here for the first time."""

    DEFAULT_CSS = "WelcomeBar { background: $primary 14%; }"


class Welcoming:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._is_shown = False

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {"start-workspace": self.start_workspace}

    def begin(self) -> None:
        """Say what this is, where nobody was told yet."""
        if self._bench.session.greets():
            self._is_shown = True
            self._bench.query_one(WelcomeBar).show(welcome_words(paint_of(self._bench.app)))

    def leave(self) -> None:
        """Take the word off: whoever evaluates knows what this is."""
        if self._is_shown:
            self._is_shown = False
            self._bench.query_one(WelcomeBar).show(None)

    def start_workspace(self) -> None:
        """Ask whether to write the quickstart's workspace file to this folder."""
        from stui_workspace.tui.screens.beginning import Beginning

        session = self._bench.session
        if session.project.file is not None:
            name = printable_line(session.project.file.name, 60)
            raise UsageError(f"this folder has {name} already", f"{key_of('promote')} changes it")
        card = Beginning(time.monotonic)
        card.folder = session.project.root

        def answered(is_wanted: bool | None) -> None:  # noqa: FBT001 (Textual's way)
            if is_wanted:
                self._bench.trying(self._write)

        self._bench.app.push_screen(card, answered)

    def _write(self) -> None:
        path = self._bench.session.begin_workspace()
        name = printable_line(path.name, 60)
        self.leave()
        self._bench.say(
            f"wrote {name}, with a connection, two pads and a layout\n→ delete it to undo that;"
            " what you wrote is kept in the session"
        )


def welcome_words(paint: Paint) -> Content:
    """Two lines: what this is, and the keys that matter."""
    pieces = [
        ("A workbench without a file: ", paint.strong),
        ("all that you write is there next time.\n", paint.text),
    ]
    for name, word in _KEYS:
        pieces += [(key_of(name), paint.title), (f" {word}   ", paint.text)]
    return Content.assemble(*pieces)
