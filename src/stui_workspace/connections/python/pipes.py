"""The pipes behind the child's descriptors 1 and 2, and the one that ties its life to ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Final

from stui_workspace.connections.backend import Output

_PIPE_BYTES: Final = 64 << 10


class Pipes:
    """What the child is given besides its commands and its replies; nothing on Windows.

    The child reads the output itself, so that what goes past Python keeps its place among what does
    not. We hold the same ends, to read what is left in them when the child has died: often
    those are the words that say why.
    """

    def __init__(self) -> None:
        self._kept: dict[str, int] = {}
        self._given: tuple[int, ...] = ()
        self._lifeline = -1
        if sys.platform != "win32":
            pipes = _pipes(3)
            (out_read, out_write), (err_read, err_write), (lifeline, self._lifeline) = pipes
            os.set_blocking(out_read, False)
            os.set_blocking(err_read, False)
            self._kept = {"stdout": out_read, "stderr": err_read}
            self._given = (out_read, out_write, err_read, err_write, lifeline)

    @property
    def given(self) -> tuple[int, ...]:
        """The descriptors for the child, in the order in which it takes them."""
        return self._given

    @property
    def stderr(self) -> int:
        """Where an interpreter complains that does not come up."""
        import subprocess

        return self._given[3] if self._given else subprocess.DEVNULL

    def hand_over(self) -> None:
        """Close what only the child needs: it has its own copies now."""
        for descriptor in set(self._given) - set(self._kept.values()):
            os.close(descriptor)
        self._given = ()

    def last_words(self) -> Iterator[Output]:
        """What the child, now dead, left unread of its output."""
        for stream, descriptor in self._kept.items():
            with suppress(OSError):
                if content := os.read(descriptor, _PIPE_BYTES):
                    yield Output(stream, content.decode("utf-8", "replace"))

    def close(self) -> None:
        """Let go of them; on Linux this also ends a child that is still there. Once only."""
        for descriptor in {*self._given, *self._kept.values(), self._lifeline} - {-1}:
            os.close(descriptor)
        self._given, self._kept, self._lifeline = (), {}, -1


def _pipes(count: int) -> list[tuple[int, int]]:
    """So many pipes, or none."""
    pipes: list[tuple[int, int]] = []
    try:
        while len(pipes) < count:
            pipes.append(os.pipe())
    except OSError:
        for descriptor in chain.from_iterable(pipes):
            os.close(descriptor)
        raise
    return pipes
