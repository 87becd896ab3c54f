"""The command line: one module a command.

`build` makes the group of all commands; each command is imported when it is run.
"""

from __future__ import annotations

from stui_workspace.cli.group import build

__all__ = ["build"]
