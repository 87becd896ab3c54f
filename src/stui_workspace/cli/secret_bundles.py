"""`stui secret export` and `import`: secrets on their way to another machine, encrypted.

A bundle is a vault of its own: the same format, the same tools, opened by a passphrase or the key
in a file. There is no other way out, and none in plain text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import Asker, agrees, asker
from stui_workspace.cli.options import PATH, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.secret_keeping import keep, stored
from stui_workspace.cli.secret_names import command_for, reference_called, secrets_now
from stui_workspace.cli.secret_words import audience_words
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import tell, tell_next
from stui_workspace.cli.vault_given import Given, key_options
from stui_workspace.cli.vault_keys import new_passphrase, with_key
from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.model.references import Kept, Reference
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.resolving import Secrets
from stui_workspace.secrets.store import Missing
from stui_workspace.secrets.vault import Vault, VaultPlace, create, look, unlock
from stui_workspace.secrets.vault.agent.key_files import read_key_file
from stui_workspace.secrets.vault.keys import NewKey
from stui_workspace.storage.atomic import read_bounded, save_own

_NAME: Final = "stui-secrets.vault"
_BYTES: Final = 64 << 20
_INSIDE: Final = "bundle"


@click.command("export")
@click.argument("names", nargs=-1, shell_complete=completing.secrets, metavar="[NAME]...")
@click.option("--to", "target", type=PATH, metavar="FILE", help=f"The file; else {_NAME}.")
@key_options
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def export(names: tuple[str, ...], *, target: Path | None, given: Given, force: bool) -> Status:
    """Write secrets to an encrypted file, to bring them to another machine.

    All that stui stored, or those that are named; what is bound elsewhere stays there. Asks for a
    new passphrase, without which the file is of no use to anybody. `stui secret import` reads it.
    Exits 1 if one on the list is gone.

    Examples:
      stui secret export
      stui secret export orders/image orders/hub --to orders.vault
    """
    target = Path(_NAME) if target is None else target
    if target.exists() and not force:
        raise UsageError(f"{shown_path(target)} is there already", "`--force` replaces it")
    secrets = secrets_now()
    listed = [entry.reference for entry in secrets.index.entries()]
    references = [reference_called(name, secrets) for name in names] or listed
    found = _found(secrets, references)
    if not found:
        raise UsageError("there is nothing to export", "`stui secret ls` shows what is stored")
    key = _new_key(given)
    with _scratch() as place, Progress("deriving the key"):
        vault = create(place, key, label=str(key.kind))
        for name, envelope in found.items():
            vault.put(name, envelope)
        content = read_bounded(place.path, _BYTES)
    save_own(services_now().fs, target.absolute(), content)
    count = len(found)
    tell(f"{count} secret{'' if count == 1 else 's'} in {shown_path(target)}, encrypted")
    tell_next(f"{command_for('import', shown_path(target))} reads it on the other machine")
    return Status.FINDINGS if len(found) < len(references) else Status.DONE


@click.command("import")
@click.argument("file", type=PATH)
@click.option("--vault", "kept", flag_value="vault", help="Keep them in the vault.")
@click.option("--keyring", "kept", flag_value="keyring", help="Keep them in the system's keyring.")
@key_options
@click.option("--force", is_flag=True, help="Replace values that are there, without asking.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def import_secrets(
    file: Path, *, kept: str | None, given: Given, force: bool, dry_run: bool
) -> Status:
    """Store the secrets of a file that `stui secret export` wrote.

    A vault does as well. Each is for the same origins as it was. One that is there already with
    another value is replaced only if you agree; without a terminal it is left alone, and the exit
    status is 1.

    Examples:
      stui secret import stui-secrets.vault --dry-run
      stui secret import stui-secrets.vault --vault
    """
    secrets = secrets_now()
    found = _opened(file, given)
    person = None if force or dry_run else asker()
    importing = _Importing(secrets, None if kept is None else Kept(kept), person, force, dry_run)
    left_count = sum(not importing.took(name, envelope) for name, envelope in found.items())
    if not found:
        tell(f"{shown_path(file)} holds no secret")
    return Status.FINDINGS if left_count else Status.DONE


@dataclass(frozen=True, slots=True)
class _Importing:
    secrets: Secrets
    kept: Kept | None
    person: Asker | None
    force: bool
    dry_run: bool

    def took(self, name: str, envelope: Envelope) -> bool:
        """Whether the secret is here now, or would be."""
        reference = reference_called(name, self.secrets, self.kept)
        there = stored(self.secrets, reference)
        words = audience_words(envelope.audience)
        if there is not None:
            if (there.secret, there.audience) == (envelope.secret, envelope.audience):
                tell(f"`{reference}` is there, and the same")
                return True
            if not self._may_replace(reference, there, words):
                return False
        if self.dry_run:
            verb = "store" if there is None else "replace"
            tell(f"would {verb} `{reference}`, {words}")
            return True
        keep(self.secrets, reference, envelope)
        tell(f"{'stored' if there is None else 'replaced'} `{reference}`, {words}")
        return True

    def _may_replace(self, reference: Reference, there: Envelope, words: str) -> bool:
        if self.force or self.dry_run:
            return True
        if self.person is None:
            tell(f"`{reference}` is there with another value, and is left", kind="warning")
            tell_next("`--force` replaces it")
            return False
        before = audience_words(there.audience)
        question = f"`{reference}` is there, {before}. Replace it by the other, {words}?"
        if agrees(self.person, question):
            return True
        tell(f"`{reference}` is left as it is")
        return False


def _found(secrets: Secrets, references: list[Reference]) -> Mapping[str, Envelope]:
    """The secrets by name; one that is gone is said, and left out.

    Raises:
        SecretError: One cannot be read.
        UsageError: Two have one name.
    """
    found: dict[str, Envelope] = {}
    for reference in dict.fromkeys(references):
        if reference.name in found:
            raise UsageError(
                f"both the keyring and the vault have a secret `{reference.name}`",
                "name what to export, and which: `keyring:NAME` or `vault:NAME`",
            )
        envelope = stored(secrets, reference)
        if envelope is None:
            tell(f"`{reference}` is not there", kind="warning")
            tell_next("`stui secret doctor` says what is wrong")
        else:
            found[reference.name] = envelope
    return found


def _new_key(given: Given) -> NewKey:
    if not given.key_files:
        return new_passphrase(given)
    if len(given.key_files) > 1:
        raise click.UsageError("a bundle has one key: give --key-file once")
    return read_key_file(given.key_files[0])


def _opened(file: Path, given: Given) -> Mapping[str, Envelope]:
    """What is in a bundle. The file itself is only read: its folder may be anybody's."""
    content = read_bounded(file.resolve(), _BYTES)
    with _scratch() as place:
        save_own(services_now().fs, place.path, content)
        seen = look(place)
        vault: Vault = with_key(given, lambda key: unlock(place, key), from_agent=False, found=seen)
        every = [(name, vault.get(name)) for name in vault.names()]
        return {name: one for name, one in every if not isinstance(one, Missing)}


@contextmanager
def _scratch() -> Iterator[VaultPlace]:
    """A place for a vault that is gone after the block; what it holds is always encrypted."""
    services = services_now()
    state = services.locations.state
    services.fs.make_folder(state)
    with tempfile.TemporaryDirectory(prefix="bundle-", dir=state) as folder:
        yield VaultPlace(Path(folder) / _INSIDE, Path(folder))
