"""A line on standard error while something takes long: in a terminal, and only once people notice.

Nothing is written for what is quick, nothing to a file or a pipe, and nothing is left of it.
"""

from __future__ import annotations

import sys
from itertools import cycle
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

import click

from stui_workspace.cli.paint import is_terminal
from stui_workspace.model.printable import printable_line

NOTICED: Final = 0.5
"""Seconds after which people ask themselves what goes on."""

_FRAMES: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN: Final = "|/-\\"
_STEP: Final = 0.1  # seconds
_WIDTH: Final = 70  # cells
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """A block that takes long, and says what it is at. Nothing else may be said within it."""

    def __init__(self, text: str, *, noticed: float = NOTICED) -> None:
        """A block that does `text`; shown after `noticed` seconds."""
        self._text = self._doing = text
        self._noticed = noticed
        self._done = Event()
        self._thread: Thread | None = None

    def at(self, text: str) -> None:
        """Say what it is at now."""
        self._text = self._doing = text

    def __call__(self, done: int, total: int = 0) -> None:
        """Say how far it is; with no total, how much is done."""
        far = f"{100 * done // total} %" if total else f"{done:,}"
        self._text = f"{self._doing} {far}"

    def __enter__(self) -> Self:
        if is_terminal(sys.stderr):
            self._thread = Thread(target=self._run, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        if self._done.wait(self._noticed):
            return
        encoding = (getattr(sys.stderr, "encoding", None) or "").lower()
        frames = cycle(_FRAMES if encoding.startswith("utf") else _PLAIN)
        while True:
            text = printable_line(self._text, _WIDTH)
            click.echo(f"{_CLEAR}{next(frames)} {text}", err=True, nl=False, color=True)
            if self._done.wait(_STEP):
                break
        click.echo(_CLEAR, err=True, nl=False, color=True)
