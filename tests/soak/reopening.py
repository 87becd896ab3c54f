"""Kill a session whose connections come and go, again and again, and see what is online again.

Each round starts a real session on the same project, in a process of its own, which connects and
disconnects backends of several kinds and evaluates on them. At a moment that nobody chose it is
killed with SIGKILL. Then another process opens what is left, and what was wanted must come online
by itself: the embedded Python, a shell, a line REPL, a server of the STUI protocol, and a Python
that is held, which must be the one that it was before.

Run by `make soak`; `reopening.py --runs 50 --seed 7` plays fewer rounds, or others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Final

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from doubles.fake_backend import FakeBackend
from stui_workspace.connections.holding.holders import holders, stop
from stui_workspace.connections.serving.addresses import address_of
from stui_workspace.connections.serving.listening import Sealing, listening
from stui_workspace.connections.serving.server import Options, Server
from stui_workspace.runtime.events import ConnectionState, Event, Saved
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from support.forking import forked, said
from support.line_peers import Repl
from support.line_peers import listening as answering

FILE: Final = """\
stui: 1
name: comes back
connections:
  py: {{kind: python, reconnect: {reconnect}}}
  sh: {{kind: pty, command: [sh], reconnect: {reconnect}}}
  repl: {{kind: socket, url: "{repl}", prompt: "test> ", reconnect: {reconnect}}}
  image: {{kind: stui, url: "{image}", reconnect: {reconnect}}}
  held: {{kind: python, hold: true, reconnect: {reconnect}}}
