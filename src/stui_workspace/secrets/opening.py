"""The secrets of this user on this machine, put together. Nothing is asked before it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from stui_workspace.document import read
from stui_workspace.errors import UnusableError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.schema import FileKind, check
from stui_workspace.secrets.bindings import KeyringItem, bindings_at
from stui_workspace.secrets.commands import run_command
from stui_workspace.secrets.index import SecretIndex
from stui_workspace.secrets.resolving import Places, Secrets
from stui_workspace.secrets.store import Locked, Missing, Store, TimedOut, Unavailable
from stui_workspace.storage.atomic import WORKSPACE_BYTES, read_bounded
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import CONFIG_NAME, CREDENTIALS_NAME, Locations

if TYPE_CHECKING:
    from stui_workspace.secrets.secret import Secret

INDEX_NAME = "secrets.json"


def secrets_of(
    locations: Locations, environ: Mapping[str, str], fs: FileSystem, *, may_prompt: bool = False
) -> Secrets:
    """The secrets, by way of the stores that are here.

    Args:
        locations: Where things of this user are.
        environ: Of this program.
        fs: The disk.
        may_prompt: Whether a keyring may ask a person to unlock it, and be waited for.

    Raises:
        UnusableError: The user's configuration has errors, so that nobody knows where to look.
        DiskError: It cannot be read.
    """

    @cache
    def keyring() -> Store | Unavailable:
        from stui_workspace.secrets.keyring import find_store

        return find_store(environ, may_prompt=may_prompt)

    @cache
    def vault() -> Store | Unavailable:
        return _vault(locations, environ, keyring)

    def item(wanted: KeyringItem) -> Secret | Missing | Locked | Unavailable | TimedOut:
        from stui_workspace.secrets.keyring import read_foreign

        return read_foreign(keyring(), wanted.service, wanted.user)

    places = Places(
        keyring,
        vault,
        preferred_store(locations.config / CONFIG_NAME),
        item,
        partial(run_command, environ=environ),
    )
    credentials = locations.config / CREDENTIALS_NAME
    index = SecretIndex(locations.state / INDEX_NAME, fs)
    return Secrets(places, partial(bindings_at, credentials), index, environ)


def preferred_store(config: Path) -> str:
    """auto, keyring or vault: what the user's configuration says.

    Raises:
        UnusableError: It has errors.
        DiskError: It cannot be read.
    """
    try:
        content = read_bounded(config, WORKSPACE_BYTES)
    except MissingFileError:
        return "auto"
    reading = read(content)
    found = reading.diagnostics
    plain = None if reading.document is None else reading.document.plain()
    if reading.document is not None:
        found += check(plain, reading.document, FileKind.CONFIG)
    problems = FileProblems(config, reading.text, found)
    if problems.has_errors:
        raise UnusableError((problems,))
    match plain:
        case {"secrets": {"store": str() as store}}:
            return store
        case _:
            return "auto"


def _vault(
    locations: Locations, environ: Mapping[str, str], keyring: Callable[[], Store | Unavailable]
) -> Store | Unavailable:
    from stui_workspace.secrets.vault import VaultPlace, VaultStore
    from stui_workspace.secrets.vault.agent.sources import key_source

    place = VaultPlace.of(locations)
    if not place.real.exists():
        return Unavailable("there is no vault yet", "`stui vault init` makes one")
    return VaultStore(place, key_source(locations, environ, keyring))
