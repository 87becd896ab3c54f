"""Asking where the whole session is to be written, and saying what was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from textual.content import Content
from textual.widgets import Static

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.tui.doing import Doing
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.screens.chooser import Choice, Chooser
from stui_workspace.tui.screens.questions import Prompt
from stui_workspace.tui.themes import paint_of

_NAME: Final = "frozen.stui-workspace.yaml"
_SHOWN: Final = 4
_EXPLAINED: Final = (
    "Everything that is in effect now: pads with their text, connections, layout. Secrets, paths "
    "of this machine and your own configuration are not in it. Relative to the project."
)


class _WherePrompt(Prompt):
    def body(self) -> Any:
        yield Static(Content.assemble((_EXPLAINED, paint_of(self.app).muted)))
        yield from super().body()


class Freezing:
    """One freezing: a question, perhaps another one, and a file."""

    def __init__(self, screen: Doing[Any], session: LiveSession) -> None:
        self._screen = screen
        self._session = session

    def ask(self, value: str = _NAME) -> None:
        """Ask for the file or folder."""

        def given(text: str | None) -> None:
            if text:
                self._screen.trying(self._write, text)

        prompt = _WherePrompt("Write the session as a new workspace file", value)
        self._screen.app.push_screen(prompt, given)

    def _write(self, text: str, *, force: bool = False) -> None:
        target = self._session.project.root / os.path.expanduser(text)  # noqa: PTH111 (may raise)
        try:
            new = self._session.freeze(Path(target), force=force)
        except UsageError as error:
            if force or "is there already" not in str(error):
                raise
            self._ask_replacing(text)
            return
        words = [f"wrote {printable_line(str(new.path), 200)}"]
        if new.kept is not None:
            words.append(f"the old file is kept as {printable_line(str(new.kept), 200)}")
        left = new.frozen.left_out
        words += [f"left out: {one}" for one in left[:_SHOWN]]
        if len(left) > _SHOWN:
            words.append(f"and {len(left) - _SHOWN} more: `stui freeze --dry-run` lists them")
        self._screen.say("\n".join(words))

    def _ask_replacing(self, text: str) -> None:
        choices = [
            Choice("other", "Another name"),
            Choice("replace", "Replace it; the old file is kept in the state folder"),
        ]

        def chosen(name: str | None) -> None:
            if name == "replace":
                self._screen.trying(lambda: self._write(text, force=True))
            elif name == "other":
                self.ask(text)

        title = f"{printable_line(text, 40)} is there already"
        self._screen.app.push_screen(Chooser(title, choices), chosen)
