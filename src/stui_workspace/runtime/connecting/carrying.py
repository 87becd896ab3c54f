"""Carrying one evaluation over a link, and over the next one where its backend survives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from math import inf

from stui_workspace.connections.backend import Answer, Backend, Ending, OnOutput, Output, Request
from stui_workspace.errors import ConnectionLostError, StuiError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.runtime.connecting.attempts import Attempt
from stui_workspace.runtime.connecting.links import Link

_PING_SECONDS = 1.0
_OTHER_LIFE = (
    "the backend is another one now: what became of it is not known, and it is not repeated"
)


@dataclass(frozen=True, slots=True)
class Unsent:
    """An evaluation that was not sent, and why."""

    reason: str
    next_step: str | None = None
    may_wait: bool = False
    """Whether the connection comes back by itself, or came back as another."""


@dataclass(frozen=True, slots=True)
class Errand:
    """An evaluation, and how it is to be carried."""

    request: Request
    on_output: OnOutput
    """Told of output while it runs."""
    patience: float = inf
    """Seconds after which it is interrupted."""
    meant_for: str | None = None
    """The incarnation that it was typed for; None for whichever is there."""
    on_sent: Callable[[str], None] = lambda _incarnation: None
    """Told which life of the backend it goes to, before it goes."""


async def carry(link: Link, errand: Errand) -> Answer | Unsent:
    """What came of an evaluation; it is sent to one life of the backend, and once.

    The link is connected first where nobody wanted it before. Where it falls and the backend
    survives, this waits for it to be back, however long that is, and takes the evaluation up again.
    """
    async with link.turn:
        unsent = await _unready(link, errand.meant_for)
        if unsent is not None:
            return unsent
        link.busy_since, link.is_abandoned = link.clock(), False
        link.changed()
        try:
            return await _carried(link, errand)
        finally:
            link.busy_since = None
            link.record = replace(link.record, evaluations=link.record.evaluations + 1)
            link.changed()


async def _unready(link: Link, meant_for: str | None) -> Unsent | None:
    """Why nothing can be sent; None where it can, the link being up."""
    if not link.is_wanted:
        await link.connect()
    await link.settled()
    view = link.view
    if not link.is_up:
        reason = view.reason or f"connection `{view.name}` is down"
        return Unsent(reason, view.next_step, may_wait=link.is_down)
    if meant_for is not None and view.incarnation != meant_for:
        return Unsent("the backend is another one than it was typed for", may_wait=True)
    return None


async def _carried(link: Link, errand: Errand) -> Answer | Unsent:
    deadline = link.clock() + errand.patience
    request = errand.request

    def listen(output: Output) -> None:
        nonlocal request
        link.heard()
        request = replace(request, heard=max(request.heard, output.number))
        errand.on_output(output)

    while True:
        live = link.live
        if live is None or live.backend is None or live.hello is None:
            return Answer(Ending.LOST, error="the link fell")
        errand.on_sent(live.hello.incarnation)
        answer = await _answer(live.backend, request, listen, max(deadline - link.clock(), 0.0))
        link.heard()
        if isinstance(answer, Unsent):
            link.lost(live.epoch, answer.reason)
            return answer
        if answer.ending is not Ending.LOST:
            return answer
        how = answer.error or "the link fell"
        if link.live is live and await _still_answers(live.backend):
            return answer  # it says so itself: asking it again would bring the same
        link.lost(live.epoch, how)
        if not live.hello.survives:
            return answer
        if not await _is_back(link, live):
            return replace(answer, error=_OTHER_LIFE if link.is_up else how)
        request = replace(request, is_sent=True)


async def _still_answers(backend: Backend) -> bool:
    """Whether the link is up although an evaluation was lost."""
    with suppress(StuiError, TimeoutError):
        async with asyncio.timeout(_PING_SECONDS):
            await backend.ping()
            return True
    return False


async def _is_back(link: Link, before: Attempt) -> bool:
    """Wait for the link to be up again; whether the same life of the backend is there."""
    while link.is_wanted and (link.live is None or link.live.epoch == before.epoch):
        if link.is_abandoned:
            return False
        await link.moved()
    hello, last = link.hello, before.hello
    return hello is not None and last is not None and hello.incarnation == last.incarnation


async def _answer(
    backend: Backend, request: Request, on_output: OnOutput, patience: float
) -> Answer | Unsent:
    asked = asyncio.ensure_future(backend.evaluate(request, on_output))
    try:
        done, _ = await asyncio.wait({asked}, timeout=None if patience == inf else patience)
        if not done:
            on_output(Output("note", f"interrupted after {patience:g} s\n"))
            await backend.interrupt()
        return await asked
    except ConnectionLostError as error:  # nothing of it was sent over this link
        if request.is_sent:
            return Answer(Ending.LOST, error=error.reason)
        return Unsent(error.reason, error.next_step, may_wait=True)
    except asyncio.CancelledError:
        asked.cancel()
        with suppress(asyncio.CancelledError, StuiError):
            await asked
        raise
