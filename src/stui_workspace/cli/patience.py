"""A word to whoever waits: nothing for what is quick, one line for what is not."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Final, Self

from stui_workspace.cli.telling import tell

NOTICED: Final = 0.5
"""Seconds after which people ask themselves what goes on."""


class Slow:
    """A block that says what it does, once, if it takes longer than people notice."""

    def __init__(self, text: str) -> None:
        self._timer = threading.Timer(NOTICED, tell, (text,), {"kind": "note"})
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._timer.join()  # so that nothing is said after the block
