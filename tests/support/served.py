"""`stui serve` as a process, and a client that comes back as a session does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stui_workspace.connections.backend import Answer, Ending, Hello, Output, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec

STUI = str(Path(sys.executable).parent / "stui")
DEADLINE = 60.0


async def until(is_so: Callable[[], bool]) -> None:
    """Return when it is so; the rest of the program has its turns meanwhile."""
    async with asyncio.timeout(DEADLINE):
        while not is_so():  # noqa: ASYNC110 (no event tells of it)
            await asyncio.sleep(0)


@dataclass
class Served:
    """A server that has said where it is."""

    process: subprocess.Popen[str]
    told: Mapping[str, Any]

    @property
    def url(self) -> str:
        return str(self.told["url"])

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit status, and what it said to people."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, narrated = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, narrated


def start_serving(
    root: Path, home: Path, *arguments: str, before: tuple[str, ...] = (), **environ: str
) -> Served:
    """Start a server, and wait until it says where it is.

    Args:
        root: The project.
        home: For `STUI_HOME`.
        arguments: Of `stui serve`.
        before: What the command line begins with, as in `ip netns exec NAME`.
        environ: Further variables.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith("STUI")}
    process = subprocess.Popen(
        [*before, STUI, "serve", "--json", *arguments],
        cwd=root,
        env={
            **kept,
            "STUI_HOME": str(home),
            "NO_COLOR": "1",
            "XDG_RUNTIME_DIR": str(home),
            **environ,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        _, narrated = process.communicate(timeout=DEADLINE)
        raise AssertionError(narrated)
    return Served(process, json.loads(line))


@dataclass
class Returning:
    """A client that dials again whenever its link falls, and takes up what it had sent."""

    url: str
    root: Path
    token: str | None = None
    silence: float = 2.0
    """Seconds without a sign after which a link is taken for dead."""
    hellos: list[Hello] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def evaluate(self, name: str, code: str) -> Answer:
        """The answer, however many links it takes. The code is sent once."""
        is_sent = False
        while True:
            link = await self._linked()
            try:
                number = self.outputs[-1].number if self.outputs else 0
                request = Request(name, code, heard=number, is_sent=is_sent)
                is_sent = True
                answer = await self._answer(link, request)
            except ConnectionLostError as error:
                self.failures.append(error.reason)
                continue
            finally:
                await link.close()
            if answer is not None:
                return answer

    async def _linked(self) -> StuiBackend:
        while True:
            credential = None if self.token is None else "vault:served"
            spec = ConnectionSpec("served", "stui", url=self.url, credential=credential)
            setting = Setting(self.root, client="returning", secret=lambda: self.token)
            link = StuiBackend(spec, setting, patience=self.silence)
            try:
                self.hellos.append(await link.start())
            except ConnectionLostError as error:
                if error.is_final:
                    raise
                self.failures.append(error.reason)
                await link.close()
                await asyncio.sleep(0)
            else:
                return link

    async def _answer(self, link: StuiBackend, request: Request) -> Answer | None:
        """The answer; None where the link fell before it came."""
        evaluating = asyncio.ensure_future(link.evaluate(request, self._hear))
        watching = asyncio.ensure_future(self._silent(link))
        await asyncio.wait({evaluating, watching}, return_when=asyncio.FIRST_COMPLETED)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        if not evaluating.done():
            await link.close()
        answer = await evaluating
        if answer.ending is Ending.LOST and self._is_of_the_link(answer):
            self.failures.append(answer.error or "")
            return None
        return answer

    @staticmethod
    def _is_of_the_link(answer: Answer) -> bool:
        return "Python" not in (answer.error or "") and "server ended" not in (answer.error or "")

    async def _silent(self, link: StuiBackend) -> None:
        """Return when the link has given no sign for too long."""
        with suppress(ConnectionLostError, TimeoutError):
            while True:
                async with asyncio.timeout(self.silence):
                    await link.ping()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.silence / 4):
                        await link.wait_lost()
                        return

    def _hear(self, output: Output) -> None:
        self.outputs.append(output)
        self.heard.set()
