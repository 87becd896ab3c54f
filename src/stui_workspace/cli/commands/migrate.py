"""`stui migrate`: bring a file of an older format up to date."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import click

from stui_workspace.cli.finding import Target, edit_target
from stui_workspace.cli.migrating import follow
from stui_workspace.cli.options import PATH, services_now
from stui_workspace.cli.project_files import put_away
from stui_workspace.cli.reading import document_of
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import put_foreign, tell
from stui_workspace.document import Document
from stui_workspace.runtime.editing import edit_file
from stui_workspace.schema import plan_migration


@click.command()
@click.argument("file", required=False, type=PATH, metavar="[FILE]")
@click.option("--dry-run", is_flag=True, help="Print the difference, and change nothing.")
def command(file: Path | None, *, dry_run: bool) -> None:
    """Bring a file of an older format up to date.

    Takes one step after another from the file's format to the newest, as edits that keep your
    comments and order. The old file is kept in the state folder first. A file that is up to date
    is left alone.

    Examples:
      stui migrate --dry-run
      stui migrate
    """
    services = services_now()
    target = edit_target(file, services)
    document = document_of(target)
    steps = plan_migration(document.plain())
    if not steps:
        tell(f"{shown_path(target.path)} is up to date")
        return
    for step in steps:
        tell(str(step), kind="note")
    if dry_run:
        put_foreign(_difference(target, document, follow(document, steps)))
        return

    def change(found: Document) -> Document:
        kept = put_away(services, target.root, target.path, found.content)
        tell(f"the old file is kept as {kept}")
        return follow(found, plan_migration(found.plain()))

    edit_file(target.path, target.root, change, services, kind=target.kind)
    tell(f"migrated {shown_path(target.path)}")


def _difference(target: Target, before: Document, after: Document) -> str:
    name = shown_path(target.path)
    lines = unified_diff(
        before.text.splitlines(keepends=True), after.text.splitlines(keepends=True), name, name
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
