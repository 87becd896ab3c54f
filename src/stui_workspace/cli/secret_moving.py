"""`stui secret rename` and `rm`: another name, or none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.options import project_option
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.secret_keeping import drop, missing, move
from stui_workspace.cli.secret_names import reference_called, secrets_now
from stui_workspace.cli.secret_project import Mention, mentions_here
from stui_workspace.cli.secret_words import is_of
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import tell, tell_next
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.references import Reference, reference_of
from stui_workspace.secrets.index import Entry
from stui_workspace.secrets.resolving import Secrets

_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]+\Z")


@click.command("rename")
@click.argument("old", shell_complete=completing.secrets)
@click.argument("new")
@project_option
def rename(old: str, new: str, path: Path | None) -> None:
    """Give a secret another name, or keep it in another store.

    It is written under the new name and read back before the old one is removed. Whom it is for
    does not change. Says which lines of the project here still have the old name.

    Examples:
      stui secret rename orders/image orders/staging
      stui secret rename keyring:orders/image vault:orders/image
    """
    secrets = secrets_now()
    before = reference_called(old, secrets)
    kept = None if reference_of(new) is not None else before.kept
    after = reference_called(new, secrets, kept)
    move(secrets, before, after)
    tell(f"`{before}` is `{after}` now")
    for mention in _mentions(before, path):
        tell(f"{_place(mention)} has the old name", kind="warning")
        tell_next(_change(mention, after))
    if before.name in secrets.bindings().all:
        tell(f"credentials.yaml binds `{before.name}`, which was not renamed", kind="note")


@click.command("rm")
@click.argument("names", nargs=-1, required=True, shell_complete=completing.secrets)
@project_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(names: tuple[str, ...], path: Path | None, *, yes: bool) -> int:
    """Remove secrets from their store, for good.

    Asks at the terminal; without one, `--yes` is needed. Says which lines of the project here name
    them. A secret that cannot be read, because its store is locked, is not removed.

    Examples:
      stui secret rm orders/image
      stui secret rm orders/image orders/hub --yes
    """
    secrets = secrets_now()
    references = [reference_called(name, secrets) for name in names]
    person = None if yes else asker()
    if not yes and person is None:
        raise UsageError("nobody is here to be asked", "`--yes` removes without asking")
    kept_count = 0
    for reference in references:
        for mention in _mentions(reference, path):
            tell(f"{_place(mention)} names `{reference}`", kind="note")
        if person is not None and not agrees(person, f"Remove `{reference}` for good?"):
            kept_count += 1
            continue
        _remove(secrets, reference)
    return Status.FINDINGS if kept_count else Status.DONE


def _remove(secrets: Secrets, reference: Reference) -> None:
    entry = _listed(secrets, reference)
    if drop(secrets, reference):
        tell(f"removed `{reference}`")
    elif entry is not None:
        tell(f"`{reference}` was gone already, and is off the list now")
    else:
        raise missing(secrets, reference)


def _listed(secrets: Secrets, reference: Reference) -> Entry | None:
    return next((one for one in secrets.index.entries() if is_of(one, reference)), None)


def _mentions(reference: Reference, path: Path | None) -> list[Mention]:
    return [one for one in mentions_here(path) if one.reference == reference]


def _change(mention: Mention, after: Reference) -> str:
    """What to do about it; keys are the file's, and no shell is to run them."""
    if _PLAIN.match(mention.words):
        return f"`stui set {mention.words} {after}`"
    return f"write `{after}` there"


def _place(mention: Mention) -> str:
    words = printable_line(mention.words, 200)
    return f"{shown_path(mention.file)}:{mention.line} `{words}`"
