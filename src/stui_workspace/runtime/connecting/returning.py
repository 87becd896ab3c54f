"""A connection that is online again: told, taken up, and sent to where that was agreed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from stui_workspace.connections.backend import Hello
from stui_workspace.runtime.connecting.evaluations import Evaluations
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.connecting.outbox import Outbox
from stui_workspace.runtime.events import Returned
from stui_workspace.runtime.memory import Memory

Begin = Callable[[Coroutine[Any, Any, None]], None]
"""Starts a task that ends with the session."""


class Returning:
    """Deals with connections that come online."""

    def __init__(
        self, memory: Memory, outbox: Outbox, evaluations: Evaluations, begin: Begin
    ) -> None:
        self._memory = memory
        self._outbox = outbox
        self._evaluations = evaluations
        self._begin = begin

    def told(self, link: Link, told: Told) -> None:
        """Take note of what a link told, which may be that it is online again."""
        hello = told.hello
        if hello is None:
            return
        is_same = told.before == hello.incarnation
        waiting = self._outbox.of(told.name)
        if told.was_down or waiting:
            self._memory.tell(Returned(told.name, is_same, len(waiting)))
        self._begin(self._evaluations.take_up(link))
        if waiting and link.spec.offline == "keep":
            self._begin(self._send_kept(link, hello))

    async def _send_kept(self, link: Link, hello: Hello) -> None:
        """Send what was meant for this very life of the backend, in order, while it is there.

        `offline: keep` agreed to that. What a person typed for another life waits for them.
        """
        for waiting in self._outbox.of(link.spec.name):
            if waiting.incarnation != hello.incarnation or link.hello != hello:
                continue
            if waiting not in self._outbox.all:  # a person was quicker, or changed it
                continue
            await self._evaluations.send(link, waiting, meant_for=hello.incarnation)
