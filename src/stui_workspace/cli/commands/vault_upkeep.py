"""`stui vault verify`, `rekey`, `calibrate`, `backup` and `restore`."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.options import PATH, json_option, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.cli.vault_given import Given, accept_option, key_options
from stui_workspace.cli.vault_keys import (
    looked,
    place_now,
    with_key,
    with_passphrase,
)
from stui_workspace.cli.vault_slots import keyring_key, slot_name
from stui_workspace.cli.vault_status import exposure_words, exposures_of
from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.model.records import replace
from stui_workspace.secrets.vault import (
    Look,
    NewKey,
    Passphrase,
    SlotKind,
    Tools,
    calibrated,
    look,
    restore,
    unlock,
)
from stui_workspace.secrets.vault.agent import Limits, hold, place_of
from stui_workspace.secrets.vault.agent import status as status_of_agent
from stui_workspace.secrets.vault.agent.key_files import read_key_file

if TYPE_CHECKING:
    from stui_workspace.secrets.vault import Vault


@click.command("verify")
@accept_option
@json_option
@key_options
def verify_vault(*, given: Given, accept: bool, as_json: bool) -> int:
    """Read all of the vault, and say whether it is whole.

    Exits 5 where it is not: where something was changed by somebody without its key, or an older
    copy was put in its place. --accept takes an older copy as it is from now on.

    Examples:
      stui vault verify
      stui vault verify --accept
    """
    place = place_now()
    vault = with_key(given, partial(unlock, place, accept_rollback=accept))
    report = vault.verify()
    for what, step in exposure_words(exposures_of(place)):
        tell(what, kind="warning")
        tell_next(step)
    if as_json:
        put_json(
            {
                "good": report.is_good,
                "names": report.names_count,
                "removed": report.removed_count,
                "conflicts": list(report.conflicts),
                "problems": list(report.problems),
                "notes": list(report.notes),
            }
        )
        return Status.DONE if report.is_good else Status.SECRET
    for problem in report.problems:
        tell(problem, kind="error")
    for note in report.notes:
        tell(note, kind="note")
    for name in report.conflicts:
        tell(f"a second value waits for you: {name}", kind="warning")
    if not report.is_good:
        tell_next("`stui vault restore` puts the backup back")
        return Status.SECRET
    tell(f"the vault is whole: {_counted(report.names_count, 'secret')}")
    return Status.DONE


@click.command("rekey")
@click.option("--yes", is_flag=True, help="Do not ask, though keys are dropped.")
@key_options
def rekey(*, given: Given, yes: bool) -> int:
    """Give the vault a new key, and seal everything in it anew.

    For when somebody has had a key of it. Only the keys that you give open it then: your
    passphrase, each --key-file, and this system's keyring. Copies that were made before are opened
    by the old keys still, so that the secrets themselves must be changed as well.

    Examples:
      stui vault rekey
      stui vault rekey --key-file ~/.config/stui/vault.key
    """
    found = looked(place_now())
    vault, keys = _all_keys(given, found)
    dropped_count = len(found.slots) - len(keys)
    if dropped_count > 0 and not yes:
        person = asker()
        words = f"{_counted(dropped_count, 'slot')} whose key you do not give"
        if person is None:
            raise UsageError(f"{words} would be dropped", "`--yes` drops them without asking")
        if not agrees(person, f"Drop {words}?"):
            return Status.FINDINGS
    with Progress("sealing the vault anew"):
        report = vault.rekey(keys)
    _hold_again(vault)
    for one in report.kept:
        tell(f"slot {slot_name(one)} opens it still")
    for one in report.dropped:
        tell(f"slot {slot_name(one)} opens it no more", kind="warning")
    tell("the vault has a new key")
    tell_next("change the secrets themselves, if somebody could read them")
    return Status.DONE


@click.command("calibrate")
@click.option("--apply", "applies", is_flag=True, help="Use it for the passphrase of the vault.")
@key_options
def calibrate(*, given: Given, applies: bool) -> None:
    """Measure how slow to guess a passphrase can be made on this machine.

    Between a tenth and half of a second each time it is typed, and never weaker than the standard
    of RFC 9106 allows. With --apply, asks for the passphrase, and seals it so.

    Examples:
      stui vault calibrate
      stui vault calibrate --apply
    """
    with Progress("measuring"):
        kdf = calibrated(time.perf_counter)
    if not applies:
        put(str(kdf))
        tell_next("`stui vault calibrate --apply` uses it for the passphrase of the vault")
        return
    place = place_now()
    looked(place)
    tools = Tools(kdf=kdf)

    def opened(key: Passphrase) -> tuple[Vault, Passphrase]:
        return unlock(place, key, tools=tools), key

    vault, passphrase = with_passphrase(given, opened)
    with Progress("deriving the key"):
        vault.change_passphrase(passphrase, passphrase)
    tell(f"the passphrase is made slow to guess by {kdf}")


@click.command("backup")
@click.argument("target", type=PATH, metavar="FILE")
@key_options
def backup(target: Path, *, given: Given) -> None:
    """Write a copy of the vault to FILE, encrypted as it is, and checked.

    The keys that open the vault now open the copy. `stui vault restore FILE` puts it back.

    Examples:
      stui vault backup /media/ada/stick/vault
    """
    vault = with_key(given, partial(unlock, place_now()))
    vault.backup(target.absolute())
    tell(f"wrote a copy of the vault: {target}")


@click.command("restore")
@click.argument("source", type=PATH, required=False, metavar="[FILE]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_options
def restore_vault(source: Path | None, *, given: Given, yes: bool) -> int:
    """Put a copy of the vault back: FILE, or the backup of before the last change.

    What is in its place now is set aside, and not deleted. What was put in since the copy was made
    is missing then: `stui vault merge` with the file that was set aside brings it back.

    Examples:
      stui vault restore
      stui vault restore /media/ada/stick/vault
    """
    place = place_now()
    wanted = place.backup if source is None else source.absolute()
    found = look(replace(place, path=wanted))
    if found is None:
        raise NotFoundError("copy of the vault", str(wanted), "name a file that `backup` wrote")
    if not yes:
        person = asker()
        if person is None:
            raise UsageError("nobody is here to be asked", "`--yes` restores without asking")
        if not agrees(person, f"Put {wanted} in the place of the vault?"):
            return Status.FINDINGS
    put_back = partial(restore, place, source=None if source is None else wanted)
    with_key(given, put_back, from_agent=False, found=found)
    tell("the vault is restored")
    return Status.DONE


UPKEEP: Final = (rekey, verify_vault, calibrate, backup, restore_vault)


def _all_keys(given: Given, found: Look) -> tuple[Vault, list[NewKey]]:
    """The vault, and every key that is at hand: those that are to open it from now on."""
    place = place_now()
    files = dict.fromkeys(given.key_files)
    keys: list[NewKey] = [read_key_file(one) for one in files]
    if found.has(SlotKind.KEYRING):
        kept = keyring_key(place, found.id)
        keys += [] if kept is None else [kept]
    if given.has_lines or (found.has(SlotKind.PASSPHRASE) and (asker() or not keys)):

        def opened(key: Passphrase) -> tuple[Vault, Passphrase]:
            return unlock(place, key), key

        vault, passphrase = with_passphrase(given, opened)
        return vault, [passphrase, *keys]
    if not keys:
        raise UsageError("no key is given that is to open it", "`--key-file FILE`")
    return unlock(place, keys[0]), keys


def _hold_again(vault: Vault) -> None:
    """Let the agent, if one holds the old key, hold the new one as long."""
    services = services_now()
    place = place_of(services.locations)
    held = status_of_agent(place)
    if held is None or held.vault != vault.id or held.left <= 0:
        return
    limits = Limits(held.held_left, held.unused_left)
    try:
        hold(place, vault.id, vault.data_key.material, limits, services.environ)
    except StuiError:
        tell("the vault is locked now", kind="note")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
