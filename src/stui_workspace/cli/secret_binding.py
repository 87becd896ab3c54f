"""`stui secret bind` and `unbind`: the user's own word on where a secret is."""

from __future__ import annotations

from collections.abc import Mapping

import click

from stui_workspace.cli import completing
from stui_workspace.cli.secret_audience import origins, tell_audience
from stui_workspace.cli.secret_bound import change_bindings, remove_binding, set_binding
from stui_workspace.cli.secret_names import command_for, reference_called, secrets_now
from stui_workspace.cli.secret_words import follows_vault, place_words
from stui_workspace.cli.telling import tell, tell_next
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.references import Reference, is_secret_name
from stui_workspace.secrets.bindings import (
    Binding,
    Command,
    KeyringItem,
    Place,
    Variable,
    VaultName,
)
from stui_workspace.secrets.resolving import Secrets

_COMMAND = "--command"
_CHOICES = "--keyring-item SERVICE USER, --env VARIABLE, --vault NAME or --command ARGUMENT..."


class _Bind(click.Command):
    """All that comes behind `--command` is the program with its arguments, whatever it says."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if _COMMAND in args:
            at = args.index(_COMMAND)
            ctx.meta[_COMMAND] = tuple(args[at + 1 :])
            args = args[:at]
        return super().parse_args(ctx, args)


@click.command("bind", cls=_Bind)
@click.argument("name", shell_complete=completing.secrets)
@click.option(
    "--keyring-item",
    "item",
    nargs=2,
    metavar="SERVICE USER",
    help="What another program keeps in the keyring of the system.",
)
@click.option("--env", "variable", metavar="VARIABLE", help="A variable of stui's environment.")
@click.option("--vault", metavar="NAME", help="A secret in the vault, of another name.")
@click.option(
    "--for",
    "audience",
    multiple=True,
    metavar="ORIGIN",
    callback=origins,
    help="Whom it may be sent to. Can be repeated.",
)
@click.option(
    _COMMAND,
    is_flag=True,
    help="A program that prints it, and its arguments: all that follows. No shell runs it.",
)
@click.pass_context
def bind(
    context: click.Context, /, name: str, *, audience: tuple[str, ...], **places: object
) -> None:
    """Say where a secret is, on this machine and for you alone.

    Writes `credentials.yaml` in your configuration folder, where no repository can write. A
    workspace file names a secret and cannot say more; so it cannot reach what other programs keep.

    Examples:
      stui secret bind orders/hub --keyring-item jupyterhub ada --for https://hub.example.org:443
      stui secret bind orders/image --env ORDERS_TOKEN
      stui secret bind orders/image --for tls://image:5555 --command pass show orders/image
    """
    secrets = secrets_now()
    reference = reference_called(name, secrets)
    place = _place(places, context.meta.get(_COMMAND))
    bound = secrets.bindings().of(reference.name)
    if not audience and bound is not None:
        audience = bound.audience
    binding = Binding(reference.name, place, audience)
    change_bindings(lambda document: set_binding(document, binding))
    tell(f"`{reference.name}` is bound to {printable_line(place_words(binding))}")
    if not follows_vault(binding):
        tell_audience(reference, audience)
    _tell_hidden(secrets, reference)


@click.command("unbind")
@click.argument("name", shell_complete=completing.secrets)
def unbind(name: str) -> None:
    """Take away what `stui secret bind` wrote.

    The secret itself stays where it is. Without a binding, it is sought in the keyring or the
    vault, as the workspace file names it.

    Examples:
      stui secret unbind orders/image
    """
    secrets = secrets_now()
    reference = reference_called(name, secrets)
    if secrets.bindings().of(reference.name) is None:
        bound = ", ".join(f"`{one}`" for one in secrets.bindings().all) or "nothing"
        raise NotFoundError("binding of", reference.name, f"bound is {bound}")
    change_bindings(lambda document: remove_binding(document, reference.name))
    tell(f"`{reference.name}` is bound no more")


def _place(places: Mapping[str, object], argv: tuple[str, ...] | None) -> Place:
    given: list[Place] = []
    match places.get("item"):
        case (str() as service, str() as user):
            given.append(KeyringItem(service, user))
    if isinstance(variable := places.get("variable"), str):
        given.append(Variable(variable))
    if isinstance(name := places.get("vault"), str):
        if not is_secret_name(name):
            raise UsageError("`--vault` is no name of a secret", "`stui secret ls` shows them")
        given.append(VaultName(name))
    if argv is not None:
        given.append(_command(argv))
    if len(given) != 1:
        raise click.UsageError(f"say exactly one of {_CHOICES}")
    return given[0]


def _command(argv: tuple[str, ...]) -> Command:
    argv = argv[1:] if argv[:1] == ("--",) else argv
    if not argv:
        raise click.UsageError("--command needs a program, and must be the last option")
    return Command(argv)


def _tell_hidden(secrets: Secrets, reference: Reference) -> None:
    """Say what is not looked at any more because of a binding."""
    hidden = next((one for one in secrets.index.entries() if one.name == reference.name), None)
    if hidden is not None:
        tell(f"`{hidden.reference}` is stored as well, and the binding goes first", kind="note")
        tell_next(f"{command_for('rm', str(hidden.reference))} removes the one that is not used")
    if reference.variable in secrets.environ:
        tell(f"`{reference.variable}` is set, and goes before the binding", kind="note")
