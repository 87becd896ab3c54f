"""`stui secret allow` and `disallow`: whom a secret may be sent to."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import Asker, agrees, asker
from stui_workspace.cli.options import project_option
from stui_workspace.cli.secret_bound import change_bindings, set_binding
from stui_workspace.cli.secret_keeping import keep, stored_or_error
from stui_workspace.cli.secret_names import command_for, reference_called, secrets_now
from stui_workspace.cli.secret_project import Use, uses_here
from stui_workspace.cli.secret_words import audience_words, follows_vault, place_words
from stui_workspace.cli.telling import tell, tell_next
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import replace
from stui_workspace.model.references import Reference
from stui_workspace.schema.origins import FORMS, parse_origin
from stui_workspace.secrets.resolving import Secrets


def origins(
    context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> tuple[str, ...]:
    """Each origin in its canonical form.

    Raises:
        UsageError: One is no origin.
    """
    if context.resilient_parsing:
        return ()
    return tuple(dict.fromkeys(parse_origin(text).text for text in texts))


@click.command("allow")
@click.argument("name", shell_complete=completing.secrets)
@click.argument("audience", nargs=-1, metavar="[ORIGIN]...", callback=origins)
@project_option
def allow(name: str, audience: tuple[str, ...], path: Path | None) -> None:
    """Let a secret be sent to an origin: a host with its port, or a socket.

    A connection gets a secret only if its address is one of these, and it is approved as well
    (`stui trust`). Without ORIGIN, asks about the addresses of the connections here that name it.
    The secret itself does not change.

    Examples:
      stui secret allow orders/image tls://image.example.org:5555
      stui secret allow orders/hub https://hub.example.org:8888
      stui secret allow orders/image
    """
    secrets = secrets_now()
    reference = reference_called(name, secrets)
    known = _audience(secrets, reference)
    added = audience or offered(reference, path, asker(), known)
    if not added:
        if not audience and not uses_here(path):
            raise UsageError("no connection here names it", f"name an origin: {FORMS}")
        tell("nothing was changed")
        return
    _change(secrets, reference, tuple(dict.fromkeys((*known, *added))))
    tell_doubts(added)


@click.command("disallow")
@click.argument("name", shell_complete=completing.secrets)
@click.argument("audience", nargs=-1, metavar="[ORIGIN]...")
@click.option("--all", "everybody", is_flag=True, help="Take all of them back.")
def disallow(name: str, audience: tuple[str, ...], *, everybody: bool) -> None:
    """Take back that a secret may be sent to an origin.

    A connection that has it already goes on until it is closed. What the other side was sent, it
    knows: if it must not, change the secret (`stui secret rotate`).

    Examples:
      stui secret disallow orders/image tls://image.example.org:5555
      stui secret disallow orders/image --all
    """
    if everybody == bool(audience):
        raise click.UsageError("name the origins, or say --all")
    secrets = secrets_now()
    reference = reference_called(name, secrets)
    known = _audience(secrets, reference)
    gone = known if everybody else tuple(_one_of(known, text) for text in audience)
    _change(secrets, reference, tuple(one for one in known if one not in gone))


def offered(
    reference: Reference, path: Path | None, person: Asker | None, known: Iterable[str] = ()
) -> tuple[str, ...]:
    """The origins of connections here that the person agrees to; without one, how to allow them."""
    agreed: dict[str, None] = {}
    for use in _leading_somewhere(reference, path):
        origin = str(use.origin)
        if origin in agreed or origin in known:
            continue
        connection = printable_line(use.connection, 60)
        if person is None:
            tell_next(f"{command_for('allow', reference.name, origin)} lets `{connection}` have it")
        elif agrees(person, f"Connection `{connection}` names it. May {origin} get it?"):
            agreed[origin] = None
    return tuple(agreed)


def tell_audience(reference: Reference, audience: tuple[str, ...] | None) -> None:
    """Say whom a secret is for, and what to do where that is nobody."""
    if not audience:
        tell(f"`{reference}` is for nobody yet, and no connection gets it", kind="warning")
        tell_next(f"{command_for('allow', reference.name)} and an origin, such as tls://HOST:PORT")
        return
    tell_doubts(audience)


def tell_doubts(audience: Iterable[str]) -> None:
    """Say of each origin that others could read what is sent there, so that it gets nothing."""
    for text in audience:
        if not parse_origin(text).is_private:
            tell(f"others could read what is sent to {text}: it gets no secret", kind="warning")
            tell_next("use `tls:` or `https:`, pin a `server_key`, or reach it through a tunnel")


def _leading_somewhere(reference: Reference, path: Path | None) -> tuple[Use, ...]:
    return tuple(
        use for use in uses_here(path) if use.reference == reference and use.origin is not None
    )


def _audience(secrets: Secrets, reference: Reference) -> tuple[str, ...]:
    binding = secrets.bindings().of(reference.name)
    if binding is not None and follows_vault(binding):
        words = place_words(binding)
        raise UsageError(
            f"`{reference.name}` is bound to {words}, where it is said whom it is for",
            f"{command_for('unbind', reference.name)}, or say it of the one in the vault",
        )
    if binding is not None:
        return binding.audience
    return stored_or_error(secrets, reference).audience or ()


def _change(secrets: Secrets, reference: Reference, audience: tuple[str, ...]) -> None:
    binding = secrets.bindings().of(reference.name)
    if binding is not None:
        change_bindings(lambda document: set_binding(document, replace(binding, audience=audience)))
        tell(f"`{reference.name}` is {audience_words(audience)}, as bound in credentials.yaml")
        return
    envelope = stored_or_error(secrets, reference)
    keep(secrets, reference, envelope.with_audience(*audience))
    tell(f"`{reference}` is {audience_words(audience)}")


def _one_of(known: tuple[str, ...], text: str) -> str:
    found = text if text in known else parse_origin(text).text
    if found not in known:
        listed = ", ".join(shlex.quote(one) for one in known) or "nobody"
        raise NotFoundError("origin of this secret", found, f"it is for {listed}")
    return found
