"""`stui schema`: print the schema, refresh its copy, or set up an editor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from stui_workspace.cli.editors import SETTINGS
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import project_argument, services_now
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.telling import put, tell
from stui_workspace.runtime.starting.copies import OUR_FOLDER, write_schemas
from stui_workspace.schema import SchemaName, schema_bytes

_OF: Final = {
    "workspace": SchemaName.WORKSPACE,
    "overlay": SchemaName.OVERLAY,
    "config": SchemaName.CONFIG,
    "credentials": SchemaName.CREDENTIALS,
    "session": SchemaName.SESSION,
}


@click.command()
@project_argument
@click.option(
    "--of",
    "which",
    type=click.Choice(list(_OF)),
    default="workspace",
    show_default=True,
    help="Which schema to print.",
)
@click.option("--write", is_flag=True, help="Refresh the copies in the project's folder .stui.")
@click.option(
    "--editor",
    type=click.Choice(list(SETTINGS)),
    help="Print settings to paste, for files without the modeline that `stui init` writes.",
)
def command(path: Path | None, *, which: str, write: bool, editor: str | None) -> None:
    """Print the schema, refresh its copy, or set up an editor.

    The schema is JSON Schema, draft-07. `stui init` puts copies of it into `.stui`, from which
    editors complete and check; --write brings them up to date after a new version of stui.

    Examples:
      stui schema > workspace.schema.json
      stui schema --write
      stui schema --editor vscode
    """
    if write and editor is not None:
        raise click.UsageError("--write and --editor exclude each other")
    if editor is not None:
        put(SETTINGS[editor])
    elif write:
        services = services_now()
        root = project_at(path, services.home).root
        written = write_schemas(services, root)
        for one in written:
            tell(f"wrote {shown_path(one)}")
        if not written:
            tell(f"the copies in {shown_path(root / OUR_FOLDER)} are up to date")
    else:
        put(schema_bytes(_OF[which]).decode())
