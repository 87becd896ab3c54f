"""One evaluation after another, in the order in which they were asked for, and none twice."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from stui_workspace.connections.backend import Answer, Ending, Output, Request
from stui_workspace.connections.looking import Completions, Inspected, Looking
from stui_workspace.connections.protocol.messages import Event
from stui_workspace.connections.serving import records
from stui_workspace.connections.serving.journal import Journal
from stui_workspace.connections.serving.kept import Evaluation, Kept, event_of
from stui_workspace.connections.serving.lives import Life, Lives
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line

QUEUE_COUNT: Final = 64
"""Evaluations that may wait."""
LOOK_SECONDS: Final = 2.0
_OUTPUT_LIMIT: Final = 4 << 20
"""Characters of output of one evaluation. Backends keep to less; one that does not is not heard."""


class Told(Protocol):
    """Whoever is told what happens to evaluations."""

    def on_event(self, evaluation: Evaluation, event: Event) -> None:
        """It put something out, or ended."""

    def on_life_over(self, life: Life, reason: str) -> None:
        """The backend ended. What it was at has its result by now."""


class Evaluator:
    """The queue in front of the backend, and what comes out of it."""

    def __init__(
        self, lives: Lives, kept: Kept, journal: Journal, clock: Callable[[], float]
    ) -> None:
        self.lives = lives
        self.kept = kept
        self._journal = journal
        self._clock = clock
        self._told: Told | None = None
        self._queue: deque[tuple[Evaluation, str, Life]] = deque()
        self._has_work = asyncio.Event()
        self._running: Evaluation | None = None
        self._busy_from = 0.0
        self._life: Life | None = None
        """Of what runs."""
        self._is_interrupted = False
        self._looks = asyncio.Lock()

    def tell(self, told: Told) -> None:
        """Tell it what happens, from now on."""
        self._told = told

    @property
    def busy_for(self) -> float | None:
        """Seconds that it has been evaluating; None while it is idle."""
        if self._running is None:
            return None
        return max(0.0, asyncio.get_running_loop().time() - self._busy_from)

    @property
    def is_full(self) -> bool:
        return len(self._queue) >= QUEUE_COUNT

    def ask(self, name: str, client: str, code: str, life: Life) -> Evaluation:
        """A new evaluation, in the queue for that life of the backend and for no other."""
        evaluation = self.kept.ask(name, client, self._clock())
        self._journal.append(records.asked(evaluation))
        self._queue.append((evaluation, code, life))
        self._has_work.set()
        return evaluation

    async def run(self) -> None:
        """Evaluate what is asked for, for ever."""
        while True:
            await self._has_work.wait()
            if not self._queue:
                self._has_work.clear()
                continue
            evaluation, code, life = self._queue.popleft()
            self._running, self._life = evaluation, life
            self._busy_from = asyncio.get_running_loop().time()
            try:
                answer = await self._answer(evaluation, code, life)
                self._end(evaluation, answer)
            finally:
                self._running = self._life = None
            if answer.ending is Ending.LOST:
                self.lives.end(life, answer.error or "it ended")
            await self._journal.sync()

    async def interrupt(self, client: str) -> None:
        """Stop what runs for the client; else what waits for it; else whatever runs."""
        waiting = [one for one in self._queue if one[0].client == client]
        is_its_own = self._running is not None and self._running.client == client
        if waiting and not is_its_own:
            for one in waiting:
                self._queue.remove(one)
                self._end(one[0], Answer(Ending.INTERRUPTED, error="KeyboardInterrupt"))
        elif self._life is not None:
            self._is_interrupted = True
            with suppress(ConnectionLostError):
                await self._life.backend.interrupt()

    def end_waiting(self, life: Life, reason: str) -> None:
        """Give their results to the evaluations that wait for a life that is over."""
        for one in [one for one in self._queue if one[2] is life]:
            self._queue.remove(one)
            words = f"{reason} before this began; nothing was evaluated"
            self._end(one[0], Answer(Ending.LOST, error=words))

    async def complete(self, code: str, cursor: int) -> Completions:
        """What the code at the cursor can go on with; nothing while the backend works."""
        backend = self._idle_backend()
        if backend is None or self._looks.locked():
            return Completions((), cursor, cursor)
        with suppress(ConnectionLostError, TimeoutError):
            async with self._looks, asyncio.timeout(LOOK_SECONDS):
                return await backend.complete(code, cursor)
        return Completions((), cursor, cursor)

    async def inspect(self, code: str, cursor: int) -> Inspected:
        """What is known of what is at the cursor; nothing while the backend works."""
        backend = self._idle_backend()
        if backend is None or self._looks.locked():
            return Inspected(found=False)
        with suppress(ConnectionLostError, TimeoutError):
            async with self._looks, asyncio.timeout(LOOK_SECONDS):
                return await backend.inspect(code, cursor)
        return Inspected(found=False)

    def _idle_backend(self) -> Looking | None:
        life = self.lives.current
        if life is None or self._running is not None or self._queue:
            return None
        return life.backend if isinstance(life.backend, Looking) else None

    async def _answer(self, evaluation: Evaluation, code: str, life: Life) -> Answer:
        self._is_interrupted = False
        evaluation.has_begun = True
        self._journal.append(records.asked(evaluation))
        await self._journal.sync()  # on the device before it begins: after a crash, it is not new
        if self._is_interrupted:
            return Answer(Ending.INTERRUPTED, error="KeyboardInterrupt")
        if self.lives.current is not life:
            return Answer(Ending.LOST, error="the backend ended before; nothing was evaluated")
        try:
            return await life.backend.evaluate(
                Request(evaluation.id, code), lambda output: self._put_out(evaluation, output)
            )
        except ConnectionLostError as error:
            return Answer(Ending.LOST, error=f"{error.reason}; nothing was evaluated")
        except Exception as error:  # noqa: BLE001 (a plugin's, which may fail in any way)
            reason = printable_line(f"{type(error).__name__}: {error}")
            return Answer(Ending.LOST, error=f"the backend failed: {reason}")

    def _put_out(self, evaluation: Evaluation, output: Output) -> None:
        room = _OUTPUT_LIMIT - evaluation.output_length
        if room <= 0 or output.stream in ("gap", "note"):
            return
        cut = Output(output.stream, output.text[:room])
        at = self._clock() if output.at is None else output.at
        for piece in self.kept.put_out(evaluation, cut, at):
            self._journal.append(records.put_out(evaluation, piece))
            if self._told is not None:
                self._told.on_event(evaluation, event_of(evaluation, piece))

    def _end(self, evaluation: Evaluation, answer: Answer) -> None:
        at = self._clock() if answer.at is None else answer.at
        result = self.kept.end(evaluation, answer, at)
        self._journal.append(records.ended(evaluation, result))
        if self._told is not None:
            self._told.on_event(evaluation, result)
