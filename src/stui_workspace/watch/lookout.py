"""Standing watch over some files: listening where the system tells of changes, glancing everywhere.

What is heard comes within a millisecond, but can be missing: on network folders, after an overflow,
for a file with two names, once the folder itself was renamed. So the lookout makes rounds, too:
each compares what a glance tells with what the last one told, and mends the listening.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from stui_workspace.model.records import dataclass
from stui_workspace.watch.disks import disk_of
from stui_workspace.watch.hearing import Hearing, MakeListener
from stui_workspace.watch.names import NamePredicate, Names
from stui_workspace.watch.siblings import Siblings
from stui_workspace.watch.signature import Places, Signature, places_of

_ASLEEP = 5.0
"""Seconds that one clock may go on without the other, or a round be late."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between two rounds."""

    listening: float = 2.0
    """Where every change should be heard anyway."""
    polling: float = 0.5
    """Where the rounds are all there is."""
    listing: float = 30.0
    """Between two listings of the folder, where every change should be heard anyway."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What to watch."""

    paths: tuple[Path, ...]
    """The files. They need not exist, nor their folders."""
    root: Path | None = None
    """The project, out of which no path below it is followed."""
    siblings: NamePredicate | None = None
    """Of which names files beside the first of `paths` matter, too."""

    def places(self) -> Places:
        """Where they are now: links may come to lead elsewhere."""
        return places_of(self.paths, self.root)

    def sibling_folders(self) -> frozenset[Path]:
        """Where siblings matter now: beside the first file, and beside what it leads to."""
        if self.siblings is None:
            return frozenset()
        return places_of(self.paths[:1], self.root).folders


@dataclass(frozen=True, slots=True)
class System:
    """What the rounds ask the system for, apart from the files."""

    steady: Callable[[], float] = time.monotonic
    """Seconds that only go on, mostly not while the machine sleeps."""
    wall: Callable[[], float] = time.time
    disk_of: Callable[[Path], str] = disk_of


_REAL = System()


class Lookout:
    """The rounds, for one thread."""

    def __init__(
        self,
        watched: Watched,
        tell: Callable[[], object],
        notice: Callable[[str], object],
        make_listener: MakeListener | None,
        system: System = _REAL,
    ) -> None:
        """Nothing is looked at or listened to before the first round.

        Args:
            watched: What to watch.
            tell: Called, from any thread, when one of the files may have changed.
            notice: Called with one clause for a person if not all can be heard.
            make_listener: None to make rounds only.
            system: Its clocks and disks.
        """
        self._watched = watched
        self._tell = tell
        self._system = system
        self._hearing = Hearing(make_listener, self._heard, notice, system.disk_of)
        self._siblings: Siblings | None = None
        if watched.siblings is not None:
            self._siblings = Siblings(watched.siblings, system.steady)
        self._seen: tuple[Signature, ...] | None = None
        self._armed_count = 0
        self._has_heard = False
        self._again = False
        self._clocks: tuple[float, float] | None = None
        self._pause = 0.0

    @property
    def disturbed(self) -> Callable[[], object]:
        """Called, from another thread, when a round should be made at once."""
        return self._hearing.disturbed

    @disturbed.setter
    def disturbed(self, action: Callable[[], object]) -> None:
        self._hearing.disturbed = action

    def round(self, rhythm: Rhythm) -> float:
        """Look after everything once; the seconds until the next round is due.

        The first round only notes how the files look: whoever watches looks after it anyway.
        """
        slept = self._has_slept()
        places, folders = self._watched.places(), self._watched.sibling_folders()
        matter = None if self._siblings is None else self._siblings.matter
        names = Names.of(places.names, folders, matter)
        hears_all = self._hearing.mend(places.folders, names)
        # After the listening was mended, which hears the rest.
        changed = self._looks_different(places)
        is_unsure = slept or (changed and not self._has_heard) or self._is_armed_anew()
        self._has_heard = False
        if self._siblings is not None:
            interval = rhythm.listing if hears_all else 0.0
            if is_unsure or self._siblings.is_due(interval):
                changed |= self._siblings.changed(folders)
        if changed or slept or self._again:
            self._tell()
        # Two writes in one tick of the file system's clock have one signature. Who listens hears
        # the second; who only glances looks once more.
        self._again = changed and not hears_all
        self._pause = rhythm.listening if hears_all else rhythm.polling
        return self._pause

    def close(self) -> None:
        """Stop listening."""
        self._hearing.close()

    def _looks_different(self, places: Places) -> bool:
        seen, self._seen = self._seen, places.glance()
        return seen is not None and seen != self._seen

    def _is_armed_anew(self) -> bool:
        before, self._armed_count = self._armed_count, self._hearing.armed_count
        return before != self._armed_count

    def _has_slept(self) -> bool:
        """Whether the machine slept since the last round, or the round before took for ever."""
        now = (self._system.steady(), self._system.wall())
        before, self._clocks = self._clocks, now
        if before is None:
            return False
        steady, wall = now[0] - before[0], now[1] - before[1]
        return abs(wall - steady) > _ASLEEP or steady > self._pause + _ASLEEP

    def _heard(self) -> None:
        self._has_heard = True
        self._tell()
