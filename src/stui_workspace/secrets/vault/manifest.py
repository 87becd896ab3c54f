"""The manifest: what seals the generation, the header, the slots and the records of a vault."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.secrets.vault.format import (
    Header,
    ManifestLine,
    Record,
    Slot,
    from_base64,
    to_base64,
)
from stui_workspace.secrets.vault.sealing import sealed, unsealed
from stui_workspace.secrets.vault.writers import MOST_WRITERS, Writers

MOST_REMOVED: Final = 128
"""Slots that are remembered as removed, so that no copy brings them back."""

_FIXED: Final = struct.Struct(">Q32s32sIIQBB")
_WRITER: Final = struct.Struct(">8sQ")
_SLOT_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is sealed of a whole vault."""

    generation: int
    """How often it was written."""
    head: bytes
    """The digest of the header and slots."""
    body: bytes
    """The digest of the records."""
    slots_count: int
    records_count: int
    writers: Writers
    removed: tuple[str, ...]
    """The slots that were removed, the latest first."""


def head_digest(header: Header, slots: Iterable[Slot]) -> bytes:
    """Of the lines of the header and the slots."""
    return _digest([header.line(), *(one.line() for one in slots)])


def body_digest(records: Iterable[Record]) -> bytes:
    """Of the lines of the records."""
    return _digest(one.line() for one in records)


def sealed_manifest(
    manifest: Manifest, header: Header, key: bytes, chance: Callable[[int], bytes]
) -> ManifestLine:
    """Its line, bound to the vault and its data key."""
    content = b"".join(
        (
            _FIXED.pack(
                manifest.generation,
                manifest.head,
                manifest.body,
                manifest.slots_count,
                manifest.records_count,
                manifest.writers.floor,
                len(manifest.writers.at),
                len(manifest.removed),
            ),
            *(_WRITER.pack(one.encode("ascii"), at) for one, at in manifest.writers.at.items()),
            *(bytes.fromhex(one) for one in manifest.removed),
        )
    )
    whole = sealed(key, content, _bound(header, manifest.generation), chance)
    return ManifestLine(manifest.generation, whole.nonce.hex(), to_base64(whole.content))


def open_manifest(line: ManifestLine, header: Header, key: bytes) -> Manifest | None:
    """What was sealed; None where it was not sealed so."""
    content = from_base64(line.sealed)
    if content is None:
        return None
    nonce = bytes.fromhex(line.nonce)
    plain = unsealed(key, nonce, content, _bound(header, line.generation))
    return None if plain is None else _from_bytes(plain, line.generation)


def _from_bytes(content: bytes, generation: int) -> Manifest | None:
    try:
        found, head, body, slots, records, floor, writers, removed = _FIXED.unpack_from(content)
    except struct.error:
        return None
    start = _FIXED.size
    middle, end = start + writers * _WRITER.size, len(content)
    if found != generation or end != middle + removed * _SLOT_BYTES or writers > MOST_WRITERS:
        return None
    pairs = [
        (bytes(one).decode("ascii", "replace"), int(at))
        for one, at in _WRITER.iter_unpack(content[start:middle])
    ]
    if max(floor, *(at for _, at in pairs), 0) > generation:
        return None  # nobody wrote at a generation that is still to come
    ids = [content[at : at + _SLOT_BYTES].hex() for at in range(middle, end, _SLOT_BYTES)]
    return Manifest(generation, head, body, slots, records, Writers(dict(pairs), floor), tuple(ids))


def _bound(header: Header, generation: int) -> str:
    return f"manifest {header.vault} {header.epoch} {generation}"


def _digest(lines: Iterable[str]) -> bytes:
    return sha256("".join(f"{line}\n" for line in lines).encode("ascii")).digest()
