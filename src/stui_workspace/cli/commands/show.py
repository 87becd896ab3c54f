"""`stui show`: show the workspace as it takes effect, and where each value is from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.hiding import tell_hidden, without_secrets
from stui_workspace.cli.options import (
    json_option,
    project_argument,
    selection_of,
    selection_options,
    services_now,
)
from stui_workspace.cli.settings_showing import show_settings
from stui_workspace.cli.telling import put_foreign, put_json
from stui_workspace.document import dump_fragment, to_yaml
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.values import Plain
from stui_workspace.runtime.loading import load
from stui_workspace.schema import Resolved

_PATH = 1000  # code points


@click.command()
@project_argument
@click.option("--origin", is_flag=True, help="Say of each value where it is from.")
@click.option(
    "--settings", is_flag=True, help="Each setting, with its origin, its default and what it is."
)
@json_option
@selection_options
def command(  # noqa: PLR0913 (one for each option)
    path: Path | None,
    *,
    origin: bool,
    settings: bool,
    as_json: bool,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> None:
    """Show the workspace as it takes effect, and where each value is from.

    Prints what stui works with, as YAML: the workspace file of the project that PATH is in, with
    the selected environment, your overlay, your own defaults and the variables applied.

    With --origin, prints a line for each value: what gave it, its key path, the value. Later ones
    in this list win: default, user config, workspace file, environment, overlay, command line.

    With --settings, shows each setting of the format: its value and origin, what the others say
    that is overridden, its default, what it may be, and what it is for.

    Examples:
      stui show
      stui show --origin | grep preferences
      stui show --settings
      stui show --env staging --json
    """
    if origin and settings:
        raise click.UsageError("--origin and --settings exclude each other")
    services = services_now()
    selection = selection_of(environment, variables)
    project = project_at(path, services.home)
    resolved = load(project, services, selection).resolved
    if settings:
        show_settings(project, services, selection, as_json=as_json)
        return
    plain, hidden_count = without_secrets(resolved.plain)
    tell_hidden(hidden_count)
    if not origin:
        put_json(plain) if as_json else put_foreign(to_yaml(plain))
        return
    leaves = list(_leaves(resolved, plain, ()))
    if as_json:
        names = ("path", "value", "origin")
        put_json([dict(zip(names, leaf, strict=True)) for leaf in leaves])
    else:
        put_foreign(_table(leaves))


def _leaves(resolved: Resolved, value: Plain, path: NodePath) -> Iterator[tuple[str, Plain, str]]:
    """Each value that is no map or list with anything in it, with its path and origin."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(resolved, item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _leaves(resolved, item, (*path, index))
    else:
        yield format_key_path(path), value, _origin(resolved, path)


def _origin(resolved: Resolved, path: NodePath) -> str:
    """The origin of the value, or of the nearest value around it that has one."""
    for length in range(len(path), -1, -1):
        if path[:length] in resolved.origins:
            return resolved.origins[path[:length]]
    return "default"


def _table(leaves: list[tuple[str, Plain, str]]) -> str:
    width = max((len(origin) for _, _, origin in leaves), default=0)
    return "".join(
        f"{origin:{width}}  {printable_line(path, _PATH)}: {dump_fragment(value)}\n"
        for path, value, origin in leaves
    )