autosave: {{journal: 50ms, snapshot: 1s}}
"""
RECONNECT: Final = "{base: 20ms, cap: 200ms}"
CODES: Final = {"py": "6 * 7", "held": "6 * 7", "sh": "echo 42", "repl": "a", "image": "a"}
UP: Final = (ConnectionState.ONLINE, ConnectionState.BUSY)
PATIENCE: Final = 20.0
"""Seconds after which what is not online does not count as back."""
LEAST_BACK: Final = 0.95


@dataclass
class Figures:
    """What some rounds came to."""

    runs: int = 0
    wanted: Counter[str] = field(default_factory=Counter)
    back: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """Until all of a round were online, from when the session was opened."""
    same_lives: int = 0
    """Of held backends that were there before and after."""
    other_lives: int = 0
    changes: int = 0
    """Connections that were wanted, or wanted no more, while it was killed."""
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        for name in ("runs", "same_lives", "other_lives", "changes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wanted += other.wanted
        self.back += other.back
        self.seconds += other.seconds
        self.wrong += other.wrong

    @property
    def part_back(self) -> float:
        """The part of what was wanted that is online again."""
        return self.back.total() / self.wanted.total() if self.wanted else 1.0

    def seconds_at(self, part: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class Project:
    """A project with approved connections, and the home of the machine that works on it."""

    def __init__(self, folder: Path, repl: str, image: str) -> None:
        self.root = folder / "project"
        self.services = Services.real({**os.environ, "STUI_HOME": str(folder / "home")})
        self.seed = 0
        self.root.mkdir(parents=True)
        text = FILE.format(repl=repl, image=image, reconnect=RECONNECT)
        (self.root / ".stui-workspace.yaml").write_text(text, encoding="utf-8")

    @property
    def request(self) -> OpenRequest:
        return OpenRequest(self.root, asked=True)

    def approve(self) -> None:
        """Consent to every connection, as a person does once."""
        session = Session.open(self.request, self.services)
        for name in session.workspace.connections:
            session._consent.grant(session.claim(name))
        if session._keeping.lock is not None:
            session._keeping.lock.release()

    def end(self) -> None:
        """Stop what is held."""
        folder = self.services.locations.workspace(self.root).backends
        for holder in holders(folder):
            stop(holder)


# The one that is killed.


def work(project: Project, pipe: int) -> None:
    """Connect and disconnect until killed, and say everything that was done on `pipe`."""
    asyncio.run(_work(project, pipe))


async def _work(project: Project, pipe: int) -> None:
    chance = random.Random(project.seed)  # noqa: S311 - what is done, not keys

    def say(*words: object) -> None:
        os.write(pipe, (" ".join(map(str, words)) + "\n").encode())

    def noted(event: Event) -> None:
        if isinstance(event, Saved):
            say("kept", event.at)

    session = Session.open(project.request, project.services)
    session.subscribe(noted)
    await session.start()
    tasks: dict[str, set[asyncio.Task[Any]]] = {name: set() for name in CODES}
    while True:
        name = chance.choice(tuple(CODES))
        view = session.connection(name)
        if view.state in UP and chance.random() < 0.3:
            if tasks[name]:  # what was typed before would want it again
                await asyncio.wait(tasks[name])
            say("leaves", name, "inf")
            await session.disconnect(name)
            say("leaves", name, time.time())
        elif view.state in UP:
            tasks[name].add(asyncio.create_task(session.evaluate(name, CODES[name])))
        else:
            say("wants", name, "inf")
            tasks[name].add(asyncio.create_task(session.connect(name)))
            await asyncio.sleep(0)  # in which it begins
            say("wants", name, time.time())
        await asyncio.sleep(chance.choice((0.0, 0.02, 0.1)))


# The one that looks.


def look(project: Project, pipe: int) -> None:
    """Open what is left as the next start would, and say what came back.

    Every other time it closes the session; else it is killed, too, as soon as it has looked.
    """
    asyncio.run(_look(project, pipe))


async def _look(project: Project, pipe: int) -> None:
    began = time.monotonic()
    session = Session.open(project.request, project.services)
    before = {
        name: record.incarnation for name, record in session._memory.state.connections.items()
    }
    changed = asyncio.Event()
    session.subscribe(lambda _: changed.set())
    await session.start()
    wanted = [view.name for view in session.connections() if _is_wanted(session, view.name)]
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not all(session.connection(name).state in UP for name in wanted):
                changed.clear()
                await changed.wait()
    seconds = time.monotonic() - began
    views = {view.name: view for view in session.connections()}
    found = {
        "id": session.id,
        "wanted": wanted,
        "back": [name for name in wanted if views[name].state in UP],
        "why": {name: f"{views[name].state}: {views[name].reason}" for name in wanted},
        "seconds": seconds,
        "before": before,
        "after": {name: view.incarnation for name, view in views.items()},
        "hangs": project.seed % 2 == 0 and not await _closes(session),
    }
    os.write(pipe, json.dumps(found).encode())
    os._exit(0)


async def _closes(session: Session) -> bool:
    """Whether closing the session comes to an end."""
    closing = asyncio.create_task(session.close())
    done, _ = await asyncio.wait({closing}, timeout=PATIENCE)
    return bool(done)


def _is_wanted(session: Session, name: str) -> bool:
    return session._switchboard.link(name).record.wanted


# The rounds.


@dataclass
class Round:
    """What a session said that it did before it was killed."""

    wanted: dict[str, tuple[bool, float]] = field(default_factory=dict)
    """The last word on each connection, and from when it is certain."""
    kept: float = 0.0
    changes: int = 0
    raised: str = ""

    @classmethod
    def read(cls, told: bytes) -> Round:
        one = cls()
        for line in told.decode().split("\n"):
            match line.split(maxsplit=2):
                case ["wants" | "leaves" as verb, name, at]:
                    one.wanted[name] = (verb == "wants", float(at))
                    one.changes += at != "inf"
                case ["kept", at]:
                    one.kept = max(one.kept, float(at))
                case ["raised", *_]:
                    one.raised = line
        return one


def play(project: Project, seconds: float) -> Figures:
    """One round, in which the session is killed `seconds` after its process began."""
    child, pipe = forked(work, project)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    played = Round.read(said(child, pipe))
    child, pipe = forked(look, project)
    answer = said(child, pipe)
    figures = Figures(runs=1, changes=played.changes)
    if played.raised or b"raised" in answer:
        figures.wrong.append(played.raised or answer.decode())
        return figures
    _judge(played, json.loads(answer), figures)
    return figures


def _judge(played: Round, found: dict[str, Any], figures: Figures) -> None:
    figures.wanted.update(found["wanted"])
    figures.back.update(found["back"])
    figures.seconds.append(found["seconds"])
    figures.wrong += [
        f"{name} is not back: {found['why'][name]}"
        for name in found["wanted"]
        if name not in found["back"]
    ]
    if found["hangs"]:
        figures.wrong.append("closing the session came to no end")
    if found["id"] != "main":
        figures.wrong.append("another session was opened")
    for name, (is_wanted, at) in played.wanted.items():
        if at <= played.kept and is_wanted != (name in found["wanted"]):
            verb = "wanted" if is_wanted else "left"
            figures.wrong.append(f"{name} was {verb}, that was kept, and it is not so")
    before, after = found["before"].get("held"), found["after"].get("held")
    if before and after:
        figures.same_lives += before == after
        figures.other_lives += before != after


@contextmanager
def peers(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a line REPL and of a server, in a process that outlives every session."""
    child, pipe = forked(_serve, folder)
    with os.fdopen(pipe, "rb") as end:
        repl, image = end.readline().decode().split()
        try:
            yield repl, image
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _serve(folder: Path, pipe: int) -> None:
    async def serve() -> None:
        server = Server(FakeBackend, folder / "server", Options())
        image = f"lines://127.0.0.1:{free_port()}"
        async with answering(Repl()) as repl, listening(server, address_of(image), Sealing()):
            await server.start()
            os.write(pipe, f"{repl} {image}\n".encode())
            await asyncio.Event().wait()

    asyncio.run(serve())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def rounds(arguments: tuple[int, int]) -> Figures:
    """So many rounds on one project, with the moments of a seed."""
    runs, seed_number = arguments
    chance = random.Random(seed_number)  # noqa: S311 - moments, not keys
    total = Figures()
    with tempfile.TemporaryDirectory() as name, peers(Path(name)) as (repl, image):
        project = Project(Path(name), repl, image)
        project.approve()
        try:
            for _ in range(runs):
                project.seed = chance.randrange(1 << 32)
                longest = chance.choice((0.3, 0.8, 0.8, 2.0))
                total.add(play(project, chance.uniform(0.0, longest)))
        finally:
            project.end()
        total.wrong += [f"`{name}` was left running" for name in _left_in(project.root)]
    return total


