"""Processes by number and moment of start: a number alone may be somebody else's by now."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_START_FIELD: Final = 19
"""Of `/proc/<pid>/stat`, counted from the one after the name of the program."""
_POLL_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Process:
    """One process, and none that gets its number later."""

    pid: int
    started: str
    """When it started, as this system tells it; to be compared, and for nothing else."""

    @property
    def is_running(self) -> bool:
        """Whether it is there still, and not merely waiting to be buried."""
        return started_at(self.pid) == self.started


def this_process() -> Process:
    """The one that asks."""
    return process_of(os.getpid())


def process_of(pid: int) -> Process:
    """The process that has this number now; one that is not there never runs."""
    return Process(pid, started_at(pid) or "never")


def started_at(pid: int) -> str | None:
    """When the process of that number started; None where none runs."""
    if pid <= 0:
        return None
    if sys.platform == "linux":
        return _started_on_linux(pid)
    if sys.platform == "win32":
        return _started_on_windows(pid)
    return _started_on_unix(pid)


def end(process: Process, patience: float, *, with_group: bool = False) -> bool:
    """Whether the process has ended: it is asked to, and made to when it takes too long.

    Args:
        process: Which.
        patience: Seconds that it has to end by itself.
        with_group: Whether what is in its process group ends with it.
    """
    if sys.platform == "win32":
        _signal(process, signal.SIGTERM, with_group=False)
        return _has_ended(process, patience)
    if not _signal(process, signal.SIGTERM, with_group=with_group):
        return not process.is_running
    if not _has_ended(process, patience):
        _signal(process, signal.SIGKILL, with_group=with_group)
        return _has_ended(process, patience)
    return True


def _signal(process: Process, number: signal.Signals, *, with_group: bool) -> bool:
    """Whether the signal was sent to the process, and to no other."""
    if with_group:
        return _signal_group(process, number)
    try:
        # It is asked whether it runs after it was opened: the number cannot change hands then.
        descriptor = os.pidfd_open(process.pid) if sys.platform == "linux" else -1
        try:
            if not process.is_running:
                return False
            if sys.platform == "linux":
                signal.pidfd_send_signal(descriptor, number)
            else:
                os.kill(process.pid, number)
        finally:
            if descriptor >= 0:
                os.close(descriptor)
    except OSError:
        return False
    return True


def _signal_group(process: Process, number: signal.Signals) -> bool:
    if sys.platform == "win32" or not process.is_running:
        return False
    try:
        group = os.getpgid(process.pid)
        if group != process.pid or group == os.getpgrp():  # not one that it leads: it alone then
            return _signal(process, number, with_group=False)
        os.killpg(group, number)
    except OSError:
        return False
    return True


def _has_ended(process: Process, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while process.is_running:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _started_on_linux(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # a program may have brackets in its name
    if len(fields) <= _START_FIELD or fields[0] in ("Z", "X"):
        return None
    return f"{boot} {fields[_START_FIELD]}"


def _started_on_unix(pid: int) -> str | None:
    command = ("/bin/ps", "-o", "stat=,lstart=", "-p", str(pid))
    try:
        told = subprocess.run(  # noqa: S603 (a number is all that comes from elsewhere)
            command, capture_output=True, text=True, timeout=5, check=False, env={"LC_ALL": "C"}
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    state, _, moment = told.stdout.strip().partition(" ")
    return moment.strip() or None if not state.startswith("Z") else None


def _started_on_windows(pid: int) -> str | None:
    if sys.platform != "win32":
        return None
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32")
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(0x1000, False, pid)  # to ask for little
    if not handle:
        return None
    times = [wintypes.FILETIME() for _ in range(4)]
    status = wintypes.DWORD()
    try:
        if not kernel.GetProcessTimes(handle, *map(ctypes.byref, times)):
            return None
        kernel.GetExitCodeProcess(handle, ctypes.byref(status))
    finally:
        kernel.CloseHandle(handle)
    still_active = 259
    if status.value != still_active:
        return None
    return f"{times[0].dwHighDateTime}:{times[0].dwLowDateTime}"
