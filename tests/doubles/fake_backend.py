"""Backends in memory: they answer what a test has written down, and run nothing.

A `FakeLife` is what goes on, a `FakeBackend` is one link to it. Where a life survives, links come
and go, and what it evaluates goes on between them until it is released.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from stui_workspace.connections.backend import (
    Answer,
    Backend,
    Ending,
    Hello,
    OnOutput,
    Output,
    Pulse,
    Request,
)
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec

_LIVES = itertools.count(1)
_NOTHING = Answer(Ending.OK)
_CAN_GO_ON = "connect it again"


@dataclass(frozen=True, slots=True)
class Play:
    """How the evaluation of one piece of code goes."""

    outputs: tuple[Output, ...] = ()
    answer: Answer = _NOTHING
    """One that is lost ends the life."""
    waits: bool = False
    """Whether it goes on until it is interrupted, or until `release`."""


@dataclass
class Ran:
    """One evaluation of a life: what it has said so far, and its answer when it has one."""

    planned: Answer
    outputs: list[Output] = field(default_factory=list)
    answer: Answer | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, *outputs: Output) -> None:
        """Put out; numbered from 1."""
        numbers = itertools.count(len(self.outputs) + 1)
        self.outputs += [replace(one, number=next(numbers)) for one in outputs]
        self.news.set()

    def end(self, answer: Answer) -> None:
        """Have an answer; only the first one counts."""
        self.answer = self.answer or answer
        self.news.set()


@dataclass
class FakeLife:
    """One life of a backend, with all that it was ever asked, by the ids of the requests."""

    plays: Mapping[str, Play] = field(default_factory=dict)
    incarnation: str = field(default_factory=lambda: f"life-{next(_LIVES)}")
    identity: str | None = None
    evaluations: dict[str, Ran] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    """What was evaluated, over all links; nothing is there twice that was not asked for twice."""
    end: str | None = None
    """How it ended."""

    def begin(self, request: Request) -> Ran:
        """Evaluate; code that no play is for evaluates to itself."""
        self.codes.append(request.code)
        play = self.plays.get(request.code, Play(answer=Answer(Ending.OK, result=request.code)))
        ran = self.evaluations[request.id] = Ran(play.answer)
        ran.say(*play.outputs)
        if not play.waits:
            self.finish(ran, play.answer)
        return ran

    def finish(self, ran: Ran, answer: Answer) -> None:
        """Give an evaluation its answer."""
        if answer.ending is Ending.LOST:
            self.end = self.end or answer.error or "it ended"
        ran.end(answer)

    def release(self) -> None:
        """Let the evaluations end that wait."""
        for ran in self.running():
            self.finish(ran, ran.planned)

    def say(self, *outputs: Output) -> None:
        """Put out more in the evaluation that waits."""
        for ran in self.running():
            ran.say(*outputs)

    def running(self) -> Iterator[Ran]:
        """What waits."""
        return (ran for ran in tuple(self.evaluations.values()) if ran.answer is None)


@dataclass
class FakeBackend:
    """One link. Without a `life` it has one of its own."""

    plays: Mapping[str, Play] = field(default_factory=dict)
    name: str = "py"
    refusal: str | None = None
    """Why it does not start, where it does not."""
    is_final: bool = False
    """Whether that is final."""
    survives: bool = False
    is_stalled: bool = False
    """Whether it neither starts nor refuses, as a port that accepts and says nothing."""
    is_silent: bool = False
    """Whether pings are not answered."""
    life: FakeLife = field(default_factory=FakeLife)
    evaluated: list[str] = field(default_factory=list)
    """What this link made the life evaluate; not what it took up again."""
    asked: list[Request] = field(default_factory=list)
    interrupts: int = 0
    pings: int = 0

    def __post_init__(self) -> None:
        self.end: str | None = "it was not started"
        self.life.plays = self.life.plays or self.plays
        self._is_lost = asyncio.Event()
        self._is_over = asyncio.Event()
        self._turn = asyncio.Lock()
        self._ran: Ran | None = None

    async def start(self) -> Hello:
        await asyncio.sleep(0)
        while self.is_stalled:
            await asyncio.Event().wait()
        if self.refusal is not None:
            raise ConnectionLostError(self.name, self.refusal, is_final=self.is_final)
        self.end = None
        return Hello("Fake 1.0", self.life.incarnation, self.life.identity, self.survives)

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        async with self._turn:
            if self.end is not None:
                raise ConnectionLostError(self.name, self.end, _CAN_GO_ON)
            self.asked.append(request)
            ran = self.life.evaluations.get(request.id) if self.survives else None
            if ran is None:
                if request.is_sent:
                    return Answer(Ending.UNKNOWN)
                self.evaluated.append(request.code)
                ran = self.life.begin(request)
            return await self._follow(ran, request.heard, on_output)

    async def _follow(self, ran: Ran, heard: int, on_output: OnOutput) -> Answer:
        self._ran = ran
        try:
            while True:
                ran.news.clear()
                for output in ran.outputs[heard:]:
                    on_output(output if self.survives else replace(output, number=0))
                heard = max(heard, len(ran.outputs))
                if ran.answer is not None:
                    break
                if self.end is not None:
                    return Answer(Ending.LOST, error=self.end)
                await ran.news.wait()
        except asyncio.CancelledError:
            self.life.finish(ran, Answer(Ending.INTERRUPTED, error="KeyboardInterrupt"))
            raise
        finally:
            self._ran = None
        if ran.answer.ending is Ending.LOST:
            self.lose(self.life.end or "it ended")
        return ran.answer

    def release(self) -> None:
        """Let the evaluation end that waits."""
        self.life.release()

    def lose(self, reason: str) -> None:
        """Let the link fall without having been asked to. A life that survives goes on."""
        if self.end is None:
            self._fall(reason)
            self._is_lost.set()

    async def interrupt(self) -> None:
        self.interrupts += 1
        if self._ran is not None:
            self.life.finish(self._ran, Answer(Ending.INTERRUPTED, error="KeyboardInterrupt"))

    async def ping(self) -> Pulse:
        self.pings += 1
        await asyncio.sleep(0)
        if self.end is None and self.is_silent:
            await self._is_over.wait()
        if self.end is not None:
            raise ConnectionLostError(self.name, self.end, _CAN_GO_ON)
        return Pulse(0.0 if any(self.life.running()) else None)

    async def wait_lost(self) -> str:
        await self._is_lost.wait()
        return self.end or ""

    async def close(self) -> None:
        if self.end is None or self.end == "it was not started":
            self._fall("it was closed")

    def _fall(self, reason: str) -> None:
        self.end = reason
        self._is_over.set()
        if self._ran is not None:
            if not self.survives:
                self.life.finish(self._ran, Answer(Ending.LOST, error=reason))
            self._ran.news.set()


@dataclass
class FakeBackends:
    """Makes links for a session, which `made` remembers by connection, each of them.

    The sets may be changed while a test goes on: they hold for the links that are made next.
    """

    plays: Mapping[str, Play] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    """Of the connections that do not come up."""
    final: set[str] = field(default_factory=set)
    """Those of them that are refused for good."""
    surviving: set[str] = field(default_factory=set)
    """Connections whose life goes on between links."""
    stalled: set[str] = field(default_factory=set)
    """Connections that neither come up nor refuse."""
    identities: dict[str, str] = field(default_factory=dict)
    made: dict[str, list[FakeBackend]] = field(default_factory=dict)
    settings: dict[str, list[Setting]] = field(default_factory=dict)
    lives: dict[str, FakeLife] = field(default_factory=dict)
    """The current ones."""

    def __call__(self, spec: ConnectionSpec, setting: Setting) -> Backend:
        name = spec.name
        backend = FakeBackend(
            self.plays,
            name,
            self.refusals.get(name),
            is_final=name in self.final,
            survives=name in self.surviving,
            is_stalled=name in self.stalled,
            life=self._life(name),
        )
        self.made.setdefault(name, []).append(backend)
        self.settings.setdefault(name, []).append(setting)
        return backend

    def link(self, name: str) -> FakeBackend:
        """The newest link of a connection."""
        return self.made[name][-1]

    def drop(self, name: str, reason: str = "the link fell") -> None:
        """Let the newest link fall. A life that survives goes on."""
        self.link(name).lose(reason)

    def restart(self, name: str, reason: str = "it ended") -> None:
        """End the life of a connection, and the link to it: the next link meets another life."""
        life = self.link(name).life
        self.lives.pop(name, None)
        life.end = reason
        for ran in life.running():
            life.finish(ran, Answer(Ending.LOST, error=reason))
        self.drop(name, reason)

    def _life(self, name: str) -> FakeLife:
        life = self.lives.get(name)
        if life is None or life.end is not None or name not in self.surviving:
            life = self.lives[name] = FakeLife(self.plays, identity=self.identities.get(name))
        return life
