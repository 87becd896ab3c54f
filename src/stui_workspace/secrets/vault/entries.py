"""One secret as it is inside its seal: its value, and which of its states came before.

States of a secret are told apart by edits, random and never used again. An entry knows the edits
that it followed, its lineage: so two copies can tell whether one of their values is newer, or
whether neither knew of the other, however their clocks and revisions stand. Only so many are kept;
where one is forgotten, two values are kept where one would have done. Never the other way round.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final, TypeAlias

from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.references import is_secret_name
from stui_workspace.secrets.envelope import Envelope, opened
from stui_workspace.secrets.vault.errors import VaultFullError
from stui_workspace.secrets.vault.format import BUCKETS, MOST_COUNTED, SUBJECT

EDIT_BYTES: Final = 8
MOST_LINEAGE: Final = 24
LONGEST_VALUE: Final = BUCKETS[-1] - 2048
"""Bytes of an envelope; the rest is for its name and lineage."""

_FIXED: Final = struct.Struct(">8sQB")
_PAST: Final = struct.Struct(">Q8s")
_NAME_LENGTH: Final = struct.Struct(">H")
_VALUE_LENGTH: Final = struct.Struct(">I")
_LONGEST_PART: Final = 63
_CONFLICT: Final = re.compile(r"\.conflict-[0-9a-f]{8}(?:[0-9a-f]{8}(?:-[0-9]+)?)?\Z")

Past: TypeAlias = tuple[int, bytes]
"""The revision and the edit of an earlier state."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One secret, or that there is none any more."""

    name: str
    envelope: Envelope | None
    """None where it was removed: remembered, so that no copy brings it back."""
    revision: int
    device: str
    edit: bytes
    lineage: tuple[Past, ...] = ()
    """The latest first."""
    at: float = 0.0
    """When it was written, by the clock of who wrote it; for people only."""

    @property
    def is_live(self) -> bool:
        return self.envelope is not None

    @property
    def rank(self) -> tuple[bool, int, str, bytes]:
        """An order that all machines agree on, where neither of two entries is newer."""
        return self.is_live, self.revision, self.device, self.edit

    def follows(self, other: Entry) -> bool:
        """Whether it was written by somebody who knew the other."""
        return any(edit == other.edit for _, edit in self.lineage)

    def has_value_of(self, other: Entry) -> bool:
        """Whether both say the same, whenever they were written."""
        if self.envelope is None or other.envelope is None:
            return self.envelope is other.envelope
        return self.envelope.secret == other.envelope.secret and set(
            self.envelope.audience or ()
        ) == set(other.envelope.audience or ())

    def after(self, *others: Entry) -> Entry:
        """The same, knowing of the others."""
        past = {*self.lineage}
        for other in others:
            past |= {*other.lineage, (other.revision, other.edit)}
        past.discard((self.revision, self.edit))
        return replace(self, lineage=latest(past))

    def joined(self, other: Entry) -> Entry:
        """The same state, knowing what both copies of it know."""
        return replace(self, lineage=latest({*self.lineage, *other.lineage}))


def latest(past: Iterable[Past]) -> tuple[Past, ...]:
    """As much of a lineage as is kept. In whatever order lineages are joined, it is the same."""
    return tuple(sorted(past, reverse=True)[:MOST_LINEAGE])


def conflict_names(name: str, edit: bytes) -> Iterator[str]:
    """Names for the second value of a secret, the same on every machine; the first that is free.

    >>> next(conflict_names("orders/image", bytes.fromhex("3f2a9c1d00000000")))
    'orders/image.conflict-3f2a9c1d'
    """
    yield _tagged(name, edit[:4].hex())
    yield _tagged(name, edit.hex())
    yield from (_tagged(name, f"{edit.hex()}-{number}") for number in count(2))


def _tagged(name: str, tag: str) -> str:
    above, slash, last = name.rpartition("/")
    end = f".conflict-{tag}"
    return f"{above}{slash}{last[: _LONGEST_PART - len(end)]}{end}"


def is_conflict_name(name: str) -> bool:
    """Whether a second value is kept under that name."""
    return _CONFLICT.search(name) is not None


def to_bytes(entry: Entry) -> bytes:
    """The entry as it is sealed, padded so that its length tells little.

    Raises:
        VaultFullError: It is too long.
    """
    value = b"" if entry.envelope is None else entry.envelope.sealed().encode("ascii")
    name = entry.name.encode("ascii")
    at = min(max(0, round(entry.at * 1000)), MOST_COUNTED)
    body = b"".join(
        (
            _FIXED.pack(entry.edit, at, len(entry.lineage)),
            *(_PAST.pack(*one) for one in entry.lineage),
            _NAME_LENGTH.pack(len(name)),
            name,
            _VALUE_LENGTH.pack(len(value)),
            value,
        )
    )
    for size in BUCKETS:
        if len(body) <= size and len(value) <= LONGEST_VALUE:
            return body.ljust(size, b"\0")
    error = VaultFullError(SUBJECT, f"a secret can have {LONGEST_VALUE:,} bytes, with its audience")
    error.next_step = "keep a file that is so long as a file, and its key here"
    raise error


def from_bytes(content: bytes, revision: int, device: str, *, is_deleted: bool) -> Entry | None:
    """The entry that was sealed; None for what `to_bytes` never made."""
    try:
        edit, at, length = _FIXED.unpack_from(content)
        start = _FIXED.size
        lineage = tuple(
            (int(number), bytes(past))
            for number, past in _PAST.iter_unpack(content[start : start + length * _PAST.size])
        )
        start += length * _PAST.size
        name, start = _text(content, start, _NAME_LENGTH)
        value, start = _text(content, start, _VALUE_LENGTH)
    except (struct.error, UnicodeDecodeError):
        return None
    envelope = None if is_deleted else opened(value)
    is_odd = len(lineage) != length or lineage != latest(lineage) or len(set(lineage)) != length
    if is_odd or content[start:].strip(b"\0") or not is_secret_name(name):
        return None
    if (envelope is None) is not is_deleted or (is_deleted and value):
        return None
    return Entry(name, envelope, revision, device, edit, lineage, at / 1000)


def _text(content: bytes, start: int, length: struct.Struct) -> tuple[str, int]:
    (size,) = length.unpack_from(content, start)
    begin = start + length.size
    end = begin + int(size)
    if end > len(content):
        raise struct.error("it ends too early")
    return content[begin:end].decode("ascii"), end
