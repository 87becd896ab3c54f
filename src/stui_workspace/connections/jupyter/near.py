"""`localhost` is this machine, or nobody: whoever answers for the name."""

from __future__ import annotations

import errno
import logging
import socket
from typing import Any

from tornado.netutil import DefaultLoopResolver

from stui_workspace.schema.hosts import is_loopback


def hush() -> None:
    """Keep tornado from writing over the screen: Python would, where nobody listens to its log."""
    log = logging.getLogger("tornado")
    if not log.handlers:
        log.addHandler(logging.NullHandler())


class NearResolver(DefaultLoopResolver):
    """Looks names up as the system does, and believes of `localhost` only what is near."""

    async def resolve(
        self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[tuple[int, Any]]:
        """The addresses of a host.

        Raises:
            OSError: There are none, or `localhost` leads to another machine.
        """
        found = await super().resolve(host, port, family)
        if host == "localhost" and not all(is_loopback(str(one[0])) for _, one in found):
            raise OSError(errno.EADDRNOTAVAIL, "`localhost` leads to another machine")
        return found
