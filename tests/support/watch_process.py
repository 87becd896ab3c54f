"""A running `stui watch --json`, and edits of which it must tell exactly once."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from support.quickstart import Quickstart

EDITED, SENTINEL = "buffers.words.title", "buffers.numbers.title"


@dataclass(frozen=True)
class Edit:
    """What is to be changed in a file: one word, that is in it once."""

    file: Path
    old: str
    new: str

    @property
    def result(self) -> bytes:
        """The whole file as it will be."""
        text = self.file.read_text(encoding="utf-8")
        assert text.count(self.old) == 1
        return text.replace(self.old, self.new).encode()


Change = Callable[[Edit], object]


@dataclass
class WatchProcess:
    """The program that watches, as somebody sees it who reads its lines."""

    quickstart: Quickstart
    running: subprocess.Popen[str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def file(self) -> Path:
        return self.quickstart.file

    def following(self) -> dict[str, Any]:
        """The next event that is not about what it keeps of the session."""
        assert self.running.stdout is not None
        for line in self.running.stdout:
            found: dict[str, Any] = json.loads(line)
            if found["event"] != "saved":
                return found
        raise AssertionError(f"it ended: {self.running.communicate()}")

    def tells_once_of(self, change: Change) -> None:
        """Make an edit; there is one event of it, and the next one is of what changes next.

        Raises:
            AssertionError: There was another event, or one more.
        """
        self.tells_of(change)
        self.tells_of(replaced, SENTINEL)

    def tells_of(self, change: Change, path: str = EDITED) -> None:
        """Make an edit; the next event tells of it, by the path of what changed.

        Raises:
            AssertionError: There was another event.
        """
        old, new = self._title(path), f"T{next(self.numbers):04}"
        change(Edit(self.file, f"title: {old}", f"title: {new}"))
        assert self._title(path) == new
        found = self.following()
        assert (found["event"], found.get("changes")) == (
            "reloaded",
            [{"path": path, "kind": "changed"}],
        ), found

    def _title(self, path: str) -> str:
        name = path.split(".")[1]
        found = re.search(rf"  {name}:\n    title: (\w+)\n", self.file.read_text(encoding="utf-8"))
        assert found is not None
        return found[1]


def replaced(edit: Edit) -> None:
    """A new file, renamed over the old one."""
    fresh = edit.file.with_name("being-edited")
    fresh.write_bytes(edit.result)
    fresh.replace(edit.file)


@contextmanager
def watch_process(folder: Path, **environ: str) -> Iterator[WatchProcess]:
    """`stui watch --json` of a project in the folder, until the end of the block."""
    quickstart = Quickstart.copied_to(folder)
    quickstart.environ.update(environ)
    # A file made here has the mode that vim expects; where it has another, vim writes in place.
    quickstart.write(quickstart.file.read_text(encoding="utf-8"))
    with quickstart.start("watch", "--json", "--no-connect") as running:
        watching = WatchProcess(quickstart, running)
        assert watching.following()["event"] == "opened"
        yield watching
