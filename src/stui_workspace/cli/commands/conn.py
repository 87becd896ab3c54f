"""`stui conn`: list, test and watch connections, and see how they fared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.commands.conn_hold import hold
from stui_workspace.cli.commands.conn_tidy import tidy
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import (
    duration,
    json_option,
    project_option,
    selection_of,
    selection_options,
    services_now,
)
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.errors import ConsentError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stui_workspace.cli.reaching import Reach
    from stui_workspace.model.workspace import ConnectionSpec
    from stui_workspace.runtime.loading import Loaded

_PATIENCE: Final = 15.0
"""Seconds for a test; a kernel may take some to start."""


@click.group(name="conn")
def command() -> None:
    """List, test and watch connections, and see how they fared.

    Examples:
      stui conn ls
      stui conn test image
      stui conn watch
      stui conn history image
    """


command.add_command(hold)
command.add_command(tidy)


@command.command("ls")
@click.option("--recent", is_flag=True, help="Those that were online last come first.")
@json_option
@project_option
@selection_options
def list_connections(
    *,
    recent: bool,
    as_json: bool,
    path: Path | None,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> None:
    """List the connections of the workspace, and those of the last session alone.

    Says of each what it reaches, whether it needs your approval, whether a session that is open
    now has it online, and what became of it before. A star marks a favourite.

    Examples:
      stui conn ls
      stui conn ls --recent
      stui conn ls --json | jq -r '.[] | select(.online) | .name'
    """
    from stui_workspace.cli.claims import asked_for
    from stui_workspace.cli.conn_kept import known_connections
    from stui_workspace.cli.conn_words import Listed, record_of_listed, rows_of_listed

    services = services_now()
    loaded = _loaded(path, environment, variables)
    known = known_connections(loaded.project, services)
    specs = {**known.own, **loaded.workspace.connections}
    names = [*loaded.workspace.connections, *known.own]
    found = [
        Listed(
            specs[name],
            asked_for(loaded, services, specs[name]),
            known.state(name),
            known.record(name),
            is_ad_hoc=name not in loaded.workspace.connections,
        )
        for name in dict.fromkeys(names)
    ]
    if recent:
        found.sort(key=lambda one: one.last_online, reverse=True)
    if as_json:
        put_json([record_of_listed(one) for one in found])
        return
    for row in rows_of_listed(found, services.clock()):
        put(row)
    if not found:
        tell("the workspace has no connections")
    elif any(one.needs_review for one in found):
        tell_next("`stui trust` shows what is not approved, and asks you")


@command.command("test")
@click.argument("target", metavar="NAME|URL", shell_complete=completing.all_connections)
@click.option(
    "--timeout",
    callback=duration,
    metavar="DURATION",
    help="How long all of it may take: `5`, `500ms`, `1m`. Else 15 s.",
)
@json_option
@project_option
@selection_options
def test(  # noqa: PLR0913 (one for each option)
    target: str,
    *,
    timeout: float | None,
    as_json: bool,
    path: Path | None,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> int:
    """Connect once, step by step, and close again.

    Prints each step with the time it took: looking the host's name up, connecting up to the first
    answer, who answered, and three pings. What was started for it is ended; a backend that is
    held already is asked as it is. Nothing is evaluated.

    NAME is a connection of the workspace or of the last session; it must have been approved.
    An URL needs no workspace: `tcp://HOST:PORT`, `unix:PATH`, `jupyter:KERNEL`, `pty:COMMAND`.
    Exits 4 where it fails, 5 where a secret is not to be had, and 6 where approval is missing.

    Examples:
      stui conn test image
      stui conn test tcp://127.0.0.1:5555
      stui conn test image --json | jq '.steps[] | [.name, .seconds]'
    """
    from stui_workspace.cli.conn_testing import try_connection
    from stui_workspace.cli.reaching import is_address, reach_of, reach_typed

    services = services_now()
    if is_address(target):
        reach = reach_typed(target, project_at(path, services.home), services)
    else:
        loaded = _loaded(path, environment, variables)
        reach = reach_of(_named(target, _specs(loaded)), loaded, services)
    limit = _PATIENCE if timeout is None else timeout
    return try_connection(reach, services, limit, as_json=as_json)


@command.command("watch")
@click.argument(
    "targets", nargs=-1, metavar="[NAME|URL]...", shell_complete=completing.all_connections
)
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="End after so many lines.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line.")
@project_option
@selection_options
def watch(  # noqa: PLR0913 (one for each option)
    targets: tuple[str, ...],
    *,
    count: int | None,
    as_json: bool,
    path: Path | None,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> int:
    """Keep connections up, and print a line for all that happens to them.

    Connects as the workbench does, with links of its own: it notices when one falls, tries again,
    and tells each change of state with its reason, the attempts that failed and when the next one
    is due, and each round trip. Without a NAME, watches every connection of the workspace that is
    approved.

    Ends on Ctrl-C, with status 130. Ends by itself, with 4, when none of them can come back before
    you do something about it.

    Examples:
      stui conn watch
      stui conn watch image --count 5
      stui conn watch --json | jq -c 'select(.event == "state")'
    """
    from stui_workspace.cli.conn_watching import Watching
    from stui_workspace.cli.conn_watching import watch as follow
    from stui_workspace.cli.reaching import is_address, reach_of, reach_typed

    services = services_now()
    reaches: list[Reach] = []
    if targets and all(is_address(one) for one in targets):
        project = project_at(path, services.home)
        reaches = [reach_typed(one, project, services) for one in dict.fromkeys(targets)]
    else:
        loaded = _loaded(path, environment, variables)
        specs = _specs(loaded)
        reaches = [
            reach_typed(one, loaded.project, services)
            if is_address(one)
            else reach_of(_named(one, specs), loaded, services)
            for one in dict.fromkeys(targets)
        ] or _approved(loaded)
    return follow(reaches, services, Watching(as_json=as_json, count=count))


@command.command("history")
@click.argument("name", required=False, shell_complete=completing.all_connections)
@click.option(
    "-n", "--number", type=click.IntRange(min=1), default=20, help="So many at most. Else 20."
)
@project_option
@json_option
def history(name: str | None, *, number: int, path: Path | None, as_json: bool) -> None:
    """Show when connections were up, how long, and why that ended.

    The newest first, from all machines whose history is here. `open` is up, `closed` was ended by
    stui, `lost` fell, `failed` never came up, and `refused` was not approved or needs you for
    another reason. A name that no connection has any more is looked for, too.

    Examples:
      stui conn history
      stui conn history image -n 5
      stui conn history --json | jq -r '.[] | select(.outcome == "lost") | .reason'
    """
    from stui_workspace.cli.conn_kept import episodes_of
    from stui_workspace.cli.conn_words import record_of_episode, rows_of_episodes

    services = services_now()
    project = project_at(path, services.home)
    found, damage = episodes_of(project, services, name, number)
    if as_json:
        put_json([record_of_episode(one) for one in found])
    else:
        for row in rows_of_episodes(found, services.clock()):
            put(row)
        if not found:
            tell("nothing is kept of this connection" if name else "nothing is kept yet")
    for one in damage:
        tell(f"{one.path}:{one.line} cannot be read, and was passed over", kind="warning")


def _loaded(path: Path | None, environment: str | None, variables: tuple[Any, ...]) -> Loaded:
    from stui_workspace.runtime.loading import load

    services = services_now()
    project = project_at(path, services.home)
    return load(project, services, selection_of(environment, variables))


def _specs(loaded: Loaded) -> Mapping[str, ConnectionSpec]:
    """The connections of the workspace, and those of the last session alone."""
    from stui_workspace.cli.conn_kept import known_connections

    known = known_connections(loaded.project, services_now())
    return {**known.own, **loaded.workspace.connections}


def _named(name: str, specs: Mapping[str, ConnectionSpec]) -> ConnectionSpec:
    from stui_workspace.cli.claims import listed

    if name not in specs:
        raise NotFoundError("connection", name, listed(tuple(specs)))
    return specs[name]


def _approved(loaded: Loaded) -> list[Reach]:
    """Every connection of the workspace that may be made; the others are told.

    Raises:
        UsageError: There is none at all.
        ConsentError: There are some, and none may be made.
    """
    from stui_workspace.cli.reaching import reach_of

    reaches: list[Reach] = []
    refused: list[ConsentError | UsageError] = []
    for spec in loaded.workspace.connections.values():
        try:
            reaches.append(reach_of(spec, loaded, services_now()))
        except (ConsentError, UsageError) as error:
            refused.append(error)
    if not reaches:
        if refused:
            raise refused[0]
        raise UsageError("the workspace has no connections", "name an address: `tcp://HOST:PORT`")
    for one in refused:
        tell(f"{one}; it is left out", kind="warning")
        if one.next_step is not None:
            tell_next(one.next_step)
    return reaches
