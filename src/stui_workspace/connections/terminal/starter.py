"""Start a program in the terminal that this process has as its standard input.

python -I -S <this file> PROGRAM ARGUMENT...

A session that is new gets its terminal here, after the fork and before the program: code between
the two must not run in a process with threads. It runs on the Python that runs stui.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios

_SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ)
"""What is ignored is inherited: Python ignores the last two, and `nohup` or a job in the background
of a script some of the others. A program in a terminal has to hear its keys."""


def main(program: str, arguments: list[str]) -> None:
    """Become the program; or say why that cannot be, and end."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execv(program, arguments)  # noqa: S606 (a shell is what must not be there)
    except OSError as error:
        sys.exit(f"it cannot be started: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
