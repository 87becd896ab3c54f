"""`stui vault slot`: the keys that open the vault."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.options import PATH, json_option
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.cli.vault_given import Given, key_options
from stui_workspace.cli.vault_keys import keyring_now, looked, new_passphrase, place_now, with_key
from stui_workspace.cli.vault_slots import (
    default_label,
    forget_orphan,
    keep_in_keyring,
    keyring_key,
    new_keyring_key,
    slot_line,
    slot_name,
    slot_record,
)
from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.secrets.vault import SlotKind, SlotLook, unlock
from stui_workspace.secrets.vault.agent.key_files import new_key_file as made_key_file

if TYPE_CHECKING:
    from stui_workspace.secrets.vault import Vault


@click.group(name="slot")
def slot() -> None:
    """List, add and remove the keys that open the vault.

    Each slot opens it by itself: a passphrase for you, a key file for a service, the keyring of
    each machine where you log in.

    Examples:
      stui vault slot ls
      stui vault slot add --keyring
      stui vault slot rm 21cd490bee3ee16d
    """


@slot.command("ls")
@json_option
def list_slots(*, as_json: bool) -> None:
    """List what opens the vault. Needs no key.

    Examples:
      stui vault slot ls
      stui vault slot ls --json | jq -r '.[].id'
    """
    found = looked(place_now()).slots
    if as_json:
        put_json([slot_record(one) for one in found])
        return
    for one in found:
        put(slot_line(one))


@slot.command("add")
@click.option(
    "--new-key-file", type=PATH, metavar="FILE", help="Make a key in this new file, for you alone."
)
@click.option("--keyring", "in_keyring", is_flag=True, help="Keep a key in this system's keyring.")
@click.option("--label", metavar="TEXT", help="What to call it.")
@key_options
def add_slot(
    *, given: Given, new_key_file: Path | None, in_keyring: bool, label: str | None
) -> None:
    """Let another key open the vault: a passphrase, unless an option says otherwise.

    Asks for a key that opens it already, even where an agent holds it open. With
    --passphrase-stdin, the first line is that passphrase, and the second line the new one.

    Examples:
      stui vault slot add --keyring
      stui vault slot add --new-key-file ~/.config/stui/vault.key --label "nightly job"
    """
    if in_keyring and new_key_file is not None:
        raise click.UsageError("--keyring and --new-key-file exclude each other")
    vault = with_key(given, partial(unlock, place_now()), from_agent=False)
    if in_keyring:
        added = _add_keyring(vault, label)
    elif new_key_file is not None:
        added = _add_file(vault, new_key_file, label)
    else:
        passphrase = new_passphrase(given)
        with Progress("deriving the key"):
            added = vault.add_slot(passphrase, label or default_label(SlotKind.PASSPHRASE))
    tell(f"slot {slot_name(added)} opens the vault now")
    if new_key_file is not None:
        tell_next(f"`STUI_VAULT_KEY_FILE={new_key_file.absolute()}` opens it without a person")


@slot.command("rm")
@click.argument("name", metavar="ID", shell_complete=completing.vault_slots)
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_options
def remove_slot(name: str, *, given: Given, yes: bool) -> int:
    """Let a key open the vault no more. The last one stays.

    Copies of the file that were made before are opened by it still: if somebody else has the key,
    `stui vault rekey`, and change the secrets themselves.

    Examples:
      stui vault slot ls
      stui vault slot rm 21cd490bee3ee16d
    """
    place = place_now()
    found = next((one for one in looked(place).slots if one.id == name), None)
    if found is None:
        raise NotFoundError("slot", name, "`stui vault slot ls` lists them")
    if not yes:
        person = asker()
        if person is None:
            raise UsageError("nobody is here to be asked", "`--yes` removes without asking")
        if not agrees(person, f"Remove slot {slot_name(found)}?"):
            return 1
    vault = with_key(given, partial(unlock, place), from_agent=False)
    removed = vault.remove_slot(name)
    if removed.kind is SlotKind.KEYRING:
        forget_orphan(place, vault.id)
    tell(f"slot {slot_name(removed)} opens the vault no more")
    return 0


def _add_keyring(vault: Vault, label: str | None) -> SlotLook:
    store = keyring_now()
    key = new_keyring_key(store)
    if keyring_key(place_now(), vault.id) is not None:
        raise UsageError(
            "the keyring of this system opens it already", "`stui vault slot ls` lists its slots"
        )
    added = vault.add_slot(key, label or default_label(SlotKind.KEYRING))
    try:
        keep_in_keyring(store, key, vault.id)
    except StuiError:
        vault.remove_slot(added.id)
        raise
    return added


def _add_file(vault: Vault, path: Path, label: str | None) -> SlotLook:
    key = made_key_file(path)
    try:
        return vault.add_slot(key, label or path.name)
    except StuiError:
        with suppress(OSError):
            path.unlink()  # it is a key to nothing
        raise
