"""The key that opens the vault: at hand, or asked for; and a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from stui_workspace.cli.options import services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.secret_asking import HiddenAsker, hidden_asker
from stui_workspace.cli.telling import tell
from stui_workspace.cli.vault_given import FOR_SCRIPTS, Given, key_options
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault import (
    Look,
    NoVaultError,
    SlotKind,
    VaultError,
    VaultPlace,
    WrongKeyError,
    look,
)
from stui_workspace.secrets.vault.agent import lock, place_of
from stui_workspace.secrets.vault.agent.key_files import read_key_file
from stui_workspace.secrets.vault.agent.sources import (
    KEY_FILE,
    key_of_agent,
    key_of_environment,
    key_of_keyring,
)
from stui_workspace.secrets.vault.keys import DataKey, Key, Passphrase

if TYPE_CHECKING:
    from stui_workspace.secrets.store import Store, Unavailable

__all__ = [
    "Given",
    "another_passphrase",
    "key_options",
    "keyring_now",
    "looked",
    "new_passphrase",
    "place_now",
    "with_key",
    "with_passphrase",
]

TRIES: Final = 3
SHORTEST: Final = 8
"""Characters of a new passphrase: fewer are guessed by whoever gets the file, whatever it costs."""
_SHORT: Final = 16
_SUBJECT: Final = "the vault"
_NAME: Final = 80  # code points

Opened = TypeVar("Opened")


def place_now() -> VaultPlace:
    """Where this user's vault is."""
    return VaultPlace.of(services_now().locations)


def looked(place: VaultPlace) -> Look:
    """What can be told of the vault without a key.

    Raises:
        NoVaultError: There is none.
    """
    found = look(place)
    if found is None:
        error = NoVaultError(_SUBJECT, f"there is none at {place.path}")
        if place.backup.is_file():
            error.next_step = "`stui vault restore` puts the backup back that is there"
        raise error
    return found


def keyring_now() -> Store | Unavailable:
    """The keyring of this system; whoever uses it is here, and can be asked to unlock it."""
    from stui_workspace.secrets.keyring import find_store

    return find_store(services_now().environ, may_prompt=True)


def with_key(
    given: Given,
    action: Callable[[Key], Opened],
    *,
    from_agent: bool = True,
    found: Look | None = None,
) -> Opened:
    """What `action` makes of the first key that opens the vault.

    What the command line names comes first, and alone. Else the agent, the file that the
    environment names, the keyring, and at last the person at the terminal, three times.

    Args:
        given: What the command line says.
        action: Opens the vault with a key.
        from_agent: Whether it is enough that the vault is unlocked. Not for changing what opens it:
            who merely sits down at an unlocked machine could.
        found: Of the file that is to be opened; None for the vault in its place.

    Raises:
        WrongKeyError: None of the keys opens it.
        VaultError: There is no key, and nobody to be asked for one; or what `action` raises.
    """
    found = looked(place_now()) if found is None else found
    is_tried = False
    for key, is_named in _keys_at_hand(given, found, from_agent=from_agent):
        is_tried = True
        try:
            with Progress("deriving the key"):
                return action(key)
        except WrongKeyError:
            if is_named:
                raise
            if isinstance(key, DataKey):  # the vault got a new key elsewhere: this one is no use
                lock(place_of(services_now().locations))
    person = None if given.has_lines or given.key_files else hidden_asker()
    if person is None or not found.has(SlotKind.PASSPHRASE):
        raise _locked(found, is_tried=is_tried)
    return _asked(person, action)


def with_passphrase(given: Given, action: Callable[[Passphrase], Opened]) -> Opened:
    """What `action` makes of the passphrase that opens the vault; a person has three tries.

    Raises:
        UsageError: There is none.
        WrongKeyError: It does not open it.
        VaultError: What `action` raises.
    """
    if given.has_lines:
        with Progress("deriving the key"):
            return action(given.line("passphrase"))
    person = hidden_asker()
    if person is None:
        raise UsageError("nobody is here to be asked for the passphrase", FOR_SCRIPTS)
    return _asked(person, action)


