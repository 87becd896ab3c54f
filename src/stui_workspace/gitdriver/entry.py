"""The two commands that git starts: `stui git-merge` and `stui git-textconv`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Final

MERGE: Final = "git-merge"
TEXTCONV: Final = "git-textconv"

_SOMETHING_WRONG: Final = 1


def run(command: str, arguments: Sequence[str]) -> int:
    """The exit status of a command that git started: 0 or 1, whatever becomes of it.

    git takes 129 and more for a crash and gives the whole merge up, and a traceback tells nobody
    anything in the middle of a rebase.
    """
    gc.disable()  # so short a life leaves nothing to collect, and looking for it takes 8 ms
    try:
        if command == MERGE:
            from stui_workspace.gitdriver.driver import merge_for_git

            return merge_for_git(arguments)
        from stui_workspace.gitdriver.textconv import print_for_git

        return print_for_git(arguments)
    except BaseException as error:  # noqa: BLE001 (whatever it is, git goes on)
        return _told(f"stui {command}: {type(error).__name__}: nothing more was done")


def _told(sentence: str) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"{sentence}\n")
    return _SOMETHING_WRONG
