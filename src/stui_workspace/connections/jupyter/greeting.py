"""Who a kernel is, as its first answers tell, and whether it is still the same one later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from stui_workspace.connections.jupyter.messages import Message
from stui_workspace.model.printable import printable_line

ASK_AGAIN_SECONDS: Final = 0.5
SILENT_SECONDS: Final = 3.0
"""A kernel that answers, and is not heard on its output channel for so long, says nothing there
that nobody asked for; that is good enough."""
_RESTARTED: Final = "the kernel was restarted"


class Greeting:
    """What is known of the kernel.

    A well-behaved kernel puts a name of its own into every message, and a new process has a new
    one. Others repeat the name of whoever asked; of those, one life cannot be told from the next.
    """

    def __init__(self) -> None:
        self.backend = "a kernel"
        """For people."""
        self.session: str | None = None
        """Its own name; None where it has none."""
        self.is_settled = asyncio.Event()
        """It answered and its output is heard; or the link ended before."""
        self._ids: set[str] = set()
        self._has_answered = False
        self._is_heard = False
        self.is_shell_free = asyncio.Event()
        """Whether it answered where requests wait for what is evaluated."""

    async def channels(self) -> AsyncIterator[str]:
        """Each channel on which to ask, when it is time to."""
        yield "control"
        yield "shell"
        silent = 0.0
        while not self.is_settled.is_set():
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            if self._has_answered:
                silent += ASK_AGAIN_SECONDS
                if silent > SILENT_SECONDS:
                    self.is_settled.set()
            yield "control"

    def expect(self, request_id: str) -> None:
        """That request asks for it."""
        self._ids.add(request_id)

    def hear(self, message: Message) -> str | None:
        """Learn from a message; how the link has ended with it, in one clause, or None."""
        session, parent = message.header.session, message.parent
        is_own = session not in ("", parent.session) and parent.session != ""
        if message.kind == "kernel_info_reply" and parent.id in self._ids:
            if message.channel == "shell":
                self.is_shell_free.set()
            self._has_answered = True
            self.backend = backend_of(message)
            self.session = session if is_own else self.session
        elif is_own and self.session is not None and session != self.session:
            return _RESTARTED
        if message.channel == "iopub":
            self._is_heard = True
            state = message.text("execution_state") if message.kind == "status" else ""
            is_new = session != self.session
            if state == "restarting":
                return _RESTARTED
            if state == "starting" and is_new and self.is_settled.is_set():
                return _RESTARTED
            if message.kind == "shutdown_reply" and self.is_settled.is_set() and not is_new:
                return "the kernel was restarted, or ended"
            if state == "dead":
                return "the kernel died, and its server could not start it again"
        if self._has_answered and self._is_heard:
            self.is_settled.set()
        return None


def backend_of(reply: Message) -> str:
    """Who answered, for people: `Python 3.11.7 (ipykernel 7.1.0)`."""
    language = reply.mapping("language_info")
    words = [language.get("name"), language.get("version")]
    name = " ".join(one for one in words if isinstance(one, str) and one)
    implementation = (
        f"{reply.text('implementation')} {reply.text('implementation_version')}".strip()
    )
    name = name[:1].upper() + name[1:]
    if name and implementation:
        name = f"{name} ({implementation})"
    return printable_line(name or implementation or "a kernel", 80)
