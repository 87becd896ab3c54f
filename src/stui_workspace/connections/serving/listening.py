"""A server at an address: what has to be there before it, and what is taken away after it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from stui_workspace.connections.serving.addresses import Address
from stui_workspace.connections.serving.lines import serve_streams
from stui_workspace.connections.serving.server import Server
from stui_workspace.connections.serving.sockets import HAS_UNIX_SOCKETS, bound, owned
from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sealing:
    """What keeps others from listening in."""

    certificate: Path | None = None
    key: Path | None = None
    curve_file: Path | None = None
    """Where the keys of CURVE are kept; None without CURVE."""


@asynccontextmanager
async def listening(server: Server, address: Address, sealing: Sealing) -> AsyncIterator[str]:
    """A block in which clients can come to the address; its URL, with all that they need to know.

    The server is started within the block: whoever comes earlier waits.

    Raises:
        UsageError: Nobody can listen there, or not as it is asked for.
        DiskError: A file or a folder that it takes cannot be used.
    """
    with ExitStack() as stack:
        if address.path is not None:
            if not HAS_UNIX_SOCKETS:
                raise UsageError("there are no such sockets here", "use lines://127.0.0.1:0")
            stack.enter_context(owned(address.path))
        if address.is_zeromq:
            from stui_workspace.connections.serving.zeromq import Router, curve_keys

            keys = None if sealing.curve_file is None else curve_keys(sealing.curve_file)
            router = Router(server, address, keys)
            running = asyncio.ensure_future(router.run())
            query = "" if keys is None else f"?server_key={keys.public_hex}"
            url = f"{router.address}{query}"
        else:
            tls = _tls(sealing) if address.scheme == "tls" else None
            one = stack.enter_context(_bound(address))
            running = asyncio.ensure_future(serve_streams(server, one, tls))
            if address.path is None:
                address = replace(address, port=one.getsockname()[1])
            url = str(address)
        try:
            yield url
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def _bound(address: Address) -> socket.socket:
    if address.path is not None:
        return bound(address.path)
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=64)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{address}: {reason}", "choose another port or host") from error


def _tls(sealing: Sealing) -> ssl.SSLContext:
    if sealing.certificate is None or sealing.key is None:
        raise UsageError("TLS needs a certificate and its key", "give --cert FILE and --key FILE")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # A key with a passphrase would be asked for at the terminal: nobody may be there.
        context.load_cert_chain(sealing.certificate, sealing.key, password=lambda: "")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = error.reason if isinstance(error, ssl.SSLError) else str(error)
        raise UsageError(
            f"{sealing.certificate} and {sealing.key} are no certificate and key: {reason}",
            "give PEM files, the key without a passphrase",
        ) from error
    return context
