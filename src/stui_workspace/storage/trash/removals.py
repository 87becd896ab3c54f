"""What is recorded of a session in the trash: who it was, when it went, and which parts it has."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import Final

from stui_workspace.model.records import dataclass, replace

RECORD: Final = ".json"
SESSION, SNAPSHOTS = DECIDING = "session", "snapshots"
"""The parts of which the first that there is decides whether the session is removed."""

_ROLES = ("journal", "crashes", "lineage", "receipt", *DECIDING)
_ASIDE = re.compile(r"journal\.aside-\d+\Z")
_KEY = re.compile(r"(\d{6,})-([a-z0-9][a-z0-9._-]{0,63})\.json\Z")


@dataclass(frozen=True, slots=True)
class Removal:
    """One session in the trash."""

    key: str
    """What its files there are called."""
    session: str
    name: str = ""
    """What people called it."""
    at: float | None = None
    """When it was removed; None where the record is damaged. Of one command, the same for all."""
    back_as: str | None = None
    """The id under which it is coming back, if that was begun."""
    deciding: str = "session"
    """The part that is in the trash while the session is removed."""
    roles: tuple[str, ...] | None = None
    """All its parts; None where the record is damaged."""

    @property
    def number(self) -> int:
        return int(self.key.partition("-")[0])


def written(removal: Removal) -> bytes:
    """The record of a removal, as the trash keeps it."""
    record = {
        "session": removal.session,
        "name": removal.name,
        "at": removal.at,
        "back_as": removal.back_as,
        "deciding": removal.deciding,
        "roles": removal.roles,
    }
    return json.dumps(record).encode("ascii")


def removal_named(name: str) -> Removal | None:
    """The removal whose record has that file name, all but what it says; None where none has."""
    match = _KEY.match(name)
    return None if match is None else Removal(name.removesuffix(RECORD), match[2])


def told(blank: Removal, content: bytes) -> Removal:
    """`blank` with what its record says; as it is where the record is damaged."""
    try:
        found = json.loads(content or b"null")
    except (ValueError, RecursionError):
        return blank
    return _told(blank, found) if isinstance(found, dict) else blank


def is_aside(role: str) -> bool:
    """Whether the part is a journal that was set aside."""
    return _ASIDE.match(role) is not None


def _told(blank: Removal, found: Mapping[str, object]) -> Removal:
    name, at, back, deciding = (found.get(key) for key in ("name", "at", "back_as", "deciding"))
    return replace(
        blank,
        name=name if isinstance(name, str) else "",
        at=float(at) if isinstance(at, (int, float)) and isfinite(at) else None,
        roles=_roles_in(found.get("roles")),
        deciding=SNAPSHOTS if deciding == SNAPSHOTS else SESSION,
        back_as=back if isinstance(back, str) and _KEY.match(f"000000-{back}.json") else None,
    )


def _roles_in(found: object) -> tuple[str, ...] | None:
    """The roles of a record; None where it does not say, or one of them is none."""
    if not isinstance(found, list):
        return None
    texts = [one for one in found if isinstance(one, str)]
    is_known = len(texts) == len(found) and all(one in _ROLES or is_aside(one) for one in texts)
    return tuple(texts) if is_known else None
