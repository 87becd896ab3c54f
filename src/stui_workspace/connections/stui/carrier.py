"""What carries envelopes from one end of a link to the other."""

from __future__ import annotations

from typing import Protocol


class Carrier(Protocol):
    """One link, from `open` to `close`; it never comes back. Used from one event loop.

    All but `close` raise `LinkError` where there is no link.
    """

    async def open(self) -> None:
        """Reach the peer. Cancelled, it leaves nothing that `close` does not end."""

    @property
    def is_private(self) -> bool:
        """Whether nobody but the right peer can read what is sent; known once it is open."""

    async def send(self, content: bytes) -> None:
        """Send one envelope, once; or nothing."""

    async def receive(self) -> bytes:
        """The next envelope, of at most `ENVELOPE_LIMIT` bytes or refused."""

    async def close(self) -> None:
        """End it; nothing happens the second time. Never raises."""
