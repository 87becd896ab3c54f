"""What the agent does: it gives the key to whoever may have it, until its time is over."""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.vault.agent.places import user_at
from stui_workspace.secrets.vault.agent.terms import Clocks, Term, clocks
from stui_workspace.secrets.vault.agent.words import (
    LONGEST_LINE,
    Answer,
    Gone,
    Held,
    Key,
    Order,
    Question,
    Refused,
    Wish,
    answer_line,
    question_of,
)

LOOK: Final = 2.0
"""Seconds between looks at the clocks and at the place, so that a sleep is noticed soon after."""
_MOST_VISITORS: Final = 16
_PATIENCE: Final = 2.0
"""Seconds that a visitor has to ask."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the agent needs of the world; tests have their own."""

    now: Clocks = clocks
    user_at: Callable[[socket.socket], int | None] = user_at
    look: float = LOOK


@dataclass(slots=True)
class _Visitor:
    """One who came, and has not finished asking."""

    until: float
    """By the monotonic clock."""
    said: bytes = field(default=b"", repr=False)


class Serving:
    """One agent, from now until its end.

    Args:
        order: What to hold, for whom and how long.
        listening: A socket that was bound just now, not blocking.
        path: Where it is.
        around: The world.
    """

    def __init__(
        self,
        order: Order,
        listening: socket.socket,
        path: Path,
        around: Surroundings | None = None,
    ) -> None:
        self._order = order
        self._listening = listening
        self._path = path
        self._around = around or Surroundings()
        self._term = Term(order.limits, self._around.now)
        self._mark = _mark_of(path)
        self._visitors: dict[socket.socket, _Visitor] = {}
        self._is_told_to_lock = False

    def run(self) -> None:
        """Return when it has locked: told to, out of time, or out of its place."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._listening, selectors.EVENT_READ)
            try:
                while not self._is_over():
                    ready = [key.fileobj for key, _ in waiting.select(self._nap())]
                    if self._term.is_over:  # it may have slept with the machine
                        return
                    for one in ready:
                        if one is self._listening:
                            self._let_in(waiting)
                        elif isinstance(one, socket.socket):
                            self._hear(one, waiting)
                    self._send_away_the_slow(waiting)
            finally:
                for one in list(self._visitors):
                    self._send_away(one, waiting)

    def leave(self) -> None:
        """Take the socket away, if it is still this agent's."""
        if self._mark is not None and self._mark == _mark_of(self._path):
            with suppress(OSError):
                self._path.unlink()

    def _is_over(self) -> bool:
        return self._is_told_to_lock or self._term.is_over or not self._is_in_place()

    def _is_in_place(self) -> bool:
        """Whether what can be found at the path is this agent, and its folder is there."""
        return self._mark == _mark_of(self._path) and Path(self._order.folder).is_dir()

    def _nap(self) -> float:
        ends = [one.until - time.monotonic() for one in self._visitors.values()]
        return max(0.0, min(self._around.look, self._term.left, *ends))

    def _let_in(self, waiting: selectors.BaseSelector) -> None:
        try:
            visitor, _ = self._listening.accept()
        except OSError:  # gone again, or nothing left to take it with
            return
        is_ours = self._around.user_at(visitor) == os.geteuid()
        if not is_ours or len(self._visitors) >= _MOST_VISITORS:
            visitor.close()
            return
        visitor.setblocking(False)
        self._visitors[visitor] = _Visitor(time.monotonic() + _PATIENCE)
        waiting.register(visitor, selectors.EVENT_READ)

    def _hear(self, one: socket.socket, waiting: selectors.BaseSelector) -> None:
        visitor = self._visitors[one]
        try:
            piece = one.recv(LONGEST_LINE + 1)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        visitor.said += piece
        has_ended = b"\n" in visitor.said
        if piece and not has_ended and len(visitor.said) <= LONGEST_LINE:
            return
        if has_ended:
            answer = self._answer(question_of(visitor.said))
            if isinstance(answer, Gone):
                self.leave()  # before it is told: who hears it finds nobody here
            with suppress(OSError):  # it is short, and fits where a socket keeps things
                one.send(answer_line(answer))
        self._send_away(one, waiting)

    def _answer(self, question: Question | None) -> Answer:
        match question:
            case Question(Wish.KEY, vault) if vault == self._order.vault:
                self._term.use()
                return Key(self._order.key)
            case Question(Wish.STATUS):
                term = self._term
                return Held(self._order.vault, os.getpid(), term.held_left, term.unused_left)
            case Question(Wish.LOCK):
                self._is_told_to_lock = True
                return Gone()
            case _:
                return Refused()

    def _send_away_the_slow(self, waiting: selectors.BaseSelector) -> None:
        now = time.monotonic()
        for one in [one for one, visitor in self._visitors.items() if visitor.until <= now]:
            self._send_away(one, waiting)

    def _send_away(self, one: socket.socket, waiting: selectors.BaseSelector) -> None:
        waiting.unregister(one)
        del self._visitors[one]
        one.close()


def _mark_of(path: Path) -> tuple[int, int] | None:
    """What is at a path, told from anything that is there later."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
