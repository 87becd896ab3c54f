"""A lookout whose ears, clocks and disks a test commands, round by round."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stui_workspace.watch.lookout import Lookout, Rhythm, System, Watched
from stui_workspace.watch.names import NamePredicate, Names

RHYTHM = Rhythm(listening=2.0, polling=0.5, listing=30.0)


@dataclass
class Ears:
    """Ears that hear what a test says, and fail when it wants them to."""

    folders: set[Path] = field(default_factory=set)
    names: Names = field(default_factory=Names)
    history: list[tuple[str, str]] = field(default_factory=list)
    deaf: set[Path] = field(default_factory=set)
    """Folders for which a thread has ended."""
    dead: bool = False
    """Whether none of its threads is left."""
    refuse: BaseException | None = None
    closed: bool = False
    while_listening: Callable[[], object] = lambda: None
    """What happens on the disk in the moment between two calls."""
    heard: Callable[[str], object] = lambda _path: None

    def only(self, names: Names) -> None:
        self.names = names

    def listen(self, folder: Path) -> None:
        if self.refuse is not None:
            raise self.refuse
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, "gone")
        self.while_listening()
        self.history.append(("listen", folder.name))
        self.folders.add(folder)
        self.deaf.discard(folder)

    def ignore(self, folder: Path) -> None:
        self.history.append(("ignore", folder.name))
        self.folders.discard(folder)

    def hears(self, folder: Path) -> bool:
        return not self.dead and folder in self.folders - self.deaf

    def close(self) -> None:
        self.closed = True


class Machine:
    """Clocks that a test moves, and a disk of the sort it says."""

    def __init__(self) -> None:
        self.steady = 1000.0
        self.wall = 2_000_000.0
        self.disk = ""
        self.system = System(lambda: self.steady, lambda: self.wall, lambda _folder: self.disk)

    def go_on(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds


class Watch:
    """A lookout over files of one folder, and everything that it says."""

    def __init__(
        self,
        folder: Path,
        *names: str,
        poll: bool = False,
        siblings: NamePredicate | None = None,
    ) -> None:
        self.folder = folder
        self.ears = Ears()
        self.made_count = 0
        self.machine = Machine()
        self.told_count = 0
        self.disturbed_count = 0
        self.notices: list[str] = []
        self.lookout = Lookout(
            Watched(tuple(folder / name for name in names or ("a",)), siblings=siblings),
            self._tell,
            self.notices.append,
            None if poll else self._make,
            self.machine.system,
        )
        self.lookout.disturbed = self._disturb

    def round(self) -> tuple[float, int]:
        """Seconds to the next round, and how often it was told to look during this one."""
        before = self.told_count
        seconds = self.lookout.round(RHYTHM)
        self.machine.go_on(seconds)
        return seconds, self.told_count - before

    def _make(self, heard: Callable[[str], object]) -> Ears:
        if isinstance(self.ears.refuse, ImportError):
            raise self.ears.refuse
        self.made_count += 1
        self.ears.heard = heard
        return self.ears

    def _tell(self) -> None:
        self.told_count += 1

    def _disturb(self) -> None:
        self.disturbed_count += 1
