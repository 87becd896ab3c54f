"""One schedule of faults, played on a real link to a real peer, and the laws that hold for it.

Nothing is evaluated twice; nothing goes to a life of the backend that it was not typed for, unless
a person said so; everything that was typed ends in an answer or in the outbox; and the connection
is online again soon after the network is.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, Final

from doubles.outside import services_in
from faults.peers import Peer
from faults.proxy import Proxy
from stui_workspace.connections.backend import (
    Answer,
    Backend,
    Hello,
    OnOutput,
    Pulse,
    Request,
)
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.session import SessionMeta, SessionState, TranscriptEntry
from stui_workspace.model.workspace import ConnectionSpec, Preferences, Reconnect, Workspace
from stui_workspace.runtime.autosave import Schedule as Autosaving
from stui_workspace.runtime.connecting.evaluations import Asked, Evaluations
from stui_workspace.runtime.connecting.inputs import Inputs
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.connecting.outbox import Outbox
from stui_workspace.runtime.connecting.returning import Returning
from stui_workspace.runtime.memory import Memory
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.trust import Allow

CAP: Final = 0.4
RECONNECT: Final = Reconnect(base=0.02, cap=CAP)
MARGIN: Final = 8.0
"""Seconds that a busy machine may take longer. A law that fails by time alone is looked at."""
MARK_OF_A_GAP: Final = "while nobody was connected"
"""What stands where a backend that numbers nothing may have said more."""
_STEPS: Final = (4, 9)


class BrokenLawError(AssertionError):
    """What must not happen happened, with the seed that shows it."""


@dataclass
class Typed:
    """One evaluation that somebody typed."""

    name: str
    code: str
    meant_for: str | None
    """The life that was there, or was there last; None where none was known."""


@dataclass
class Played:
    """What a schedule came to."""

    typed: list[Typed] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    """Incarnation and code of each evaluation that was handed to a link as new."""
    consented: set[str] = field(default_factory=set)
    back_seconds: float = 0.0
    """Until it was online, from when the network was well."""
    outcomes: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)


class _Watched:
    """A link that notes what it is made to evaluate."""

    def __init__(self, inner: Backend, sent: list[tuple[str, str]]) -> None:
        self._inner = inner
        self._sent = sent
        self._incarnation = ""

    async def start(self) -> Hello:
        hello = await self._inner.start()
        self._incarnation = hello.incarnation
        return hello

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        if not request.is_sent:
            self._sent.append((self._incarnation, request.code))
        return await self._inner.evaluate(request, on_output)

    async def interrupt(self) -> None:
        await self._inner.interrupt()

    async def ping(self) -> Pulse:
        return await self._inner.ping()

    async def wait_lost(self) -> str:
        return await self._inner.wait_lost()

    async def close(self) -> None:
        await self._inner.close()


class Player:
    """Plays one schedule."""

    def __init__(self, seed: int, peer: Peer, home: Path) -> None:
        self.seed = seed
        self.played = Played()
        self._random = Random(seed)  # noqa: S311 (a seed that can be played again)
        self._peer = peer
        self._proxy = Proxy(lambda: peer.port)
        self._home = home
        self._began = monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0

    async def play(self) -> Played:
        """What came of it.

        Raises:
            BrokenLawError: A law was broken.
        """
        await self._peer.start()
        await self._proxy.start()
        self._connect_all()
        try:
            async with asyncio.timeout(60):
                await self._story()
        except TimeoutError:
            self._broken("it came to no end")
        finally:
            await self._link.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._proxy.close()
            await self._peer.close()
        self._check()
        return self.played

    def _connect_all(self) -> None:
        def make(spec: ConnectionSpec, setting: Setting) -> Backend:
            return _Watched(make_backend(spec, setting), self.played.sent)

        services = services_in(self._home, make_backend=make)
        object.__setattr__(services, "clock", monotonic)
        object.__setattr__(services, "sleep", asyncio.sleep)
        meta = SessionMeta("main", "main", "testbed", 0.0, 0.0, 0.0)
        workspace = Workspace(preferences=Preferences())
        memory = Memory(SessionState(meta), Autosaving(workspace.autosave), monotonic)
        outbox = Outbox(memory)
        inputs = Inputs(_no_log(), "faults", Redactor())  # type: ignore[arg-type]
        evaluations = Evaluations(memory, inputs, outbox, lambda: workspace)
        returning = Returning(memory, outbox, evaluations, self._begin)
        spec = replace(
            self._peer.spec(self._proxy.port),
            reconnect=RECONNECT,
            health=self._peer.health,
            offline=self._random.choice(("ask", "keep")),
        )
        token = self._peer.token
        setting = Setting(
            self._home,
            client=f"client-{self.seed}",
            folder=self._home / "backends",
            secret=lambda: token,
        )

        def told(what: Told) -> None:
            self._note(f"{what.state} {what.reason or ''}")
            returning.told(self._link, what)

        self._link = Link(spec, lambda _: setting, services, lambda one: Allow(one, {}), told)
        self._outbox, self._evaluations, self._memory = outbox, evaluations, memory

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.create_task(work))

    def _note(self, what: str) -> None:
        self.played.trace.append(f"{monotonic() - self._began:7.3f} {what}")

    async def _story(self) -> None:
        await self._link.connect()
        actions: list[Callable[[], object]] = [
            self._type, self._type, self._type,
            self._restart, self._interrupt, self._stir, self._decide,
        ]  # fmt: skip
        if self._peer.faults:
            actions += [self._break, self._break, self._break, self._heal]
        for _ in range(self._random.randint(*_STEPS)):
            done = self._random.choice(actions)()
            if asyncio.iscoroutine(done):
                await done
            await asyncio.sleep(self._random.choice((0.0, 0.01, 0.05, 0.15, 0.4)))
        await self._proxy.heal()
        self._note("the network is well")
        await self._until_back(monotonic(), stirs=self._random.random() < 0.5)
        await self._settle()

    async def _until_back(self, began: float, *, stirs: bool) -> None:
        """A link that looks alive may be dead still: then it takes as long as silence may."""
        looked_alive = self._link.is_up
        if stirs:
            self._link.stir()
        allowed = (1.0 if stirs else CAP) + (
            self._peer.health.dead_after * 3 if looked_alive else 0.0
        )
        self._type("proof")
        while True:
            if self._link.is_up and await self._answers():
                break
            await asyncio.sleep(0.01)
            if monotonic() - began > allowed + MARGIN:
                self._broken(f"it is not back {monotonic() - began:.2f} s after the network was")
        self.played.back_seconds = monotonic() - began

    async def _answers(self) -> bool:
        """Whether the link that is up carries a question and its answer."""
        live = self._link.live
        if live is None or live.backend is None:
            return False
        try:
            async with asyncio.timeout(0.5):
                await live.backend.ping()
        except Exception:  # noqa: BLE001 (any of them means no)
            return False
        return self._link.live is live

    async def _settle(self) -> None:
        """Everything that was typed ends, once a person has decided about the outbox."""
        for task in tuple(self._tasks):
            await asyncio.wait({task}, timeout=20)
            if not task.done():
                self._broken("an evaluation has no end")
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
        for waiting in self._outbox.all:
            self.played.consented.add(waiting.code)
            await self._evaluations.send(self._link, waiting)

    # What happens.

    def _type(self, word: str = "word") -> None:
        self._count += 1
        name = f"{word}{self._count}"
        code = self._peer.code(name, self._random.choice((0.0, 0.02, 0.1, 0.3)))
        link = self._link

        async def evaluate() -> None:
            known = link.record.incarnation if link.is_up or link.is_down else None
            self.played.typed.append(Typed(name, code, known))
            self._note(f"types {name}")
            entry = await self._evaluations.evaluate(link, Asked(code))
            self._note(f"{name}: {entry.outcome}")

        self._begin(evaluate())

    async def _break(self) -> None:
        fault = self._random.choice(self._peer.faults)
        self._note(f"network: {fault}")
        await self._proxy.fault(fault)

    async def _heal(self) -> None:
        self._note("network: healed")
        await self._proxy.heal()

    async def _restart(self) -> None:
        self._note("the peer restarts")
        await self._peer.restart(self._link)

    async def _interrupt(self) -> None:
        self._note("interrupts")
        await self._link.interrupt()

    def _stir(self) -> None:
        self._note("stirs")
        self._link.stir()

    async def _decide(self) -> None:
        """A person sends what waits, to whoever is there; or discards it."""
        for waiting in self._outbox.all:
            self._note(f"decides about {waiting.code}")
            if self._random.random() < 0.5:
                self.played.consented.add(waiting.code)
                await self._evaluations.send(self._link, waiting)
            else:
                self._outbox.take(waiting.id)
                self.played.consented.add(waiting.code)
                self.played.outcomes["discarded"] += 1

    # The laws.

    def _check(self) -> None:
        executed = Counter(self._peer.executed())
        twice = [name for name, count in executed.items() if count > 1]
        if twice:
            self._broken(f"evaluated twice: {twice}")
        typed = {one.code: one for one in self.played.typed}
        for incarnation, code in self.played.sent:
            meant_for = typed[code].meant_for
            if code not in self.played.consented and meant_for not in (None, incarnation):
                name = typed[code].name
                self._broken(f"{name} was typed for {meant_for} and sent to {incarnation}")
        transcript = {one.code: one for one in self._memory.state.transcript}
        in_sight = {one.code for one in self._outbox.all} | self.played.consented
        for one in self.played.typed:
            found = transcript.get(one.code)
            if found is None and one.code not in in_sight:
                self._broken(f"{one.name} is out of sight")
            if found is not None:
                self.played.outcomes[found.outcome] += 1
                self._check_entry(one.name, found, executed)

    def _check_entry(self, name: str, entry: TranscriptEntry, executed: Counter[str]) -> None:
        if entry.outcome == "running":
            self._broken(f"{name} seems to run for ever")
        if entry.outcome != "ok":
            return
        if not executed[name]:
            self._broken(f"{name} has an answer, {entry!r}, and was never evaluated")
        said = f"{entry.output}\n{entry.result}"
        if self._peer.is_exact and (said.count("one\n"), said.count("two\n")) != (1, 1):
            self._broken(f"{name} put out {said!r}")
        is_marked = not self._peer.is_exact and MARK_OF_A_GAP in said
        if name not in said and not is_marked:
            self._broken(f"{name} came to {said!r}")

    def _broken(self, law: str) -> None:
        lines = "\n".join(self.played.trace)
        kind = self._link.spec.kind
        raise BrokenLawError(f"seed {self.seed}, kind {kind}: {law}\n{lines}")


def _no_log() -> object:
    class NoLog:
        def recall(self, *_: object, **__: object) -> tuple[str, ...]:
            return ()

        def append(self, entry: object) -> None:
            pass

    return NoLog()
