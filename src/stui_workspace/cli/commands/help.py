"""`stui help`: show the overview, or how a command is used."""

from __future__ import annotations

from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from stui_workspace.cli.telling import put


def _names(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    group = context.find_root().command
    names = group.list_commands(context) if isinstance(group, click.Group) else []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command()
@click.argument("commands", nargs=-1, metavar="[COMMAND]...", shell_complete=_names)
@click.pass_context
def command(context: click.Context, commands: Sequence[str]) -> None:
    """Show this overview, or how a command is used.

    Examples:
      stui help
      stui help set
      stui help trust grant
    """
    found: click.Context = context.find_root()
    for name in commands:
        group = found.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"`{found.command_path}` has no commands", found)
        _, sub, _ = group.resolve_command(found, [name])
        if sub is None:
            raise click.UsageError(f"no command `{name}`", found)
        found = click.Context(sub, info_name=name, parent=found)
    put(found.get_help())
