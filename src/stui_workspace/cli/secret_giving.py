"""`stui secret set` and `rotate`: giving a secret its value, which no command line ever has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.moments import parse_moment
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.secret_asking import new_secret
from stui_workspace.cli.secret_audience import offered, origins, tell_audience
from stui_workspace.cli.secret_keeping import keep, stored, stored_or_error
from stui_workspace.cli.secret_names import command_for, reference_called, secrets_now
from stui_workspace.cli.secret_project import uses_here
from stui_workspace.cli.secret_words import audience_words
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.errors import SecretError, UsageError
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import replace
from stui_workspace.model.references import Kept, Reference
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.index import Entry
from stui_workspace.secrets.resolving import Secrets

_SEEN: Final = "a value on the command line is seen by other programs, and kept by your shell"


class Careful(click.Command):
    """A command that repeats nothing of what it does not know: it may be a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            left = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            message = "there is no such option, and a value is never given as one"
            raise click.UsageError(message, error.ctx) from None
        if ctx.args and not ctx.resilient_parsing:
            name = ctx.params.get("name")
            good = str(name) if isinstance(name, str) else "NAME"
            raise UsageError(
                f"{_SEEN}; consider it known, and choose another",
                f"{command_for(str(ctx.info_name), good)} asks for it; `--stdin` reads it",
            )
        return left


stdin_option = click.option(
    "--stdin",
    "from_input",
    is_flag=True,
    help="Read the value from standard input; one line end behind it is left out.",
)


@click.command("set", cls=Careful, context_settings={"allow_extra_args": True})
@click.argument("name", shell_complete=completing.secrets)
@click.option(
    "--for",
    "audience",
    multiple=True,
    metavar="ORIGIN",
    callback=origins,
    help="Whom it may be sent to: tls://HOST:PORT, https://HOST:PORT, unix:/PATH. Can be repeated.",
)
@click.option("--vault", "kept", flag_value="vault", help="Keep it in the vault.")
@click.option("--keyring", "kept", flag_value="keyring", help="Keep it in the system's keyring.")
@stdin_option
@click.option("--force", is_flag=True, help="Replace a value that is there, without asking.")
@project_option
def set_secret(  # noqa: PLR0913 (one for each option)
    name: str,
    *,
    audience: tuple[str, ...],
    kept: str | None,
    from_input: bool,
    force: bool,
    path: Path | None,
) -> int:
    """Store a secret.

    Asks for the value at the terminal, twice, and shows nothing of it. NAME is `orders/image`, or
    a reference as the workspace file has it: `keyring:orders/image`, `vault:orders/image`.

    It is sent to nobody but those it is for. A value that is there already is replaced only if you
    agree, and goes on being for the same; where it is new and connections here name it, you are
    asked whether their addresses may get it.

    Examples:
      stui secret set orders/image --for tls://image.example.org:5555
      stui secret set vault:orders/hub
      some-program | stui secret set orders/image --stdin --force
    """
    secrets = secrets_now()
    reference = reference_called(name, secrets, None if kept is None else Kept(kept))
    before = stored(secrets, reference)  # first: who cannot store it need not type it
    if before is not None and not force and not _may_replace(reference):
        tell("nothing was changed")
        return Status.FINDINGS
    secret = new_secret(f"Value of `{reference}`", from_input=from_input)
    if not audience:
        audience = offered(reference, path, asker()) if before is None else (before.audience or ())
    envelope = Envelope(secret, audience, services_now().clock())
    store = keep(secrets, reference, envelope)
    tell(f"`{reference}` is kept in {store.label}, {audience_words(audience)}")
    tell_audience(reference, audience)
    _tell_shadows(secrets, reference)
    return Status.DONE


@click.command("rotate", cls=Careful, context_settings={"allow_extra_args": True})
@click.argument("name", required=False, shell_complete=completing.secrets)
@stdin_option
@click.option("--list", "is_list", is_flag=True, help="List when each was changed, oldest first.")
@click.option(
    "--older-than",
    metavar="AGE",
    help="With --list: only those; `90d`, `2w`. Exits 1 if there are any.",
)
@json_option
def rotate(
    name: str | None, *, from_input: bool, is_list: bool, older_than: str | None, as_json: bool
) -> int:
    """Replace the value of a secret by a new one.

    The new value is written and read back before the old one is gone; the old one is not kept.
    Whom it is for does not change. Change it at the other side first, or at once after.

    Examples:
      stui secret rotate orders/image
      new-token | stui secret rotate orders/image --stdin
      stui secret rotate --list --older-than 90d
    """
    if is_list == (name is not None) or (older_than is not None and not is_list):
        raise click.UsageError("name a secret, or say --list")
    if is_list or name is None:
        return _list(older_than, as_json=as_json)
    secrets = secrets_now()
    reference = reference_called(name, secrets)
    before = stored_or_error(secrets, reference)
    secret = new_secret(f"New value of `{reference}`", from_input=from_input)
    if secret == before.secret:
        raise UsageError("that is the value it has", "nothing was changed; give it a new one")
    if stored_or_error(secrets, reference) != before:
        error = SecretError(str(reference), "another program changed it meanwhile")
        error.next_step = "nothing was changed; look at it, then try again"
        raise error
    keep(secrets, reference, replace(before, secret=secret, changed=services_now().clock()))
    tell(f"`{reference}` has a new value; the old one is not kept")
    _tell_other_side(reference, before.audience or ())
    _tell_shadows(secrets, reference)
    return Status.DONE


def _may_replace(reference: Reference) -> bool:
    person = asker()
    if person is None:
        raise UsageError(
            f"`{reference}` is there, and nobody is here to be asked", "`--force` replaces it"
        )
    return agrees(person, f"`{reference}` is there. Replace its value?")


def _tell_shadows(secrets: Secrets, reference: Reference) -> None:
    """Say what goes before the value that was just stored."""
    if reference.variable in secrets.environ:
        tell(f"`{reference.variable}` is set, and goes before it", kind="note")
    if reference.name in secrets.bindings().all:
        tell("it is bound in credentials.yaml, and the binding goes before it", kind="note")
        tell_next(f"{command_for('unbind', reference.name)} takes the binding away")


def _tell_other_side(reference: Reference, audience: tuple[str, ...]) -> None:
    for origin in audience:
        tell_next(f"let {origin} know the new value, and forget the old one")
    for use in uses_here():
        if use.reference == reference:
            shown = printable_line(use.connection, 60)
            tell_next(f"`{shown}` goes on as it is until it connects anew")


def _list(older_than: str | None, *, as_json: bool) -> int:
    now = services_now().clock()
    try:
        latest = now if older_than is None else parse_moment(older_than, now)
    except ValueError:
        raise UsageError("`--older-than` is no age", "write it as in `90d` or `12w`") from None
    entries = sorted(secrets_now().index.entries(), key=lambda entry: entry.changed)
    found = [entry for entry in entries if entry.changed <= latest]
    if as_json:
        put_json([_record(entry) for entry in found])
    for entry in () if as_json else found:
        age = format_ago(now - entry.changed) if entry.changed else "nobody knows when"
        put(f"{entry.reference}  {age}  {audience_words(entry.audience)}")
    if not found:
        tell("there is none" if older_than is None else "none is so old")
    return Status.FINDINGS if found and older_than is not None else Status.DONE


def _record(entry: Entry) -> dict[str, object]:
    return {
        "name": str(entry.reference),
        "for": list(entry.audience),
        "changed": entry.changed or None,
    }
