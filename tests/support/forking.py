"""Processes that a test forks off: they say things on a pipe, and may be killed at any moment."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from typing import NoReturn, TypeVar

T = TypeVar("T")


def forked(task: Callable[[T, int], None], subject: T) -> tuple[int, int]:
    """A process that runs `task` with its end of a pipe, and our end, from which to read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(task, subject, writing)
    os.close(writing)
    return child, reading


def said(child: int, pipe: int) -> bytes:
    """All that the process wrote, when it has ended."""
    with os.fdopen(pipe, "rb") as end:
        found = end.read()
    os.waitpid(child, 0)
    return found


def _run(task: Callable[[T, int], None], subject: T, pipe: int) -> NoReturn:
    try:
        task(subject, pipe)
    except BaseException:  # noqa: BLE001 - it is told, and the process ends
        os.write(pipe, b"\nraised " + traceback.format_exc().encode().replace(b"\n", b" | "))
    os._exit(0)
