"""A link to a backend that another process holds."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.connections.backend import Answer, Hello, OnOutput, Pulse, Request
from stui_workspace.connections.holding.holders import Holder, holder_at, record_path, stop
from stui_workspace.connections.holding.order import Order
from stui_workspace.connections.holding.starting import Start
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.connections.stui.resolving import in_thread
from stui_workspace.errors import (
    ConnectionLostError,
    DiskError,
    SecretError,
    StuiError,
    UsageError,
)
from stui_workspace.model.records import replace
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.endpoints import endpoint_of
from stui_workspace.storage.lock import try_hold

_WAIT: Final = 0.05
"""Seconds between looks whether another stui has started it."""


class HeldBackend:
    """One link, from `start` to `close`; what is held goes on afterwards."""

    def __init__(self, spec: ConnectionSpec, setting: Setting, folder: Path) -> None:
        self._spec = spec
        self._setting = setting
        self._folder = folder
        self._record = record_path(folder, setting.root, spec)
        self._link: StuiBackend | None = None
        self._is_closed = False

    async def start(self) -> Hello:
        """Reach the holder, or start one that starts the backend.

        Raises:
            ConnectionLostError: Neither could be done; nothing that was started here is left.
        """
        try:
            holder = holder_at(self._record) or await self._new_holder()
        except (DiskError, UsageError) as error:
            raise ConnectionLostError(
                self._spec.name, f"it cannot be held: {error}", error.next_step, is_final=True
            ) from error
        link = self._link_to(holder)
        if self._is_closed:
            raise ConnectionLostError(self._spec.name, "it was closed")
        self._link = link
        return await link.start()

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """Have it evaluated, or take up again what was.

        Raises:
            ConnectionLostError: The link had ended before; nothing was evaluated.
        """
        return await self._up().evaluate(request, on_output)

    async def interrupt(self) -> None:
        """Ask it to stop our evaluation; nothing happens where none runs."""
        if self._link is not None:
            await self._link.interrupt()

    async def ping(self) -> Pulse:
        """A sign of the holder.

        Raises:
            ConnectionLostError: The link has ended.
        """
        return await self._up().ping()

    async def complete(self, code: str, cursor: int) -> Completions:
        """What the code at the cursor can go on with; nothing where it cannot be told now.

        Raises:
            ConnectionLostError: The link has ended.
        """
        return await self._up().complete(code, cursor)

    async def inspect(self, code: str, cursor: int) -> Inspected:
        """What is known of what is at the cursor; nothing where it cannot be told now.

        Raises:
            ConnectionLostError: The link has ended.
        """
        return await self._up().inspect(code, cursor)

    async def wait_lost(self) -> str:
        """How the link ended, in one clause; comes back only if it ends without `close`."""
        return await self._up().wait_lost()

    async def close(self) -> None:
        """End the link; what is held goes on. Nothing happens the second time. Never raises."""
        self._is_closed = True
        if self._link is not None:
            await self._link.close()

    async def retire(self) -> None:
        """End the link, the holder and what it holds. Never raises."""
        await self.close()
        with suppress(StuiError):
            holder = holder_at(self._record)
            if holder is not None:
                await asyncio.to_thread(stop, holder)

    def _up(self) -> StuiBackend:
        if self._link is None:
            raise ConnectionLostError(self._spec.name, "it was not started", "connect it again")
        return self._link

    def _link_to(self, holder: Holder) -> StuiBackend:
        name = None if holder.token is None else "holder"
        spec = replace(
            self._spec, kind="stui", url=holder.url, identity=None, credential=name, hold=False
        )
        setting = replace(self._setting, secret=lambda: holder.token)
        return StuiBackend(spec, setting, endpoint_of(holder.url))

    async def _new_holder(self) -> Holder:
        """A holder that is started now, by us or by another stui that was quicker."""
        lock_path = self._record.with_suffix(".lock")
        while True:
            lock = try_hold(lock_path)
            if lock is not None:
                break
            await asyncio.sleep(_WAIT)
        with lock:
            holder = holder_at(self._record)
            if holder is not None:
                return holder
            await Start(self._command(), await self._order()).run()
        holder = holder_at(self._record)
        if holder is None:
            raise ConnectionLostError(
                self._spec.name, "its holder ended at once", "connect it again"
            )
        return holder

    async def _order(self) -> Order:
        setting = self._setting
        try:
            secret = None
            if self._spec.credential is not None:
                secret = await in_thread(setting.secret, "stui-secret")
        except SecretError as error:
            raise ConnectionLostError(
                self._spec.name, str(error), error.next_step, is_final=True
            ) from error
        return Order(self._spec, setting.root, self._folder, self._record, setting.environ, secret)

    def _command(self) -> tuple[str, ...]:
        # As a file, and isolated: nothing in the current folder is ever imported.
        here = Path(__file__).with_name("process.py")
        return (sys.executable, "-I", os.fspath(here))
