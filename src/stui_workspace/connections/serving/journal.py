"""The journal of a server: what it keeps, on disk, for the life after this one.

Lines with checksums in numbered files of a private folder, only ever appended to. When there are
too many, the oldest file is deleted, and the results in it are written again: output goes,
results stay. Where the disk does not take a line, the server goes on, and the line is missing
afterwards.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.storage.checked_lines import body_of, line_of
from stui_workspace.storage.disk_errors import explain
from stui_workspace.storage.filesystem import PRIVATE_FILE, RealFileSystem

SEGMENT_BYTES: Final = 1 << 20
SEGMENT_COUNT: Final = 16
"""Files of that size: together, 16 MiB."""
_SUFFIX: Final = ".log"
_MOST_READ: Final = 4 * SEGMENT_BYTES
"""Of one file; ours are at most a line longer than a segment."""
_FLAGS: Final = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)

Record = Mapping[str, object]


class Journal:
    """The files of one folder. One writer at a time: the holder of the server's lock.

    Args:
        folder: Made where it is missing.
        carry: What has to be written again of the records in a file that is about to be deleted.
        on_trouble: Told in one clause that the disk does not take it; once, until it does again.
    """

    def __init__(
        self,
        folder: Path,
        carry: Callable[[Iterator[Record]], Iterator[Record]],
        on_trouble: Callable[[str], None],
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self.folder = folder
        self._carry = carry
        self._on_trouble = on_trouble
        self._segment_bytes = segment_bytes
        self._numbers: list[int] = []
        self._descriptor = -1
        self._size = 0
        self._is_deaf = False
        self._is_line_open = False

    @property
    def kept_bytes(self) -> int:
        """Bytes in the files, about."""
        return max(0, len(self._numbers) - 1) * self._segment_bytes + self._size

    def open(self) -> Iterator[Record]:
        """All that was recorded before, oldest first; from now on it can be appended to.

        What is damaged or torn is left out. A folder that cannot be used is trouble, not an error.
        """
        self._numbers = []
        try:
            RealFileSystem().make_folder(self.folder)
            names = RealFileSystem().names(self.folder)
            stems = (name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))
            self._numbers = sorted(int(stem) for stem in stems if stem.isdecimal())
        except OSError as error:
            self._complain(error)
        for number in self._numbers:
            yield from self._records(number)
        self._begin_segment()

    def append(self, record: Record) -> None:
        """Record it; the system has it when this returns. Never raises for the disk's sake."""
        if self._size >= self._segment_bytes:
            self._begin_segment()
            while len(self._numbers) > SEGMENT_COUNT:
                self._drop_oldest()
        self._write(line_of(record))

    async def sync(self) -> None:
        """Have all that was appended on the device. In a thread: a disk may take its time."""
        if self._descriptor < 0:
            return
        with suppress(OSError):
            copy = os.dup(self._descriptor)
            try:
                await asyncio.to_thread(os.fsync, copy)
            finally:
                os.close(copy)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _drop_oldest(self) -> None:
        oldest = self._numbers.pop(0)
        for record in self._carry(self._records(oldest)):
            self._write(line_of(record))
        with suppress(OSError):
            self._path(oldest).unlink()

    def _begin_segment(self) -> None:
        self.close()
        self._size = 0
        self._numbers.append(self._numbers[-1] + 1 if self._numbers else 1)
        self._reopen()

    def _reopen(self) -> None:
        self._is_line_open = False
        try:
            self._descriptor = os.open(self._path(self._numbers[-1]), _FLAGS, PRIVATE_FILE)
        except OSError as error:
            self._complain(error)

    def _write(self, line: bytes) -> None:
        if self._descriptor < 0:
            self._reopen()
        if self._descriptor < 0:
            return
        if self._is_line_open:
            line = b"\n" + line
        try:
            written = os.write(self._descriptor, line)
            while written < len(line):
                self._is_line_open = True
                written += os.write(self._descriptor, line[written:])
        except OSError as error:
            self._complain(error)
        else:
            self._size += len(line)
            self._is_deaf = self._is_line_open = False

    def _records(self, number: int) -> Iterator[Record]:
        try:
            content = RealFileSystem().read(self._path(number), _MOST_READ) or b""
        except OSError as error:
            self._complain(error)
            return
        for line in content.split(b"\n"):
            record = body_of(line) if line else None
            if isinstance(record, dict):
                yield record

    def _complain(self, error: OSError) -> None:
        if not self._is_deaf:
            self._is_deaf = True
            self._on_trouble(f"{explain(error, self.folder)}; results may not outlive this server")

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08}{_SUFFIX}"
