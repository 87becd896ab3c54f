"""One evaluation as the client sees it: what it hears of it, and how it ends."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Final

from stui_workspace.connections.backend import Answer, Ending, OnOutput, Output, Request
from stui_workspace.connections.protocol.messages import OutputEvent, Refused, Result
from stui_workspace.model.printable import printable_line

OUTPUT_LIMIT: Final = 512 << 10
"""Characters of output of one evaluation; more is dropped, and a note says so."""
TEXT_LIMIT: Final = 256 << 10
"""Characters of a result, or of an error."""


class Evaluation:
    """From the moment it is asked for until it has its answer.

    Args:
        request: What was asked for.
        on_output: Told of output in order, once each, as long as somebody waits for the answer.
        interrupt: Asks the server to stop it.
    """

    def __init__(
        self,
        request: Request,
        on_output: OnOutput,
        interrupt: Callable[[], None],
    ) -> None:
        self.request = request
        self.message = secrets.token_hex(8) if request.is_sent else request.id
        """The id of the envelope that asks for it; a refusal has the same."""
        self.is_over = asyncio.Event()
        self._on_output: OnOutput | None = on_output
        self._interrupt = interrupt
        self.heard = request.heard if request.is_sent else 0
        """The number of the last output that arrived."""
        self._room = OUTPUT_LIMIT
        self._is_full = False
        self._outcome: Answer | Exception = Answer(Ending.LOST)

    def hear(self, event: OutputEvent | Result) -> None:
        """An event of it arrived."""
        if self.is_over.is_set():
            return
        if isinstance(event, OutputEvent):
            self._say(Output(event.stream, event.text, event.number, self._at(event.at)))
            return
        for piece in event.output:
            self._say(Output(piece.stream, piece.text, piece.number))
        at = self._at(event.at)
        self.end(Answer(event.ending, _cut(event.result), _cut(event.error), at))

    def refuse(self, refusal: Refused) -> None:
        """The server did not take it."""
        why = printable_line(refusal.reason) or printable_line(refusal.code)
        if self.request.is_sent:
            self.end(Answer(Ending.UNKNOWN, error=f"the backend did not take it up: {why}"))
        else:
            self.end(Answer(Ending.ERROR, error=f"not evaluated: the backend refused it: {why}"))

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        self._on_output = None
        if not self.is_over.is_set():
            self._interrupt()

    def end(self, answer: Answer) -> None:
        """It has its answer; only the first one counts."""
        if isinstance(self._outcome, Answer) and not self.is_over.is_set():
            self._outcome = answer
        self.is_over.set()

    def outcome(self) -> Answer:
        """The answer, when it is over; or what a listener raised."""
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def _say(self, output: Output) -> None:
        if 0 < output.number <= self.heard:
            return
        self.heard = max(self.heard, output.number)
        if self._is_full:
            return
        if len(output.text) > self._room:
            self._is_full = True
            text = f"output after the first {OUTPUT_LIMIT} characters is not shown\n"
            output = Output("gap", text, output.number)
        self._room -= len(output.text)
        self._pass_on(output)

    def _pass_on(self, output: Output) -> None:
        if self._on_output is None:
            return
        try:
            self._on_output(output)
        except Exception as error:  # noqa: BLE001 (it must not break the reading of the link)
            self._outcome = error
            self.abandon()

    def _at(self, at: float | None) -> float | None:
        """Only where nobody may have listened then: another machine has another clock."""
        return at if self.request.is_sent else None


def _cut(text: str | None) -> str | None:
    if text is None or len(text) <= TEXT_LIMIT:
        return text
    return f"{text[:TEXT_LIMIT]}\n({len(text) - TEXT_LIMIT} more characters are not shown)"
