"""`stui secret migrate`: move secrets that were pasted into a file to where they are kept."""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path
from shlex import quote
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import asker
from stui_workspace.cli.finding import Target, edit_target
from stui_workspace.cli.options import PATH, services_now
from stui_workspace.cli.reading import document_of
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.secret_audience import offered, origins, tell_audience
from stui_workspace.cli.secret_keeping import keep, stored
from stui_workspace.cli.secret_names import command_for, reference_called, secrets_now
from stui_workspace.cli.secret_pasted import Plan, plan_for
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put_foreign, tell, tell_next
from stui_workspace.document import Document
from stui_workspace.errors import StaleRevisionError, UsageError, VersionError
from stui_workspace.model.formats import FORMAT
from stui_workspace.model.printable import printable_line
from stui_workspace.model.references import Kept, Reference, is_secret_name
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.editing import LOCK_SECONDS
from stui_workspace.runtime.syncing.noting import note_own
from stui_workspace.schema import FileKind, newer_format
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.resolving import Secrets
from stui_workspace.secrets.secret import Secret
from stui_workspace.storage.atomic import read_workspace, save
from stui_workspace.storage.lock import hold

_NO_PART: Final = re.compile(r"[^a-z0-9._-]+")
_TRIES: Final = 100


@click.command("migrate")
@click.argument("file", required=False, type=PATH, metavar="[FILE]")
@click.option(
    "--name",
    metavar="NAME",
    shell_complete=completing.secrets,
    help="Call the secret so; else it is called after the workspace and the connection.",
)
@click.option("--vault", "kept", flag_value="vault", help="Keep it in the vault.")
@click.option(
    "--for",
    "audience",
    multiple=True,
    metavar="ORIGIN",
    callback=origins,
    help="Whom it may be sent to. Can be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Show the difference, values hidden; change nothing.")
def migrate(
    file: Path | None,
    *,
    name: str | None,
    kept: str | None,
    audience: tuple[str, ...],
    dry_run: bool,
) -> int:
    """Move secrets that were pasted into a file to the keyring, and write their names instead.

    Finds what `stui validate` reports as S120, S121 and S122: a value in the place of a name, a
    password in an address, tokens and private keys anywhere. Each is stored and read back before
    the file is changed, and no copy of the old file is kept. Nothing but those places changes.

    Whoever saw the file has seen the secret, and so has each clone of a repository that it was
    committed to. Change it where it is used: `stui secret rotate`. Exits 1 if a secret is left that
    a person must move.

    Examples:
      stui secret migrate --dry-run
      stui secret migrate --name orders/image --for tls://image.example.org:5555
      stui secret migrate other/.stui-workspace.yaml --vault
    """
    target = edit_target(file, services_now())
    document = document_of(target)
    newer = newer_format(document.plain(), target.kind)
    if newer is not None:
        raise VersionError(newer, FORMAT)
    secrets = secrets_now()
    place = Kept(kept or "keyring")
    wanted = None if name is None else reference_called(name, secrets, place if kept else None)
    namer = _Namer(secrets, _base(document, target), place, wanted, dry_run)
    plan = plan_for(document, target.kind, namer)
    if not plan.moved and not plan.left:
        tell(f"no secret was found in {shown_path(target.path)}")
        return Status.DONE
    if wanted is not None and len(namer.given) > 1:
        raise UsageError(f"there are {len(namer.given)} secrets in it", "leave out `--name`")
    if dry_run:
        put_foreign(_difference(plan, target))
    else:
        _store(secrets, plan, audience)
        _write(target, plan)
    _tell(plan, target, dry_run=dry_run)
    if not dry_run:
        _finish(secrets, plan, target)
    return Status.FINDINGS if plan.left else Status.DONE


