"""Who may ask when: a server that pushes hears everything at once, one that replies does not."""

from __future__ import annotations

import asyncio
import time

from stui_workspace.connections.protocol.messages import (
    Evaluate,
    FromClient,
    FromServer,
    Resume,
)
from stui_workspace.connections.stui.conversation import Conversation
from stui_workspace.connections.stui.evaluation import Evaluation


class Questions:
    """To a server that pushes."""

    may_interrupt = True

    async def ask(self, talk: Conversation, message: FromClient) -> FromServer:
        """The answer; raises as `Conversation.ask` does."""
        return await talk.ask(message)

    async def evaluate(self, talk: Conversation, evaluation: Evaluation) -> None:
        """Send it, once; raises as `Conversation.tell` does."""
        request = evaluation.request
        if request.is_sent:
            await talk.tell(Resume(request.id, request.heard), evaluation.message)
        else:
            await talk.tell(Evaluate(request.code), evaluation.message)

    def busy_for(self) -> float | None:
        """Seconds for which the server has not been able to hear us; None where it can."""
        return None


class OneByOne(Questions):
    """To a server that answers one question before it hears the next."""

    may_interrupt = False

    def __init__(self) -> None:
        self._floor = asyncio.Lock()
        """Whoever asks has it, until the answer; an evaluation only while it is sent."""
        self._evaluation: Evaluation | None = None
        """The last that was sent."""
        self._since = 0.0

    async def ask(self, talk: Conversation, message: FromClient) -> FromServer:
        """The answer, after that of the evaluation which runs."""
        async with self._floor:
            if self._evaluation is not None:
                await self._evaluation.is_over.wait()
            return await talk.ask(message)

    async def evaluate(self, talk: Conversation, evaluation: Evaluation) -> None:
        """Send it, when no question waits for its answer any more."""
        async with self._floor:
            if evaluation.is_over.is_set():
                return
            self._evaluation = evaluation
            self._since = time.monotonic()
            await super().evaluate(talk, evaluation)

    def busy_for(self) -> float | None:
        """Seconds since it was sent what it works on."""
        if self._evaluation is None or self._evaluation.is_over.is_set():
            return None
        return time.monotonic() - self._since
