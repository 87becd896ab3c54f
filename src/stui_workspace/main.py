"""The command `stui`: joins the two faces, which know nothing of each other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.gitdriver.mergetool import ToolFiles
    from stui_workspace.runtime.request import OpenRequest
    from stui_workspace.runtime.services import Services
    from stui_workspace.storage.filesystem import FileSystem


def main() -> int:
    """The exit status of the command that `sys.argv` asks for."""
    if sys.argv[1:] in (["--version"], ["-V"]):  # asked by scripts, often: nothing is loaded for it
        from stui_workspace import __version__

        sys.stdout.write(f"stui {__version__}\n")
        return 0
    if sys.argv[1:2] in (["git-merge"], ["git-textconv"]):  # started by git, in its own work
        from stui_workspace.gitdriver.entry import run

        return run(sys.argv[1], sys.argv[2:])
    from stui_workspace.cli import build
    from stui_workspace.cli.hooks import tell_the_rest_shortly

    tell_the_rest_shortly()
    build(_open_workbench, _open_merging)(prog_name="stui")
    return 0


def _open_workbench(request: OpenRequest, services: Services) -> int:
    from stui_workspace.tui.app import run

    return run(request, services)


def _open_merging(files: ToolFiles, fs: FileSystem) -> int:
    from stui_workspace.gitdriver.mergetool import opened, sides_of
    from stui_workspace.storage.conflicts.records import Sides
    from stui_workspace.tui.merging.app import run

    return opened(files, fs, lambda: run(Sides(*sides_of(files)), files.merged, fs))
