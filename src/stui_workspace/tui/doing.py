"""A screen on which a person does things: what goes wrong is said there, never raised."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from inspect import iscoroutine
from typing import Any, ClassVar, Final, Generic, TypeVar

from textual.css.query import NoMatches
from textual.screen import Screen

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.tui.hints import HintLine

T = TypeVar("T")

NOTICED: Final = 0.5
"""Seconds after which people ask themselves what goes on."""


class Doing(Screen[T], Generic[T]):
    """The screens of the workbench, and the workbench itself."""

    WAIT_WORDS: ClassVar[str] = ""
    """What the line of keys says of all that takes long here, unless it is told otherwise."""

    def trying(self, do: Callable[..., object], *arguments: object) -> None:
        """Do something; what it goes on with goes on beside the screen."""
        try:
            doing = do(*arguments)
        except StuiError as error:
            self.say_error(error)
            return
        if iscoroutine(doing):  # not what `dismiss` gives: it waits for this very screen
            self.work(doing)

    def work(self, doing: Any, words: str = "") -> None:
        """Let something go on beside the screen; what goes wrong is said.

        With `words`, the line of keys says what it is once people notice that it takes long.
        """
        self.run_worker(self._guarded(doing, words))

    async def _guarded(self, doing: Any, words: str) -> None:
        try:
            async with self.waiting(words or self.WAIT_WORDS):
                await doing
        except StuiError as error:
            self.say_error(error)
        except NoMatches:
            if self.is_up:
                raise

    @property
    def is_up(self) -> bool:
        """Whether it can show things: one that was put away, or whose program ends, cannot."""
        app = self.app
        return self.is_running and not app._exit and self in app.screen_stack  # noqa: SLF001

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Do something after the next paint, unless the screen has been put away by then."""

        def later() -> Any:
            return callback(*args, **kwargs) if self.is_up else None

        return super().call_after_refresh(later)

    @asynccontextmanager
    async def waiting(self, words: str) -> AsyncIterator[None]:
        """A block that may take long: from `NOTICED` on, the line of keys says what it does."""
        lines = self.query(HintLine)

        def begin() -> None:
            for line in lines:
                line.begin_wait(words)

        timer = self.set_timer(NOTICED, begin) if words else None
        try:
            yield
        finally:
            if timer is not None:
                timer.stop()
                for line in lines:
                    line.end_wait(words)

    def say(self, text: str, *, warning: bool = False) -> None:
        """Show a short message for a while."""
        self.app.notify(text, severity="warning" if warning else "information", markup=False)

    def say_error(self, error: StuiError) -> None:
        """Show what did not work, and what to do."""
        text = printable_line(str(error), 300)
        step = f"\n→ {printable_line(error.next_step, 300)}" if error.next_step else ""
        self.app.notify(text + step, severity="error", timeout=10, markup=False)
