"""What git is told in its configuration: which command merges, which compares, which asks.

Pure: from the settings that are there to the changes that are to be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stui_workspace.model.records import dataclass

NAME: Final = "stui"
"""How attributes call the driver, the textconv and the tool."""

MERGE_KEY: Final = "merge.stui.driver"
RECURSIVE_KEY: Final = "merge.stui.recursive"

_FILES: Final = "%O %A %B"
_DRIVER: Final = (
    f"if command -v stui >/dev/null 2>&1; then "
    f"stui git-merge --marker-size=%L -- {_FILES} %P %S %X %Y && exit 0; "
    'grep -q "^<<<<<<<" %A || '
    "git merge-file -L ours -L base -L theirs --marker-size=%L %A %O %B; exit 1; fi; "
    "git merge-file -L ours -L base -L theirs --marker-size=%L %A %O %B || exit 1"
)
"""Whatever becomes of stui, git has the line merge: without a stui, with one that does not
start, and with one that is killed. A status of more than 128 would end the whole merge.

`%S %X %Y` are labels from git 2.44 on; before, they are handed on as they stand."""

_TEXTCONV: Final = (
    'f() { if command -v stui >/dev/null 2>&1; then stui git-textconv "$1" || cat "$1"; '
    'else cat "$1"; fi; }; f'
)
"""A function, because git puts the file behind the command. One that fails ends a `git diff`."""

WANTED: Final[Mapping[str, str]] = {
    "merge.stui.name": "stui: workspace files by meaning",
    MERGE_KEY: _DRIVER,
    # For the base of a criss-cross merge git would merge the bases with the same driver, and what
    # that leaves in conflict markers would be the base. This one takes the older base as it is.
    RECURSIVE_KEY: "binary",
    "diff.stui.textconv": _TEXTCONV,
    "mergetool.stui.cmd": 'stui git mergetool "$BASE" "$LOCAL" "$REMOTE" "$MERGED"',
    "mergetool.stui.trustExitCode": "true",
}


@dataclass(frozen=True, slots=True)
class SettingChange:
    key: str
    before: str | None
    after: str | None
    """None to take it away."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What `git config --SCOPE` is called with."""
        if self.after is None:
            return ("--unset-all", self.key)
        return ("--replace-all", self.key, self.after)


def to_set(found: Mapping[str, str]) -> tuple[SettingChange, ...]:
    """What is to be changed until all settings are as wanted; others are left alone.

    Args:
        found: Settings of one scope, by their keys as `parsed` gives them.
    """
    return tuple(
        SettingChange(key, found.get(key.lower()), value)
        for key, value in WANTED.items()
        if found.get(key.lower()) != value
    )


def to_unset(found: Mapping[str, str]) -> tuple[SettingChange, ...]:
    """What is to be changed until none of our settings is there."""
    return tuple(
        SettingChange(key, found[key.lower()], None) for key in WANTED if key.lower() in found
    )


def parsed(listed: bytes) -> dict[str, str]:
    r"""The settings in what `git config --list -z` prints; the last of one key counts.

    Keys are in lower case: two that differ in it alone are one, for the ones that we look for.

    >>> parsed(b"merge.stui.driver\nstui %A\0core.bare\0")
    {'merge.stui.driver': 'stui %A', 'core.bare': ''}
    """
    found = {}
    for entry in listed.decode("utf-8", "replace").split("\0"):
        key, _, value = entry.partition("\n")
        if key:
            found[key.lower()] = value
    return found
