"""Two machines that have one project: each with its folder, its name and a home of its own."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Self

from watchdog.events import FileClosedNoWriteEvent, FileOpenedEvent, FileSystemEvent
from watchdog.events import FileSystemEventHandler as Listener
from watchdog.observers import Observer

from stui_workspace.model.revision import revision_of

ROOT: Final = Path(__file__).parent.parent.parent
FILE: Final = ".stui-workspace.yaml"
PATIENCE: Final = 60.0
"""Seconds until a test gives up; that is no measure of how long anything may take."""
INHERITED: Final = ("PATH", "LANG")
EXAMPLE: Final = ROOT / "examples" / "quickstart"
PAGES: Final = tuple(f"page-{number}.md" for number in range(8))
KNOWN: Final = frozenset([*(path.name for path in EXAMPLE.iterdir()), *PAGES, ".stfolder"])
"""What lies in the folder when all is well."""
NAMED: Final = """\
import platform, sys
name = sys.argv.pop(1)
platform.node = lambda: name
from stui_workspace.main import main
sys.exit(main())
"""
"""The command `stui`, on a machine of another name."""


@dataclass(frozen=True)
class Machine:
    """A person's computer: the project in a folder that somebody syncs, and what stui keeps."""

    name: str
    folder: Path
    environ: dict[str, str]

    @classmethod
    def made(cls, name: str, below: Path) -> Self:
        """A machine whose folder of the project is there, and empty."""
        folder = below / name / "project"
        folder.mkdir(parents=True)
        kept = {key: os.environ[key] for key in INHERITED if key in os.environ}
        own = {
            "HOME": str(below / name / "home"),
            "STUI_HOME": str(below / name / "stui"),
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }
        (below / name / "home").mkdir()
        return cls(name, folder, kept | own)

    def fill(self) -> None:
        """Put the project there, and files beside it that nobody touches."""
        shutil.copytree(EXAMPLE, self.folder, dirs_exist_ok=True)
        for page in PAGES:
            (self.folder / page).write_text(f"# {page}\n", encoding="utf-8")

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def text(self) -> str:
        """The text of the workspace file; empty while there is none."""
        try:
            return self.file.read_bytes().decode()
        except FileNotFoundError:
            return ""

    @property
    def beside(self) -> list[str]:
        """The names of what lies in the folder because of a conflict, or of a write going on."""
        return sorted({path.name for path in self.folder.iterdir()} - KNOWN)

    def edit(self, *changes: str) -> None:
        """Replace texts by others, as editors do it: a new file, renamed over the old one."""
        text = self.text
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            assert text.count(old) == 1, (old, text)
            text = text.replace(old, new)
        self.write(text)

    def write(self, text: str) -> None:
        """Replace the file's whole text, as editors do."""
        fresh = self.folder / ".goutputstream-AB12CD"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.file)

    def stui(self, *arguments: str, status: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command in the folder; its status must be the one that is expected."""
        ran = subprocess.run(
            _command(self.name, arguments),
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
            start_new_session=True,  # so that nobody is there to be asked
        )
        assert status in (None, ran.returncode), (arguments, ran.stdout, ran.stderr)
        return ran

    def asked(self, *arguments: str, status: int | None = 0) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.stui(*arguments, "--json", status=status).stdout)

    def has_noted(self) -> bool:
        """Whether stui has seen what the file says now."""
        versions = self.asked("sync", "log")
        return revision_of(self.file.read_bytes()) in {one["revision"] for one in versions}

    @contextmanager
    def watching(self) -> Iterator[Watching]:
        """`stui watch --json`, running and open."""
        with subprocess.Popen(
            _command(self.name, ["watch", "--json"]),
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                watching = Watching(running)
                watching.until("opened")
                yield watching
                watching.end()
            finally:
                running.kill()


class Lines:
    """What a running program writes, read as it comes, so that it never waits for a reader."""

    def __init__(self, stream: IO[str] | None) -> None:
        assert stream is not None
        self._stream = stream
        self._unread: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.read: list[str] = []
        self._reader = threading.Thread(target=self._follow, daemon=True)
        self._reader.start()

    def _follow(self) -> None:
        for line in self._stream:
            self._unread.put(line)
        self._unread.put("")

    def until(self, wanted: Callable[[str], bool]) -> str:
        """The next line that is wanted, once it is there; an empty one if none ever came."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._unread.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = ""
            self.read.append(line)
            if not line or wanted(line):
                return line

    def all(self) -> list[str]:
        """All lines up to now."""
        with suppress(queue.Empty):
            while True:
                self.read.append(self._unread.get_nowait())
        return self.read

    def join(self) -> None:
        """Wait until the program has closed its end."""
        self._reader.join(PATIENCE)


class Watching:
    """A running `stui watch --json`: its events, in order, and what it said besides."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running
        self._lines = Lines(running.stdout)
        self._said = Lines(running.stderr)

    @property
    def said(self) -> str:
        """What it wrote to standard error so far."""
        return "".join(self._said.all())

    def until(self, event: str, **values: object) -> dict[str, Any]:
        """The next event of that name, with these values."""
        wanted = {"event": event, **values}.items()
        line = self._lines.until(lambda line: wanted <= json.loads(line).items())
        assert line, f"no {event} {values} after {self._lines.read}: {self.said}"
        found: dict[str, Any] = json.loads(line)
        return found

    @property
    def reloaded(self) -> list[str]:
        """The key paths that it said were changed, each as often as it said so, sorted."""
        events = [json.loads(line) for line in self._lines.all() if line]
        return sorted(
            change["path"]
            for event in events
            if event["event"] == "reloaded"
            for change in event["changes"]
        )

    def end(self) -> None:
        """Ask it to end, as Ctrl-C does; it must end well."""
        self._running.send_signal(signal.SIGINT)
        self.until("closed")
        assert self._running.wait(PATIENCE) == 0, self.said
        self._lines.join()
        self._said.join()


@dataclass
class Replicas:
    """Two machines, and waiting for what becomes of their folders."""

    left: Machine
    right: Machine
    _changed: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def made(cls, below: Path) -> Iterator[Self]:
        """Both machines with an empty folder each, looked at until the test ends."""
        replicas = cls(Machine.made("anna", below), Machine.made("bert", below))
        observer = Observer()
        for machine in replicas.both:
            observer.schedule(_Waking(replicas._changed), str(machine.folder))
        observer.start()
        try:
            yield replicas
        finally:
            observer.stop()
            observer.join()

    @property
    def both(self) -> tuple[Machine, Machine]:
        return self.left, self.right

    def know(self) -> None:
        """Have stui see the file on both machines, as where it was opened there some time ago."""
        assert self.are_equal, str(self)
        for machine in self.both:
            assert "no conflict copies" in machine.stui("sync").stderr

    @property
    def are_equal(self) -> bool:
        """Whether both have the file, with the same bytes, and nothing beside it."""
        return bool(self.left.text) and self.left.text == self.right.text and not self.beside

    @property
    def beside(self) -> dict[str, list[str]]:
        return {machine.name: machine.beside for machine in self.both if machine.beside}

    def have(self, *texts: str) -> bool:
        """Whether both files have all these texts."""
        return all(text in machine.text for machine in self.both for text in texts)

    def wait_noted(self) -> None:
        """Wait until the running stui of both machines has seen what the file says now."""
        for machine in self.both:
            self.until(machine.has_noted, f"stui has seen the file of {machine.name}")

    def until(self, claim: Callable[[], bool], what: str) -> None:
        """Wait until the claim holds; every change in one of the folders has it looked at again."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self._changed.clear()
            if claim():
                return
            if not self._changed.wait(0.5):  # nor does everything that matters lie in the folders
                assert time.monotonic() < deadline, f"waited in vain: {what}\n{self}"

    def __str__(self) -> str:
        return "\n".join(
            f"--- {machine.name}: {machine.beside}\n{machine.text}" for machine in self.both
        )


class _Waking(Listener):
    """Sets a flag at every event but those of reading."""

    def __init__(self, flag: threading.Event) -> None:
        self._flag = flag

    def on_any_event(self, event: FileSystemEvent) -> None:
        if not isinstance(event, (FileOpenedEvent, FileClosedNoWriteEvent)):
            self._flag.set()


def _command(name: str, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-c", NAMED, name, *arguments]
