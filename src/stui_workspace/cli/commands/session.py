"""`stui session`: what is kept of the workbenches of a project, and what is done with it."""

from __future__ import annotations

import click

from stui_workspace.cli.session_diff import diff_session
from stui_workspace.cli.session_listing import list_sessions, show_session
from stui_workspace.cli.session_log import show_log
from stui_workspace.cli.session_naming import clone_session, rename_session
from stui_workspace.cli.session_receipt import show_receipt
from stui_workspace.cli.session_removing import prune_sessions, remove_sessions, undo_removal
from stui_workspace.cli.session_restore import restore_session
from stui_workspace.cli.session_statistics import show_statistics


@click.group(name="session")
def command() -> None:
    """List, show, rename, restore and remove sessions.

    A session is what this machine remembers of a workbench: texts with unsaved edits, cursors,
    layout, transcript. The workspace file is not part of it. Whatever is removed or replaced here
    can be brought back.

    Examples:
      stui session ls
      stui session show
      stui session log
      stui session restore --at "yesterday 17:00"
      stui session rm main-2
      stui session undo
    """


command.add_command(list_sessions)
command.add_command(show_session)
command.add_command(rename_session)
command.add_command(clone_session)
command.add_command(show_receipt)
command.add_command(show_log)
command.add_command(diff_session)
command.add_command(restore_session)
command.add_command(remove_sessions)
command.add_command(undo_removal)
command.add_command(prune_sessions)
command.add_command(show_statistics)
