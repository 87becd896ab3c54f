"""A session in a process of its own, which is told what to evaluate and says all that happens.

It does what a workbench does when it opens: where the last starts came to grief it is asked what
to do, and goes on with the last session. What was connected, it connects by itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
import traceback
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from stui_workspace.model.session import TranscriptEntry
from stui_workspace.runtime.events import ConnectionChanged, EvaluationFinished, Event, Saved
from stui_workspace.runtime.opening import crash_question
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session


class Life:
    """One such process, from outside."""

    def __init__(self, root: Path, home: Path, session: str | None = None) -> None:
        self.began = time.time()
        hearing, saying = os.pipe()
        reading, telling = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(hearing)
            os.close(telling)
            _run(OpenRequest(root, session=session), home, saying, reading)
        os.close(saying)
        os.close(reading)
        self.ear = hearing
        self.has_ended = False
        """Whether it ended by itself, which it never should."""
        self._mouth = telling
        self._rest = b""
        os.set_blocking(hearing, False)

    def connect(self, names: Iterable[str]) -> None:
        """Have it connect, as a person does for the first time."""
        self._tell({"connect": list(names)})

    def evaluate(self, name: str, code: str) -> None:
        self._tell({"evaluate": [name, code]})

    def heard(self) -> list[dict[str, Any]]:
        """What it has said since it was asked last."""
        while True:
            try:
                piece = os.read(self.ear, 1 << 16)
            except BlockingIOError:
                break
            if not piece:
                self.has_ended = True
                break
            self._rest += piece
        *lines, self._rest = self._rest.split(b"\n")
        return [json.loads(line) for line in lines]

    def kill(self) -> list[dict[str, Any]]:
        """End it as `kill -9` does; the last that it said comes back."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        told, self.has_ended = self.heard(), True
        os.close(self.ear)
        os.close(self._mouth)
        return told

    def _tell(self, what: dict[str, Any]) -> None:
        os.write(self._mouth, json.dumps(what).encode() + b"\n")


class _Opened:
    """The session in its process."""

    def __init__(self, request: OpenRequest, home: Path, saying: int, reading: int) -> None:
        self._request = request
        self._services = Services.real({**os.environ, "STUI_HOME": str(home)})
        self._saying = saying
        self._reading = reading
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, about: self.say("raised", what=repr(about)))
        question = crash_question(self._request, self._services)
        session = Session.open(replace(self._request, asked=True), self._services)
        session.subscribe(lambda event: self._noted(session, event))
        self.say(
            "opened",
            id=session.id,
            crash_count=0 if question is None else question.crash_count,
            entries=[_said(entry) for entry in session.transcript],
        )
        await session.start()
        for name in [view.name for view in session.connections()]:
            self._say_state(session, name)
        with os.fdopen(self._reading, "rb") as orders:
            while line := await asyncio.to_thread(orders.readline):
                self._obey(session, json.loads(line))

    def say(self, kind: str, **more: object) -> None:
        line = json.dumps({"is": kind, "at": time.time(), **more}).encode() + b"\n"
        os.write(self._saying, line)

    def _obey(self, session: Session, order: dict[str, Any]) -> None:
        doing = [session.connect(name) for name in order.get("connect", ())]
        if "evaluate" in order:
            name, code = order["evaluate"]
            self._tasks.add(asyncio.create_task(self._evaluate(session, name, code)))
        for one in doing:
            self._tasks.add(asyncio.create_task(one))

    async def _evaluate(self, session: Session, name: str, code: str) -> None:
        entry = await session.evaluate(name, code)
        if entry.outcome in ("waiting", "refused"):
            self.say("ended", **_said(entry))

    def _noted(self, session: Session, event: Event) -> None:
        match event:
            case Saved(at):
                self.say("kept", up_to=at)
            case ConnectionChanged(name):
                self._say_state(session, name)
            case EvaluationFinished(entry):
                self.say("ended", **_said(entry))

    def _say_state(self, session: Session, name: str) -> None:
        view = session.connection(name)
        state, reason = str(view.state), view.reason
        self.say("state", name=name, state=state, reason=reason, incarnation=view.incarnation)


def _said(entry: TranscriptEntry) -> dict[str, str]:
    said = f"{entry.output}\n{entry.result}"
    return {"code": entry.code, "outcome": entry.outcome, "said": said, "on": entry.connection}


def _run(request: OpenRequest, home: Path, saying: int, reading: int) -> NoReturn:
    try:
        opened = _Opened(request, home, saying, reading)
        try:
            asyncio.run(opened.run())
        except BaseException:  # noqa: BLE001 (it is told, and the process ends)
            opened.say("raised", what=traceback.format_exc())
    finally:
        os._exit(1)
