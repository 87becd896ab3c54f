"""`stui vault`: an encrypted file for secrets, where there is no keyring, or by choice."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli.commands.vault_merge import merge
from stui_workspace.cli.commands.vault_slot import slot
from stui_workspace.cli.commands.vault_upkeep import UPKEEP
from stui_workspace.cli.options import PATH, duration, json_option, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.cli.vault_given import Given, key_options
from stui_workspace.cli.vault_keys import (
    keyring_now,
    new_passphrase,
    place_now,
    with_key,
    with_passphrase,
)
from stui_workspace.cli.vault_slots import keep_in_keyring, new_keyring_key
from stui_workspace.cli.vault_status import lines_of, record_of, state_of, until_words
from stui_workspace.errors import StuiError
from stui_workspace.secrets.vault import (
    SlotKind,
    VaultExistsError,
    create,
    look,
    unlock,
)
from stui_workspace.secrets.vault.agent import HELD, UNUSED, Limits, hold, lock, place_of
from stui_workspace.secrets.vault.agent.key_files import new_key_file, read_key_file
from stui_workspace.secrets.vault.keys import NewKey, Passphrase, RawKey

if TYPE_CHECKING:
    from stui_workspace.secrets.vault import Vault, VaultPlace


@click.group(name="vault")
def command() -> None:
    """Keep secrets in an encrypted file, where there is no keyring.

    For machines such as a server that you reach through ssh, or by choice. A passphrase, a key file
    or the keyring of this system opens it. `unlock` lets an agent hold it open for a while; `stui
    secret` puts secrets in, and connections take them out.

    Examples:
      stui vault init
      stui vault unlock --for 4h
      stui secret set vault:orders/image --for tcp://localhost:5555
      stui vault lock
    """


command.add_command(slot)
command.add_command(merge)
for _one in UPKEEP:
    command.add_command(_one)


@command.command("init")
@click.option(
    "--new-key-file",
    type=PATH,
    metavar="FILE",
    help="Make a key in this new file, for you alone, instead of a passphrase.",
)
@click.option(
    "--keyring",
    "in_keyring",
    is_flag=True,
    help="Keep its key in the keyring of this system, instead of a passphrase.",
)
@key_options
def init(*, given: Given, new_key_file: Path | None, in_keyring: bool) -> None:
    """Make a vault.

    Asks twice for its passphrase, at the terminal. A key file opens it without a person: for
    services, and for scripts. Who loses all its keys loses what is in it; `stui vault slot add`
    gives it another key.

    Examples:
      stui vault init
      stui vault init --new-key-file ~/.config/stui/vault.key
      pass show stui | stui vault init --passphrase-stdin
    """
    place = place_now()
    if look(place) is not None:
        raise VaultExistsError("the vault", f"there is one already, at {place.path}")
    if in_keyring and (new_key_file or given.key_files or given.has_lines):
        raise click.UsageError("--keyring is a key of its own: add others with `stui vault slot`")
    if in_keyring:
        vault = _made_with_keyring(place)
    elif new_key_file is not None:
        vault = _made_with_new_file(place, new_key_file)
    else:
        vault = _made(place, _first_key(given))
    tell(f"made a vault: {place.path}")
    if vault.slots()[0].kind is SlotKind.PASSPHRASE:
        tell_next("`stui vault unlock` opens it for a working day")
    elif new_key_file is not None:
        tell_next(f"`STUI_VAULT_KEY_FILE={new_key_file.absolute()}` opens it")
    tell_next("`stui secret set vault:NAME --for ADDRESS` puts a secret in")


@command.command("unlock")
@click.option(
    "--for",
    "held",
    callback=duration,
    metavar="TIME",
    default=f"{HELD / 3600:g}h",
    show_default=True,
    help="How long in all, however much it is used: `30m`, `8h`.",
)
@click.option(
    "--idle",
    "unused",
    callback=duration,
    metavar="TIME",
    default=f"{UNUSED / 3600:g}h",
    show_default=True,
    help="How long while nobody uses it.",
)
@key_options
def unlock_vault(*, given: Given, held: float, unused: float) -> None:
    """Open the vault for a while.

    An agent holds its key in memory, as ssh-agent does, and gives it to programs that you run. It
    forgets the key when the time is over, also over a sleep of the machine; or with `stui vault
    lock`. Where there is no agent (Windows), a slot for the keyring opens it: `stui vault slot add
    --keyring`.

    Examples:
      stui vault unlock
      stui vault unlock --for 30m
      pass show stui | stui vault unlock --passphrase-stdin
    """
    limits = Limits(held, min(held, unused))
    vault = with_key(given, partial(unlock, place_now()), from_agent=False)
    services = services_now()
    place = place_of(services.locations)
    told = hold(place, vault.id, vault.data_key.material, limits, services.environ)
    tell(f"unlocked {until_words(told, services.clock())}")


@command.command("lock")
def lock_vault() -> None:
    """Lock the vault now.

    The agent forgets the key. What has been sent to a connection is sent, and links that are up
    stay up.

    Examples:
      stui vault lock
    """
    was_open = lock(place_of(services_now().locations))
    tell("locked" if was_open else "it was locked already")


@command.command("status")
@json_option
def status(*, as_json: bool) -> int:
    """Show where the vault is, what opens it, and how it fares.

    Says until when it is unlocked, and whether something is odd: an older copy in its place,
    copies that a sync tool left beside it, others who may read it. Needs no key. Exits 1 where
    there is no vault.

    Examples:
      stui vault status
      stui vault status --json | jq .locked
    """
    services = services_now()
    state = state_of(place_now(), services)
    if as_json:
        put_json(record_of(state))
        return Status.DONE if state.look is not None else Status.FINDINGS
    if state.look is None:
        tell(f"there is no vault at {state.place.path}")
        tell_next("`stui vault init` makes one")
        return Status.FINDINGS
    for label, text in lines_of(state, services.clock()):
        put(f"{label:12}  {text}")
    for warning, step in state.warnings:
        tell(warning, kind="warning")
        tell_next(step)
    return Status.DONE


@command.command("passwd")
@key_options
def passwd(*, given: Given) -> None:
    """Change the passphrase of the vault.

    Asks for the passphrase, and twice for the new one. With --passphrase-stdin, the first line is
    the passphrase, and the second line the new one. Copies of the file that were made before are
    opened by the old one still: `stui vault rekey` gives the vault a new key as well.

    Examples:
      stui vault passwd
      { pass show stui; pass show stui-new; } | stui vault passwd --passphrase-stdin
    """
    if given.key_files:
        raise click.UsageError("passwd needs the passphrase that it changes, and no key file")
    place = place_now()

    def opened(key: Passphrase) -> tuple[Vault, Passphrase]:
        return unlock(place, key), key

    vault, old = with_passphrase(given, opened)
    new = new_passphrase(given)
    with Progress("deriving the key"):
        vault.change_passphrase(old, new)
    tell("the passphrase is changed")


def _first_key(given: Given) -> NewKey:
    if len(given.key_files) > 1 or (given.key_files and given.has_lines):
        raise click.UsageError("one key is enough to begin: `stui vault slot add` adds others")
    return read_key_file(given.key_files[0]) if given.key_files else new_passphrase(given)


def _made(place: VaultPlace, key: NewKey) -> Vault:
    with Progress("deriving the key"):
        return create(place, key, label=str(key.kind))


def _made_with_new_file(place: VaultPlace, path: Path) -> Vault:
    key = new_key_file(path)
    try:
        return create(place, key, label=path.name)
    except StuiError:
        with suppress(OSError):
            path.unlink()  # it is a key to nothing
        raise


def _made_with_keyring(place: VaultPlace) -> Vault:
    store = keyring_now()
    key: RawKey = new_keyring_key(store)
    vault = create(place, key, label="keyring")
    try:
        keep_in_keyring(store, key, vault.id)
    except StuiError:
        with suppress(OSError):
            place.real.unlink()  # nothing is in it, and nothing opens it
        raise
    return vault
