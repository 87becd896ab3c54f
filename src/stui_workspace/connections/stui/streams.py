"""One envelope a line, over a stream: a Unix socket, TCP, or TLS. No library is needed."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from stui_workspace.connections.protocol.envelope import ENVELOPE_LIMIT
from stui_workspace.connections.stui.faults import HUNG_UP, LinkError, cannot_reach, has_fallen
from stui_workspace.connections.stui.resolving import Lookup, addresses_of, is_loopback
from stui_workspace.schema.endpoints import Endpoint

FAREWELL: Final = 0.5
"""Seconds for what was sent last, and for the end of TLS, before a link is cut."""
TRY: Final = 3.0
"""Seconds for one address of a host, where it has more."""
PATH_LIMIT: Final = 103 if sys.platform == "darwin" else 107
"""Bytes of the path of a Unix socket."""

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class LineCarrier:
    """The schemes `unix`, `lines` and `tls`.

    Args:
        endpoint: Where.
        root: What relative paths of sockets start from.
        environ: May name the authorities of TLS, as other programs have it (`SSL_CERT_FILE`).
        lookup: For tests; the system's otherwise.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        root: Path,
        environ: Mapping[str, str],
        lookup: Lookup | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._root = root
        self._environ = environ
        self._lookup = lookup
        self._streams: Streams | None = None
        self._is_private = endpoint.scheme in ("unix", "tls")
        self._sending = asyncio.Lock()

    @property
    def is_private(self) -> bool:
        return self._is_private

    async def open(self) -> None:
        try:
            self._streams = await (
                self._open_path() if self._endpoint.scheme == "unix" else self._open_host()
            )
        except OSError as error:
            raise cannot_reach(error, self._endpoint.address) from None

    async def send(self, content: bytes) -> None:
        _, writer = self._opened()
        try:
            writer.write(content + b"\n")
            async with self._sending:
                await writer.drain()
        except OSError as error:
            raise has_fallen(error) from None

    async def receive(self) -> bytes:
        reader, _ = self._opened()
        try:
            return (await reader.readuntil(b"\n"))[:-1]
        except asyncio.IncompleteReadError as error:
            when = " in the middle of a message" if error.partial else ""
            raise LinkError(f"it hung up{when}", HUNG_UP) from None
        except asyncio.LimitOverrunError:
            raise LinkError(f"it sent a line of more than {ENVELOPE_LIMIT} bytes") from None
        except OSError as error:
            raise has_fallen(error) from None

    async def close(self) -> None:
        if self._streams is None:
            return
        _, writer = self._streams
        self._streams = None
        writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await writer.wait_closed()
        writer.transport.abort()

    def _opened(self) -> Streams:
        if self._streams is None:
            raise LinkError("it was closed")
        return self._streams

    async def _open_path(self) -> Streams:
        path = socket_path(self._endpoint, self._root)
        if sys.platform == "win32":
            raise LinkError(
                "there are no Unix sockets on Windows",
                "let the server listen at `lines://127.0.0.1:port`",
                is_final=True,
            )
        return await asyncio.open_unix_connection(path, limit=ENVELOPE_LIMIT)

    async def _open_host(self) -> Streams:
        host, port = self._endpoint.host, self._endpoint.port
        context = self._tls() if self._endpoint.scheme == "tls" else None
        addresses = await addresses_of(host, port, self._lookup)
        for place, address in enumerate(addresses, 1):
            try:
                async with asyncio.timeout(None if place == len(addresses) else TRY):
                    # asyncio turns Nagle's algorithm off by itself.
                    streams = await asyncio.open_connection(
                        address,
                        port,
                        limit=ENVELOPE_LIMIT,
                        ssl=context,
                        server_hostname=host if context else None,
                    )
            except OSError:
                if place == len(addresses):
                    raise
                continue
            self._is_private = context is not None or is_loopback(address)
            return streams
        raise AssertionError("a host has at least one address")

    def _tls(self) -> ssl.SSLContext:
        file, folder = self._environ.get("SSL_CERT_FILE"), self._environ.get("SSL_CERT_DIR")
        try:
            context = ssl.create_default_context(cafile=file or None, capath=folder or None)
        except OSError as error:
            why = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
            raise LinkError(
                f"the authorities of `SSL_CERT_FILE` cannot be read: {why}",
                "correct that variable, or remove it",
                is_final=True,
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def socket_path(endpoint: Endpoint, root: Path) -> str:
    """The absolute path of a Unix socket.

    Raises:
        LinkError: The system knows no such long paths of sockets.
    """
    path = str(root / endpoint.path)
    byte_count = len(os.fsencode(path))
    if byte_count > PATH_LIMIT:
        raise LinkError(
            f"the path of the socket has {byte_count} bytes, and {PATH_LIMIT} are possible",
            "let the server listen at a shorter path",
            is_final=True,
        )
    return path
