"""A kernel of a Jupyter Server: found again by whoever left it, and never ended by the way.

The kernel of a connection belongs to a session of the server, whose path is made of the workspace,
the client and the connection: whoever asks for it again gets the same one. The server keeps what a
kernel says while nobody is connected, and gives it to whoever comes under the same name. It keeps
nothing while somebody else is connected to the same kernel.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final

from stui_workspace.connections.dialling import DIALS
from stui_workspace.connections.jupyter.carrier import Ears, Way
from stui_workspace.connections.jupyter.messages import Ask
from stui_workspace.connections.jupyter.rest import MISSING, NO_SUCH_KERNEL, SLOW, Refused, Rest
from stui_workspace.connections.jupyter.websocket import Socket
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError, StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.web import Server

_ID: Final = re.compile(r"\A[A-Za-z0-9-]{1,64}\Z", re.ASCII)
_LOOK_SECONDS: Final = 0.25
_LOOK_COUNT: Final = 4
_SHOWN_COUNT: Final = 12


class ServerCarrier:
    """One link to a kernel of a server."""

    def __init__(self, spec: ConnectionSpec, setting: Setting, server: Server) -> None:
        self._spec = spec
        self._server = server
        self._rest = Rest(spec.name, server, setting.secret)
        parts = (str(setting.root), setting.client, spec.name, spec.kernel or "")
        digest = blake2b(repr(parts).encode("utf-8", "replace"), digest_size=16)
        self._session = digest.hexdigest()
        self._kernel_id = server.kernel_id
        self._session_id: str | None = None
        """Of the session at the server; None where the kernel is none of ours."""
        self._socket: Socket | None = None

    async def open(self, ears: Ears, meet: Callable[[Way], None]) -> None:
        """Find the kernel, or have it started, and connect.

        Raises:
            ConnectionLostError: It cannot be.
        """
        model = await self._model()
        kernel_id = self._kernel_id = str(model.get("id"))
        if not _ID.match(kernel_id):
            raise self._rest.nonsense()
        model = await self._alone(kernel_id, model)
        meet(
            Way(
                self._session,
                SLOW,
                seed=f"{kernel_id}.",
                survives=True,
                is_busy=model.get("execution_state") == "busy",
                is_complete=model.get("connections") == 0,
                next_step="interrupt or restart the kernel at the server",
            )
        )
        self._socket = Socket(self._session, ears)
        path = f"/api/kernels/{kernel_id}/channels?session_id={self._session}"
        request = await self._rest.request(path, SLOW)
        request.url = "ws" + request.url.removeprefix("http")
        try:
            async with DIALS.one():
                await self._socket.open(request)
        except Exception as error:  # noqa: BLE001 (tornado passes on what the network has)
            raise self._rest.explained(error) from None

    def ask(self, ask: Ask) -> None:
        """Send the kernel that."""
        if self._socket is not None:
            self._socket.ask(ask)

    async def interrupt(self) -> None:
        """Have the server stop what it evaluates, in the way that its kernelspec says."""
        await self._quietly("POST", f"/api/kernels/{self._kernel_id}/interrupt")

    async def beat(self) -> None:
        """Wait for an answer of the server."""
        if self._socket is not None:
            await self._socket.beat()

    async def is_evaluating(self) -> bool:
        """Whether the server thinks so."""
        try:
            model = await self._rest.call("GET", f"/api/kernels/{self._kernel_id}")
        except (StuiError, Refused):
            return False
        return isinstance(model, dict) and model.get("execution_state") == "busy"

    async def close(self, *, is_idle: bool, for_good: bool) -> None:
        """End the link. The kernel goes on, and so does what it evaluates, unless for good."""
        del is_idle
        if self._socket is not None:
            await self._socket.close()
        if for_good and self._session_id is not None:
            await self._quietly("DELETE", f"/api/sessions/{self._session_id}")

    async def _model(self) -> dict[str, Any]:
        """The kernel as the server tells of it, started where need be."""
        async with DIALS.one():
            if self._server.kernel_id is not None:
                return await self._model_of(self._server.kernel_id)
            kernels = await self._call("GET", "/api/kernels")
        if not isinstance(kernels, list):
            raise self._rest.nonsense()
        body = {
            "path": f"stui-{self._session}",
            "name": f"stui: {self._spec.name}",
            "type": "console",
            "kernel": {"name": self._spec.kernel},
        }
        try:
            session = await self._rest.call("POST", "/api/sessions", body, SLOW)
        except Refused as refused:
            if refused.status == NO_SUCH_KERNEL:
                raise await self._unknown() from None
            raise self._rest.refusal(refused.status) from None
        match session:
            case {"id": str(session_id), "kernel": dict(model)} if _ID.match(session_id):
                self._session_id = session_id
                return model
            case _:
                raise self._rest.nonsense()

    async def _alone(self, kernel_id: str, model: dict[str, Any]) -> dict[str, Any]:
        """The kernel when the server has noticed that our last link is gone, if there was one."""
        for _ in range(_LOOK_COUNT):
            if model.get("connections") == 0:
                break
            await asyncio.sleep(_LOOK_SECONDS)
            model = await self._model_of(kernel_id)
        return model

    async def _model_of(self, kernel_id: str) -> dict[str, Any]:
        try:
            model = await self._rest.call("GET", f"/api/kernels/{kernel_id}")
        except Refused as refused:
            if refused.status == MISSING:
                raise ConnectionLostError(
                    self._spec.name,
                    f"{self._server.base} has no kernel {kernel_id}: it has ended",
                    "name another, or leave `/api/kernels/...` out to have one started",
                    is_final=True,
                ) from None
            raise self._rest.refusal(refused.status) from None
        if not isinstance(model, dict):
            raise self._rest.nonsense()
        return model

    async def _call(self, method: str, path: str) -> Any:
        try:
            return await self._rest.call(method, path)
        except Refused as refused:
            raise self._rest.refusal(refused.status) from None

    async def _quietly(self, method: str, path: str) -> None:
        try:
            await self._rest.call(method, path)
        except (StuiError, Refused):
            return

    async def _unknown(self) -> ConnectionLostError:
        """That there is no such kernel, and which there are."""
        answer = await self._call("GET", "/api/kernelspecs")
        specs = answer.get("kernelspecs") if isinstance(answer, dict) else None
        names = sorted(specs)[:_SHOWN_COUNT] if isinstance(specs, dict) else []
        listed = ", ".join(f"`{printable_line(one, 60)}`" for one in names)
        wanted = printable_line(self._spec.kernel or "", 80)
        return ConnectionLostError(
            self._spec.name,
            f"{self._server.base} has no kernel `{wanted}`",
            f"use one of {listed}, or install it there" if names else "install it there",
            is_final=True,
        )
