"""`stui trust`: approve what a workspace may run, or take it back."""

from __future__ import annotations

import hmac
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import Asker, agrees, asker
from stui_workspace.cli.claims import Asked, asked_of, named, question_of, store_of
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
from stui_workspace.errors import ConsentError, UsageError
from stui_workspace.runtime.consent import grants_file
from stui_workspace.runtime.loading import Loaded, load

_NO_TERMINAL = (
    "run `stui trust` in a terminal, or `stui trust grant --connection NAME --digest SHA256` "
    "with the digest that `stui trust show --json` prints"
)
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
      stui trust show
      stui trust revoke --connection image
    """
    if context.invoked_subcommand is None:
        return _review(_loaded(None, None, ()), None)
    return None


@command.command("show")
@project_argument
@json_option
@selection_options
def show(
    path: Path | None, *, as_json: bool, environment: str | None, variables: _Variables
) -> None:
    """Show what each connection asks for, and whether you approved it.

    With --json each connection has its digest, which stands for exactly what it asks for.

    Examples:
      stui trust show
      stui trust show --json | jq -r '.[] | [.connection, .digest] | @tsv'
    """
    asked = asked_of(_loaded(path, environment, variables), services_now())
    if as_json:
        put_json([_record_of(one) for one in asked])
        return
    for one in asked:
        put(f"{one.label}: {one.state}")
        for line in one.lines:
            put(f"  {line}")


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
        return _review(loaded, connection)
    if connection is None:
        raise click.UsageError("--digest needs --connection: a digest is of one connection")
    _grant_digest(loaded, connection, digest)
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
    tell(f"took back {count} approval{'' if count == 1 else 's'}")


def _loaded(path: Path | None, environment: str | None, variables: _Variables) -> Loaded:
    services = services_now()
    project = project_at(path, services.home)
    return load(project, services, selection_of(environment, variables))


def _review(loaded: Loaded, connection: str | None) -> int:
    """Ask about each connection that needs it, and grant what is agreed to."""
    services = services_now()
    asked = asked_of(loaded, services)
    asked = asked if connection is None else (named(asked, connection),)
    for one in asked:
        if one.is_allowed or one.is_final:
            tell("; ".join((f"connection `{one.name}`: {one.state}", *one.refusals)))
    open_ones = [one for one in asked if not one.is_allowed and not one.is_final]
    refused_count = sum(one.is_final for one in asked)
    if open_ones:
        person = asker()
        if person is None:
            raise ConsentError(open_ones[0].name, open_ones[0].powers, _NO_TERMINAL)
        refused_count += sum(not _asked(loaded, one, person) for one in open_ones)
    return Status.CONSENT if refused_count else Status.DONE


def _asked(loaded: Loaded, one: Asked, person: Asker) -> bool:
    """Whether the person agreed; then it is granted."""
    if not agrees(person, question_of(one)):
        tell(f"connection `{one.name}`: not approved")
        return False
    services = services_now()
    store_of(loaded.project.root, services).grant(one.claim, services.clock())
    tell(f"connection `{one.name}`: approved")
    return True


def _grant_digest(loaded: Loaded, connection: str, digest: str) -> None:
    services = services_now()
    one = named(asked_of(loaded, services), connection)
    if not one.claim.powers:
        tell(f"connection `{connection}` needs no approval")
        return
    if not hmac.compare_digest(digest.strip().lower().encode(), one.claim.digest.encode()):
        raise UsageError(
            f"the digest is not that of connection `{connection}` as it is now",
            "look at `stui trust show` again before you approve it",
        )
    store_of(loaded.project.root, services).grant(one.claim, services.clock())
    tell(f"connection `{connection}`: approved")


def _record_of(one: Asked) -> dict[str, object]:
    return {
        "file": one.claim.file,
        "connection": one.name,
        "state": one.state,
        "powers": [
            {"capability": str(power.capability), "text": power.text} for power in one.claim.powers
        ],
        "refusals": list(one.refusals),
        "digest": one.claim.digest,
    }
