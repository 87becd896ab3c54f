"""A backend in memory: it answers what a test has written down, and runs nothing."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stui_workspace.connections.backend import Answer, Backend, Ending, Hello, Output
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec

_LIVES = itertools.count(1)
_NOTHING = Answer(Ending.OK)


@dataclass(frozen=True, slots=True)
class Play:
    """How the evaluation of one piece of code goes."""

    outputs: tuple[Output, ...] = ()
    answer: Answer = _NOTHING
    """One that is lost ends the backend."""
    waits: bool = False
    """Whether it goes on until it is interrupted, or until `FakeBackend.release`."""


@dataclass
class FakeBackend:
    """One life; code that no play is for evaluates to itself."""

    plays: Mapping[str, Play] = field(default_factory=dict)
    name: str = "py"
    refusal: str | None = None
    """Why it does not start, where it does not."""
    evaluated: list[str] = field(default_factory=list)
    interrupts: int = 0

    def __post_init__(self) -> None:
        self.end: str | None = "it was not started"
        self._is_lost = asyncio.Event()
        self._turn = asyncio.Lock()
        self._answer: asyncio.Future[Answer] | None = None
        self._planned = _NOTHING

    async def start(self) -> Hello:
        await asyncio.sleep(0)
        if self.refusal is not None:
            raise ConnectionLostError(self.name, self.refusal)
        self.end = None
        return Hello("Fake 1.0", f"life-{next(_LIVES)}")

    async def evaluate(self, code: str, on_output: Callable[[Output], None]) -> Answer:
        async with self._turn:
            if self.end is not None:
                raise ConnectionLostError(self.name, self.end)
            self.evaluated.append(code)
            play = self.plays.get(code, Play(answer=Answer(Ending.OK, result=code)))
            for output in play.outputs:
                on_output(output)
            self._planned = play.answer
            self._answer = asyncio.get_running_loop().create_future()
            if not play.waits:
                self.release()
            try:
                answer = await self._answer
            finally:
                self._answer = None
            if answer.ending is Ending.LOST:
                self.lose(answer.error or "it ended")
            return answer

    def release(self) -> None:
        """Let the evaluation end that waits."""
        self._end_evaluation(self._planned)

    def lose(self, reason: str) -> None:
        """End without having been asked to."""
        if self.end is None:
            self.end = reason
            self._is_lost.set()
            self._end_evaluation(Answer(Ending.LOST, error=reason))

    async def interrupt(self) -> None:
        self.interrupts += 1
        self._end_evaluation(Answer(Ending.INTERRUPTED, error="KeyboardInterrupt"))

    async def wait_lost(self) -> str:
        await self._is_lost.wait()
        return self.end or ""

    async def close(self) -> None:
        self.end = self.end or "it was closed"
        self._end_evaluation(Answer(Ending.LOST, error=self.end))

    def _end_evaluation(self, answer: Answer) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)


@dataclass
class FakeBackends:
    """Makes fakes for a session, which `made` remembers by connection, each life of it."""

    plays: Mapping[str, Play] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Of the connections that do not come up."""
    made: dict[str, list[FakeBackend]] = field(default_factory=dict)

    def __call__(self, spec: ConnectionSpec, _root: Path) -> Backend:
        backend = FakeBackend(self.plays, spec.name, self.refusals.get(spec.name))
        self.made.setdefault(spec.name, []).append(backend)
        return backend
