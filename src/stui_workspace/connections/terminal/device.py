"""A pseudo-terminal: the end that we read and write, and the end that is a program's terminal."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
import termios
from contextlib import suppress
from typing import Final

ROWS: Final = 24
COLUMNS: Final = 200
LINE_BYTES: Final = 4095 if sys.platform == "linux" else 1023
"""Of a line that a terminal takes whole, as long as the program does not read key by key."""
_INPUT, _OUTPUT, _LOCAL, _KEYS = 0, 1, 3, 6


def open_terminal() -> tuple[int, int]:
    """Our end, which never blocks, and the program's.

    The program's does not echo: what is sent is known, and is no output.

    Raises:
        OSError: There are no more of them, or too many files are open.
    """
    ours, theirs = os.openpty()
    try:
        mode = termios.tcgetattr(theirs)
        mode[_LOCAL] &= ~(termios.ECHO | termios.ECHOE | termios.ECHOK | termios.ECHONL)
        # Without NOFLSH, ^C throws away what is on its way, and that may be the prompt after it.
        mode[_LOCAL] |= termios.ICANON | termios.ISIG | termios.NOFLSH
        mode[_OUTPUT] &= ~termios.ONLCR
        mode[_INPUT] &= ~termios.IXON
        termios.tcsetattr(theirs, termios.TCSANOW, mode)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.set_blocking(ours, False)
    except (OSError, termios.error):
        os.close(ours)
        os.close(theirs)
        raise
    return ours, theirs


def takes_lines(ours: int) -> bool:
    """Whether the terminal gathers lines for its program, and so has a bound for them."""
    return bool(termios.tcgetattr(ours)[_LOCAL] & termios.ICANON)


def interrupt_key(ours: int) -> bytes:
    """The key that interrupts, ^C where the program has not chosen another."""
    with suppress(termios.error, OSError):
        key = termios.tcgetattr(ours)[_KEYS][termios.VINTR]
        if isinstance(key, bytes) and key not in (b"", b"\x00"):
            return key
    return b"\x03"
