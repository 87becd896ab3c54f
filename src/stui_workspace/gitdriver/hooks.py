"""The hooks that keep a secret in a workspace file from being committed."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.repository.running import Git
from stui_workspace.storage.atomic import save
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem

HOOKS: Final = ("pre-commit", "pre-merge-commit")
"""Before a commit of one's own, and before the one that a merge makes by itself."""
LINE: Final = "stui validate --staged || exit 1"
SCRIPT: Final = b"""\
#!/bin/sh
# Written by `stui git install --hook`; `stui git uninstall` takes it away.
# Refuses a commit with a secret, or an error, in a workspace file.
if command -v stui >/dev/null 2>&1; then
    exec stui validate --staged
fi
echo "stui is not on the PATH: workspace files are not checked" >&2
"""
_LARGEST: Final = 1 << 20
_RUNNABLE: Final = 0o755


class HookState(StrEnum):
    WRITTEN = "written"
    TAKEN = "taken away"
    THERE = "there"
    """As it should be already."""
    FOREIGN = "foreign"
    """Somebody else's: left alone."""
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Hook:
    path: Path
    state: HookState


def install_hooks(git: Git, fs: FileSystem) -> tuple[Hook, ...]:
    """The hooks of this clone after ours were put where there were none.

    Raises:
        UsageError: There is no repository.
        NotFoundError: git is not installed.
        DiskError: A hook cannot be read or written.
    """
    return tuple(_installed(path, fs) for path in _paths(git))


def uninstall_hooks(git: Git, fs: FileSystem) -> tuple[Hook, ...]:
    """The hooks of this clone after ours were taken away; others stay.

    Raises:
        UsageError: There is no repository.
        NotFoundError: git is not installed.
        DiskError: A hook cannot be read or deleted.
    """
    return tuple(_uninstalled(path, fs) for path in _paths(git))


def _paths(git: Git) -> tuple[Path, ...]:
    """Where git looks for the hooks: `core.hooksPath`, or the clone that a work tree is of."""
    found = [git("rev-parse", "--git-path", f"hooks/{name}") for name in HOOKS]
    if not all(one.is_well for one in found):
        raise UsageError("this is no git repository", "`git init` makes one")
    return tuple(git.folder / one.line for one in found)


def _installed(path: Path, fs: FileSystem) -> Hook:
    content = _content(path, fs)
    if content == SCRIPT:
        _let_run(path)
        return Hook(path, HookState.THERE)
    if content is not None:
        calls = LINE.partition(" ||")[0].encode() in content
        return Hook(path, HookState.THERE if calls else HookState.FOREIGN)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    save(fs, path, SCRIPT, expected=None)
    _let_run(path)
    return Hook(path, HookState.WRITTEN)


def _uninstalled(path: Path, fs: FileSystem) -> Hook:
    content = _content(path, fs)
    if content != SCRIPT:
        return Hook(path, HookState.ABSENT if content is None else HookState.FOREIGN)
    with explained(path):
        fs.remove(Path(os.path.realpath(path)))
    return Hook(path, HookState.TAKEN)


def _content(path: Path, fs: FileSystem) -> bytes | None:
    with explained(path):
        return fs.read(Path(os.path.realpath(path)), _LARGEST)


def _let_run(path: Path) -> None:
    with explained(path):
        path.chmod(_RUNNABLE)
