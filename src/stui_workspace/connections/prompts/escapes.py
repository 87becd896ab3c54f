"""Text as an eye would have it: without control sequences, which are passed on and not obeyed."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, movements, modes
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC and other strings: titles, links
    r"|\x1b[ -/]*[0-Z\\`-~]"  # two or three characters
    r"|[\x00-\x08\x0b\x0c\x0e-\x1a\x7f]"  # also what marks colours in a prompt, \x01 and \x02
)


def bare(text: str) -> str:
    r"""`text` without control sequences and control characters, but for tab, CR and newline.

    >>> bare("\x1b[1msqlite> \x1b[0m")
    'sqlite> '
    """
    return _UNSEEN.sub("", text)


def place_in(text: str, count: int) -> int:
    r"""Where in `text` its first `count` bare characters have ended.

    >>> place_in("\x1b[1mab\x1b[0mc", 2)
    6
    """
    place = 0
    while count > 0:
        unseen = _UNSEEN.match(text, place)
        if unseen:
            place = unseen.end()
        else:
            place, count = place + 1, count - 1
    return place
