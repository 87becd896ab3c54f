"""How findings name what they are about."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stui_workspace.model.printable import printable_line

NUMBERS: Final = 5
"""Of lines that are named one by one, at most."""


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 file`, `3 files`."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def numbered(numbers: Sequence[int], noun: str) -> str:
    """`line 3`, `lines 3, 7 and 9`, `lines 1, 2, 3 and 40 others`."""
    first = [str(number) for number in numbers[:NUMBERS]]
    rest = len(numbers) - len(first)
    if len(numbers) == 1:
        return f"{noun} {first[0]}"
    last = f"{rest} others" if rest > 1 else str(numbers[-1])
    before = first if rest > 1 else [str(number) for number in numbers[:-1]]
    return f"{noun}s {', '.join(before)} and {last}"


def shown(path: Path) -> str:
    """A path as people write it, on one line that is safe to show."""
    below = _below_home(path)
    return printable_line(str(path) if below is None else f"~{os.sep}{below}", 300)


def argument(path: Path) -> str:
    """A path as an argument of a command for a shell, which knows what `~/` is if it is bare."""
    below = _below_home(path)
    quoted = shlex.quote(str(path)) if below is None else f"~/{shlex.quote(below)}"
    return printable_line(quoted, 300)


def _below_home(path: Path) -> str | None:
    home, text = os.path.expanduser("~"), str(path)  # noqa: PTH111 (Path's own raises)
    is_below = len(home) > 1 and text.startswith(home + os.sep)
    return text[len(home) + 1 :] if is_below else None
