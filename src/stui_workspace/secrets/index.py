"""What stui has stored where, without any value: listing secrets asks no keyring."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass
from stui_workspace.model.references import Kept, Reference, is_secret_name
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.lock import hold

_FORMAT_KEY: Final = "stui-secret-index"
_FORMAT: Final = 1
_BYTES: Final = 4 << 20
_LOCK_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One secret that stui has stored."""

    name: str
    kept: Kept
    """The store that has it."""
    audience: tuple[str, ...] = ()
    """As it was when it was stored; what counts is in the store."""
    changed: float = 0.0
    """When its value was last set, in seconds since 1970."""

    @property
    def reference(self) -> Reference:
        return Reference(self.kept, self.name)


class SecretIndex:
    """The list, in one small file. Losing it loses no secret.

    Args:
        path: Of the file.
        fs: The disk.
    """

    def __init__(self, path: Path, fs: FileSystem) -> None:
        self._path = path
        self._fs = fs

    def entries(self) -> tuple[Entry, ...]:
        """All entries by name; none where there is no list, or it cannot be understood.

        Raises:
            DiskError: It cannot be read.
        """
        with explained(self._path):
            content = self._fs.read(self._path, _BYTES)
        return () if content is None else tuple(sorted(_entries(content), key=_order))

    def note(self, entry: Entry) -> None:
        """Put an entry on the list, or replace the one of its name and store.

        Raises:
            DiskError: It was not written; the list is as it was.
            LockTimeoutError: Another stui writes it.
        """
        self._change(lambda all_: [*_others(all_, entry.name, entry.kept), entry])

    def forget(self, name: str, kept: Kept) -> None:
        """Take an entry off the list, if it is there.

        Raises:
            DiskError: It was not written; the list is as it was.
            LockTimeoutError: Another stui writes it.
        """
        self._change(lambda all_: _others(all_, name, kept))

    def _change(self, change: Callable[[tuple[Entry, ...]], list[Entry]]) -> None:
        with explained(self._path):
            self._fs.make_folder(self._path.parent)
        with hold(self._path.with_suffix(".lock"), _LOCK_SECONDS):
            before = self.entries()
            after = sorted(change(before), key=_order)
            if tuple(after) != before:
                plain = {_FORMAT_KEY: _FORMAT, "secrets": [asdict(one) for one in after]}
                content = json.dumps(plain, indent=1).encode("ascii") + b"\n"
                if len(content) > _BYTES:
                    raise DiskError(self._path, "it would be too large", "remove old secrets")
                save_own(self._fs, self._path, content)


def entry_of(reference: Reference, audience: tuple[str, ...] | None, changed: float) -> Entry:
    """The entry of a secret that was just stored."""
    return Entry(reference.name, reference.kept, audience or (), changed)


def _order(entry: Entry) -> tuple[str, str]:
    return entry.name, entry.kept


def _others(entries: tuple[Entry, ...], name: str, kept: Kept) -> list[Entry]:
    return [one for one in entries if (one.name, one.kept) != (name, kept)]


def _entries(content: bytes) -> list[Entry]:
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError):
        return []
    listed = plain.get("secrets") if isinstance(plain, dict) else None
    return [
        entry
        for one in (listed if isinstance(listed, list) else [])
        if (entry := _entry(one)) is not None
    ]


def _entry(plain: object) -> Entry | None:
    match plain:
        case {
            "name": str() as name,
            "kept": "keyring" | "vault" as kept,
            "audience": [*audience],
            "changed": int() | float() as changed,
        } if is_secret_name(name) and all(isinstance(one, str) for one in audience):
            return Entry(name, Kept(kept), tuple(map(str, audience)), float(changed))
        case _:
            return None
