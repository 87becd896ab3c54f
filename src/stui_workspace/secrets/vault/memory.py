"""What this machine saw of its vaults last, so that an old copy is not taken for the newest.

Kept in the state folder, which nothing synchronises: whoever puts an old vault back does not put
this back with it. A memory that cannot be understood is no memory: the next vault is believed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum, auto
from hashlib import sha256
from typing import Final

from stui_workspace.errors import StorageError
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain
from stui_workspace.secrets.vault.contents import Contents
from stui_workspace.secrets.vault.errors import (
    ForkedError,
    RolledBackError,
    TamperedError,
    VaultError,
)
from stui_workspace.secrets.vault.format import SUBJECT, Lines
from stui_workspace.secrets.vault.manifest import head_digest
from stui_workspace.secrets.vault.places import Tools, VaultPlace
from stui_workspace.secrets.vault.writers import Writers
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.lock import hold

FORMAT: Final = 1
MOST_VAULTS: Final = 64
_FORMAT_KEY: Final = "stui-vault-memory"
_LIMIT: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Seen:
    """One state of a vault."""

    vault: str
    generation: int
    writers: Writers
    digest: str
    """Of the whole file."""
    head: str
    """Of its header and slots."""

    @classmethod
    def of(cls, contents: Contents, content: bytes) -> Seen:
        """The state that was just opened or written."""
        return cls(
            contents.header.vault,
            contents.generation,
            contents.writers,
            sha256(content).hexdigest(),
            head_digest(contents.header, contents.slots).hex(),
        )


class Standing(Enum):
    """How a vault stands to what was seen of it last."""

    SAME = auto()
    NEWER = auto()
    """Or never seen before."""
    OLDER = auto()
    FORKED = auto()
    ANOTHER = auto()
    """The vault that was seen here had another id."""


def standing(found: Seen, remembered: Seen | None) -> Standing:
    """How what was found stands to what is remembered of its place."""
    if remembered is None:
        return Standing.NEWER
    if remembered.vault != found.vault:
        return Standing.ANOTHER
    if remembered.digest == found.digest:
        return Standing.SAME
    has_all, lacks_none = (
        found.writers.has_all_of(remembered.writers),
        remembered.writers.has_all_of(found.writers),
    )
    if has_all and not lacks_none and found.generation > remembered.generation:
        return Standing.NEWER
    return Standing.OLDER if lacks_none and not has_all else Standing.FORKED


def objection(found: Seen, remembered: Seen | None) -> VaultError | None:
    """Why what was found is not to be believed; None where it is."""
    match standing(found, remembered):
        case Standing.OLDER:
            return RolledBackError(
                SUBJECT, f"it was put back to generation {_both(found, remembered)}"
            )
        case Standing.FORKED:
            return ForkedError(
                SUBJECT,
                f"it lacks what this machine wrote or saw: generation {_both(found, remembered)}",
            )
        case Standing.ANOTHER:
            return RolledBackError(SUBJECT, "another vault stands in its place")
        case _:
            return None


def slots_objection(lines: Lines, remembered: Seen | None) -> TamperedError | None:
    """Why a key that fits no slot may still be right; None where nothing speaks for it.

    Whoever changes the salt of a slot makes the right passphrase look wrong. Where this machine saw
    that very generation with other slots, it knows better.
    """
    if (
        remembered is None
        or remembered.vault != lines.header.vault
        or remembered.generation != lines.manifest.generation
        or remembered.head == head_digest(lines.header, lines.slots).hex()
    ):
        return None
    return TamperedError(SUBJECT, "the header or a slot is another than what this machine saw")


def remembered_of(place: VaultPlace, tools: Tools) -> Seen | None:
    """What this machine saw last at that place; None where it saw nothing there.

    Raises:
        DiskError: It cannot be read: that is not the same as having seen nothing.
    """
    return _load(place, tools).get(_key(place))


def remember(place: VaultPlace, tools: Tools, seen: Seen, *, is_accepted: bool = False) -> None:
    """Keep what was seen, if it is newer than what is remembered.

    Args:
        place: Of the vault.
        tools: The disk.
        seen: What was read or written.
        is_accepted: A person said that it counts, older or not.

    Raises:
        StorageError: It was not kept.
    """
    if standing(seen, remembered_of(place, tools)) is Standing.SAME:
        return
    with hold(place.memory.with_suffix(".lock"), tools.lock_seconds):
        all_seen = _load(place, tools)
        key = _key(place)
        old = all_seen.pop(key, None)
        found = standing(seen, old)
        if found is Standing.SAME or not (is_accepted or found is Standing.NEWER):
            return
        kept = [*all_seen.items(), (key, seen)][-MOST_VAULTS:]
        save_own(tools.fs, place.memory, _written(dict(kept)))


def remember_if_possible(
    place: VaultPlace, tools: Tools, seen: Seen, *, is_accepted: bool = False
) -> None:
    """As `remember`, where the vault itself was read or written well: that is what counts.

    What is not kept is a generation by which an old copy would have been told.
    """
    with suppress(StorageError):
        remember(place, tools, seen, is_accepted=is_accepted)


def _key(place: VaultPlace) -> str:
    """The path as it is named: a link that leads elsewhere now has the same."""
    return str(place.path.absolute())


def _both(found: Seen, remembered: Seen | None) -> str:
    last = 0 if remembered is None else remembered.generation
    return f"{found.generation}, and this machine saw generation {last}"


def _load(place: VaultPlace, tools: Tools) -> dict[str, Seen]:
    with explained(place.memory):
        content = tools.fs.read(place.memory, _LIMIT)
    try:
        plain = json.loads(content or b"null")
    except (ValueError, RecursionError):
        return {}
    places = plain.get("places") if isinstance(plain, dict) else None
    if not isinstance(places, dict) or plain.get(_FORMAT_KEY) != FORMAT:
        return {}
    found = ((path, _seen(one)) for path, one in places.items())
    return {path: one for path, one in found if one is not None}


def _seen(plain: Plain) -> Seen | None:
    match plain:
        case {
            "vault": str() as vault,
            "generation": int() as generation,
            "writers": dict() as writers,
            "floor": int() as floor,
            "digest": str() as digest,
            "head": str() as head,
        }:
            at = {one: count for one, count in writers.items() if isinstance(count, int)}
            return Seen(vault, generation, Writers(at, floor), digest, head)
        case _:
            return None


def _written(places: Mapping[str, Seen]) -> bytes:
    plain = {
        _FORMAT_KEY: FORMAT,
        "places": {
            path: {
                "vault": one.vault,
                "generation": one.generation,
                "writers": dict(one.writers.at),
                "floor": one.writers.floor,
                "digest": one.digest,
                "head": one.head,
            }
            for path, one in places.items()
        },
    }
    return json.dumps(plain, indent=1).encode("ascii") + b"\n"