class _Namer:
    """Names for secrets: one for each value, and none that another value has."""

    def __init__(
        self,
        secrets: Secrets,
        base: str,
        kept: Kept,
        wanted: Reference | None,
        is_dry: bool,  # noqa: FBT001 (asks no store then)
    ) -> None:
        self._secrets = secrets
        self._base = base
        self._kept = kept
        self._wanted = wanted
        self._is_dry = is_dry
        self.given: list[tuple[Reference, Secret]] = []

    def __call__(self, secret: Secret, hint: str) -> Reference:
        known = next((name for name, other in self.given if other == secret), None)
        if known is not None:
            return known
        reference = self._wanted or self._free(secret, f"{self._base}/{_part(hint)}")
        if self._wanted is not None and not self._is_free(reference, secret):
            raise UsageError(
                f"there is another secret called `{reference}`", "choose another `--name`"
            )
        self.given.append((reference, secret))
        return reference

    def _free(self, secret: Secret, name: str) -> Reference:
        for number in range(1, _TRIES):
            reference = Reference(self._kept, name if number == 1 else f"{name}-{number}")
            if all(reference != given for given, _ in self.given) and self._is_free(
                reference, secret
            ):
                return reference
        raise UsageError("there is no free name for it", "choose one with `--name`")

    def _is_free(self, reference: Reference, secret: Secret) -> bool:
        if self._is_dry:
            return True
        there = stored(self._secrets, reference)
        return there is None or there.secret == secret


def _base(document: Document, target: Target) -> str:
    plain = document.plain()
    name = plain.get("name") if isinstance(plain, dict) else None
    return _part(name if isinstance(name, str) else target.root.name)


def _part(text: str) -> str:
    """A text as one part of the name of a secret."""
    part = _NO_PART.sub("-", text.lower()).lstrip("._-")[:60].rstrip("._-")
    return part if is_secret_name(part) else "secret"


def _store(secrets: Secrets, plan: Plan, audience: tuple[str, ...]) -> None:
    for reference, secret in plan.secrets.items():
        there = stored(secrets, reference)
        for_whom = audience or (() if there is None else there.audience or ())
        keep(secrets, reference, Envelope(secret, for_whom, services_now().clock()))


def _write(target: Target, plan: Plan) -> None:
    """Replace the file, without keeping what it said: that is the point."""
    services = services_now()
    before, after = plan.before.content, plan.after.content
    with hold(services.locations.workspace(target.root).file_lock, LOCK_SECONDS):
        found = read_workspace(target.path, target.root, services.fs)
        if found != before:
            raise _stale(target.path, before, found)
        if target.kind is FileKind.WORKSPACE:
            note_own(target.path, target.root, None, after, services)
        save(services.fs, target.path, after, expected=revision_of(before))


def _stale(path: Path, before: bytes, found: bytes) -> StaleRevisionError:
    error = StaleRevisionError(path, revision_of(before), revision_of(found))
    error.next_step = "the secrets are stored; run it again for the file"
    return error


def _difference(plan: Plan, target: Target) -> str:
    name = shown_path(target.path)
    before, after = (
        plan.hidden(one, target.kind).splitlines(keepends=True) for one in (plan.before, plan.after)
    )
    lines = unified_diff(before, after, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _tell(plan: Plan, target: Target, *, dry_run: bool) -> None:
    name = shown_path(target.path)
    for one in plan.moved:
        verb = "would be" if dry_run else "is"
        tell(f"{name}:{one.line} {printable_line(one.where)} {verb} `{one.reference}`")
        if one.note is not None:
            tell(_said(one.note), kind="warning")
    for line in plan.copies:
        tell(f"{name}:{line} has one of the values, too: remove it by hand", kind="warning")
    for left in plan.left:
        where = "a comment" if left.path is None else f"`{printable_line(_words(left.path))}`"
        tell(f"a secret is left in {where} of {name}: move it by hand", kind="warning")
        tell_next(f"{command_for('set')} NAME, then write its name there")


def _said(note: str) -> str:
    return f"{note}: what used the value there must get it in another way"


def _words(path: tuple[str | int, ...]) -> str:
    from stui_workspace.model.paths import format_key_path

    return format_key_path(path)


def _finish(secrets: Secrets, plan: Plan, target: Target) -> None:
    """Ask whom each is for, and say what is still to be done."""
    person = asker()
    for reference in plan.secrets:
        envelope = stored(secrets, reference)
        if envelope is None:
            continue
        agreed = () if envelope.audience else offered(reference, target.path, person)
        if agreed:
            keep(secrets, reference, envelope.with_audience(*agreed))
        tell_audience(reference, agreed or envelope.audience)
    if plan.moved:
        tell("whoever saw the file has seen the secret: change it where it is used", kind="warning")
        for reference in plan.secrets:
            tell_next(f"then {command_for('rotate', str(reference))}")
        name = quote(shown_path(target.path))
        tell_next(
            f"`git log --all --oneline -- {name}` lists the commits that may have it, if there are "
            "any"
        )