def _left_in(root: Path) -> list[str]:
    """The programs that still run in a folder, some time after everybody was killed."""
    deadline = time.monotonic() + PATIENCE
    while (names := _running_in(root)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return names


def _running_in(root: Path) -> list[str]:
    names = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.cwd() == str(root):
                names.append(" ".join(process.cmdline())[:80].replace(str(root), "PROJECT"))
    return names


def main() -> int:
    """1 when too little came back, or something that was kept was forgotten."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    start = time.monotonic()
    shares = [len(range(one, chosen.runs, chosen.workers)) for one in range(chosen.workers)]
    total = Figures()
    with Pool(chosen.workers) as pool:
        seeds = range(chosen.seed * 1000, chosen.seed * 1000 + chosen.workers)
        for one in pool.imap_unordered(rounds, zip(shares, seeds, strict=True)):
            total.add(one)
    _print(total, time.monotonic() - start)
    is_broken = any("is not back" not in one for one in total.wrong)
    return 1 if is_broken or total.part_back < LEAST_BACK else 0


def _print(total: Figures, seconds: float) -> None:
    print(f"{total.runs} sessions killed in {seconds:.0f} s, after {total.changes} changes")
    back, wanted = total.back.total(), total.wanted.total()
    print(f"connections online again: {back} of {wanted} ({total.part_back:.2%})")
    for name in CODES:
        print(f"  {name:6} {total.back[name]:6} of {total.wanted[name]:6}")
    print(
        f"all of a session online: p50 {total.seconds_at(0.5):.2f} s, "
        f"p95 {total.seconds_at(0.95):.2f} s, most {total.seconds_at(1.0):.2f} s after its start"
    )
    print(f"held: the same life {total.same_lives} times, another one {total.other_lives} times")
    for text, count in Counter(total.wrong).most_common(30):
        print(f"WRONG {count} times: {text}")


if __name__ == "__main__":
    sys.exit(main())
