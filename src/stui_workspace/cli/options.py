"""Arguments and options that several commands share, and what they mean."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stui_workspace.cli import completing
from stui_workspace.model.durations import parse_duration
from stui_workspace.model.paths import KeyPathError, NodePath, parse_key_path

if TYPE_CHECKING:
    from stui_workspace.runtime.loading import Selection
    from stui_workspace.runtime.services import Services

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def key_path(_context: click.Context, _parameter: click.Parameter, text: str) -> NodePath:
    """`connections.py.kind`, as the steps that lead there."""
    try:
        return parse_key_path(text)
    except KeyPathError as error:
        raise click.BadParameter(str(error)) from error


def duration(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> float | None:
    """`500ms`, `30s`, `5m` or a bare number of seconds, as seconds."""
    if text is None:
        return None
    try:
        return parse_duration(f"{text}s" if text.isdecimal() else text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _pairs(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Each `name=value` as a pair."""
    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter("expected NAME=VALUE")
        pairs.append((name, value))
    return tuple(pairs)


PATH = click.Path(path_type=Path)


def services_now() -> Services:
    """The services of this run: those that a test handed in, or the real ones."""
    from stui_workspace.runtime.services import Services

    context = click.get_current_context()
    found = context.find_object(Services)
    if found is None:
        found = context.find_root().obj = Services.real(os.environ)
    return found


def project_argument(command: Decorated) -> Decorated:
    """The argument PATH: a folder in a project, or a workspace file; here when it is left out."""
    return click.argument("path", required=False, type=PATH, metavar="[PATH]")(command)


def project_option(command: Decorated) -> Decorated:
    """The option `--project`, for the commands whose arguments are something else."""
    return click.option(
        "--project",
        "path",
        type=PATH,
        metavar="PATH",
        help="A folder in the project, or its workspace file; else the current folder.",
    )(command)


def file_option(command: Decorated) -> Decorated:
    """The option `--file`, for the commands whose arguments are something else."""
    return click.option(
        "--file",
        "file",
        type=PATH,
        metavar="FILE",
        help="The file to use; else the workspace file is looked for upwards.",
    )(command)


def selection_options(command: Decorated) -> Decorated:
    """The options `--env` and `--var`."""
    variables = click.option(
        "--var",
        "variables",
        callback=_pairs,
        multiple=True,
        metavar="NAME=VALUE",
        help="Give a variable of the workspace another value. Can be repeated.",
    )
    environment = click.option(
        "--env",
        "environment",
        metavar="NAME",
        shell_complete=completing.environments,
        help="Select one of the workspace's environments.",
    )
    return environment(variables(command))


def json_option(command: Decorated) -> Decorated:
    """The option `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def selection_of(environment: str | None, variables: tuple[tuple[str, str], ...]) -> Selection:
    """What was selected on the command line."""
    from stui_workspace.runtime.loading import Selection

    return Selection(environment, dict(variables))
