"""A real Secret Service: GNOME Keyring on a session bus of its own, with a home of its own.

    with secret_service(folder) as service:
        run_program(env=service.environ)

Nothing of it is the user's: neither the bus, nor the keyring, nor a window. The bus starts no other
program by itself.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from jeepney import DBusErrorResponse
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from secretstorage import Collection, ItemNotFoundException
from secretstorage.exceptions import SecretServiceNotAvailableException

DEADLINE = 30.0
NAME = "org.freedesktop.secrets"
PASSWORD = b"of the tests"
CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SecretService:
    """A bus and a keyring on it, each of which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "run" / "bus"
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None
        for name in ("home", "run", "data"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "home" / ".config"),
            "XDG_CACHE_HOME": str(folder / "home" / ".cache"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self._socket}",
        }
        """A whole environment: what a program needs to find this keyring and nothing else."""

    def start_bus(self) -> None:
        """A bus at the same address as ever."""
        config = self._folder / "bus.conf"
        config.write_text(CONFIG.format(socket=self._socket), encoding="utf-8")
        self._socket.unlink(missing_ok=True)
        command = (_program("dbus-daemon"), "--nofork", "--nopidfile", "--print-address=1")
        bus = subprocess.Popen(
            (*command, f"--config-file={config}"),
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._bus = bus
        assert bus.stdout is not None
        assert bus.stdout.readline(), "the bus did not start"

    def stop_bus(self) -> None:
        """No bus any more; the keyring on it ends with it, or is ended."""
        self.stop_daemon()
        _end(self._bus)
        self._bus = None

    def start_daemon(self, *, has_default: bool = True) -> None:
        """A keyring on the bus; with a default one that is unlocked, or with none at all."""
        options = ("--unlock",) if has_default else ()
        self._daemon = subprocess.Popen(
            (_program("gnome-keyring-daemon"), "--foreground", "--components=secrets", *options),
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdin is not None
        with self._daemon.stdin as stdin:
            stdin.write(PASSWORD)
        _wait(self._is_up if not has_default else self._is_unlocked)

    def stop_daemon(self) -> None:
        """The bus stays, with no keyring on it."""
        _end(self._daemon)
        self._daemon = None

    @contextmanager
    def hung(self) -> Iterator[None]:
        """While it is stopped by a signal: it takes calls, and never answers."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._daemon.send_signal(signal.SIGCONT)

    def connection(self) -> DBusConnection:
        """A connection to the bus, to be closed by whoever asked for it."""
        return open_dbus_connection(self.environ["DBUS_SESSION_BUS_ADDRESS"])

    @contextmanager
    def keyring(self) -> Iterator[Collection]:
        """The default keyring, as other programs have it."""
        with closing(self.connection()) as connection:
            yield Collection(connection)

    def lock(self) -> None:
        """Lock the default keyring."""
        with self.keyring() as keyring:
            keyring.lock()
            assert keyring.is_locked()

    def unlock(self) -> None:
        """Unlock it without asking anybody: a daemon that starts is told the password."""
        self.stop_daemon()
        self.start_daemon()

    def _is_up(self) -> bool:
        with closing(self.connection()) as connection:
            answer: tuple[Any, ...] = Proxy(message_bus, connection).NameHasOwner(NAME)
        return bool(answer[0])

    def _is_unlocked(self) -> bool:
        if not self._is_up():
            return False
        with self.keyring() as keyring:
            return not keyring.is_locked()


@contextmanager
def secret_service(folder: Path, *, has_default: bool = True) -> Iterator[SecretService]:
    """A bus with a keyring on it, until the end of the block."""
    service = SecretService(folder)
    try:
        service.start_bus()
        service.start_daemon(has_default=has_default)
        yield service
    finally:
        service.stop_bus()


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} must be installed to test the keyring (packages: gnome-keyring, dbus)"
    return found


def _end(running: subprocess.Popen[bytes] | None) -> None:
    if running is None:
        return
    running.kill()
    running.wait(DEADLINE)
    if running.stdout is not None:
        running.stdout.close()


def _wait(is_so: Any) -> None:
    until = monotonic() + DEADLINE
    while monotonic() < until:
        with suppress(DBusErrorResponse, ItemNotFoundException, SecretServiceNotAvailableException):
            if is_so():
                return
        sleep(0.01)
    raise AssertionError("the keyring did not start")
