"""Kill a session that is typed into, again and again, and see what comes back.

Each round starts a real session on the same project, in a process of its own, which types a
numbered text every 20 ms and saves numbered versions of the workspace file meanwhile. At a
moment that nobody chose it is killed with SIGKILL. Then another process opens what is left.

Run by `make soak`; `kills.py --kills 50 --seed 7` plays fewer rounds, or others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).parent.parent))

from stui_workspace.document import set_value
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    LayoutState,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.events import Event, Saved
from stui_workspace.runtime.opening import crash_question
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.storage.atomic import is_temporary
from stui_workspace.storage.lock import hold
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.store import SessionStore

BUFFERS = tuple(f"b{number}" for number in range(12))
PADS = ("pad-1", "pad-2", "pad-3")
CONNECTIONS = ("c0", "c1", "c2", "c3")
FILLER = "what was typed before stands here, too\n" * 5
FILE = """\
# A project that is worked on while it is killed.
stui: 1
name: v{version}  # the version of this file
connections:
{connections}
buffers:
{buffers}
autosave: {{snapshot: 1s}}
"""

KEY_SECONDS = 0.02
SAVE_SECONDS = 0.05
LEAST_RESTORED = 0.95
MOST_LOST_SECONDS = 1.0
LONGEST_OPENING = 30.0


@dataclass
class Figures:
    """What some rounds came to."""

    kills: int = 0
    typing_kills: int = 0
    """Of sessions that had been typed into."""
    keys: int = 0
    versions: int = 0
    """Of the workspace file, each acknowledged."""
    items: int = 0
    """That were to come back, over all rounds."""
    restored: int = 0
    worst_restored: float = 1.0
    """The smallest part of the items that one round got back."""
    lost: list[float] = field(default_factory=list)
    """Seconds between a kill and the newest keystroke that came back."""
    longest_row_of_crashes: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        for name in ("kills", "typing_kills", "keys", "versions", "items", "restored"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.worst_restored = min(self.worst_restored, other.worst_restored)
        crashes = max(self.longest_row_of_crashes, other.longest_row_of_crashes)
        self.longest_row_of_crashes = crashes
        self.lost += other.lost
        self.wrong += other.wrong

    def lost_at(self, part: float) -> float:
        """Seconds lost in the round at which `part` of all rounds lost no more."""
        ordered = sorted(self.lost)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class Project:
    """A project, what this machine keeps of it, and what is known to be in both."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.file = self.root / ".stui-workspace.yaml"
        self.services = Services.real({"STUI_HOME": str(folder / "home")})
        self.version = 0
        self.key = 0
        self.held: dict[str, int] = {}
        """The newest keystroke that is known to be kept, by buffer."""
        self.root.mkdir(parents=True)
        (self.root / ".git").mkdir()
        self.file.write_bytes(content(0))
        SessionStore(self.services.locations.workspace(self.root)).save(seed())

    @property
    def request(self) -> OpenRequest:
        return OpenRequest(self.root, asked=True, connect=False)


def content(version: int) -> bytes:
    """All bytes of that version of the workspace file."""
    connections = "\n".join(f"  {name}: {{kind: python}}" for name in CONNECTIONS)
    buffers = "\n".join(f"  {name}: {{source: text of {name}}}" for name in BUFFERS)
    text = FILE.format(version=version, connections=connections, buffers=buffers)
    return text.encode()


def seed() -> SessionState:
    """A session with an item of every kind, more than twenty in all."""
    now = time.time()
    return SessionState(
        SessionMeta("main", "main", "here", now, now, now, closed=True),
        layout=LayoutState(focus="b0"),
        preferences={"theme": "nord"},
        buffers={
            **{name: BufferState(cursor=(0, 1)) for name in BUFFERS},
            **{name: BufferState(text=f"{name}\n{FILLER}", ad_hoc=True) for name in PADS},
        },
        connections={name: ConnectionRecord(evaluations=7) for name in CONNECTIONS},
        transcript=tuple(TranscriptEntry(n, "c0", f"{n} + 1", "ok", at=now) for n in range(20)),
    )


# The one that is killed.


def work(project: Project, pipe: int) -> None:
    """Type and save until killed, and say everything that was done on `pipe`."""
    asyncio.run(Worker(project, pipe).work())


