"""Who may come in: the browser that was given the address, on this machine, and nobody else.

A web page of anybody can make a browser talk to a port of this machine. So each request has to name
this server as its host, which one whose name was pointed here does not (DNS rebinding); it has to
have a cookie that pages of others cannot send; and a websocket has to come from a page of ours.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Final

from stui_workspace.model.records import dataclass, field

COOKIE: Final = "stui"
_STRANGERS: Final = ("cross-site", "same-site")
"""Where browsers say that a request comes from; another port of this machine is the same site."""


def _chance() -> str:
    return token_urlsafe(32)


@dataclass(slots=True)
class Gate:
    """The one server, its address, and what opens it."""

    port: int
    names: tuple[str, ...]
    """What it may be called by: `127.0.0.1`, `localhost`, `[::1]`."""
    chance: Callable[[], str] = field(default=_chance, repr=False)
    place: str = field(init=False)
    """The folder of all its addresses, which nobody can guess: other servers of this machine, on
    other ports, are sent no cookie of that folder."""
    cookie: str = field(init=False, repr=False)
    _token: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.place = f"/{self.chance()[:16]}/"
        self.cookie = self.chance()
        self._token = self.chance()

    @property
    def url(self) -> str:
        """The address that opens it, once."""
        return f"http://{self.names[0]}:{self.port}{self.place}?token={self._token}"

    def is_called(self, host: str | None) -> bool:
        """Whether a `Host` header names this server."""
        return host in {f"{name}:{self.port}" for name in self.names}

    def takes(self, token: str) -> bool:
        """Whether a token is the right one; then it is used up, and `url` has a new one."""
        if not _same(token, self._token):
            return False
        self._token = self.chance()
        return True

    def admits(self, headers: Mapping[str, str], cookie: str | None) -> bool:
        """Whether a request has the cookie, and does not come from a page of somebody else."""
        if cookie is None or not _same(cookie, self.cookie):
            return False
        return headers.get("Sec-Fetch-Site", "none") not in _STRANGERS

    def is_own_page(self, headers: Mapping[str, str]) -> bool:
        """Whether a websocket was asked for by a page of this server: browsers always say so."""
        host = headers.get("Host")
        return self.is_called(host) and headers.get("Origin") == f"http://{host}"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())
