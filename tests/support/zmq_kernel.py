"""A kernel in the test's own process, which says what the test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.session import Session

KEY = "a-key-of-the-tests"
INFO = {"status": "ok", "implementation": "scripted", "language_info": {"name": "script"}}


class ScriptedKernel:
    """Its sockets, signed with the key of its connection file."""

    def __init__(self, file: Path) -> None:
        self.context = zmq.asyncio.Context()
        self.context.linger = 0
        self.session = Session(key=KEY.encode())
        self.sockets: dict[str, Any] = {}
        kinds = {
            "shell": zmq.ROUTER,
            "control": zmq.ROUTER,
            "iopub": zmq.PUB,
            "stdin": zmq.ROUTER,
            "hb": zmq.REP,
        }
        details: dict[str, object] = {"ip": "127.0.0.1", "transport": "tcp", "key": KEY}
        for name, kind in kinds.items():
            self.sockets[name] = self.context.socket(kind)
            details[f"{name}_port"] = self.sockets[name].bind_to_random_port("tcp://127.0.0.1")
        file.write_text(json.dumps(details), encoding="utf-8")

    async def beat(self) -> None:
        """Echo, for ever."""
        while True:
            await self.sockets["hb"].send(await self.sockets["hb"].recv())

    async def read(self, channel: str) -> tuple[list[bytes], dict[str, Any]]:
        """The next request there, and who asks."""
        frames = await self.sockets[channel].recv_multipart()
        idents, rest = self.session.feed_identities(frames)
        return idents, self.session.deserialize(rest)

    def say(self, channel: str, kind: str, content: object, parent: Any, ident: Any = None) -> None:
        """A message, signed."""
        self.session.send(self.sockets[channel], kind, content, parent, ident)  # type: ignore[arg-type]

    async def answer_control(self) -> None:
        """Say who it is, as often as somebody asks there; and on the output channel, too."""
        while True:
            idents, asked = await self.read("control")
            self.say("control", "kernel_info_reply", INFO, asked, idents)
            self.say("iopub", "status", {"execution_state": "idle"}, asked)

    def close(self) -> None:
        self.context.destroy(linger=0)


@asynccontextmanager
async def scripted_kernel(file: Path, *, answers: bool = True) -> AsyncIterator[ScriptedKernel]:
    """A kernel that has a heartbeat, and perhaps says who it is."""
    kernel = ScriptedKernel(file)
    tasks = [asyncio.ensure_future(kernel.beat())]
    if answers:
        tasks.append(asyncio.ensure_future(kernel.answer_control()))
    try:
        yield kernel
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        kernel.close()
