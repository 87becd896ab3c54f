"""Telling git of stui, taking that back, and saying what was changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, UsageError
from stui_workspace.gitdriver.attributes import with_lines, without_lines
from stui_workspace.gitdriver.places import (
    ATTRIBUTES_NAME,
    Scope,
    personal_attributes,
    repository_at,
    settings_of,
)
from stui_workspace.gitdriver.settings import SettingChange, to_set, to_unset
from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import revision_of
from stui_workspace.repository.running import Git
from stui_workspace.storage.atomic import save
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem

_LARGEST: Final = 4 << 20
_LOCKED: Final = "`git config` in that folder says more; a lock file may be left of another git"


@dataclass(frozen=True, slots=True)
class AttributesChange:
    path: Path
    before: bytes | None
    """None where there was no such file."""
    after: bytes | None

    @property
    def is_one(self) -> bool:
        """Whether anything is different."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Done:
    """What was changed. Nothing, where all was as wanted."""

    scope: Scope
    settings: tuple[SettingChange, ...]
    attributes: tuple[AttributesChange, ...]
    has_work_tree: bool = True

    @property
    def is_nothing(self) -> bool:
        return not self.settings and not self.attributes


def install(git: Git, fs: FileSystem, scope: Scope, *, private: bool = False) -> Done:
    """Tell git of the driver, the textconv and the tool, and which files they are for.

    Args:
        git: In the repository, for the scope of one.
        fs: The disk.
        scope: Whose settings to change.
        private: Whether to keep the attributes out of what is committed.

    Raises:
        UsageError: git refuses, or there is no repository.
        NotFoundError: git is not installed.
        DiskError: The attributes cannot be read or written.
    """
    places, has_work_tree = _places(git, scope)
    settings = _apply(git, scope, to_set(settings_of(git, scope)))
    changed = _change(fs, places[-1] if private else places[0], with_lines)
    return Done(scope, settings, _changes([changed]), has_work_tree)


def uninstall(git: Git, fs: FileSystem, scope: Scope, *, private: bool = False) -> Done:
    """Take back what `install` did; with `private`, what is committed stays.

    Raises:
        UsageError: git refuses, or there is no repository.
        NotFoundError: git is not installed.
        DiskError: The attributes cannot be read or written.
    """
    places, has_work_tree = _places(git, scope)
    settings = _apply(git, scope, to_unset(settings_of(git, scope)))
    changes = [_change(fs, place, without_lines) for place in (places[-1:] if private else places)]
    return Done(scope, settings, _changes(changes), has_work_tree)


def _places(git: Git, scope: Scope) -> tuple[tuple[Path, ...], bool]:
    """The files for attributes, the one that others see first; and whether they can see any."""
    if scope is Scope.GLOBAL:
        return (personal_attributes(git, git.environ),), True
    found = repository_at(git)
    return tuple(dict.fromkeys((found.shared, found.private))), found.root is not None


def _apply(git: Git, scope: Scope, changes: tuple[SettingChange, ...]) -> tuple[SettingChange, ...]:
    for change in changes:
        git.told(("config", f"--{scope}", *change.arguments), _LOCKED)
    return changes


def _changes(changes: list[AttributesChange]) -> tuple[AttributesChange, ...]:
    return tuple(change for change in changes if change.is_one)


def _change(fs: FileSystem, path: Path, edit: Callable[[bytes], bytes]) -> AttributesChange:
    """Write the edited attributes; a file in which nothing is left is taken away."""
    before = _content(fs, path)
    after = edit(before or b"")
    if after == (before or b""):
        return AttributesChange(path, before, before)
    if not after:
        with explained(path):
            fs.remove(Path(os.path.realpath(path)))
        return AttributesChange(path, before, None)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    save(fs, path, after, expected=None if before is None else revision_of(before))
    return AttributesChange(path, before, after)


def _content(fs: FileSystem, path: Path) -> bytes | None:
    if path.name == ATTRIBUTES_NAME and path.is_symlink():
        raise UsageError(
            f"{path} is a symbolic link, which git does not follow",
            "put a regular file there, or use --private",
        )
    with explained(path):
        content = fs.read(Path(os.path.realpath(path)), _LARGEST + 1)
    if content is not None and len(content) > _LARGEST:
        raise DiskError(path, "it is larger than any list of attributes", "look into it first")
    return content
