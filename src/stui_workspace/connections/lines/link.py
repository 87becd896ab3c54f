"""A stream to a peer that speaks no protocol."""

from __future__ import annotations

import socket
from typing import Any, Final

from stui_workspace.connections.stui.faults import HUNG_UP, LinkError, has_fallen
from stui_workspace.connections.stui.streams import LineCarrier

_PIECE_BYTES: Final = 64 << 10
_PROBES: Final = 3


class Link(LineCarrier):
    """The same streams as the lines of our own protocol have, with any content."""

    def watch(self, dead_after: float) -> None:
        """Let the system notice a peer that is gone without a word, in about so many seconds."""
        _, writer = self._opened()
        line: Any = writer.get_extra_info("socket")
        if line is None or line.family not in (socket.AF_INET, socket.AF_INET6):
            return
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        between = max(1, round(dead_after / (_PROBES + 1)))
        wanted = {
            "TCP_KEEPIDLE": between,
            "TCP_KEEPALIVE": between,  # the same on macOS
            "TCP_KEEPINTVL": between,
            "TCP_KEEPCNT": _PROBES,
            "TCP_USER_TIMEOUT": round(1000 * max(1.0, dead_after)),
        }
        for name, value in wanted.items():
            if (option := getattr(socket, name, None)) is not None:
                line.setsockopt(socket.IPPROTO_TCP, option, value)

    def write(self, content: bytes) -> None:
        """Send something; it is taken as fast as the peer likes."""
        _, writer = self._opened()
        if not writer.is_closing():
            writer.write(content)

    async def read(self) -> bytes:
        """What came.

        Raises:
            LinkError: The link has ended.
        """
        reader, _ = self._opened()
        try:
            content = await reader.read(_PIECE_BYTES)
        except OSError as error:
            raise has_fallen(error) from None
        if not content:
            raise LinkError("it hung up", HUNG_UP)
        return content
