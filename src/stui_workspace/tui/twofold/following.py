"""A screen about what the files say: it looks anew when they may say something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from textual.message import Message

from stui_workspace.runtime.events import Event, Gone, Invalid, Reloaded
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.twofold import Twofold

T = TypeVar("T")


class FilesFollowed(Twofold[T], Generic[T]):
    """Such a screen says in `look_anew` what looking is; it looks once when it comes up."""

    class FilesChanged(Message):
        """What the files say may be other than it was."""

    def __init__(self, session: LiveSession) -> None:
        super().__init__()
        self._session = session
        self._end: Callable[[], None] = lambda: None

    def look_anew(self) -> None:
        """Look at what the files say now, and show it."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self._end = self._session.subscribe(self._told)
        self.look_anew()

    def on_unmount(self) -> None:
        self._end()

    def _told(self, event: Event) -> None:
        if isinstance(event, (Reloaded, Invalid, Gone)):
            self.post_message(self.FilesChanged())

    def on_files_followed_files_changed(self, message: FilesChanged) -> None:
        message.stop()
        self.look_anew()
