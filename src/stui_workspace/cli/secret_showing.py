"""`stui secret ls`, `show`, `which` and `test`: what there is, and never what it says."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.paint import is_terminal
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.secret_keeping import missing
from stui_workspace.cli.secret_names import command_for, reference_called, secrets_now
from stui_workspace.cli.secret_project import mentions_here
from stui_workspace.cli.secret_words import Row, rows_of
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_foreign, put_json, tell, tell_next
from stui_workspace.errors import SecretError, UsageError
from stui_workspace.model.durations import format_ago
from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.references import Reference
from stui_workspace.secrets.resolving import Secrets, Step


@click.command("ls")
@project_option
@json_option
def list_secrets(path: Path | None, *, as_json: bool) -> None:
    """List the secrets that stui stored, what is bound, and what the files here name besides.

    Reads a list without values. No keyring and no vault is asked, so that nothing has to be
    unlocked; `stui secret doctor` compares the list with what is there.

    Examples:
      stui secret ls
      stui secret ls --json | jq -r '.[] | select(.where == "unknown") | .name'
    """
    secrets = secrets_now()
    rows = rows_of(secrets, mentions_here(path))
    problem = secrets.bindings().problem
    if problem is not None:
        tell(problem, kind="warning")
        tell_next(secrets.bindings().next_step or "`stui secret doctor` says more")
    if as_json:
        put_json([row.record for row in rows])
        return
    now = services_now().clock()
    width = max((len(printable_line(row.name)) for row in rows), default=0)
    for row in rows:
        put(row.line(now, width))
    if not rows:
        tell("stui has stored no secret")
    for row in rows:
        if row.where == "unknown":
            tell_next(f"{command_for('set', row.name)} stores it")


@click.command("show")
@click.argument("name", shell_complete=completing.secrets)
@click.option("--reveal", is_flag=True, help="Print the value itself; asks first.")
@click.option("--to-pipe", is_flag=True, help="With --reveal: also to what is no terminal.")
@project_option
@json_option
def show(name: str, path: Path | None, *, reveal: bool, to_pipe: bool, as_json: bool) -> int:
    """Show what is known of a secret: where it is, whom it is for, when it was changed.

    Never shows the value, and asks no store for it, unless you say --reveal. That asks at the
    terminal first, and prints to a terminal alone; with --to-pipe it prints to a program as well,
    without asking and without a line end.

    Examples:
      stui secret show orders/image
      stui secret show orders/image --reveal
      stui secret show orders/image --reveal --to-pipe | some-program --password-stdin
    """
    secrets = secrets_now()
    reference = reference_called(name, secrets)
    if reveal or to_pipe:
        if as_json or not reveal:
            raise click.UsageError("--reveal goes without --json, and --to-pipe goes with --reveal")
        return _reveal(secrets, reference, to_pipe=to_pipe)
    row = _row_called(secrets, reference, path)
    if as_json:
        put_json(row.record)
        return Status.DONE
    put(f"name      {row.name}")
    put(f"kept in   {row.where}{f': {printable_line(row.note)}' if row.note else ''}")
    if row.audience is not None:
        put(f"for       {', '.join(row.audience) or 'nobody yet'}")
    if row.changed:
        ago = format_ago(services_now().clock() - row.changed)
        put(f"changed   {moment_text(row.changed)}, {ago}")
    for one in row.mentions:
        put(f"named in  {shown_path(one.file)}:{one.line} {printable_line(one.words)}")
    return Status.DONE


@click.command("which")
@click.argument("name", shell_complete=completing.secrets)
@json_option
def which(name: str, *, as_json: bool) -> Status:
    """Show where a secret is sought, in order, and what each place says.

    The first place that is responsible for it decides; those behind it are not asked. Exits 5 if
    the secret cannot be had.

    Examples:
      stui secret which orders/image
      stui secret which keyring:orders/image --json
    """
    secrets = secrets_now()
    steps = secrets.trail(reference_called(name, secrets))
    if as_json:
        put_json([asdict(one) for one in steps])
    else:
        for number, one in enumerate(steps, start=1):
            told = "; ".join(part for part in (one.note, one.next_step) if part)
            note = f" ({printable_line(told, 400)})" if told else ""
            put(f"{number}  {one.state:11}  {printable_line(one.source)}{note}")
    if any(one.state == "used" for one in steps):
        return Status.DONE
    stores = f"{command_for('set', name)} stores it"
    tell_next(next((one.next_step for one in steps if one.next_step), stores))
    return Status.SECRET


@click.command("test")
@click.argument("name", shell_complete=completing.secrets)
@json_option
def test(name: str, *, as_json: bool) -> Status:
    """Look a secret up as a connection would, and say whether it can be had.

    Exits 0 if it can, 5 if not. Says how long it took and where it came from, never the value.

    Examples:
      stui secret test orders/image
      stui secret test orders/image --json && stui conn test image
    """
    secrets = secrets_now()
    reference = reference_called(name, secrets)
    begun = time.perf_counter()
    steps = secrets.trail(reference)
    seconds = time.perf_counter() - begun
    step = next(one for one in reversed(steps) if one.state != "not asked")
    error = None if step.state == "used" else _error(secrets, reference, step)
    if as_json:
        put_json(
            {
                "name": str(reference),
                "there": error is None,
                "source": step.source,
                "seconds": round(seconds, 4),
                "reason": None if error is None else error.reason,
            }
        )
    if error is not None:
        raise error
    if not as_json:
        put(f"{reference}: there, from {printable_line(step.source)} ({seconds * 1e3:.0f} ms)")
    return Status.DONE


def _error(secrets: Secrets, reference: Reference, step: Step) -> SecretError:
    if step.state == "not there" and reference.name not in secrets.bindings().all:
        return missing(secrets, reference)
    reason = f"{step.source}: {step.note or step.state}"
    error = SecretError(str(reference), printable_line(reason, 400))
    step_by_step = f"{command_for('which', str(reference))} shows where it is sought"
    error.next_step = step.next_step or step_by_step
    return error


def _row_called(secrets: Secrets, reference: Reference, path: Path | None) -> Row:
    rows = rows_of(secrets, mentions_here(path))
    for name in (reference.name, str(reference), f"vault:{reference.name}"):
        found = next((row for row in rows if row.name == name), None)
        if found is not None:
            return found
    raise missing(secrets, reference)


def _reveal(secrets: Secrets, reference: Reference, *, to_pipe: bool) -> Status:
    if not is_terminal(sys.stdout):
        if not to_pipe:
            raise UsageError(
                "standard output is no terminal, and the value would be left somewhere",
                "`--to-pipe` prints it all the same",
            )
    else:
        person = asker()
        if person is None:
            raise UsageError("nobody is here to be asked", "run it in a terminal")
        if not agrees(person, f"Show the value of `{reference}` on this terminal?"):
            tell("not shown")
            return Status.FINDINGS
    value = secrets.get(reference).secret.reveal()
    if is_terminal(sys.stdout):
        put_foreign(value)
        return Status.DONE
    click.echo(value, nl=False, color=True)
    return Status.DONE
