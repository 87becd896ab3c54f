"""A terminal that keeps every byte that was sent to it."""

from __future__ import annotations

from typing import Any

from support.terminal import Terminal


class Recorded(Terminal):
    """As `Terminal`; `sent` is what it was sent so far."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.sent = b""
        super().__init__(*given, **named)

    def _answer(self, chunk: bytes) -> None:
        self.sent += chunk
        super()._answer(chunk)
