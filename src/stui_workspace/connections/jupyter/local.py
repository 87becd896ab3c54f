"""A kernel that one connection starts, uses and ends."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stui_workspace.connections.jupyter.carrier import Ears, Way
from stui_workspace.connections.jupyter.kernels import Kernel, kernel_of
from stui_workspace.connections.jupyter.last_words import LastWords
from stui_workspace.connections.jupyter.messages import Ask
from stui_workspace.connections.jupyter.sockets import Sockets, new_context
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.orphans import forget, note_started
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

PATIENCE: Final = 60.0
"""Seconds for a kernel to come up; some load half a world first."""
GRACE: Final = 1.0
"""Seconds for an idle kernel to end by itself."""
_LOOK_SECONDS: Final = 0.2
_POLL_SECONDS: Final = 0.05
_CUT_SECONDS: Final = 2.0
"""So long a kernel that lets go of its line may take to be dead, which says more."""


class LocalCarrier:
    """One life of a kernel of our own."""

    def __init__(self, spec: ConnectionSpec, setting: Setting) -> None:
        self._spec = spec
        self._setting = setting
        self._manager: AsyncKernelManager | None = None
        self._sockets: Sockets | None = None
        self._words = LastWords()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._ears: Ears | None = None
        self._is_cut = False
        self._note: Path | None = None
        """That it runs, for when we end before we have ended it."""

    async def open(self, ears: Ears, meet: Callable[[Way], None]) -> None:
        """Start the kernel.

        Raises:
            ConnectionLostError: There is no such kernel, or it cannot be started.
        """
        self._ears = ears
        kernel = await asyncio.to_thread(kernel_of, self._spec, self._setting)
        manager = self._manager = self._new_manager(kernel)
        await self._start(manager, kernel)
        pid = getattr(manager.provisioner, "pid", None)
        if pid is not None:
            what = f"{self._spec.name} (Jupyter kernel {kernel.name})"
            self._note = note_started(self._setting.folder, pid, printable_line(what))
        self._sockets = Sockets(manager, Ears(ears.hear, self._lose))
        meet(
            Way(
                self._sockets.session,
                PATIENCE,
                beats=True,
                next_step=f"look whether the kernel `{kernel.name}` works elsewhere",
            )
        )
        self._sockets.open()
        self._watching = asyncio.ensure_future(self._watch(manager))

    def ask(self, ask: Ask) -> None:
        """Send it that."""
        if self._sockets is not None:
            self._sockets.ask(ask)

    async def interrupt(self) -> None:
        """Stop what it evaluates, in the way that its kernelspec says."""
        manager = self._manager
        if manager is None or not manager.has_kernel or manager.kernel_spec is None:
            return
        if manager.kernel_spec.interrupt_mode == "message":
            self.ask(Ask("control", "interrupt_request", secrets.token_hex(16)))
        else:
            with suppress(OSError):
                await manager.signal_kernel(signal.SIGINT)

    async def beat(self) -> None:
        """Wait for its echo."""
        if self._sockets is not None:
            await self._sockets.beat()

    async def is_evaluating(self) -> bool:
        """False: nobody else can tell."""
        return False

    async def close(self, *, is_idle: bool, for_good: bool) -> None:
        """End it and its process group. An idle one may end by itself first."""
        del for_good
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        manager, self._manager = self._manager, None
        if manager is not None:
            await self._end(manager, is_idle=is_idle)
            if self._sockets is not None:
                await self._sockets.close()
            manager.context.destroy(linger=0)
        self._words.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _new_manager(self, kernel: Kernel) -> AsyncKernelManager:
        from jupyter_client.manager import AsyncKernelManager

        folder = self._setting.folder
        if folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="stui-kernel-")
            folder = Path(self._folder.name)
        else:
            folder = folder / "kernels"
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        manager = AsyncKernelManager(
            kernel_name=kernel.name,
            kernel_spec_manager=kernel.specs,
            connection_file=str(folder / f"kernel-{secrets.token_hex(8)}.json"),
            context=new_context(is_up=False),
        )
        if manager.kernel_spec is not None:
            manager.kernel_spec.argv = list(kernel.command)
        return manager

    async def _start(self, manager: AsyncKernelManager, kernel: Kernel) -> None:
        import subprocess

        given: dict[str, Any] = {
            "cwd": str(kernel.cwd),
            "env": dict(kernel.environ),
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": self._words.open(),
        }
        try:
            await manager.start_kernel(**given)
        except Exception as error:  # noqa: BLE001 (a kernelspec may make it fail in any way)
            reason = error.strerror if isinstance(error, OSError) else None
            reason = printable_line(reason or f"{type(error).__name__}: {error}")
            raise ConnectionLostError(
                self._spec.name,
                f"the kernel `{kernel.name}` cannot be started: {reason}",
                "mend or reinstall it: `jupyter kernelspec list` shows where it is",
            ) from None
        finally:
            self._words.hand_over()

    def _lose(self, reason: str) -> None:
        """The sockets are of no use any more. If the kernel dies of it, that is the reason."""
        if self._ears is not None and reason:
            self._ears.lose(reason)
        self._is_cut = True

    async def _watch(self, manager: AsyncKernelManager) -> None:
        cut_for = 0.0
        while await manager.is_alive():
            await asyncio.sleep(_LOOK_SECONDS)
            cut_for += _LOOK_SECONDS if self._is_cut else 0.0
            if cut_for > _CUT_SECONDS:
                self._tell("the kernel let go of its line")
                return
        self._tell(how_it_ended(_status(manager)))

    def _tell(self, how: str) -> None:
        last = self._words.last_line()
        if self._ears is not None:
            self._ears.lose(f"{how}: {last}" if last else how)

    async def _end(self, manager: AsyncKernelManager, *, is_idle: bool) -> None:
        with suppress(Exception):  # it ends, whatever it says
            if is_idle and await manager.is_alive():
                self.ask(Ask("control", "shutdown_request", secrets.token_hex(16), _FOR_GOOD))
                await self._wait_for_end(manager)
        group = getattr(manager.provisioner, "pgid", None)
        with suppress(Exception):
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)
        if group is not None and group != os.getpgid(0) and sys.platform != "win32":
            with suppress(OSError):  # what it started, and left behind
                os.killpg(group, signal.SIGKILL)
        manager.cleanup_connection_file()
        forget(self._note)

    async def _wait_for_end(self, manager: AsyncKernelManager) -> None:
        for _ in range(round(GRACE / _POLL_SECONDS)):
            if not await manager.is_alive():
                return
            await asyncio.sleep(_POLL_SECONDS)


_FOR_GOOD: Final[Mapping[str, object]] = {"restart": False}


def _status(manager: AsyncKernelManager) -> int | None:
    child = getattr(manager.provisioner, "process", None)
    status = getattr(child, "returncode", None)
    return status if isinstance(status, int) else None


def how_it_ended(status: int | None) -> str:
    """The end of a kernel in one clause.

    >>> how_it_ended(-9)
    'the kernel was ended by SIGKILL (Killed)'
    """
    if status is None:
        return "the kernel ended"
    if status >= 0:
        return f"the kernel ended with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    words = signal.strsignal(-status)
    return f"the kernel was ended by {name}" + (f" ({words})" if words else "")
