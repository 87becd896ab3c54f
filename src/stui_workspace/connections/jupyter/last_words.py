"""What a kernel complains of on its own stderr: kept to say why it did not come up, no more."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Final

from stui_workspace.model.printable import printable_line

_KEPT_BYTES: Final = 4096
_READ_BYTES: Final = 64 << 10


class LastWords:
    """A pipe that is emptied all the time, so that nobody waits for us; nothing on Windows."""

    def __init__(self) -> None:
        self._read = self._write = -1
        self._words = b""

    def open(self) -> int:
        """Where the kernel is to complain."""
        if sys.platform == "win32":
            return subprocess.DEVNULL
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        asyncio.get_running_loop().add_reader(self._read, self._hear)
        return self._write

    def hand_over(self) -> None:
        """Close what only the kernel needs: it has its own copy now."""
        if self._write >= 0:
            os.close(self._write)
            self._write = -1

    def last_line(self) -> str:
        """The last that it said, on one line; empty where it said nothing."""
        if self._read >= 0:
            self._hear()
        lines = self._words.decode("utf-8", "replace").splitlines()
        said = [line for line in lines if line.strip()]
        return printable_line(said[-1].strip()) if said else ""

    def close(self) -> None:
        """Let go of it; nothing happens the second time."""
        self.hand_over()
        if self._read >= 0:
            asyncio.get_running_loop().remove_reader(self._read)
            os.close(self._read)
            self._read = -1

    def _hear(self) -> None:
        try:
            content = os.read(self._read, _READ_BYTES)
        except BlockingIOError:
            return
        if not content:
            asyncio.get_running_loop().remove_reader(self._read)
        self._words = (self._words + content)[-_KEPT_BYTES:]
