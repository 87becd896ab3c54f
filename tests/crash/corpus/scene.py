"""A home with everything that this machine keeps of one project, as a crash leaves it.

Made once through the real runtime, and copied for each fault.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from doubles.outside import HandClock, services_in
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.layout import Direction, resize
from stui_workspace.model.session import TranscriptEntry, Waiting
from stui_workspace.model.workspace import ConnectionSpec, ConnectWhen
from stui_workspace.runtime.autosave import Writer
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal

NOON = 1_764_000_000.0
PADS = 8
WORKSPACE = """\
stui: 1
name: orders
connections:
  py: {kind: python, connect: manual}
  other: {kind: python, connect: manual}
buffers:
""" + "".join(
    f"  pad{n}: {{connection: py, source: 'as the file has it {n}'}}\n" for n in range(PADS)
)
CODES = tuple(f"{n} * {n}" for n in range(12))


@dataclass(frozen=True)
class Scene:
    """One copy of the home."""

    root: Path
    home: Path
    clock: HandClock = field(default_factory=lambda: HandClock(NOON + 100))

    @property
    def services(self) -> Services:
        return replace(services_in(self.home, self.clock), watch="poll")

    @property
    def request(self) -> OpenRequest:
        return OpenRequest(self.root, connect=False, asked=True)

    def copy(self, folder: Path) -> Scene:
        """The same home elsewhere; the project stays where it is, for its path is its name."""
        shutil.copytree(self.home, folder, symlinks=True)
        return Scene(self.root, folder)

    def files(self) -> dict[str, Path]:
        """The files in it by what they are, without the locks."""
        found: dict[str, Path] = {}
        for path in sorted(self.home.rglob("*")):
            if path.is_file() and path.suffix != ".lock":
                found[self.kind(path)] = path
        return found

    def kind(self, path: Path) -> str:
        """What a file is: its path below the home, without what is other on each machine."""
        workspace = self.services.locations.workspace(self.root).path
        below = workspace if workspace in path.parents else self.home
        return path.relative_to(below).as_posix()


def make_scene(folder: Path, *, recovering: bool = False) -> Scene:
    """A project and a home, as a crash leaves them.

    Args:
        folder: For both.
        recovering: Whether the next start was cut short, too: the journal lies aside then.
    """
    root = folder / "project"
    root.mkdir(parents=True)
    (root / ".stui-workspace.yaml").write_text(WORKSPACE, encoding="utf-8")
    scene = Scene(root, folder / "home", HandClock(NOON))
    asyncio.run(_live(scene))
    if recovering:
        Journal(scene.services.locations.workspace(root).journal_of("main")).set_aside()
    return scene


async def _live(scene: Scene) -> None:
    session = Session.open(replace(scene.request, asked=False), scene.services)
    await session.start()
    _work(session, scene)
    await session.close()
    scene.clock.advance(60)
    session = Session.open(scene.request, scene.services)
    await session.start()
    session.edit("pad1", _text(1, "again"))
    session.save()
    _type_on(session, scene)
    await _crash(session)


def _work(session: Session, scene: Scene) -> None:
    """Something of every kind that a session keeps."""
    for number in range(PADS):
        session.edit(f"pad{number}", _text(number, "unsaved"))
        session.place_cursor(f"pad{number}", (number, 3))
    session.add_buffer(title="Mine", text="my own pad\nünïcödé ✓\n")
    session.add_buffer(title="Long", text="".join(f"line {n * 7919 % 1009}\n" for n in range(60)))
    shown = session.arrangement(200)
    session.arrange(replace(shown, wide=resize(shown.wide, "results", Direction.UP)))
    session.prefer("line_numbers", value=False)
    session.add_connection(ConnectionSpec("mine", "python", connect=ConnectWhen.MANUAL))
    _evaluated(session, scene)


def _evaluated(session: Session, scene: Scene) -> None:
    history = HistoryLog(scene.services.locations.history, "testbed")
    entries = []
    for number, code in enumerate(CODES):
        at = NOON + number
        entries.append(TranscriptEntry(number + 1, "py", code, "ok", f"{number}\n", "1", at))
        history.append(Entry(at, "py", code, session._folder.path.name))
    waiting = (Waiting("w1", "py", "not sent yet", NOON),)
    state = session._memory.state
    session._memory.keep(replace(state, transcript=tuple(entries), outbox=waiting))


def _type_on(session: Session, scene: Scene) -> None:
    """Changes that the journal has alone, in lines of one or two items."""
    writer = session._keeper._writer
    assert isinstance(writer, Writer)
    for number, names in enumerate((("pad2",), ("pad3", "pad4"), ("pad2",))):
        for name in names:
            session.edit(name, _text(number, f"typed {number}"))
        writer.journal(session._memory.state, scene.clock())
        scene.clock.advance(1)


def _text(number: int, word: str) -> str:
    return f"# {word} in pad {number}\n" + "".join(f"{word}_{n} = {n}\n" for n in range(6))


async def _crash(session: Session) -> None:
    """What kill -9 leaves: no goodbye, no last save; the lock ends with the holder."""
    for task in tuple(session._tasks):
        task.cancel()
    await asyncio.gather(*session._tasks, return_exceptions=True)
    await session._switchboard.close()
    assert session._keeping.lock is not None
    session._keeping.lock.release()


def items_in(session: Session) -> dict[str, object]:
    """The items of an open session, without what is counted of it."""
    return {
        name: value for name, value in items_of(session._memory.state).items() if name != "meta"
    }


def history_in(session: Session) -> tuple[str, ...]:
    return session.recall("py")


def bytes_below(folder: Path) -> Iterable[bytes]:
    """What the regular files of a folder say."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path.read_bytes()
