"""A screen on which a person does things: what goes wrong is said there, never raised."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isawaitable
from typing import Any, Generic, TypeVar

from textual.screen import Screen

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line

T = TypeVar("T")


class Doing(Screen[T], Generic[T]):
    """The screens of the workbench, and the workbench itself."""

    def trying(self, do: Callable[..., object], *arguments: object) -> None:
        """Do something; what it goes on with goes on beside the screen."""
        try:
            doing = do(*arguments)
        except StuiError as error:
            self.say_error(error)
            return
        if isawaitable(doing):
            self.work(doing)

    def work(self, doing: Any) -> None:
        """Let something go on beside the screen; what goes wrong is said."""
        self.run_worker(self._guarded(doing))

    async def _guarded(self, doing: Any) -> None:
        try:
            await doing
        except StuiError as error:
            self.say_error(error)

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a short message for a while."""
        self.app.notify(text, severity="warning" if warning else "information", markup=False)

    def say_error(self, error: StuiError) -> None:
        """Show what did not work, and what to do."""
        text = printable_line(str(error), 300)
        step = f"\n→ {printable_line(error.next_step, 300)}" if error.next_step else ""
        self.app.notify(text + step, severity="error", timeout=10, markup=False)
