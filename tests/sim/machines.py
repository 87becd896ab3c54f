"""A machine of a simulation: a folder, a clock, a disk, and a session that may run."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from doubles.flaky_disk import PowerCut
from sim.disks import SimDisk
from sim.documents import tokens_in
from sim.engines import Engine, archived, asked_about
from sim.ledger import Ledger
from sim.world import EPOCH, World
from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import StuiError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing import Attention
from stui_workspace.runtime.syncing.attendant import patience_of
from stui_workspace.storage.atomic import is_temporary
from stui_workspace.storage.locations import Locations
from stui_workspace.storage.project import FILE_NAMES, find_project

W = FILE_NAMES[0]
"""The name of the workspace file."""

RETRY_SECONDS = 30.0

MOST_WRITES = 150
"""More than any machine needs in a simulation."""


@dataclass
class Clock:
    """What a machine believes the time to be."""

    world: World
    skew: float
    drift: float

    def __call__(self) -> float:
        return EPOCH + self.world.now * (1.0 + self.drift) + self.skew

    def until(self, time: float) -> float:
        """How long it takes in truth until this clock shows that time."""
        return (time - self()) / (1.0 + self.drift)


def is_copy(name: str) -> bool:
    """Whether a file of that name is what a tool made of a conflict; all of ours say so."""
    return ("conflict" in name.lower() or "..path" in name) and not name.endswith("~")


class Machine:
    """One computer with a replica of the project."""

    def __init__(self, name: str, home: Path, world: World, ledger: Ledger, engine: Engine) -> None:
        self.name = name
        self.folder = home / "project"
        self.world = world
        self.ledger = ledger
        self.clock = Clock(world, 0.0, 0.0)
        self.disk = SimDisk(self.clock, world.chance)
        self.disk.changed = self._written
        state = home / "own"
        locations = Locations(*(state / one for one in ("config", "state", "data", "cache")))
        self.services = Services(
            locations, self.disk, self.clock, name, _no_backend, home=self.folder
        )
        self.state = state
        self.patience = patience_of(name)
        self.tell_tool: Callable[[Machine], None] = lambda machine: None
        self.is_online = True
        self.is_running = False
        self.writes = 0
        """How often the program changed something in the project."""
        self.half_written: bytes | None = None
        """The whole of what an editor is just writing."""
        self._engine = engine
        self._has_looked = False
        self._look_at: float | None = None
        self._first_change: float | None = None
        self.folder.mkdir(parents=True)

    # What others do in the folder.

    def get(self, name: str) -> bytes | None:
        """The bytes of a file of the project; None where there is none."""
        try:
            with open(self.folder / name, "rb") as file:  # noqa: PTH123 (often called)
                return file.read()
        except FileNotFoundError:
            return None

    def read_by_tool(self, name: str) -> bytes | None:
        """The same, read by a tool that does not care whether somebody is just writing it."""
        content = self.get(name)
        if name == W and self.half_written is not None and content != self.half_written:
            self.ledger.note_tear(self.half_written, content)
        return content

    def names(self) -> list[str]:
        """The files of the project, sorted."""
        return sorted(os.listdir(self.folder))  # noqa: PTH208 (often called)

    def copies(self) -> list[str]:
        """The conflict copies beside the workspace file."""
        return [name for name in self.names() if is_copy(name)]

    def versions(self) -> dict[str, bytes]:
        """The workspace file and its copies, by name."""
        found = {name: self.get(name) for name in (W, *self.copies())}
        return {name: content for name, content in found.items() if content is not None}

    def put(self, name: str, content: bytes, mtime: float | None = None) -> None:
        """Replace a file, or make it, as by a rename from elsewhere."""
        path = self.folder / name
        temporary = self.state.with_name("arriving")
        temporary.write_bytes(content)
        when = self.clock() if mtime is None else mtime
        os.utime(temporary, (when, when))
        temporary.replace(path)
        self.changed()

    def touch(self, name: str, mtime: float) -> None:
        """Give a file another time, if it has not that one."""
        if self.mtime(name) != mtime:
            os.utime(self.folder / name, (mtime, mtime))
            self.changed()

    def drop(self, name: str) -> None:
        """Delete a file that may be there."""
        with suppress(FileNotFoundError):
            (self.folder / name).unlink()
            self.changed()

    def rename(self, name: str, new: str) -> None:
        """Rename a file, over another if there is one."""
        (self.folder / name).replace(self.folder / new)
        self.changed()

    def mtime(self, name: str) -> float:
        """When a file was changed, by whoever says so; 0 where there is none."""
        try:
            return (self.folder / name).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def changed(self) -> None:
        """Somebody changed something in the folder: whoever watches it may look."""
        self.tell_tool(self)
        if self.is_running:
            self._look_when_quiet()

    def say(self, text: str) -> None:
        """Put a line into the log."""
        self.world.trace.say(self.name, text)

    # The session.

    def start(self) -> None:
        """Begin to watch."""
        if not self.is_running:
            self.say("a session starts")
            self.disk.reboot()
            self.services.taken_away.clear()  # a run of the program remembers only its own
            self.is_running = True
            self._has_looked = False
            self.look()

    def stop(self) -> None:
        """End the session."""
        if self.is_running:
            self.say("the session ends")
            self.is_running = False

    def look_in(self, delay: float) -> None:
        """Look after a while, unless a look is due before."""
        due = self.world.now + max(delay, 0.01)
        if self._look_at is None or self._look_at > due:
            self._set_look(due)

    def _look_when_quiet(self) -> None:
        """Look when nothing has changed for a moment, or for too long things do."""
        now = self.world.now
        if self._first_change is None:
            self._first_change = now
        quiet = self.world.somewhen(0.1, 0.3)
        self._set_look(min(now + quiet, max(self._first_change + 1.5, now)))

    def _set_look(self, due: float) -> None:
        self._look_at = due
        self.world.after(due - self.world.now, lambda: self._look_if_due(due))

    def _look_if_due(self, due: float) -> None:
        if self._look_at == due:
            self._look_at = self._first_change = None
            self.look()

    def look(self) -> None:
        """What the session does after a change."""
        if self.is_running:
            patience = self.patience if self._has_looked else 0.0  # nobody looked until now
            self._has_looked = True
            attention = self.attend(patience)
            if attention is None or attention.problems:
                self.look_in(RETRY_SECONDS)
            elif attention.due is not None:
                self.look_in(max(self.clock.until(attention.due), 0.5))

    def attend(self, patience: float, *, check: bool = False) -> Attention | None:
        """One pass of the program; None where it could not be made."""
        here = list(self.versions().values())
        self.read_by_tool(W)
        self.note_beginning()
        refused = self.disk.refused_count
        try:
            project = find_project(self.folder, self.folder)
            attention = self._engine(project, self.services, patience=patience, check=check)
        except PowerCut:
            self.power_cut()
            return None
        except StuiError as error:
            if self.disk.refused_count == refused:
                raise self.world.trace.broken("errors", f"{self.name}: {error!r}") from error
            self.say(f"could not look: {type(error).__name__}")
            return None
        self._note(attention, here, is_whole=self.disk.refused_count == refused and not check)
        return attention

    def note_beginning(self) -> None:
        """Note what was edited here before a version of the file was kept."""
        store = self.services.locations.workspace(self.folder).generations
        if not (store / "log.jsonl").exists():
            self.ledger.note_beginning(self.name, self.get(W) or b"")

    def _note(self, attention: Attention, here: list[bytes], *, is_whole: bool) -> None:
        said = [
            f"{one.name} {one.action} ({one.reason}{''.join(map(' {}'.format, one.conflicts))})"
            for one in attention.copies
        ]
        if attention.wrote or said or attention.problems:
            self.say("; ".join(["looks", *(["writes"] * attention.wrote), *said]))
        for problem in attention.problems:
            self.say(f"problem: {problem}")
        for one in attention.copies:
            self.ledger.counts[one.action] += 1
        if is_whole:
            for content in here:
                self.ledger.note_sight(content)
            self.ledger.told.update(*map(tokens_in, self.asked()))

    def power_cut(self) -> None:
        """The program is gone in the middle of a step; the machine comes back later."""
        self.say("crashes")
        self.ledger.counts["crashes"] += 1
        self.is_running = False
        self.world.after(self.world.somewhen(1.0, 600.0), self.start)

    def _written(self, path: Path) -> None:
        if path.parent == self.folder:
            if not is_temporary(path.name):
                self.writes += 1
                if self.writes > MOST_WRITES:
                    raise self.world.trace.broken("writing ends", f"{self.name} writes for ever")
            self.changed()

    # What is left in the end.

    def kept(self) -> tuple[bytes, ...]:
        """What this machine has archived."""
        return archived(self.folder, self.services)

    def asked(self) -> tuple[bytes, ...]:
        """The sides of what waits for a person here."""
        return asked_about(self.folder / W, self.folder, self.services)


def _no_backend(spec: ConnectionSpec, root: Setting) -> Backend:
    raise AssertionError("nothing here evaluates anything")
