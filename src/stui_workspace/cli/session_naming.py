"""`stui session rename` and `stui session clone`."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.options import project_option
from stui_workspace.cli.session_catalogue import catalogue_at
from stui_workspace.cli.telling import put, tell, tell_next


@click.command("rename")
@click.argument("session", shell_complete=completing.sessions)
@click.argument("name")
@project_option
def rename_session(session: str, name: str, path: Path | None) -> None:
    """Call SESSION by NAME from now on; its id, and all that is kept of it, stays.

    `--resume` and every command take the name as well as the id. A session that is open is renamed
    there: the sessions screen has a key for it.

    Examples:
      stui session rename main-2 "big refactoring"
      stui --resume "big refactoring"
    """
    catalogue = catalogue_at(path)
    found = catalogue.named(session)
    called = catalogue.rename(found.id, name)
    tell(f"session `{found.id}` is called `{called}` now")


@click.command("clone")
@click.argument("session", shell_complete=completing.sessions)
@click.argument("name", required=False)
@project_option
def clone_session(session: str, name: str | None, path: Path | None) -> None:
    """Make a second session with all that SESSION has, and print its id.

    Texts, layout, transcript and snapshots come along; inputs that wait to be sent do not, for
    they would run twice. The original is only read, and may be open.

    Examples:
      stui session clone main
      stui session clone main "try the new driver"
    """
    catalogue = catalogue_at(path)
    found = catalogue.named(session)
    made = catalogue.clone(found.id, name)
    put(made.id)
    for problem in made.problems:
        tell(f"not in the clone: {problem.item}: {problem.reason}", kind="warning")
    if not made.has_snapshots:
        tell("it begins without snapshots", kind="note")
    tell_next(f"`stui --resume {made.id}` opens it")
