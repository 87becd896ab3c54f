"""The session bus: where it is, and a connection that neither hangs nor asks without leave."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from jeepney import HeaderFields, Message
from jeepney.bus import get_bus
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, prep_socket
from secretstorage.util import BUS_NAME, PROMPT_IFACE, add_match_rules

from stui_workspace.secrets.keyring.patience import Patience

_DAEMONS: Final = {
    "gnome-keyring-d": "GNOME Keyring",
    "keepassxc": "KeePassXC",
    "ksecretd": "KWallet",
    "kwalletd5": "KWallet",
    "kwalletd6": "KWallet",
    "oo7-daemon": "oo7",
}
"""The programs that serve it, as the system shortens their names to fifteen characters."""


class NoBusError(Exception):
    """This session has no bus, or none of a kind that we can talk to."""


class GuardedConnection(DBusConnection):  # type: ignore[misc]  # it comes without types
    """A connection on which every wait ends with the patience, and no prompt goes around it."""

    def __init__(self, address: str, patience: Patience) -> None:
        self._patience = patience
        sock = prep_socket(_place(address), timeout=max(patience.rest(), 0.001))
        try:
            super().__init__(sock)
            if patience.may_prompt:  # some services send the end of a prompt to everybody
                add_match_rules(self)
        except BaseException:
            sock.close()
            raise

    def send(self, message: Message, serial: int | None = None) -> None:
        """Send, unless the time is over: what was given up must not go on by itself."""
        fields = message.header.fields
        is_prompt = fields.get(HeaderFields.interface) == PROMPT_IFACE
        if is_prompt and fields.get(HeaderFields.member) == "Prompt":
            self._patience.asks()
        self._patience.check()
        super().send(message, serial)

    send_message = send

    def receive(self, *, timeout: float | None = None) -> Message:
        """The next message, in time."""
        self._patience.check()
        rest = self._patience.rest()
        return super().receive(timeout=rest if timeout is None else min(timeout, rest))


def bus_address(environ: Mapping[str, str]) -> str:
    """The address of the session bus.

    Raises:
        NoBusError: There is none.
    """
    address = environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    runtime = environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return f"unix:path={quote(runtime)}/bus"
    raise NoBusError


def service_owner(connection: GuardedConnection) -> str | None:
    """Who serves the Secret Service, for people; empty if not known; None if nobody can."""
    bus = Proxy(message_bus, connection)
    if not bus.NameHasOwner(BUS_NAME)[0]:
        return "" if BUS_NAME in bus.ListActivatableNames()[0] else None
    process = int(bus.GetConnectionUnixProcessID(BUS_NAME)[0])
    try:
        name = Path(f"/proc/{process}/comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""
    return _DAEMONS.get(name, "")


def _place(address: str) -> str:
    try:
        return str(get_bus(address))
    except (ValueError, RuntimeError, LookupError):
        raise NoBusError from None
