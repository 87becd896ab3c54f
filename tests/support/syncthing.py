"""Two real Syncthings that know nobody but each other: no discovery, no relay, all on loopback."""

from __future__ import annotations

import copy
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from support.replicas import PATIENCE, Lines

FOLDER: Final = "project"
KEY: Final = "a key for this test alone"
OPTIONS: Final = {
    "globalAnnounceEnabled": "false",
    "localAnnounceEnabled": "false",
    "relaysEnabled": "false",
    "natEnabled": "false",
    "stunKeepaliveStartS": "0",
    "urAccepted": "-1",
    "crashReportingEnabled": "false",
    "autoUpgradeIntervalH": "0",
    "announceLANAddresses": "false",
    "startBrowser": "false",
    "setLowPriority": "false",
    "reconnectionIntervalS": "1",
}
GLOBAL: Final = ("globalFiles", "globalDirectories", "globalDeleted", "globalBytes")
"""What both count alike as soon as each has heard of everything."""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@dataclass
class Syncthing:
    """One of the two: where it lives, and what can be asked of it while it runs."""

    home: Path
    folder: Path
    id: str
    gui: int = field(default_factory=_free_port)
    port: int = field(default_factory=_free_port)
    _seen: int = 0

    @classmethod
    def made(cls, home: Path, folder: Path) -> Self:
        """A new home with keys and settings of its own; nothing runs yet."""
        command = [_program(), "generate", f"--home={home}"]
        subprocess.run(command, env=_environ(home), check=True, capture_output=True)
        document = ET.parse(home / "config.xml")  # noqa: S314 (it was written just now)
        device = document.find("device")
        assert device is not None
        return cls(home, folder, device.attrib["id"])

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def introduce(self, other: Syncthing, *, calls: bool) -> None:
        """Write settings that share the folder with the other one, and know nothing else.

        Args:
            other: The other one.
            calls: Whether this one connects to it, or waits. Two that call each other at one
                moment may both hang up, and try again much later.
        """
        file = self.home / "config.xml"
        document = ET.parse(file)  # noqa: S314 (our own)
        root = document.getroot()
        assert root is not None
        for kind in ("folder", "device"):
            for found in root.findall(kind):
                root.remove(found)
        root.append(self._folder(root, other))
        root.append(_device(root, self, self.address))
        root.append(_device(root, other, other.address if calls else "dynamic"))
        _set(root, "gui/address", f"127.0.0.1:{self.gui}")
        _set(root, "gui/apikey", KEY)
        for name, value in {"listenAddress": self.address, **OPTIONS}.items():
            _set(root, f"options/{name}", value)
        document.write(file)

    def _folder(self, root: ET.Element, other: Syncthing) -> ET.Element:
        made = _default_of(root, "folder")
        made.attrib |= {"id": FOLDER, "path": str(self.folder), "fsWatcherDelayS": "1"}
        made.attrib |= {"fsWatcherEnabled": "true", "rescanIntervalS": "3600"}
        for found in made.findall("device"):
            made.remove(found)
        for one in (self, other):
            ET.SubElement(made, "device", {"id": one.id})
        _set(made, "maxConflicts", "10")
        return made

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Started, until the block ends; it answers before the block begins."""
        command = [_program(), "serve", f"--home={self.home}", "--no-browser", "--no-restart"]
        with subprocess.Popen(
            command,
            env=_environ(self.home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                said = Lines(running.stdout)
                assert said.until(lambda line: "API listening" in line), "".join(said.read)
                yield self
                running.wait(PATIENCE)
                said.join()
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)

    def get(self, path: str, **query: object) -> Any:
        """What it answers."""
        return json.loads(self._ask("GET", path, query))

    def post(self, path: str, **query: object) -> None:
        """Have it do something; that is done then."""
        self._ask("POST", path, query)

    def _ask(self, method: str, path: str, query: dict[str, object]) -> bytes:
        asking = http.client.HTTPConnection("127.0.0.1", self.gui, timeout=PATIENCE)
        try:
            asking.request(method, f"/rest/{path}?{urlencode(query)}", headers={"X-API-Key": KEY})
            answer = asking.getresponse()
            content = answer.read()
        finally:
            asking.close()
        assert answer.status == http.HTTPStatus.OK, (path, query, content)
        return content

    def until(self, claim: Callable[[], bool], what: str) -> None:
        """Wait until the claim holds; every event of this Syncthing has it looked at again."""
        deadline = time.monotonic() + PATIENCE
        while not claim():
            assert time.monotonic() < deadline, f"waited in vain: {what}"
            events = self.get("events", since=self._seen, timeout=1)
            self._seen = max([self._seen, *(event["id"] for event in events)])

    def is_connected_to(self, other: Syncthing) -> bool:
        found = self.get("system/connections")["connections"].get(other.id, {})
        return bool(found.get("connected"))

    def has_all(self, other: Syncthing) -> bool:
        """Whether, for all that both know, neither needs anything of the other."""
        own, theirs = (one.get("db/status", folder=FOLDER) for one in (self, other))
        needed = self.get("db/completion", folder=FOLDER, device=other.id)
        return (
            own["state"] == "idle"
            and not own["needTotalItems"]
            and not (needed["needItems"] or needed["needDeletes"])
            and all(own[count] == theirs[count] for count in GLOBAL)
        )


@dataclass(frozen=True)
class Pair:
    """Both of them."""

    left: Syncthing
    right: Syncthing

    @classmethod
    @contextmanager
    def running(cls, homes: Path, left: Path, right: Path) -> Iterator[Self]:
        """Both started and connected, their folders the same."""
        pair = cls(Syncthing.made(homes / "left", left), Syncthing.made(homes / "right", right))
        pair.left.introduce(pair.right, calls=True)
        pair.right.introduce(pair.left, calls=False)
        with ExitStack() as stack:
            for one in pair._both[::-1]:  # the one that calls comes last
                stack.enter_context(one.running())
            pair._wait(Syncthing.is_connected_to, "connected")
            pair.settle()
            yield pair
            for one in pair._both:
                one.post("system/shutdown")

    @property
    def _both(self) -> tuple[Syncthing, Syncthing]:
        return self.left, self.right

    def part(self) -> None:
        """Cut the connection, as when a lid is closed."""
        self.left.post("system/pause", device=self.right.id)
        self._wait(lambda one, other: not one.is_connected_to(other), "parted")

    def join(self) -> None:
        """Have both see what was changed meanwhile, and connect them again."""
        self.scan()
        self.left.post("system/resume", device=self.right.id)
        self._wait(Syncthing.is_connected_to, "connected")

    def scan(self) -> None:
        """Have both look at their folders now, and not after their usual delay."""
        for one in self._both:
            one.post("db/scan", folder=FOLDER)

    def settle(self) -> None:
        """Wait until each has all that the other has, and both know it."""
        self.scan()
        self._wait(Syncthing.has_all, "in sync")

    def _wait(self, claim: Callable[[Syncthing, Syncthing], bool], what: str) -> None:
        for one, other in (self._both, self._both[::-1]):
            one.until(partial(claim, one, other), what)


def _program() -> str:
    found = shutil.which("syncthing")
    assert found is not None, "no program `syncthing`: these tests need it"
    return found


def _environ(home: Path) -> dict[str, str]:
    """Its settings, and which hash function to use: it tries for a second which is the fastest."""
    own = {"HOME": str(home), "STNODEFAULTFOLDER": "1", "STNOUPGRADE": "1", "STHASHING": "standard"}
    return {"PATH": os.environ["PATH"], **own}


def _default_of(root: ET.Element, kind: str) -> ET.Element:
    found = root.find(f"defaults/{kind}")
    assert found is not None
    return copy.deepcopy(found)


def _device(root: ET.Element, one: Syncthing, address: str) -> ET.Element:
    made = _default_of(root, "device")
    made.attrib |= {"id": one.id, "name": one.home.name}
    _set(made, "address", address)
    return made


def _set(element: ET.Element, path: str, value: str) -> None:
    found = element.find(path)
    if found is None:
        parent, _, name = path.rpartition("/")
        above = element.find(parent) if parent else element
        assert above is not None, path
        found = ET.SubElement(above, name)
    found.text = value
