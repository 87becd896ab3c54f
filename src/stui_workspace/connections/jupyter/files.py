"""A kernel that runs, by its connection file. It is reached, and neither started nor ended."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

from stui_workspace.connections.jupyter.carrier import Ears, Way
from stui_workspace.connections.jupyter.messages import Ask
from stui_workspace.connections.jupyter.sockets import Sockets, first_refused, new_context
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.schema.hosts import is_loopback

PATIENCE: Final = 10.0
_SIZE_LIMIT: Final = 64 << 10
_PORTS: Final = tuple(f"{name}_port" for name in ("shell", "iopub", "stdin", "hb", "control"))
_PORT_LIMIT: Final = 65535
_SCHEME: Final = re.compile(r"\Ahmac-(?:sha256|sha384|sha512)\Z", re.ASCII)
_KEY: Final = re.compile(r"\A[\x20-\x7e]{8,512}\Z", re.ASCII)
_CURVE_KEY: Final = re.compile(r"\A[\x21-\x7e]{40}\Z", re.ASCII)


class FileCarrier:
    """One link to the kernel of a connection file."""

    def __init__(self, name: str, path: str, root: Path, patience: float = PATIENCE) -> None:
        self._name = name
        self._written = path
        self._root = root
        self._patience = patience
        self._sockets: Sockets | None = None

    async def open(self, ears: Ears, meet: Callable[[Way], None]) -> None:
        """Read the file, and connect to where it says.

        Raises:
            ConnectionLostError: It is no such file, or nothing listens there.
        """
        details = self._details()
        if details["transport"] == "tcp":
            host = details["ip"]
            refused = await first_refused((details[name] for name in _PORTS), host)
            if refused is not None:
                raise ConnectionLostError(
                    self._name,
                    f"the kernel has ended: nothing listens at its port {refused}",
                    "start it, and give the connection the file that it writes then",
                )
        from jupyter_client.asynchronous.client import AsyncKernelClient

        context = new_context(is_up=True)
        client = AsyncKernelClient(context=context)
        client.load_connection_info(details)  # type: ignore[arg-type]
        self._sockets = Sockets(client, Ears(ears.hear, lambda why: ears.lose(why or _GONE)))
        meet(
            Way(
                self._sockets.session,
                self._patience,
                beats=True,
                next_step="start it anew if it is stuck, or name the file that it wrote",
                is_silence_final=True,
            )
        )
        self._sockets.open()

    def ask(self, ask: Ask) -> None:
        """Send it that."""
        if self._sockets is not None:
            self._sockets.ask(ask)

    async def interrupt(self) -> None:
        """Ask it to stop what it evaluates. One that does not know how to goes on."""
        self.ask(Ask("control", "interrupt_request", os.urandom(16).hex()))

    async def beat(self) -> None:
        """Wait for its echo."""
        if self._sockets is not None:
            await self._sockets.beat()

    async def is_evaluating(self) -> bool:
        """False: nobody else can tell."""
        return False

    async def close(self, *, is_idle: bool, for_good: bool) -> None:
        """End the link. The kernel goes on."""
        del is_idle, for_good
        if self._sockets is not None:
            await self._sockets.close()

    def _details(self) -> dict[str, Any]:
        try:
            details = json.loads(self._content())
        except (ValueError, RecursionError):
            self._fail(f"`{self._shown}` is no connection file")
        if not isinstance(details, dict):
            self._fail(f"`{self._shown}` is no connection file")
        return self._checked({"transport": "tcp", "signature_scheme": "hmac-sha256", **details})

    def _content(self) -> bytes:
        """What is in the file, opened once; a relative path has to stay in the project."""
        path = self._root / self._written
        try:
            if not Path(self._written).is_absolute():
                path = path.resolve(strict=True)
                if not path.is_relative_to(self._root.resolve()):
                    self._fail(f"`{self._shown}` leads out of the project")
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            descriptor = os.open(path, flags)
        except OSError as error:
            step = "start the kernel, or name the file that it wrote"
            reason = f"`{self._shown}` cannot be read: {error.strerror}"
            raise ConnectionLostError(self._name, reason, step) from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                self._fail(f"`{self._shown}` is no file")
            content = os.read(descriptor, _SIZE_LIMIT + 1)
        finally:
            os.close(descriptor)
        if len(content) > _SIZE_LIMIT:
            self._fail(f"`{self._shown}` is no connection file")
        return content

    def _checked(self, details: dict[str, Any]) -> dict[str, Any]:
        """The details that are used, each of them of its kind."""
        ip, key, scheme = (str(details.get(one)) for one in ("ip", "key", "signature_scheme"))
        if details["transport"] not in ("tcp", "ipc") or not _SCHEME.match(scheme):
            self._fail(f"`{self._shown}` is no connection file that can be used")
        if not _KEY.match(key) or not isinstance(details.get("key"), str):
            self._fail("its connection file has no key, so that anybody could answer")
        ports = {name: details.get(name) for name in _PORTS}
        if not all(type(one) is int and 0 < one <= _PORT_LIMIT for one in ports.values()):
            self._fail(f"a port is missing in `{self._shown}`")
        if details["transport"] == "tcp" and not is_loopback(ip.lower()):
            self._fail(
                f"its connection file leads to `{printable_line(ip, 80)}`, and what is said would "
                "go there for all to read",
                "reach it by `https://` of a Jupyter Server there, or by a tunnel to this machine",
            )
        if details["transport"] == "ipc" and not Path(ip).is_absolute():
            self._fail(f"the path of the sockets in `{self._shown}` is not absolute")
        curve = {name: details.get(name) for name in ("curve_publickey", "curve_secretkey")}
        if not all(isinstance(one, str) and _CURVE_KEY.match(one) for one in curve.values()):
            curve = {}
        kept = {"transport": details["transport"], "ip": ip, "key": key, "signature_scheme": scheme}
        return {**kept, **ports, **curve}

    @property
    def _shown(self) -> str:
        return printable_line(self._written)

    def _fail(
        self, reason: str, next_step: str = "name the file that the kernel wrote"
    ) -> NoReturn:
        raise ConnectionLostError(self._name, reason, next_step, is_final=True)


_GONE: Final = "the kernel has ended, or let go of its line"
