"""What `git diff` shows of a workspace file: its text as it stands, without secrets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

USAGE: Final = "usage: stui git-textconv FILE"


def print_for_git(arguments: Sequence[str]) -> int:
    """0 when the file that git named was printed; 1 when there is none to print.

    Lines stay lines and comments stay: a diff without them would hide changes.
    """
    files = [argument for argument in arguments if argument != "--"]
    if len(files) != 1:
        sys.stderr.write(f"{USAGE}\n")
        return 1
    try:
        with open(files[0], "rb") as file:  # noqa: PTH123 (as git names it, and nothing more)
            content = file.read()
    except OSError as error:
        sys.stderr.write(f"stui git-textconv: {error.strerror}\n")
        return 1
    from stui_workspace.gitdriver.redacting import redacted

    sys.stdout.buffer.write(redacted(content))
    sys.stdout.buffer.flush()
    return 0
