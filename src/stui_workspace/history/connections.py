"""The log of connections: when each was up, how long, and why it ended; append-only, and a union.

Its files lie beside those of the input history, and the same holds for them: each has one writing
machine, sync tools may copy and tear them, and everything that can be read counts once. An episode
is written when it begins and again when it ends; both lines have its id, and the later one counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, StuiError
from stui_workspace.history.episodes import Episode, bounded, episode_of, later, moment
from stui_workspace.history.segments import SUFFIX, append_lines, month_in, month_of
from stui_workspace.model.records import dataclass, replace
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.machines import Machine, folder_name, own_folder

__all__ = ["MOST_PARTS", "PART_BYTES", "ConnectionLog", "Damage", "Episode"]

PREFIX: Final = "connections-"
PART_BYTES: Final = 256 << 10
"""A file that is longer is not appended to any more: the next one has a number behind the month."""
MOST_PARTS: Final = 16
"""So many files a machine keeps; the oldest ones go when a new one begins."""
_MOST_BYTES: Final = 8 << 20
"""So much of one file is read, whoever wrote it."""

_PART: Final = re.compile(r"connections-(\d{4}-\d{2})(?:\.(\d{1,6}))?\.jsonl\Z")


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that says nothing that could be read, and was passed over."""

    path: Path
    line: int
    """Counted from 1."""


class ConnectionLog:
    """The episodes below `folder`, written by `machine`, read from all machines."""

    def __init__(
        self,
        folder: Path,
        machine: str,
        fs: FileSystem | None = None,
        *,
        identify: Callable[[], Machine] | None = None,
    ) -> None:
        """A log of the machine of that name.

        Args:
            folder: Has a folder for each machine; the input history's own.
            machine: The name of this one.
            fs: The disk.
            identify: Tells this machine from others of its name; asked when something is written.
        """
        self.folder = folder
        self.machine = machine
        self._fs: FileSystem = fs or RealFileSystem()
        self._identify = identify or (lambda: Machine(machine))
        self._own_machine: Machine | None = None
        self._own = folder / folder_name(machine)
        self._count = 0

    def append(self, episode: Episode) -> Episode:
        """Record an episode, durably when this returns, and return it with its id.

        One that has an id already is recorded anew: it went on, or ended.

        Raises:
            DiskError: It was not recorded.
        """
        self._count += 1
        episode = bounded(replace(episode, machine=self.machine))
        episode = replace(episode, id=episode.id or _id_of(episode, self._count))
        part = self._part(month_of(episode.began))
        line = json.dumps(asdict(episode), sort_keys=True).encode("ascii") + b"\n"
        if not append_lines(self._fs, part, line):
            self._forget_old()
        return episode

    def read(
        self,
        connection: str | None,
        limit: int,
        *,
        workspace: str | None = None,
        on_damage: Callable[[Damage], None] | None = None,
    ) -> tuple[Episode, ...]:
        """The newest `limit` episodes by when they began, the newest first.

        Args:
            connection: Its name; None for all connections.
            limit: Reading goes backwards by months and stops when so many are found.
            workspace: Only those of this workspace; None for all.
            on_damage: Told of each line that was passed over.

        Raises:
            DiskError: The folder, or a file of this machine, cannot be read.
        """
        found: list[Episode] = []
        for month, paths in self._months():
            if len(found) >= limit:
                break
            episodes = self._joined(paths, on_damage)
            found += [
                one
                for one in sorted(episodes, key=lambda one: (moment(one.began), one.id))[::-1]
                if connection in (None, one.connection)
                and workspace in (None, one.workspace)
                and month_of(one.began) == month
            ]
        return tuple(found[: max(limit, 0)])

    def _joined(
        self, paths: list[Path], on_damage: Callable[[Damage], None] | None
    ) -> tuple[Episode, ...]:
        """What several files say together: of each episode the last that is known."""
        episodes: dict[str, Episode] = {}
        for path in paths:
            lines = self._readable(path).split(b"\n")
            for number, line in enumerate(lines, start=1):
                episode = episode_of(line)
                if episode is not None:
                    known = episodes.get(episode.id, episode)
                    episodes[episode.id] = later(known, episode)
                elif line.strip() and on_damage is not None:
                    on_damage(Damage(path, number))
        return tuple(episodes.values())

    def _months(self) -> Iterator[tuple[str, list[Path]]]:
        """The files of all machines by month, the newest month first."""
        months: dict[str, list[Path]] = {}
        with explained(self.folder):
            folders = [self.folder / name for name in self._fs.names(self.folder)]
        for folder in folders:
            for name in self._names(folder):
                month = _month_in(name)
                if month is not None:
                    months.setdefault(month, []).append(folder / name)
        yield from sorted(months.items(), reverse=True)

    def _names(self, folder: Path) -> tuple[str, ...]:
        try:
            with explained(folder):
                return self._fs.names(folder)
        except DiskError:  # something else lies there, or it is of another machine
            if folder == self._own:
                raise
            return ()

    def _readable(self, path: Path) -> bytes:
        """What is in a file. One of another machine that cannot be read keeps us from nothing."""
        try:
            with explained(path):
                return self._fs.read(path, _MOST_BYTES) or b""
        except DiskError:
            if path.parent == self._own:
                raise
            return b""

    def _part(self, month: str) -> Path:
        """The file to append to, in the folder that is ours to write to.

        Raises:
            DiskError: That folder cannot be made or read.
        """
        if self._own_machine is None:
            try:
                self._own_machine = self._identify()
            except StuiError:  # no id can be kept; the name has to do
                self._own_machine = Machine(self.machine)
        self._own = own_folder(self.folder, self._own_machine, self._fs)
        with explained(self._own):
            numbers = [number for at, number in self._parts() if at == month]
            last = max(numbers, default=1)
            path = self._own / _part_name(month, last)
            content = self._fs.read(path, PART_BYTES)
        if content is not None and len(content) >= PART_BYTES:
            return self._own / _part_name(month, last + 1)
        return path

    def _parts(self) -> list[tuple[str, int]]:
        """The files that this machine writes, by month and number, oldest first."""
        matches = [_PART.match(name) for name in self._fs.names(self._own)]
        return sorted((one[1], int(one[2] or 1)) for one in matches if one is not None)

    def _forget_old(self) -> None:
        """Delete this machine's oldest files beyond what it keeps.

        Raises:
            DiskError: One could not be deleted; what was recorded is.
        """
        with explained(self._own):
            for month, number in self._parts()[:-MOST_PARTS]:
                self._fs.remove(self._own / _part_name(month, number))


def _part_name(month: str, number: int) -> str:
    return f"{PREFIX}{month}{'' if number == 1 else f'.{number}'}{SUFFIX}"


def _month_in(name: str) -> str | None:
    """The month of a file of this log, or of any tool's copy of one; None for any other file."""
    before, prefix, rest = name.partition(PREFIX)
    return month_in(before + rest) if prefix else None


def _id_of(episode: Episode, count: int) -> str:
    parts = (episode.began, episode.machine, episode.workspace, episode.connection, count)
    return blake2b(json.dumps(parts).encode("ascii"), digest_size=8).hexdigest()
