"""One evaluation by a line REPL: the lines that are still to be sent, and how it ends."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from stui_workspace.connections.backend import Answer, Ending, OnOutput, Output
from stui_workspace.connections.prompts.reader import Expect, Stand

OUTPUT_LIMIT: Final = 512 << 10
"""Characters of output of one evaluation."""
_CUT: Final = f"\n(the rest is not shown: one evaluation has at most {OUTPUT_LIMIT} characters)\n"
_INCOMPLETE: Final = "the code is not complete: the REPL waited for the rest of it"
_WAITS: Final = "the code is not complete: the REPL waits for the rest of it; send that next"
_CANNOT: Final = "\n(this connection has no way to interrupt: what runs goes on to its end)\n"


def lines_of(code: str) -> list[str]:
    """The lines of `code` as a person would type them: at least one."""
    lines = [line.rstrip("\r") for line in code.split("\n")]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    return lines


class Exchange:
    """From the first line that is sent until the prompt stands at the end.

    Args:
        lines: Of the code.
        on_output: Told of output in order, as long as somebody waits for the answer.
        began: When, in seconds of the loop's clock.
    """

    def __init__(self, lines: list[str], on_output: OnOutput, began: float) -> None:
        self.is_over = asyncio.Event()
        self.began = began
        self._lines = deque(lines)
        self._on_output: OnOutput | None = on_output
        self._room = OUTPUT_LIMIT
        self._has_closed = False
        self._stopped: Answer | None = None
        self._outcome: Answer | Exception = Answer(Ending.LOST)

    @property
    def expect(self) -> Expect:
        """What its next sign will be."""
        if self._stopped is not None:
            return Expect.ANYTHING
        return Expect.LINES if self._lines else Expect.END

    def first(self) -> str:
        """The line to begin with."""
        return self._lines.popleft()

    def after(self, stand: Stand) -> str | None:
        """The line to send now that the REPL stands there; None where that was all.

        A blank line ends what an open block of Python is, and is nothing to most others.
        """
        if self._stopped is not None:
            self.end(self._stopped)
        elif self._lines:
            return self._lines.popleft()
        elif stand is Stand.MORE and not self._has_closed:
            self._has_closed = True
            return ""
        elif stand is not Stand.MORE:
            self.end(Answer(Ending.OK))
        return None

    def stop(self) -> None:
        """It was interrupted: nothing more is sent, and wherever it stands still is its end."""
        self._lines.clear()
        self._stopped = self._stopped or Answer(Ending.INTERRUPTED)

    def stop_sending(self) -> None:
        """It should be interrupted, and that cannot be: at least nothing more is sent."""
        self.say(_CANNOT, "stderr")
        if self._lines:
            self._lines.clear()
            self._stopped = Answer(Ending.INTERRUPTED)

    def give_up(self) -> None:
        """The code is not complete, and the REPL is asked to leave it."""
        self._stopped = Answer(Ending.ERROR, error=_INCOMPLETE)

    def go_without(self) -> None:
        """The code is not complete, and the REPL has not left it."""
        self.end(Answer(Ending.ERROR, error=_WAITS))

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        self._on_output = None

    def say(self, text: str, stream: str = "stdout") -> None:
        """Pass on what was said. A listener that fails is not told again: `outcome` raises it."""
        if not text or self._room <= 0:
            return
        self._tell(Output(stream, text[: self._room]))
        self._room -= len(text)
        if self._room <= 0:
            self._tell(Output("gap", _CUT))

    def end(self, answer: Answer) -> None:
        """It has its answer."""
        if isinstance(self._outcome, Answer) and not self.is_over.is_set():
            self._outcome = answer
        self.is_over.set()

    def outcome(self) -> Answer:
        """The answer, when it is over."""
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def _tell(self, output: Output) -> None:
        if self._on_output is None:
            return
        try:
            self._on_output(output)
        except Exception as error:  # noqa: BLE001 (it must not break the loop's reading)
            self._outcome = error
            self._on_output = None
