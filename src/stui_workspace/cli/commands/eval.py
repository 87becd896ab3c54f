"""`stui eval`: evaluate code through a connection."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.claims import listed
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import (
    duration,
    json_option,
    project_option,
    selection_of,
    selection_options,
    services_now,
)
from stui_workspace.cli.reaching import reach_of, reach_typed
from stui_workspace.errors import ConsentError, NotFoundError, UsageError
from stui_workspace.model.workspace import ConnectionSpec, Guard, Preferences, Workspace
from stui_workspace.runtime.loading import load

_STANDARD_INPUT: Final = "-"


@click.command()
@click.argument("source", required=False, metavar="[-]")
@click.option(
    "-e",
    "--expression",
    "pieces",
    metavar="CODE",
    multiple=True,
    help="The code; repeated ones are lines of one text.",
)
@click.option(
    "--conn",
    metavar="NAME",
    shell_complete=completing.connections,
    help="The connection; else the only one, or the first one of kind python.",
)
@click.option(
    "--connect",
    "url",
    metavar="URL",
    help="Evaluate at this address instead, which needs no workspace: `tcp://HOST:PORT`, "
    "`unix:PATH`, `jupyter:KERNEL`, `pty:COMMAND`.",
)
@click.option(
    "--timeout",
    callback=duration,
    metavar="DURATION",
    help="Interrupt the code after this time: `10`, `500ms`, `5m`. "
    "Else the preference `evaluation_timeout` holds.",
)
@click.option("--yes", is_flag=True, help="Evaluate although the connection has `guard: confirm`.")
@json_option
@project_option
@selection_options
def command(  # noqa: PLR0913 (one for each option)
    source: str | None,
    *,
    pieces: tuple[str, ...],
    conn: str | None,
    url: str | None,
    timeout: float | None,
    yes: bool,
    as_json: bool,
    path: Path | None,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> int:
    """Evaluate code through a connection.

    Connects, evaluates, prints the value of the last expression, and ends what it started for it.
    What the code prints goes where it prints it, as it is, control characters included. A backend
    that is held by `hold: true`, or that runs by itself, goes on. Where the workspace has no
    connections, a Python is there without one.

    Exits 1 for an error of the code, 4 where the connection cannot be made or was lost, 5 where
    its secret is not to be had, and 6 where it needs your approval (`stui trust`).

    Examples:
      stui eval -e '6 * 7'
      stui eval -e 'orders = load()' -e 'len(orders)' --conn py
      stui eval --timeout 10s - < check.py
      stui eval --connect tcp://127.0.0.1:5555 -e '3 + 4'
    """
    from stui_workspace.cli.evaluating import Asking, evaluate

    code = _code(source, pieces)
    if url is not None and conn is not None:
        raise click.UsageError("--connect and --conn exclude each other")
    services = services_now()
    project = project_at(path, services.home)
    if url is not None:
        reach, limit = reach_typed(url, project, services), Preferences().evaluation_timeout
    else:
        loaded = load(project, services, selection_of(environment, variables))
        reach = reach_of(_chosen(loaded.workspace, conn), loaded, services)
        limit = loaded.workspace.preferences.evaluation_timeout
    _heed_guard(reach.spec, yes=yes)
    limit = limit if timeout is None else timeout
    asking = Asking(reach.spec.name, code, limit, as_json=as_json)
    return evaluate(reach.backend(services), asking)


def _code(source: str | None, pieces: tuple[str, ...]) -> str:
    if source is not None and source != _STANDARD_INPUT:
        raise click.UsageError("code comes after -e, or from standard input with `-`")
    if (source is None) == (not pieces):
        raise click.UsageError("give either -e CODE, or `-` to read the code from standard input")
    return "\n".join(pieces) if pieces else sys.stdin.read()


def _chosen(workspace: Workspace, name: str | None) -> ConnectionSpec:
    """The connection to use.

    Raises:
        NotFoundError: There is none of that name.
        UsageError: There are several, and nothing says which.
    """
    specs = workspace.connections
    if name is not None:
        if name not in specs:
            raise NotFoundError("connection", name, listed(tuple(specs)))
        return specs[name]
    python = [spec for spec in specs.values() if spec.kind == "python"]
    if len(specs) == 1 or python:
        return (python or list(specs.values()))[0]
    raise UsageError("there are several connections", f"choose with --conn; {listed(tuple(specs))}")


def _heed_guard(spec: ConnectionSpec, *, yes: bool) -> None:
    """Stop before a connection that is guarded.

    Raises:
        ConsentError: A person has to say yes, and nobody did.
        UsageError: Nothing may be evaluated on it.
    """
    from stui_workspace.cli.asking import agrees, asker

    if spec.guard is Guard.READ_ONLY:
        raise UsageError(
            f"connection `{spec.name}` is read-only", "its `guard` in the workspace file says so"
        )
    if spec.guard is Guard.FREE or yes:
        return
    person = asker()
    if person is None or not agrees(person, f"Evaluate on the guarded connection `{spec.name}`?"):
        raise ConsentError(
            spec.name, ("is guarded by `guard: confirm`",), "`--yes` evaluates without asking"
        )
