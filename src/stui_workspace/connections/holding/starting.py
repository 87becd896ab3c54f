"""Starting a holder: a process that has nothing to do with this one when it is up."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

from stui_workspace.connections.holding.order import Order, Report, line_of, pid_of, report_of
from stui_workspace.connections.processes import end, process_of
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.storage.filesystem import PRIVATE_FILE, RealFileSystem

_LOG_BYTES: Final = 64 << 10
_LINE_LIMIT: Final = 64 << 10
_OURS: Final = ("PYTHON", "__PYVENV_LAUNCHER__")


class Start:
    """The start of one holder. It may be given up at any time: then nothing of it is left.

    Args:
        command: The program; the order goes to its standard input.
        order: What to hold.
    """

    def __init__(self, command: tuple[str, ...], order: Order) -> None:
        self._command = command
        self._order = order
        self._log_path = order.record.with_suffix(".log")
        self._is_given_up = False
        self._pid = 0

    async def run(self) -> None:
        """Return when the holder holds the backend.

        Raises:
            ConnectionLostError: It does not; nothing of it is left.
        """
        doing = asyncio.ensure_future(asyncio.to_thread(self._run))
        try:
            report = await asyncio.shield(doing)
        except asyncio.CancelledError:
            self._is_given_up = True
            if self._pid:
                end(process_of(self._pid), 0.0)
            with suppress(Exception):
                await doing
            raise
        if not report.is_ready:
            raise ConnectionLostError(
                self._order.spec.name, report.reason, report.next_step, is_final=report.is_final
            )

    def _run(self) -> Report:
        try:
            with _log(self._log_path) as log:
                process = subprocess.Popen(  # noqa: S603 (it is our own program)
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=_environment(self._order.environ),
                    **_on_its_own(),
                )
        except OSError as error:
            return Report(is_ready=False, reason=f"its holder cannot be started: {error.strerror}")
        assert process.stdin is not None  # noqa: S101 (for the types)
        assert process.stdout is not None  # noqa: S101 (for the types)
        with process.stdout as told:
            with suppress(OSError), process.stdin as orders:
                orders.write(line_of(self._order))
            return self._reported(process, told)

    def _reported(self, process: subprocess.Popen[bytes], told: IO[bytes]) -> Report:
        """What the holder reports. It looks after its own time, and a killed one says nothing."""
        self._pid = pid_of(told.readline(_LINE_LIMIT)) or 0
        if sys.platform == "win32":
            process.returncode = 0  # on its own from now on
        else:
            process.wait()  # the holder is a child of it, and it has done what it was for
        if self._is_given_up and self._pid:
            end(process_of(self._pid), 0.0)
        report = report_of(told.readline(_LINE_LIMIT))
        if report is None:
            why = _last_line(self._log_path)
            return Report(is_ready=False, reason=f"its holder does not come up{why}")
        return report


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environ.items() if not name.upper().startswith(_OURS)}


def _on_its_own() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
        return {"creationflags": flags}
    return {"start_new_session": True, "cwd": "/"}


@contextmanager
def _log(path: Path) -> Iterator[int]:
    """A file for its complaints, begun anew."""
    RealFileSystem().make_folder(path.parent)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _last_line(path: Path) -> str:
    """The last that it complained of, as the end of a clause."""
    try:
        content = RealFileSystem().read(path, _LOG_BYTES) or b""
    except OSError:
        return ""
    lines = [line for line in content.decode("utf-8", "replace").split("\n") if line.strip()]
    return f": {printable_line(lines[-1])}" if lines else ""
