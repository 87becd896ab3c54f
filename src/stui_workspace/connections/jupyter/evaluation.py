"""One evaluation as its messages tell it: what it says, and how it ends.

Its answer comes on one channel and its output on another, so that neither alone is the end.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from stui_workspace.connections.backend import Answer, Ending, OnOutput, Output
from stui_workspace.connections.jupyter.messages import Message
from stui_workspace.connections.jupyter.showing import TEXT_LIMIT, bounded, shown

STRAGGLER_SECONDS: Final = 2.0
"""So long the rest of it may take when one channel has told of its end."""
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
"""Kernels paint their tracebacks. What is painted stays, whole, and nothing of it is obeyed."""
_NO_WORDS: Final = "the kernel says no more than that it failed"
_BITS_LIMIT: Final = 4096
"""Outputs that are kept until somebody asks for them; a message may have little text in it."""


class Evaluation:
    """From the moment it is asked for until it has its answer, over one link.

    Args:
        interrupt: Asks the kernel to stop what it evaluates.
        on_output: Told of output in order; None where nobody has asked for it yet: it was sent over
            an earlier link, and the server has kept what it said.
    """

    def __init__(self, interrupt: Callable[[], None], on_output: OnOutput | None = None) -> None:
        self.is_over = asyncio.Event()
        self._send_interrupt = interrupt
        self._on_output = on_output
        self._is_abandoned = False
        self._kept: list[Output] = []
        self._room = TEXT_LIMIT
        self._has_begun = False
        self._is_interrupt_wanted = False
        self._results: list[str] = []
        self._error: str | None = None
        self._is_interrupted = False
        self._status: str | None = None
        """Of its reply."""
        self._is_idle = False
        self._at: float | None = None
        self._cut: asyncio.TimerHandle | None = None
        self._outcome: Answer | Exception = Answer(Ending.LOST)

    @property
    def was_heard(self) -> bool:
        """Whether the kernel said anything of it over this link."""
        return self._has_begun or bool(self._kept) or self._status is not None

    def claim(self, on_output: OnOutput) -> None:
        """Tell somebody of its output, first of all that was kept."""
        self._on_output = on_output
        kept, self._kept = self._kept, []
        for output in kept:
            self._pass_on(output)

    def hear(self, message: Message) -> None:
        """One message that belongs to it."""
        if self.is_over.is_set():
            return
        at = message.header.date if self._on_output is None and not self._is_abandoned else None
        match message.kind:
            case "stream":
                stream = "stderr" if message.text("name") == "stderr" else "stdout"
                self.say(Output(stream, message.text("text"), at=at))
            case "display_data" | "update_display_data":
                self.say(Output("stdout", shown(message.mapping("data")) + "\n", at=at))
            case "execute_result" | "pyout":
                self._results.append(bounded(shown(message.mapping("data")), self._room))
                self._room -= min(len(self._results[-1]), self._room)
            case "error" | "pyerr":
                self._fail(message)
            case "execute_input":
                self._begin()
            case "status":
                self._become(message.text("execution_state"), at)
            case "execute_reply":
                self._reply(message, at)

    def say(self, output: Output) -> None:
        """Pass on what it printed, within its bound. The rest is dropped, and said to be."""
        if self._room <= 0 or not output.text:
            return
        text = output.text[: self._room]
        self._room -= len(text)
        self._pass_on(Output(output.stream, text, at=output.at))
        if len(self._kept) > _BITS_LIMIT:
            self._room = 0
        if self._room <= 0:
            note = f"\nstui: only {TEXT_LIMIT:,} characters are shown; the rest is left out\n"
            self._pass_on(Output("stderr", note))

    def interrupt(self) -> None:
        """Interrupt it as soon as that can be done; nothing happens when it is over."""
        self._is_interrupt_wanted = True
        if self._has_begun and not self.is_over.is_set():
            self._send_interrupt()

    def abandon(self) -> None:
        """Nobody waits for it any more."""
        self._on_output = None
        self._is_abandoned = True
        self.interrupt()

    def end(self, answer: Answer) -> None:
        """It has its answer, whatever comes."""
        if self._cut is not None:
            self._cut.cancel()
        if isinstance(self._outcome, Answer) and not self.is_over.is_set():
            self._outcome = answer
        self.is_over.set()

    def fence(self) -> None:
        """The kernel has nothing before it any more: what has not come of this will not come."""
        if self._status is None and not self._is_idle and not self.is_over.is_set():
            if self.was_heard:
                self.say(Output("gap", "stui: what came after this is not to be had any more\n"))
            self.end(Answer(Ending.UNKNOWN, self._result(), self._error))

    def outcome(self) -> Answer:
        """The answer, when it is over.

        Raises:
            Exception: What the listener raised.
        """
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def _begin(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            if self._is_interrupt_wanted:
                self._send_interrupt()

    def _become(self, state: str, at: float | None) -> None:
        if state == "busy":
            self._begin()
        elif state == "idle":
            self._is_idle = True
            self._end_soon(at)

    def _reply(self, message: Message, at: float | None) -> None:
        self._status = message.text("status")
        if self._status == "error" and self._error is None:
            self._fail(message)
        pages = message.content.get("payload")
        for page in pages if isinstance(pages, list) else []:
            if isinstance(page, dict) and isinstance(page.get("data"), dict):
                self.say(Output("stdout", shown(page["data"]) + "\n", at=at))
        self._end_soon(at)

    def _fail(self, message: Message) -> None:
        lines = _COLOUR.sub("", "\n".join(message.texts("traceback")))
        name, value = message.text("ename"), message.text("evalue")
        self._error = bounded(lines or f"{name}: {value}".strip(": ") or _NO_WORDS)
        self._is_interrupted = name == "KeyboardInterrupt"

    def _end_soon(self, at: float | None) -> None:
        self._at = at
        if self._status is not None and self._is_idle:
            self._conclude()
        elif self._cut is None:
            loop = asyncio.get_running_loop()
            self._cut = loop.call_later(STRAGGLER_SECONDS, self._conclude)

    def _conclude(self) -> None:
        is_interrupted = self._is_interrupted or self._is_interrupt_wanted
        if self._status in ("aborted", "abort") and self._error is None:
            self._error = "it was not evaluated: what ran before it failed, or was interrupted"
        if self._error is None:
            self.end(Answer(Ending.OK, self._result(), at=self._at))
            return
        ending = Ending.INTERRUPTED if is_interrupted else Ending.ERROR
        self.end(Answer(ending, self._result(), self._error, self._at))

    def _result(self) -> str | None:
        return "\n".join(self._results) if self._results else None

    def _pass_on(self, output: Output) -> None:
        if self._is_abandoned:
            return
        if self._on_output is None:
            self._kept.append(output)
            return
        try:
            self._on_output(output)
        except Exception as error:  # noqa: BLE001 (it must not break the loop's reading)
            self._outcome = error
            self.abandon()
