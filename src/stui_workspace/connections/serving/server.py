"""The server: a backend that goes on by itself, and the clients that come and go."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import random
from typing import Final

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.backoff import wait_before
from stui_workspace.connections.protocol.envelope import MISSED_LIMIT
from stui_workspace.connections.protocol.messages import (
    PROTOCOL,
    Code,
    Event,
    Hello,
    OutputEvent,
    Result,
    Standing,
    System,
    Welcome,
)
from stui_workspace.connections.serving import records
from stui_workspace.connections.serving.evaluator import Evaluator
from stui_workspace.connections.serving.journal import Journal, Record
from stui_workspace.connections.serving.kept import Evaluation, Kept, Limits
from stui_workspace.connections.serving.lives import Life, Lives
from stui_workspace.connections.serving.visitor import (
    UNASKED,
    Link,
    Visitor,
    envelope_of,
    is_same,
    refused,
)
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.workspace import Reconnect

_SEEN_COUNT: Final = 1024
"""Clients that are remembered."""
_SILENT_SECONDS: Final = 60.0
"""After which a client has to make room for another one that comes."""
_GONE_SECONDS: Final = 12.0
"""The same for another link of its own: it comes again because that one fell."""
_MISSED_BYTES: Final = MISSED_LIMIT - (4 << 10)
_AGAIN: Final = Reconnect(base=0.5, cap=60.0)


def _say_nothing(_words: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Options:
    """How a server behaves."""

    identity: str | None = None
    token: str | None = field(default=None, repr=False)
    """What a client has to know; None where the way to it is private."""
    keeps_up: bool = True
    """Whether a backend that ended is replaced at once, and not only for the next client."""
    client_count: int = 128
    stranger_count: int = 128
    """Links at a time on which nobody has greeted yet."""
    greet_seconds: float = 10.0
    token_seconds: float = 0.3
    """Before a wrong token is refused."""
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.time
    chance: Callable[[], float] = random
    narrate: Callable[[str], None] = _say_nothing
    """Told what happens, line by line, for people; never with anything secret."""


class Server:
    """From `start` to `close`; carriers bring it links by `visit`.

    Args:
        make: A new backend, not started.
        folder: Of the journal, private, and of this server alone.
        options: How it behaves.
    """

    def __init__(self, make: Callable[[], Backend], folder: Path, options: Options) -> None:
        self.options = options
        self.clock = options.clock
        self.visitors: dict[Visitor, None] = {}
        """Oldest first."""
        self.changed = asyncio.Event()
        """Set whenever clients, evaluations or the backend come or go."""
        self.is_ready = asyncio.Event()
        """It has read its journal. Who comes earlier waits."""
        kept = Kept(options.limits)
        self._journal = Journal(folder, lambda found: records.carried(kept, found), self._worry)
        lives = Lives(make, self.on_life_over, self.clock)
        self.evaluator = Evaluator(lives, kept, self._journal, self.clock)
        self.evaluator.tell(self)
        self._seen: dict[str, None] = {}
        self._working: asyncio.Task[None] | None = None
        self._keeping_up: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether there is neither a client, nor work, nor a result that nobody has fetched."""
        return not self.visitors and all(
            one.result is not None and one.is_fetched
            for one in self.evaluator.kept.evaluations.values()
        )

    async def start(self) -> Life:
        """Read what was kept, and start the backend.

        Raises:
            ConnectionLostError: The backend does not start; nothing of it is left.
        """
        for record in self._restored():
            self._journal.append(record)
        for evaluation in self.evaluator.kept.evaluations.values():
            evaluation.is_fetched = True  # perhaps; nothing waits for it here, in any case
        try:
            life = await self.evaluator.lives.begin()
        except BaseException:
            await self.close()
            raise
        self._working = asyncio.ensure_future(self.evaluator.run())
        self.is_ready.set()
        return life

    async def close(self) -> None:
        """End the links, the backend and all that it started."""
        for task in (self._keeping_up, self._working):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        for visitor in tuple(self.visitors):
            visitor.cut()
        await self.evaluator.lives.close()
        self._journal.close()

    def visit(self, link: Link) -> Visitor:
        """Somebody comes."""
        strangers = [one for one in self.visitors if one.client is None]
        if len(strangers) >= self.options.stranger_count:
            strangers[0].refuse(UNASKED, Code.BUSY, "more come at once than it can greet")
        visitor = Visitor(self, link)
        self.visitors[visitor] = None
        loop = asyncio.get_running_loop()
        loop.call_later(self.options.greet_seconds, self._wait_no_longer, visitor)
        return visitor

    def forget(self, visitor: Visitor) -> None:
        """Somebody has gone; nothing happens the second time."""
        if visitor in self.visitors:
            del self.visitors[visitor]
            self.changed.set()
            if visitor.client is not None:
                self.options.narrate(f"{shown(visitor.client)} has gone")

    def say_goodbye(self, client: str | None) -> None:
        """A client does not come back."""
        self._seen.pop(client or "", None)

    def refusal_of(self, visitor: Visitor, hello: Hello) -> Welcome | None:
        """Why somebody is not let in; None where it is."""
        options = self.options
        if hello.protocol != PROTOCOL:
            return refused(Code.VERSION, f"it speaks protocol {PROTOCOL} only")
        if options.token is not None and not is_same(options.token, hello.token):
            words = "it needs a token" if hello.token is None else "it knows another token"
            options.narrate(f"{shown(hello.client)} was refused: no token, or a wrong one")
            return refused(
                Code.TOKEN, words, "correct the secret that the connection's `credential` names"
            )
        if hello.identity is not None and hello.identity != options.identity:
            name = "it has no identity" if options.identity is None else f"it is {options.identity}"
            return refused(Code.IDENTITY, name, "check the connection's `identity` and `url`")
        if visitor.client is None and not self._has_room(hello.client):
            return refused(Code.BUSY, "it has as many clients as it takes")
        return None

    def welcome(self, hello: Hello, life: Life) -> Welcome:
        """What somebody is told who comes in, and what it missed."""
        kept = self.evaluator.kept
        is_same_life = hello.incarnation == life.hello.incarnation
        is_seen = is_same_life and hello.client in self._seen
        self._remember(hello.client)
        missed: tuple[Event, ...] = ()
        has_more = False
        if is_same_life:
            missed, has_more = kept.missed(hello.client, hello.last_seq_seen, _MISSED_BYTES)
        for event in missed:
            if isinstance(event, Result):
                kept.evaluations[event.evaluation].is_fetched = True
        self.changed.set()
        self.options.narrate(f"{shown(hello.client)} {'is back' if is_seen else 'has come'}")
        return Welcome(
            Standing.RETURNING if is_seen else Standing.NEW,
            self.options.identity,
            life.hello.incarnation,
            life.hello.backend,
            seq=kept.seq,
            missed=missed,
            more=has_more,
        )

    def system(self, life: Life) -> System:
        """What can be known of this server."""
        return System(
            life.hello.backend,
            life.hello.incarnation,
            self.options.identity,
            started=life.started,
            pid=os.getpid(),
            evaluations=len(self.evaluator.kept.evaluations),
            kept_bytes=self.evaluator.kept.weight,
        )

    def on_event(self, evaluation: Evaluation, event: Event) -> None:
        """An evaluation put something out, or ended."""
        content = envelope_of(evaluation.id, event, self.clock())
        is_last = not isinstance(event, OutputEvent)
        for visitor in tuple(self.visitors):
            visitor.tell(evaluation, content, is_last=is_last)
        if is_last:
            self.changed.set()

    def on_life_over(self, life: Life, reason: str) -> None:
        """The backend ended: whoever knew it has to learn that there is another one."""
        self.options.narrate(f"the backend ended: {reason}")
        self.evaluator.end_waiting(life, reason)
        self._seen.clear()
        for visitor in tuple(self.visitors):
            if visitor.client is not None:
                visitor.send_off(f"the backend ended: {reason}")
        self.changed.set()
        if self.options.keeps_up and (self._keeping_up is None or self._keeping_up.done()):
            self._keeping_up = asyncio.ensure_future(self._keep_up())

    async def _keep_up(self) -> None:
        failure_count = 0
        while self.evaluator.lives.current is None:
            try:
                life = await self.evaluator.lives.begin()
            except ConnectionLostError as error:
                failure_count += 1
                self.options.narrate(f"the backend does not start: {error.reason}")
                await asyncio.sleep(wait_before(failure_count, self.options.chance(), _AGAIN))
            else:
                self.options.narrate(f"a new backend is there: {life.hello.backend}")

    def _restored(self) -> Iterator[Record]:
        return records.restore(self.evaluator.kept, self._journal.open(), self.clock())

    def _has_room(self, client: str) -> bool:
        """Whether one more may come in; who seems to be gone makes room, its own links first."""
        clients = [one for one in self.visitors if one.client is not None]
        if len(clients) < self.options.client_count:
            return True
        now = asyncio.get_running_loop().time()
        for found in sorted(clients, key=lambda one: (one.client != client, one.heard_at)):
            patience = _GONE_SECONDS if found.client == client else _SILENT_SECONDS
            if now - found.heard_at >= patience:
                found.cut()
                return True
        return False

    def _remember(self, client: str) -> None:
        self._seen.pop(client, None)
        self._seen[client] = None
        if len(self._seen) > _SEEN_COUNT:
            with suppress(StopIteration):
                del self._seen[next(iter(self._seen))]

    def _wait_no_longer(self, visitor: Visitor) -> None:
        if visitor in self.visitors and visitor.client is None and not visitor.is_greeting:
            visitor.cut()

    def _worry(self, reason: str) -> None:
        self.options.narrate(f"the journal cannot be written: {reason}")


def shown(client: str) -> str:
    """Who a client says it is, for people."""
    return f"client `{printable_line(client, 60)}`"
