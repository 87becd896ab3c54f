"""A bug of ours: two lines for the person, and a report file that holds nothing of theirs."""

from __future__ import annotations

import os
import platform
import time
import traceback
from pathlib import Path

from stui_workspace import __version__
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import tell, tell_next

_PACKAGE = Path(__file__).parent.parent


def report_bug(error: Exception) -> Status:
    """Say that something is wrong with us, and where the report is; the status comes back.

    The report has the kinds of errors and the places in the code. Messages and variables may hold
    what a person wrote, or a secret, and stay out of it.
    """
    text = report_of(error)
    tell(f"a bug in stui, not in your files: {type(error).__name__}", kind="error")
    try:
        path = _write(text)
    except Exception:  # noqa: BLE001 (the report of a bug must not be the next one)
        tell_next(f"no report could be written; it happened at {_place(error)}")
    else:
        tell_next(f"please report it with {path}, which holds no text of yours")
    return Status.BUG


def report_of(error: BaseException) -> str:
    """What the report file says."""
    lines = [
        f"stui-workspace {__version__}",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
    ]
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines += ["", type(cause).__qualname__]
        lines += [f"  {frame}" for frame in _frames(cause)]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def _frames(error: BaseException) -> list[str]:
    summary = traceback.extract_tb(error.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in summary]


def _short(filename: str) -> str:
    """The path of a module without the folders of this machine."""
    path = Path(filename)
    if path.is_relative_to(_PACKAGE):
        return str(path.relative_to(_PACKAGE.parent))
    return str(Path(*path.parts[-2:]))


def _place(error: BaseException) -> str:
    frames = _frames(error)
    return frames[-1] if frames else "an unknown place"


def _write(text: str) -> Path:
    from stui_workspace.storage.atomic import save_own
    from stui_workspace.storage.filesystem import RealFileSystem
    from stui_workspace.storage.locations import Locations

    stamp = time.strftime("%Y%m%d-%H%M%S")
    folder = Locations.find(os.environ).state / "reports"
    path = folder / f"{stamp}-{os.urandom(2).hex()}.txt"
    save_own(RealFileSystem(), path, text.encode("utf-8", "backslashreplace"))
    return path
