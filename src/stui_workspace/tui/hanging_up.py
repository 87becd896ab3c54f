"""Noticing that the terminal is gone, also where the system sends no signal for it.

SIGHUP comes only from a terminal that controls the process. Without it, what reads the terminal
would spin for ever, and what writes to it would block, with the session locked meanwhile.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Final

from textual.constants import DRIVER

WEB_DRIVER: Final = "textual.drivers.web_driver:WebDriver"


def watch_terminal(on_gone: Callable[[], None]) -> None:
    """Call `on_gone` once, from a thread, when the terminal of standard input has hung up.

    A browser counts as a terminal: it is at the other end of a pipe then, and gone with the server
    between. Nothing happens where it is neither, or the system cannot tell.
    """
    stdin = sys.__stdin__
    if stdin is None or not hasattr(select, "poll"):
        return
    with suppress(OSError, ValueError):
        descriptor = stdin.fileno()
        if os.isatty(descriptor) or DRIVER == WEB_DRIVER:
            Thread(target=_watch, args=(descriptor, on_gone), name="stui-hup", daemon=True).start()


def _watch(descriptor: int, on_gone: Callable[[], None]) -> None:
    poll = select.poll()
    poll.register(descriptor, 0)  # a hang-up is told of unasked
    with suppress(OSError):
        poll.poll()
        on_gone()
