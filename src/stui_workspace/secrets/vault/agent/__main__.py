"""The program of the agent. What it is to hold is never in its arguments or its environment.

It takes an order from standard input, reports on standard output, and is on its own then.

python -I -m stui_workspace.secrets.vault.agent
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final

from stui_workspace.errors import StuiError
from stui_workspace.secrets.vault.agent.places import Place, listen, make_private
from stui_workspace.secrets.vault.agent.reports import READY, TAKEN, failed
from stui_workspace.secrets.vault.agent.serving import Serving
from stui_workspace.secrets.vault.agent.words import LONGEST_ORDER, Order, order_of
from stui_workspace.storage.lock import try_hold

_PR_SET_DUMPABLE: Final = 4


def main() -> int:
    """Hold a key until its time is over; the exit status comes back."""
    if sys.platform == "win32":
        return 2
    if os.fork():
        os._exit(0)  # whoever started us waits for this one, and for nothing after it
    os.setsid()
    os.umask(0o077)
    _leave_nothing_behind()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _end)
    order = order_of(sys.stdin.buffer.readline(LONGEST_ORDER))
    if order is None:
        return 2
    try:
        return _hold(order)
    except StuiError as error:
        with suppress(OSError):
            _report(failed(str(error)))
        return 1


def _hold(order: Order) -> int:
    place = Place(Path(order.folder))
    make_private(place)
    lock = try_hold(place.lock)
    if lock is None:
        _report(TAKEN)
        return 1
    path = place.socket
    with lock, listen(path) as listening:
        serving = Serving(order, listening, path)
        try:
            _report(READY)  # fails where nobody waits for it any more: then nothing is held
            _let_go_of_streams()
            serving.run()
        finally:
            serving.leave()
    return 0


def _report(line: bytes) -> None:
    os.write(sys.stdout.fileno(), line)


def _let_go_of_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)


def _leave_nothing_behind() -> None:
    """No image of this process in a file, and none for a debugger of this user."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
