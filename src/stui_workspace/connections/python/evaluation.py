"""One evaluation as the parent sees it: what it may say, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from stui_workspace.connections.backend import Answer, Ending, Output

OUTPUT_LIMIT: Final = 512 << 10
"""Characters of output of one evaluation. The child keeps to half of it, unless it is hostile."""


class Evaluation:
    """From the moment it is sent until it has its answer.

    Args:
        on_output: Told of output in order, as long as somebody waits for the answer.
        interrupt: Sends the child an interrupt.
    """

    def __init__(self, on_output: Callable[[Output], None], interrupt: Callable[[], None]) -> None:
        self.is_over = asyncio.Event()
        self._on_output: Callable[[Output], None] | None = on_output
        self._send_interrupt = interrupt
        self._room = OUTPUT_LIMIT
        self._has_begun = False
        self._is_interrupt_wanted = False
        self._outcome: Answer | Exception = Answer(Ending.LOST)

    def begin(self) -> None:
        """The child listens to interrupts from now on; one that came too early is sent again."""
        self._has_begun = True
        if self._is_interrupt_wanted:
            self._send_interrupt()

    def interrupt(self) -> None:
        """Interrupt it as soon as that can be done; nothing happens when it is over."""
        self._is_interrupt_wanted = True
        if self._has_begun and not self.is_over.is_set():
            self._send_interrupt()

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        self._on_output = None
        self.interrupt()

    def may_say(self, output: Output) -> bool:
        """Whether that much output is allowed still."""
        self._room -= len(output.text)
        return self._room >= 0

    def say(self, output: Output) -> None:
        """Pass on what it printed. A listener that fails is not told again: `outcome` raises it."""
        if self._on_output is None:
            return
        try:
            self._on_output(output)
        except Exception as error:  # noqa: BLE001 (it must not break the loop's reading)
            self._outcome = error
            self.abandon()

    def end(self, answer: Answer) -> None:
        """It has its answer."""
        if isinstance(self._outcome, Answer):
            self._outcome = answer
        self.is_over.set()

    def outcome(self) -> Answer:
        """The answer, when it is over."""
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome
