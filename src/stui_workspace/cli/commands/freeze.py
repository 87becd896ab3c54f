"""`stui freeze`: write a whole session as a workspace file of its own."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.kept_names import last_session, named_session
from stui_workspace.cli.options import (
    json_option,
    project_option,
    selection_of,
    selection_options,
    services_now,
)
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import put_foreign, put_json, tell, tell_next
from stui_workspace.errors import UsageError
from stui_workspace.runtime.promoting.new_file import freeze, frozen_for
from stui_workspace.runtime.promoting.sessions import KeptSession
from stui_workspace.storage.sessions.store import SessionStore

_MOST_WORDS = 2


@click.command()
@click.argument("words", nargs=-1, metavar="[NAME] FILE|FOLDER", shell_complete=completing.freezing)
@project_option
@click.option("--force", is_flag=True, help="Put a file that is there away, and write anew.")
@click.option("--dry-run", is_flag=True, help="Print the file, and write nothing.")
@selection_options
@json_option
def command(  # noqa: PLR0913 (one for each option)
    words: tuple[str, ...],
    path: Path | None,
    *,
    force: bool,
    dry_run: bool,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    """Write a whole session as a workspace file of its own.

    That is the session NAME, or the last one. What is in effect goes into it: pads with the text
    that they show, connections, the layout as it is arranged, preferences. Not in it are secrets,
    paths of this machine, your own configuration, cursors, results and history; what is left out
    is said. In a FOLDER the file is called `.stui-workspace.yaml`.

    Nothing that is there is overwritten; with --force the old file is kept in the state folder.

    Examples:
      stui freeze demo.stui-workspace.yaml
      stui freeze main ../orders-demo
      stui freeze demo.yaml --dry-run
    """
    if not 1 <= len(words) <= _MOST_WORDS:
        raise UsageError("say where to write it", "`stui freeze FILE`, `stui freeze NAME FILE`")
    services = services_now()
    project = project_at(path, services.home)
    store = SessionStore(services.locations.workspace(project.root), services.fs)
    name = words[0] if len(words) == _MOST_WORDS else None
    session = last_session(store, path) if name is None else named_session(store, name).id
    kept = KeptSession(project, services, session, selection_of(environment, variables))
    target = Path(words[-1])
    if dry_run:
        new = frozen_for(kept.scene(), target, services)
    else:
        new = freeze(kept.scene(), target, services, force=force)
    left_out = list(new.frozen.left_out)
    if as_json:
        record: dict[str, object] = {"session": session, "file": str(new.path), "dry_run": dry_run}
        record |= {"kept": None if new.kept is None else str(new.kept), "left_out": left_out}
        put_json({**record, "text": new.frozen.text} if dry_run else record)
        return
    if dry_run:
        put_foreign(new.frozen.text)
    elif new.kept is not None:
        tell(f"the old file is kept as {new.kept}")
    for one in left_out:
        tell(f"left out: {one}", kind="note")
    if not dry_run:
        tell(f"wrote {shown_path(new.path)}")
        tell_next(f"`stui {shown_path(new.path)}` opens it")