@dataclass
class Worker:
    """Somebody at work."""

    project: Project
    pipe: int

    def say(self, *words: object) -> None:
        os.write(self.pipe, (" ".join(map(str, words)) + "\n").encode())

    async def work(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._failed)
        session = Session.open(self.project.request, self.project.services)
        session.subscribe(self._noted)
        await session.start()
        await asyncio.gather(self._type(session), self._save())

    async def _type(self, session: Session) -> None:
        number = self.project.key
        while True:
            number += 1
            name = BUFFERS[number % len(BUFFERS)]
            self.say("key", number, time.time())
            session.edit(name, f"{FILLER}{number}\n")
            if number % 5 == 0:
                session.focus_on(name, active={"b0|b1": name})
                session.prefer("theme", ("nord", "light", "dracula")[number % 3])
            await asyncio.sleep(KEY_SECONDS)

    async def _save(self) -> None:
        version = self.project.version
        while True:
            version += 1
            self.say("version", version)
            await asyncio.to_thread(save_version, self.project, version)
            self.say("saved", version)
            await asyncio.sleep(SAVE_SECONDS)

    def _noted(self, event: Event) -> None:
        if isinstance(event, Saved):
            self.say("kept", event.at)

    def _failed(self, _loop: object, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.say("raised", repr(error or context["message"]).replace("\n", " | "))


def save_version(project: Project, version: int) -> None:
    """What `stui set name v...` does."""
    edit_file(
        project.file,
        project.root,
        lambda document: set_value(document, ("name",), f"v{version}"),
        project.services,
    )


# The one that looks.


def look(project: Project, pipe: int) -> None:
    """Open what is left as the next start would, and say what came back."""
    question = crash_question(OpenRequest(project.root), project.services)
    session = Session.open(project.request, project.services)
    found = {
        "crashes": 0 if question is None else question.crash_count,
        "id": session.id,
        "storage": str(session._storage_problem or ""),
        "receipt": {one.item: str(one.outcome) for one in session.receipt.items},
        "items": items_of(session._memory.state),
    }
    os.write(pipe, json.dumps(found).encode())


def forked(task: Callable[[Project, int], None], project: Project) -> tuple[int, int]:
    """A process that runs `task`, and the end of a pipe from which to read what it says."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(task, project, writing)
    os.close(writing)
    return child, reading


def _run(task: Callable[[Project, int], None], project: Project, pipe: int) -> NoReturn:
    try:
        task(project, pipe)
    except BaseException:  # noqa: BLE001 - it is told, and the process ends
        os.write(pipe, b"\nraised " + traceback.format_exc().encode().replace(b"\n", b" | "))
    os._exit(0)


def said(child: int, pipe: int) -> bytes:
    """All that the process wrote, when it has ended."""
    with os.fdopen(pipe, "rb") as end:
        found = end.read()
    os.waitpid(child, 0)
    return found


# The rounds.


@dataclass
class Round:
    """What a session said that it did before it was killed."""

    killed: float
    keys: dict[int, float] = field(default_factory=dict)
    kept: float = 0.0
    """Up to when everything is on the disk, as it said."""
    intended: int = 0
    saved: int = 0
    raised: str = ""

    @classmethod
    def read(cls, told: bytes, killed: float) -> Round:
        one = cls(killed)
        for line in told.decode().split("\n"):
            match line.split(maxsplit=2):
                case ["key", number, at]:
                    one.keys[int(number)] = float(at)
                case ["kept", at]:
                    one.kept = max(one.kept, float(at))
                case ["version", number]:
                    one.intended = int(number)
                case ["saved", number]:
                    one.saved = int(number)
                case ["raised", *_]:
                    one.raised = line
        return one


def play(project: Project, seconds: float) -> Figures:
    """One round, in which the session is killed `seconds` after its process began."""
    child, pipe = forked(work, project)
    time.sleep(seconds)
    killed = time.time()
    os.kill(child, signal.SIGKILL)
    played = Round.read(said(child, pipe), killed)
    child, pipe = forked(look, project)
    answer = said(child, pipe)
    figures = Figures(kills=1, keys=len(played.keys), typing_kills=int(bool(played.keys)))
    if played.raised or b"raised" in answer:
        figures.wrong.append(played.raised or answer.decode())
        return figures
    _judge_file(project, played, figures)
    _judge_session(project, played, json.loads(answer), figures)
    return figures


def _judge_file(project: Project, played: Round, figures: Figures) -> None:
    now = project.file.read_bytes()
    least, most = max(project.version, played.saved), max(project.version, played.intended)
    versions = [one for one in range(least, most + 1) if content(one) == now]
    figures.versions = max(played.saved - project.version, 0)
    if versions:
        project.version = versions[0]
    else:
        figures.wrong.append(f"the file is no version from {least} to {most}: {now!r}")
    others = {one.name for one in project.root.iterdir()} - {project.file.name, ".git"}
    if not all(map(is_temporary, others)):
        figures.wrong.append(f"there is more in the project: {sorted(others)}")
    for one in others:  # an hour later the program does this
        (project.root / one).unlink()
    lock = project.services.locations.workspace(project.root).file_lock
    with hold(lock, timeout=1.0):  # its holder is dead
        pass


def _judge_session(
    project: Project, played: Round, found: dict[str, Any], figures: Figures
) -> None:
    figures.longest_row_of_crashes = found["crashes"]
    if (found["id"], found["storage"]) != ("main", ""):
        figures.wrong.append(f"another session was opened: {found['id']} {found['storage']}")
        return
    for number, at in played.keys.items():
        if at <= played.kept:
            project.held[BUFFERS[number % len(BUFFERS)]] = number
    items, wanted = found["items"], items_of(seed()).keys() - {"meta"}
    restored = [name for name in wanted if _is_back(project, name, found, figures)]
    figures.items, figures.restored = len(wanted), len(restored)
    figures.worst_restored = len(restored) / len(wanted)
    numbers = {name: _number_of(items.get(f"buffer/{name}", {})) for name in BUFFERS}
    newest = max(numbers.values())
    project.held |= numbers
    if played.keys:
        from_when = played.keys.get(newest, min(played.keys.values()))
        figures.lost.append(played.killed - from_when)
    project.key = max(project.key, *played.keys, newest) if played.keys else project.key


def _is_back(project: Project, item: str, found: dict[str, Any], figures: Figures) -> bool:
    """Whether an item came back with all that the session said was kept."""
    value = found["items"].get(item)
    if value is None or found["receipt"].get(item) not in ("ok", "changed", "refused"):
        return False
    kind, _, name = item.partition("/")
    if name in BUFFERS:
        least = project.held.get(name, 0)
        if _number_of(value) < least:
            figures.wrong.append(f"{item} is back at {_number_of(value)}, and {least} was kept")
            return False
        return True
    before = items_of(seed())[item]
    if kind in ("buffer", "connection"):
        return bool(value == before)
    return kind != "transcript" or len(value) == 20


def _number_of(buffer: dict[str, Any]) -> int:
    """The number that was typed last; nought where nothing was."""
    text = buffer.get("text")
    return int(text.removeprefix(FILLER)) if text else 0


def rounds(arguments: tuple[int, int]) -> Figures:
    """So many rounds on one project, with the moments of a seed."""
    kills, seed_number = arguments
    chance = random.Random(seed_number)  # noqa: S311 - moments, not keys
    total = Figures()
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        for _ in range(kills):
            longest = chance.choice((0.15, 0.9, 0.9, 2.0))
            total.add(play(project, chance.uniform(0.0, longest)))
    return total


def main() -> int:
    """1 when something was lost that must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = parser.parse_args()
    start = time.monotonic()
    shares = [len(range(one, chosen.kills, chosen.workers)) for one in range(chosen.workers)]
    total = Figures()
    with Pool(chosen.workers) as pool:
        seeds = range(chosen.seed * 1000, chosen.seed * 1000 + chosen.workers)
        for one in pool.imap_unordered(rounds, zip(shares, seeds, strict=True)):
            total.add(one)
    if chosen.json:
        print(json.dumps(asdict(total)))
    else:
        _print(total, time.monotonic() - start)
    is_lossless = not total.wrong and total.worst_restored >= LEAST_RESTORED
    return 0 if is_lossless and total.lost_at(1.0) <= MOST_LOST_SECONDS else 1


def _print(total: Figures, seconds: float) -> None:
    print(f"{total.kills} kills in {seconds:.0f} s, {total.typing_kills} of them while typing")
    lossless = "see below" if total.wrong else "none torn, none lost"
    print(f"workspace file: {total.versions} versions acknowledged, {lossless}")
    part = total.restored / total.items if total.items else 1.0
    print(
        f"items restored: {total.restored} of {total.items} ({part:.2%}); "
        f"in the worst round {total.worst_restored:.1%}"
    )
    print(
        f"typing lost, of {total.keys} keys: p50 {total.lost_at(0.5):.3f} s, "
        f"p95 {total.lost_at(0.95):.3f} s, most {total.lost_at(1.0):.3f} s"
    )
    print(f"starts in a row that were killed: up to {total.longest_row_of_crashes}")
    for one in total.wrong:
        print(f"WRONG: {one}")


if __name__ == "__main__":
    sys.exit(main())
