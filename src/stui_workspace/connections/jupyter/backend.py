"""A kernel as a backend: the same over all the ways to one."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from functools import partial
from typing import Final

from stui_workspace.connections.backend import (
    Answer,
    Ending,
    Hello,
    OnOutput,
    Output,
    Pulse,
    Request,
)
from stui_workspace.connections.jupyter.carrier import Carrier, Ears, Way
from stui_workspace.connections.jupyter.evaluation import Evaluation
from stui_workspace.connections.jupyter.faults import lost_by
from stui_workspace.connections.jupyter.greeting import Greeting
from stui_workspace.connections.jupyter.ledger import Ledger
from stui_workspace.connections.jupyter.messages import WRONG_KEY, Ask, Message, execution_of
from stui_workspace.connections.jupyter.questions import NOTHING, completions_of, inspected_of
from stui_workspace.connections.jupyter.replies import Replies, first_of, new_id
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.errors import ConnectionLostError

_GAP: Final = "stui: what it said while the link was cut may be missing here\n"
_FREE_SECONDS: Final = 0.2
_LOOK_SECONDS: Final = 1.0
_EOF: Final = "\x04"
"""What a kernel that asks for input takes for the end of it."""


class JupyterBackend:
    """One link to one kernel, from `start` to `close`.

    An evaluation whose task is cancelled is interrupted. The backend stays usable: the next
    evaluation begins when the abandoned one has ended.
    """

    def __init__(self, name: str, carrier: Carrier) -> None:
        self._name = name
        self._carrier = carrier
        self._way = Way("", 0.0)
        self._ledger = Ledger("", self._interrupt_soon, keeps=False)
        self._greeting = Greeting()
        self._replies = Replies(carrier.ask)
        self._busy_since: float | None = None
        self._end: str | None = None
        self._is_up = False
        self._is_lost = asyncio.Event()
        self._turn = asyncio.Lock()
        self._interrupting: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Future[None] | None = None

    async def start(self) -> Hello:
        """Start or reach the kernel.

        Raises:
            ConnectionLostError: It did not greet us; nothing of it is left that is ours.
        """
        try:
            await self._carrier.open(Ears(self._hear, self._lose), self._meet)
            await self._greet()
        except Exception as error:  # noqa: BLE001 (libraries raise what they like)
            await self.close()
            raise lost_by(self._name, error) from error.__cause__
        except BaseException:
            await self.close()
            raise
        self._is_up = True
        if not await self._is_free():
            self._busy_since = self._busy_since or self._now()
        knows_life = self._greeting.session is not None
        life = f"{self._way.seed}{self._greeting.session}" if knows_life else secrets.token_hex(8)
        return Hello(self._greeting.backend, life, survives=self._way.survives and knows_life)

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """What came of the code of `request`.

        Raises:
            ConnectionLostError: The link had ended before; nothing was evaluated.
        """
        if self._end is None and not self._is_up:
            raise self._lost_error("it was not started")
        async with self._turn:
            if self._ledger.current is not None:  # perhaps abandoned
                await self._ledger.current.is_over.wait()
            self._check()
            if request.is_sent and not self._way.survives:
                return Answer(Ending.UNKNOWN)
            if request.is_sent and not self._way.is_complete:
                on_output(Output("gap", _GAP))
            evaluation = self._ledger.claim(request.id, on_output)
            if not request.is_sent:
                self._carrier.ask(execution_of(request.code, request.id))
            try:
                if request.is_sent:
                    await self._take_up(evaluation)
                await evaluation.is_over.wait()
            except asyncio.CancelledError:
                evaluation.abandon()
                raise
            return evaluation.outcome()

    async def interrupt(self) -> None:
        """Ask the kernel to stop what it evaluates; nothing happens where nothing runs."""
        if self._ledger.current is not None:
            self._ledger.current.interrupt()

    async def ping(self) -> Pulse:
        """Wait for a sign of the kernel, also while it evaluates.

        Raises:
            ConnectionLostError: The link has ended.
        """
        self._check()
        beating = asyncio.ensure_future(self._beat())
        lost = asyncio.ensure_future(self._is_lost.wait())
        try:
            await asyncio.wait((beating, lost), return_when=asyncio.FIRST_COMPLETED)
        finally:
            beating.cancel()
            lost.cancel()
            await asyncio.gather(beating, lost, return_exceptions=True)
        self._check()
        return Pulse(None if self._busy_since is None else self._now() - self._busy_since)

    async def complete(self, code: str, cursor: int) -> Completions:
        """What the code at the cursor can go on with; nothing while the kernel evaluates.

        Raises:
            ConnectionLostError: The link has ended.
        """
        asked: dict[str, object] = {"code": code, "cursor_pos": cursor}
        reply = await self._answer("complete_request", asked)
        return Completions((), cursor, cursor) if reply is None else completions_of(reply, cursor)

    async def inspect(self, code: str, cursor: int) -> Inspected:
        """What is known of what is at the cursor; nothing while the kernel evaluates.

        Raises:
            ConnectionLostError: The link has ended.
        """
        asked: dict[str, object] = {"code": code, "cursor_pos": cursor, "detail_level": 0}
        reply = await self._answer("inspect_request", asked)
        return NOTHING if reply is None else inspected_of(reply)

    async def wait_lost(self) -> str:
        """How the link ended, in one clause; comes back only if it ends without `close`."""
        await self._is_lost.wait()
        return self._end or ""

    async def close(self) -> None:
        """End the link, and the kernel where this backend started its process; never raises.

        A kernel whose connection file was given, and one of a Jupyter Server, go on.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def retire(self) -> None:
        """End the link, and for good the kernel that a server has for this connection alone.

        For a connection that nobody will come back to. Never raises.
        """
        await self.close()
        await self._carrier.close(is_idle=False, for_good=True)

    async def _close(self) -> None:
        is_idle = self._ledger.is_idle and self._busy_since is None and self._is_up
        self._fall(self._end or "it was closed")
        for task in list(self._interrupting):
            task.cancel()
        await asyncio.gather(*self._interrupting, return_exceptions=True)
        await self._carrier.close(is_idle=is_idle, for_good=False)

    async def _take_up(self, evaluation: Evaluation) -> None:
        """Wait for the end of what was sent before; it ends as unknown where that is not to come.

        A kernel that answers on this channel has nothing before it any more, or does several things
        at once; then the server knows.
        """
        while not evaluation.is_over.is_set():
            async with self._replies.to("shell", "kernel_info_request") as reply:
                await first_of(evaluation.is_over, reply)
            if not evaluation.is_over.is_set() and not await self._carrier.is_evaluating():
                evaluation.fence()
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await evaluation.is_over.wait()

    async def _greet(self) -> None:
        greeting = self._greeting
        patience = None if self._way.is_busy else self._way.patience
        asking = asyncio.ensure_future(self._ask_for_greeting())
        try:
            async with asyncio.timeout(patience):
                await greeting.is_settled.wait()
        except TimeoutError:
            raise await self._silence() from None
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        self._check()

    async def _is_free(self) -> bool:
        """Whether the channel of evaluations answers, which it does not while one runs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FREE_SECONDS):
                await self._greeting.is_shell_free.wait()
        return self._greeting.is_shell_free.is_set()

    async def _silence(self) -> ConnectionLostError:
        way, reason = self._way, f"the kernel did not answer within {self._way.patience:g} s"
        if way.is_silence_final:
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._carrier.beat()
                reason = f"{reason}, though it is there: its key is another one, or it is busy"
                return ConnectionLostError(self._name, reason, way.next_step, is_final=True)
        return ConnectionLostError(self._name, reason, way.next_step)

    async def _ask_for_greeting(self) -> None:
        """Ask until an answer came and its other channel is heard, too: it may listen late."""
        async for channel in self._greeting.channels():
            ask = Ask(channel, "kernel_info_request", new_id())
            self._greeting.expect(ask.id)
            self._carrier.ask(ask)

    async def _beat(self) -> None:
        await self._carrier.beat()
        if self._way.beats:
            return
        async with self._replies.to("control", "kernel_info_request") as reply:
            # Some kernels do not answer while they evaluate. One that was restarted does.
            while self._busy_since is None and not reply.done():
                await asyncio.wait((reply,), timeout=_LOOK_SECONDS)

    async def _answer(self, kind: str, content: dict[str, object]) -> Message | None:
        self._check()
        if self._busy_since is not None or not self._ledger.is_idle:
            return None
        async with self._replies.to("shell", kind, content) as reply:
            return await reply

    def _check(self) -> None:
        if self._end is not None:
            raise self._lost_error(self._end)

    def _meet(self, way: Way) -> None:
        self._way = way
        self._ledger = Ledger(way.session, self._interrupt_soon, keeps=way.survives)
        self._busy_since = self._now() if way.is_busy else None

    def _hear(self, message: Message) -> None:
        if self._end is not None:
            return
        if (restart := self._greeting.hear(message)) is not None:
            self._lose(restart)
            return
        if message.channel == "shell" and message.kind == "kernel_info_reply":
            self._busy_since = None  # this channel waits for what is evaluated
        if self._replies.hear(message):
            pass
        elif message.kind == "input_request":
            self._refuse_input(message)
        elif message.kind == "status" and message.parent.kind == "execute_request":
            is_busy = message.text("execution_state") == "busy"
            self._busy_since = (self._busy_since or self._now()) if is_busy else None
        self._ledger.hear(message)

    def _refuse_input(self, message: Message) -> None:
        self._carrier.ask(Ask("stdin", "input_reply", new_id(), {"value": _EOF, "status": "ok"}))
        if not self._ledger.is_idle and self._ledger.current is not None:
            prompt = message.text("prompt")[:200]
            note = f"stui: it asks for input ({prompt!r}), and nobody can give it any here\n"
            self._ledger.current.say(Output("stderr", note))

    def _lose(self, reason: str) -> None:
        if self._end is None:
            self._fall(reason)
            self._is_lost.set()

    def _fall(self, reason: str) -> None:
        self._end = self._end or reason
        self._ledger.lose(self._end)
        self._replies.fail(partial(self._lost_error, self._end))
        self._greeting.is_settled.set()

    def _lost_error(self, reason: str) -> ConnectionLostError:
        if reason == WRONG_KEY:
            step = "name the file that the kernel wrote"
            return ConnectionLostError(self._name, reason, step, is_final=True)
        return ConnectionLostError(self._name, reason, "connect it again")

    def _interrupt_soon(self) -> None:
        task = asyncio.ensure_future(self._carrier.interrupt())
        self._interrupting.add(task)
        task.add_done_callback(self._interrupting.discard)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
