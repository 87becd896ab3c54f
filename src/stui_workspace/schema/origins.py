"""Who would get a secret: the other end of a connection, in one canonical form. Pure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.schema.addresses import address_of
from stui_workspace.schema.endpoints import SCHEMES, Endpoint, endpoint_of
from stui_workspace.schema.web import Server, server_of

FORMS: Final = (
    "tcp://HOST:PORT, lines://HOST:PORT, tls://HOST:PORT, unix:/PATH, ipc:///PATH, "
    "https://HOST:PORT"
)
"""All that is understood, in one line."""
_WEB: Final = re.compile(r"\Ahttps?:")


@dataclass(frozen=True, slots=True)
class Origin:
    """The other end of a connection. Equal origins are one and the same peer."""

    scheme: str
    host: str = ""
    """Canonical, without brackets; empty where there is a path."""
    port: int = 0
    path: str = ""
    """The absolute path of a socket, without `.` and `..`."""
    server_key: str | None = None
    """The key that it must have, as 64 hex digits."""

    @property
    def text(self) -> str:
        """The one way to write it: `tcp://localhost:5555`, `unix:/run/s`, `https://host:443`."""
        return Endpoint(
            self.scheme, self.host, self.port, self.path, server_key=self.server_key
        ).url

    @property
    def is_private(self) -> bool:
        """Whether a secret may travel there: nobody on the way can read it, nor take its place."""
        if self.scheme == "https":
            return True
        return Endpoint(
            self.scheme, self.host, self.port, self.path, server_key=self.server_key
        ).is_private

    def __str__(self) -> str:
        return self.text


def origin_of(kind: str, url: str | None, root: Path) -> Origin | None:
    """Who is at the other end of a connection; None where no secret can be sent to anybody.

    So it is without an address, with one that is refused, with the connection file of a kernel,
    and for the kinds of plugins, whose addresses are not ours to read. Never raises.

    Args:
        kind: As in `connections.NAME.kind`.
        url: As in `connections.NAME.url`, its variables replaced.
        root: The real path of the project.
    """
    if url is None:
        return None
    try:
        address = address_of(kind, url)
    except UsageError:
        return None
    match address:
        case Server():
            return _of_server(address)
        case Endpoint():
            return _of_endpoint(address, root)
    return None


def parse_origin(text: str) -> Origin:
    """The origin that a person names, as in `stui secret set NAME --for ORIGIN`.

    Raises:
        UsageError: It is none.
    """
    if _WEB.match(text):
        server = server_of(text)
        origin = _of_server(server)
        if server.path or server.kernel_id:
            step = f"write `{origin.text}`"
            raise UsageError("a secret is for a whole server, and not for a path of it", step)
        return origin
    scheme = text.partition(":")[0]
    if scheme not in SCHEMES["stui"]:
        start = f"`{printable_line(scheme, 30)}:`" if ":" in text else "that"
        raise UsageError(f"{start} begins no address that a secret can be for", f"write {FORMS}")
    endpoint = endpoint_of(text)
    if endpoint.path and not endpoint.path.startswith("/"):
        step = f"write it out, as in `{'ipc://' if scheme == 'ipc' else 'unix:'}/run/image.sock`"
        raise UsageError("the path of the socket is relative", step)
    return _of_endpoint(endpoint, Path("/"))


def covers(audience: Origin, origin: Origin) -> bool:
    """Whether a secret that is for `audience` may go to `origin`.

    They are equal; or `audience` names no server key, and then any pinned one will do: whoever
    keeps the secret trusts the host, and the key says that it is the host.
    """
    if audience.server_key is None:
        audience = _with_key(audience, origin.server_key)
    return audience == origin


def _with_key(origin: Origin, server_key: str | None) -> Origin:
    return Origin(origin.scheme, origin.host, origin.port, origin.path, server_key)


def _of_server(server: Server) -> Origin:
    return Origin(server.scheme, server.host, server.port)


def _of_endpoint(endpoint: Endpoint, root: Path) -> Origin:
    path = endpoint.path
    if path and not path.startswith("/"):
        path = (root / path).as_posix()
    return Origin(endpoint.scheme, endpoint.host, endpoint.port, path, endpoint.server_key)