def another_passphrase(given: Given, copy: Path) -> Passphrase | None:
    """The passphrase of a copy that has one of its own; None where nobody is here, or knows it."""
    person = None if given.has_lines or given.key_files else hidden_asker()
    if person is None:
        return None
    name = printable_line(copy.name, _NAME)
    answer = person.ask_hidden(f"The passphrase of {name} (Enter leaves it alone): ")
    return Passphrase(Secret(answer)) if answer else None


def new_passphrase(given: Given) -> Passphrase:
    """A new passphrase: the next line, or what a person types twice.

    Raises:
        UsageError: There is none, it is too short, or the two are not the same.
    """
    if given.has_lines:
        passphrase = given.line("new passphrase")
    else:
        person = hidden_asker()
        if person is None:
            raise UsageError("nobody is here to be asked for a new passphrase", FOR_SCRIPTS)
        passphrase = _typed(person, "New passphrase of the vault (not shown): ")
        _check_strength(passphrase)
        again = _typed(person, "The new passphrase, once more: ")
        if passphrase.secret != again.secret:
            raise UsageError("the two are not the same", "try again; nothing was changed")
        return passphrase
    _check_strength(passphrase)
    return passphrase


def _keys_at_hand(given: Given, found: Look, *, from_agent: bool) -> Iterator[tuple[Key, bool]]:
    """Keys that nobody is asked for, each with whether it was named, so that it must be right."""
    for path in given.key_files:
        yield read_key_file(path), len(given.key_files) == 1
    if given.key_files:
        return
    if given.has_lines:
        yield given.line("passphrase"), True
        return
    services = services_now()
    if from_agent and (held := key_of_agent(services.locations, found.id)) is not None:
        yield held, False
    if (named := key_of_environment(services.environ)) is not None:
        yield named, False
    if found.has(SlotKind.KEYRING):
        kept = key_of_keyring(keyring_now(), found.id)
        if kept is not None:
            yield kept, False


def _asked(person: HiddenAsker, action: Callable[[Passphrase], Opened]) -> Opened:
    for left in reversed(range(TRIES)):
        try:
            passphrase = _typed(person, "The passphrase of the vault (not shown): ")
            with Progress("deriving the key"):
                return action(passphrase)
        except WrongKeyError:
            if not left:
                raise
            tell("that is not the passphrase", kind="error")
    raise AssertionError("the last try returns or raises")


def _typed(person: HiddenAsker, question: str) -> Passphrase:
    answer = person.ask_hidden(question)
    if answer is None:
        raise UsageError("nobody answered", "nothing was changed")
    return Passphrase(Secret(answer))


def _check_strength(passphrase: Passphrase) -> None:
    length = len(passphrase.secret.reveal())
    if length < SHORTEST:
        raise UsageError(
            f"a passphrase of fewer than {SHORTEST} characters can be guessed",
            "take five words by chance, or a password manager's; nothing was changed",
        )
    if length < _SHORT:
        tell(
            f"whoever gets the file can try passphrases: {_SHORT} characters or more, such as five "
            "words by chance, are out of reach",
            kind="note",
        )


def _locked(found: Look, *, is_tried: bool) -> VaultError:
    if is_tried:
        error: VaultError = WrongKeyError(_SUBJECT, "no key that is at hand opens it")
    else:
        error = VaultError(_SUBJECT, "it is locked, and nobody is here to be asked")
    ways = [FOR_SCRIPTS] if found.has(SlotKind.PASSPHRASE) else []
    if found.has(SlotKind.FILE):
        ways.append(f"`--key-file FILE` or `{KEY_FILE}` names the file with its key")
    if found.has(SlotKind.KEYRING):
        ways.append("unlock the keyring of this system, which has a key to it")
    error.next_step = "; ".join(ways) or None
    return error
