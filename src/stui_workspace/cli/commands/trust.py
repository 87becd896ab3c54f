"""`stui trust`: approve what a workspace may run, or take it back."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.claims import asked_of, named, store_of
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import (
    json_option,
    project_argument,
    selection_of,
    selection_options,
    services_now,
)
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.cli.trust_asking import grant_digest, review
from stui_workspace.cli.trust_words import (
    heading_of,
    is_wish_agreed,
    lines_of_unused,
    record_of,
    record_of_change,
    record_of_wish,
    records_of_unused,
    unused_grants,
    wish_of,
)
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.consent import grants_file
from stui_workspace.runtime.loading import Loaded, load
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.trust import GrantStore

_Variables = tuple[tuple[str, str], ...]


@click.group(name="trust", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> int | None:
    """Approve what a workspace may run, or take it back.

    A workspace file comes from whoever wrote it. Before you approve a connection that runs a
    program, reaches a host or uses a secret, it does nothing. Without a command, shows what each
    connection asks for and asks you about those that are not approved; exits 6 where it must ask
    and there is no terminal.

    Examples:
      stui trust
      stui trust diff
      stui trust revoke --connection image
    """
    if context.invoked_subcommand is None:
        return review(_loaded(None, None, ()), None)
    return None


@command.command("show")
@project_argument
@json_option
@selection_options
def show(
    path: Path | None, *, as_json: bool, environment: str | None, variables: _Variables
) -> None:
    """Show what each connection asks for, and whether you approved it.

    Snippets that would be evaluated by themselves are shown with their text, and what is other
    than in the form that you approved. With --json each connection has its digest, which stands
    for exactly what it asks for.

    Examples:
      stui trust show
      stui trust show --json | jq -r '.[] | [.connection, .digest] | @tsv'
    """
    services, loaded = services_now(), _loaded(path, environment, variables)
    asked, wish = asked_of(loaded, services), wish_of(loaded)
    unused = unused_grants(loaded, services)
    agreed = wish is not None and is_wish_agreed(wish, loaded.project.root, services)
    for problem in store_of(loaded.project.root, services).load().problems:
        tell(problem, kind="warning")
    if as_json:
        wishes = [] if wish is None else [record_of_wish(wish, agreed=agreed)]
        put_json([*map(record_of, asked), *wishes, *records_of_unused(unused)])
        return
    for one in asked:
        put(heading_of(one, services.clock()))
        for line in one.lines:
            put(f"  {line}")
    if wish is not None:
        put(f"{wish.name}: {'approved' if agreed else 'not approved'}\n  {wish.text}")
    for line in lines_of_unused(unused):
        put(line)


@command.command("diff")
@project_argument
@click.option(
    "--connection",
    metavar="NAME",
    shell_complete=completing.connections,
    help="The connection; else each one of the workspace.",
)
@json_option
@selection_options
def diff(
    path: Path | None,
    *,
    connection: str | None,
    as_json: bool,
    environment: str | None,
    variables: _Variables,
) -> int:
    """Show what is other than in the form that you approved.

    Both values are shown of what you decide by: addresses, programs, names of secrets. Arguments
    and the values of environment variables are counted or named. Prints nothing and exits 0 where
    all is as it was approved, and exits 1 where something differs, or was never approved.

    Examples:
      stui trust diff
      stui trust diff --connection image
      stui trust diff --json | jq -r '.[].changed[].text'
    """
    asked = asked_of(_loaded(path, environment, variables), services_now())
    asked = asked if connection is None else (named(asked, connection),)
    other = [one for one in asked if not one.is_allowed]
    if as_json:
        put_json(
            [
                {
                    "connection": one.name,
                    "state": one.state,
                    "approved_at": one.approved_at,
                    "changed": [record_of_change(change) for change in one.changed],
                }
                for one in asked
            ]
        )
    else:
        for one in other:
            put(heading_of(one, services_now().clock()))
            for change in one.changed:
                put(f"  {change.text}")
    return Status.FINDINGS if other else Status.DONE


@command.command("grant")
@project_argument
@click.option(
    "--connection",
    metavar="NAME",
    shell_complete=completing.connections,
    help="The connection to approve; else each one that is not approved yet.",
)
@click.option(
    "--digest",
    metavar="SHA256",
    help="Approve without asking, if this is the digest of what it asks for now; for CI.",
)
@selection_options
def grant(
    path: Path | None,
    *,
    connection: str | None,
    digest: str | None,
    environment: str | None,
    variables: _Variables,
) -> int:
    """Approve what a connection asks for, on this machine.

    Asks at the terminal, and no is what you get by pressing Enter. Where there is no terminal,
    nothing is approved and the exit status is 6, unless --connection and --digest say what.

    Examples:
      stui trust grant
      stui trust grant --connection image
      stui trust grant .stui-workspace.yaml --connection py --digest 4f1c…
    """
    loaded = _loaded(path, environment, variables)
    if digest is None:
        return review(loaded, connection)
    if connection is None:
        raise click.UsageError("--digest needs --connection: a digest is of one connection")
    grant_digest(loaded, connection, digest)
    return Status.DONE


@command.command("revoke")
@project_argument
@click.option(
    "--connection",
    metavar="NAME",
    help="The connection; else all of the workspace. It need not be in the file any more.",
)
def revoke(path: Path | None, *, connection: str | None) -> None:
    """Take back what you approved.

    What runs now goes on until it is closed; nothing is started again without your approval.

    Examples:
      stui trust revoke
      stui trust revoke --connection image
    """
    services = services_now()
    project = project_at(path, services.home)
    count = store_of(project.root, services).revoke(grants_file(project), connection)
    tell(f"took back {_approvals(count)}")


@command.command("prune")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show them, and take nothing back.")
def prune(*, is_dry: bool) -> None:
    """Take back approvals of workspace files that are not there any more.

    Looks at every workspace of this machine. A file that comes back to where it was has to be
    approved again.

    Examples:
      stui trust prune --dry-run
      stui trust prune
    """
    services = services_now()
    names = services.fs.names(services.locations.workspaces)
    count = 0
    for name in names:
        store = GrantStore(WorkspaceFolder(services.locations.workspaces / name), services.fs)
        for one in store.gone() if is_dry else store.prune():
            count += 1
            put(f"{printable_line(one.file, 1000)}: {printable_line(one.connection, 80)}")
    tell(f"{'would take' if is_dry else 'took'} back {_approvals(count)}")


def _approvals(count: int) -> str:
    return f"{count} approval{'' if count == 1 else 's'}"


def _loaded(path: Path | None, environment: str | None, variables: _Variables) -> Loaded:
    services = services_now()
    project = project_at(path, services.home)
    return load(project, services, selection_of(environment, variables))
