"""Making, looking at, unlocking and putting back a vault."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from stui_workspace.errors import StaleRevisionError, StorageError
from stui_workspace.secrets.vault.contents import Contents, open_contents
from stui_workspace.secrets.vault.copies import data_key
from stui_workspace.secrets.vault.errors import (
    NoVaultError,
    RolledBackError,
    TamperedError,
    VaultBusyError,
    VaultExistsError,
    WrongKeyError,
)
from stui_workspace.secrets.vault.files import locked, read_file, replace_file
from stui_workspace.secrets.vault.format import SUBJECT, Header, read_lines
from stui_workspace.secrets.vault.keys import KEY_BYTES, DataKey, Key, NewKey
from stui_workspace.secrets.vault.memory import (
    Seen,
    objection,
    remember,
    remember_if_possible,
    remembered_of,
    slots_objection,
)
from stui_workspace.secrets.vault.places import Tools, VaultPlace
from stui_workspace.secrets.vault.reports import Look, MergeReport, Report
from stui_workspace.secrets.vault.sealing import Subkeys
from stui_workspace.secrets.vault.slots import Wrapping, new_slot
from stui_workspace.secrets.vault.vault import Vault
from stui_workspace.secrets.vault.writers import Writers
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import Write
from stui_workspace.storage.machines import this_machine

_ID_BYTES: Final = 16


def look(place: VaultPlace, *, tools: Tools | None = None) -> Look | None:
    """What can be told of a vault without its key; None where there is none.

    Raises:
        TamperedError: It is damaged, or asks for a derivation that is refused.
        NewerVaultError: A newer stui wrote it.
        DiskError: It cannot be read.
    """
    tools = tools or Tools()
    content = read_file(place.real, tools)
    return None if content is None else read_lines(content, tools.bounds).look()


def create(place: VaultPlace, key: NewKey, *, label: str, tools: Tools | None = None) -> Vault:
    """A new vault without secrets, which that key opens.

    Raises:
        VaultExistsError: Something is there already, whatever it is.
        UsageError: The label cannot be kept.
        VaultBusyError: Another stui holds its lock.
        DiskError: It cannot be written.
    """
    tools = tools or Tools()
    chance = tools.chance
    id_, data = chance(_ID_BYTES).hex(), DataKey(chance(KEY_BYTES))
    keys = Subkeys.of(data, id_)
    header = Header(id_, 0, keys.commitment)
    slot = new_slot(header, data, key, label, Wrapping(tools.kdf, chance))
    device = this_machine(tools.machine, place.state, tools.fs).id
    contents = Contents(keys, header, (slot,), {}, 0, Writers())
    contents, content = contents.written(device, chance)
    open_contents(read_lines(content, tools.bounds), data)
    exists = VaultExistsError(SUBJECT, f"there is one already, at {place.path}")
    with locked(place, tools):
        if read_file(place.real, tools) is not None:
            raise exists
        remember(place, tools, Seen.of(contents, content), is_accepted=True)
        try:
            replace_file(place, tools, None, content)
        except StaleRevisionError as error:
            raise exists from error
    return Vault(place, tools, contents, content)


def unlock(
    place: VaultPlace, key: Key, *, accept_rollback: bool = False, tools: Tools | None = None
) -> Vault:
    """The vault, opened and checked.

    Args:
        place: Where it is.
        key: What opens it.
        accept_rollback: Whether it counts though this machine saw a later state, or another vault
            there. A person must have said so: from then on, this is the state to be believed.
        tools: The disk, clock, chance and costs.

    Raises:
        NoVaultError: There is none.
        WrongKeyError: The key does not open it.
        TamperedError: It is not as it was written.
        RolledBackError: It is older than what this machine saw.
        NewerVaultError: A newer stui wrote it.
        DiskError: It cannot be read.
    """
    tools = tools or Tools()
    try:
        return _unlocked(place, key, tools, accept_rollback=accept_rollback)
    except (RolledBackError, TamperedError) as error:
        problem = error
    # File and memory are two files: another program may have written both between our two looks.
    try:
        with locked(place, tools):
            return _unlocked(place, key, tools, accept_rollback=accept_rollback)
    except (StorageError, VaultBusyError):  # it cannot be looked at any better
        raise problem from None


def _unlocked(place: VaultPlace, key: Key, tools: Tools, *, accept_rollback: bool) -> Vault:
    content, contents = _opened(place, key, tools)
    seen = Seen.of(contents, content)
    if accept_rollback:
        remember(place, tools, seen, is_accepted=True)
    else:
        problem = objection(seen, remembered_of(place, tools))
        if problem is not None:
            raise problem
        remember_if_possible(place, tools, seen)
    return Vault(place, tools, contents, content)


def merge_copies(
    place: VaultPlace,
    key: Key,
    copies: Sequence[Path],
    *,
    accept_rollback: bool = False,
    tools: Tools | None = None,
) -> MergeReport:
    """Merge copies into a vault that may itself lack what this machine saw, as one of them has it.

    Args:
        place: Where it is.
        key: What opens it; tried on copies from before a rekeying, too.
        copies: Files that sync tools or people made of it.
        accept_rollback: Whether a result counts that lacks what this machine saw.
        tools: The disk, clock, chance and costs.

    Raises:
        VaultError: As for `unlock`; the rolled back ones for all copies together.
        DiskError: It cannot be read or written.
    """
    tools = tools or Tools()
    content, contents = _opened(place, key, tools)
    vault = Vault(place, tools, contents, content)
    return vault.merge(copies, (key,), accept_rollback=accept_rollback)


def verify(
    place: VaultPlace, key: Key, *, accept_rollback: bool = False, tools: Tools | None = None
) -> Report:
    """What checking all of a vault found: what was tampered with is a problem, and not raised.

    Raises:
        NoVaultError: There is none.
        WrongKeyError: The key does not open it.
        DiskError: It cannot be read.
    """
    try:
        return unlock(place, key, accept_rollback=accept_rollback, tools=tools).verify()
    except (TamperedError, RolledBackError) as error:
        return Report(0, 0, (), (error.reason,))


def restore(
    place: VaultPlace, key: Key, source: Path | None = None, *, tools: Tools | None = None
) -> Vault:
    """The vault as a copy has it, by default the last backup. What stood there is set aside.

    Raises:
        NoVaultError: There is no such copy.
        VaultError: The copy cannot be opened: nothing was changed.
        DiskError: It cannot be read or written.
    """
    tools = tools or Tools()
    path = source or place.backup
    content = read_file(path, tools)
    if content is None:
        raise NoVaultError(SUBJECT, f"there is no {path}")
    lines = read_lines(content, tools.bounds)
    contents = open_contents(lines, data_key(lines, key))
    with locked(place, tools):
        old = read_file(place.real, tools)
        if old is not None and old != content:
            _set_aside(place, tools, old)
        remember(place, tools, Seen.of(contents, content), is_accepted=True)
        try:
            replace_file(place, tools, old, content, keeps_backup=False)
        except StaleRevisionError as error:
            raise VaultBusyError(SUBJECT, "another program is replacing it") from error
    return Vault(place, tools, contents, content)


def _opened(place: VaultPlace, key: Key, tools: Tools) -> tuple[bytes, Contents]:
    content = read_file(place.real, tools)
    if content is None:
        has_backup = read_file(place.backup, tools) is not None
        error = NoVaultError(
            SUBJECT, "there is none" + (", but a backup of one" if has_backup else "")
        )
        error.next_step = "`stui vault restore` puts it back" if has_backup else error.next_step
        raise error
    lines = read_lines(content, tools.bounds)
    try:
        return content, open_contents(lines, data_key(lines, key))
    except WrongKeyError as error:
        raise slots_objection(lines, remembered_of(place, tools)) or error from None


def _set_aside(place: VaultPlace, tools: Tools, content: bytes) -> None:
    """Keep what is about to be replaced, whatever it is."""
    with explained(place.path):
        taken = set(tools.fs.names(place.path.parent))
        names = (f"{place.path.name}.set-aside-{number}" for number in count(1))
        path = place.path.with_name(next(name for name in names if name not in taken))
        tools.fs.write(path, content, Write.NEW)
