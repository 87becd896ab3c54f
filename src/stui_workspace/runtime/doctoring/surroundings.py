"""Checks of the machine: Python and terminal, watching, disk."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.doctoring.values import Case, Finding, Looked, Terminal
from stui_workspace.watch.disks import disk_of

EXTRAS: Final = {"jupyter": "jupyter_client", "zeromq": "zmq", "web": "textual_serve"}
"""What each extra brings."""
LEAST_FREE: Final = 100 << 20
"""Bytes below which a disk is nearly full."""
NEARLY: Final = 0.9
"""The part of a limit from which on it is nearly reached."""

_LIMITS: Final = Path("/proc/sys/fs/inotify")
_PROCESSES: Final = Path("/proc")
_MIB: Final = 1 << 20


def look_at_environment(case: Case) -> Looked:
    """Python, what is installed with it, and the terminal."""
    extras = [name for name, module in EXTRAS.items() if find_spec(module) is not None]
    listed = f"with {', '.join(extras)}" if extras else "without extras"
    seen = f"Python {platform.python_version()} {listed}"
    if find_spec("_ruamel_yaml") is None:
        seen += ", and YAML is read by the slower parser"
    terminal = case.terminal
    if terminal is None:
        return Looked(seen)
    colours = _colours(case, terminal)
    name = printable_line(terminal.name, 40) or "without a name"
    seen += f"; terminal {name}, {colours}, {printable_line(terminal.encoding, 20)}"
    return Looked(seen, tuple(_of_terminal(terminal)))


def terminal_here(environ: Mapping[str, str]) -> Terminal | None:
    """The terminal that this program was started in; None where it was started in none."""
    out = sys.__stdout__
    if out is None or not out.isatty():
        return None
    return Terminal(out.encoding or "", environ.get("TERM", ""))


def _of_terminal(terminal: Terminal) -> Iterator[Finding]:
    if terminal.name in ("", "dumb", "unknown"):
        shown = printable_line(terminal.name, 40) or "not set"
        yield Finding(
            "terminal-unknown",
            f"TERM is {shown}: nobody knows what this terminal can do",
            "set it to what your terminal is, such as `export TERM=xterm-256color`",
        )
    if terminal.encoding.lower().replace("-", "").replace("_", "") not in ("utf8", "utf8sig"):
        yield Finding(
            "terminal-not-utf8",
            f"what is written to this terminal is {printable_line(terminal.encoding, 20)}, not"
            " UTF-8: frames and marks of the workbench will not show",
            "`export LANG=C.UTF-8`, or another locale that ends in UTF-8",
        )


def _colours(case: Case, terminal: Terminal) -> str:
    environ = case.services.environ
    if environ.get("NO_COLOR"):
        return "no colours, as NO_COLOR says"
    if environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in terminal.name else "few colours"


def look_at_watching(case: Case) -> Looked:
    """Whether changes of the file can be heard, and how near the limits of that are."""
    if case.services.watch == "poll":
        return Looked("the file is looked at again and again, as STUI_WATCH says")
    disk = disk_of(case.project.root)
    if disk:
        shown = printable_line(disk, 60)
        return Looked(f"the project is on {shown}, where changes are looked for every few seconds")
    if sys.platform != "linux":
        return Looked("the system tells of changes")
    instances, watches = _limit("max_user_instances"), _limit("max_user_watches")
    if instances is None or watches is None:
        return Looked("the system does not say how many files can be watched")
    used_instances, used_watches = _in_use()
    seen = f"{used_watches} of {watches} watches and {used_instances} of {instances} instances used"
    found = [
        Finding(
            f"watch-{name}-short",
            f"{used} of {limit} inotify {name} are in use; at the limit, changes of the file are"
            " found late",
            f"`sudo sysctl fs.inotify.max_user_{name}={limit * 4}`",
        )
        for name, used, limit in (
            ("instances", used_instances, instances),
            ("watches", used_watches, watches),
        )
        if used >= NEARLY * limit
    ]
    return Looked(seen, tuple(found))


def _limit(name: str) -> int | None:
    try:
        return int((_LIMITS / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _in_use() -> tuple[int, int]:
    """The inotify instances and watches of this user's programs, as far as they can be seen."""
    instances = watches = 0
    for process in _folders(_PROCESSES):
        if not process.name.isdecimal():
            continue
        with suppress(OSError):
            for one in os.scandir(process / "fd"):
                with suppress(OSError):
                    if os.readlink(one.path) == "anon_inode:inotify":  # noqa: PTH115 (no path)
                        instances += 1
                        watches += _watches_of(process / "fdinfo" / one.name)
    return instances, watches


def _watches_of(path: Path) -> int:
    try:
        return path.read_bytes().count(b"inotify wd:")
    except OSError:
        return 0


def _folders(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:
        return []


def look_at_disk(case: Case) -> Looked:
    """Free space where things are kept, and whether they can be kept there."""
    state = case.services.locations.state
    there = nearest(state)
    found: list[Finding] = []
    free: dict[str, int] = {}
    for name, place in (("the project", case.project.root), ("what is kept", there)):
        with suppress(OSError):
            free[name] = shutil.disk_usage(place).free
    for name, size in free.items():
        if size < LEAST_FREE:
            found.append(
                Finding(
                    "disk-nearly-full",
                    f"the disk of {name} has {size // _MIB} MiB left",
                    "make room: below that, what you do may not be kept",
                    Severity.ERROR,
                )
            )
    if not os.access(there, os.W_OK | os.X_OK):
        found.append(
            Finding(
                "state-not-writable",
                f"nothing can be written to {printable_line(str(there), 300)}: no session is kept",
                "take the right to write there back, or set STUI_HOME to a folder of yours",
                Severity.ERROR,
            )
        )
    disk = disk_of(there)
    if disk:
        found.append(
            Finding(
                "state-on-network",
                f"sessions are kept on {printable_line(disk, 60)}, where locks and power cuts are"
                " other than on a disk of this machine",
                "set STUI_HOME to a folder on a disk of this machine",
            )
        )
    seen = ", ".join(f"{size // _MIB} MiB free for {name}" for name, size in free.items())
    return Looked(seen or "the system does not say how much is free", tuple(found))


def nearest(path: Path) -> Path:
    """The folder itself, or the nearest above it that is there."""
    for one in (path, *path.parents):
        if one.is_dir():
            return one
    return path
