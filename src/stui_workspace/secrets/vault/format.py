"""The lines of a vault file: reading them and writing them, without any key.

A grammar and not a format of values: each line has one way to be written, so that there is nothing
to be lenient about. What a line says is proven only by the seals, after unlocking; what is checked
here costs no more than reading, and no derivation is begun before all of it holds.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Final, TypeAlias

from stui_workspace.model.records import dataclass
from stui_workspace.secrets.vault.errors import DamagedError, NewerVaultError, RefusedKdfError
from stui_workspace.secrets.vault.kdf import BOUNDS, Bounds, Kdf, kdf_of
from stui_workspace.secrets.vault.keys import SlotKind
from stui_workspace.secrets.vault.reports import Look, SlotLook

FORMAT: Final = 1
SUBJECT: Final = "vault"

MOST_BYTES: Final = 16 << 20
MOST_SLOTS: Final = 16
MOST_PASSPHRASES: Final = 4
"""A wrong passphrase is tried on each of them, and each try is slow on purpose."""
MOST_RECORDS: Final = 4096
LONGEST_LINE: Final = 512 << 10
LONGEST_LABEL: Final = 64
MOST_COUNTED: Final = 10**15
"""No generation and no revision is larger."""

BUCKETS: Final = tuple(1024 << (2 * step) for step in range(5))
"""The sizes that records are padded to: 1 KiB to 256 KiB."""
TAG_BYTES: Final = 16

_HKDF: Final = "hkdf"
_MOST_LINES: Final = MOST_SLOTS + MOST_RECORDS + 3
_NUMBER: Final = r"(0|[1-9][0-9]{0,15})"
_SEALED: Final = r"([A-Za-z0-9_-]+)"
_HEADER: Final = re.compile(rf"stui-vault {_NUMBER} ([0-9a-f]{{32}}) {_NUMBER} ([0-9a-f]{{64}})")
_SLOT: Final = re.compile(
    r"slot ([0-9a-f]{16}) (passphrase|keyring|file) ([a-z0-9:]{1,64}) ([0-9a-f]{32}) "
    r"([0-9a-f]{64}) ([A-Za-z0-9_-]{1,400}) ([0-9a-f]{24}) ([0-9a-f]{96})"
)
_RECORD: Final = re.compile(
    rf"record ([0-9a-f]{{64}}) {_NUMBER} ([0-9a-f]{{8}}) (live|deleted) ([0-9a-f]{{24}}) {_SEALED}"
)
_MANIFEST: Final = re.compile(rf"manifest {_NUMBER} ([0-9a-f]{{24}}) {_SEALED}")
_END: Final = re.compile(r"end ([0-9a-f]{64})")


def to_base64(content: bytes) -> str:
    """URL-safe base64 without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64(text: str) -> bytes | None:
    """What was written so; None where it was not written by `to_base64`."""
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        return None
    return content if to_base64(content) == text else None


_SEALED_LENGTHS: Final = {len(to_base64(bytes(size + TAG_BYTES))) for size in BUCKETS}


@dataclass(frozen=True, slots=True)
class Header:
    """Which vault it is, and under which data key."""

    vault: str
    epoch: int
    """How often it got a new data key."""
    commitment: str
    """Of the data key: no other key has it."""

    def line(self) -> str:
        return f"stui-vault {FORMAT} {self.vault} {self.epoch} {self.commitment}"


@dataclass(frozen=True, slots=True)
class Slot:
    """The data key, wrapped for one key."""

    id: str
    kind: SlotKind
    kdf: Kdf | None
    """None for keys that are random already: HKDF."""
    salt: str
    commitment: str
    """Of the derived key: a wrong key is told by it."""
    label: str
    nonce: str
    wrapped: str

    @property
    def cost(self) -> str:
        return _HKDF if self.kdf is None else str(self.kdf)

    def head(self) -> str:
        """All of the line but the wrapped key, which is bound to it."""
        label = to_base64(self.label.encode("utf-8"))
        key = f"{self.kind} {self.cost} {self.salt} {self.commitment}"
        return f"slot {self.id} {key} {label} {self.nonce}"

    def line(self) -> str:
        return f"{self.head()} {self.wrapped}"

    def look(self) -> SlotLook:
        return SlotLook(self.id, self.kind, self.label, self.cost)


@dataclass(frozen=True, slots=True)
class Record:
    """One secret, sealed."""

    name: str
    """A keyed hash of it, 64 hex digits."""
    revision: int
    device: str
    is_deleted: bool
    nonce: str
    sealed: str

    def bound(self, vault: str) -> str:
        """What the seal is bound to."""
        state = "deleted" if self.is_deleted else "live"
        return f"record {vault} {self.name} {self.revision} {self.device} {state}"

    def line(self) -> str:
        state = "deleted" if self.is_deleted else "live"
        return (
            f"record {self.name} {self.revision} {self.device} {state} {self.nonce} {self.sealed}"
        )


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """The seal over everything above it."""

    generation: int
    nonce: str
    sealed: str

    def line(self) -> str:
        return f"manifest {self.generation} {self.nonce} {self.sealed}"


Line: TypeAlias = Header | Slot | Record | ManifestLine


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a vault file but the last, which is a sum of them."""

    header: Header
    slots: tuple[Slot, ...]
    records: tuple[Record, ...]
    manifest: ManifestLine

    def look(self) -> Look:
        return Look(
            self.header.vault,
            self.manifest.generation,
            tuple(slot.look() for slot in self.slots),
            len(self.records),
        )

    def content(self) -> bytes:
        """The file."""
        lines: tuple[Line, ...] = (self.header, *self.slots, *self.records, self.manifest)
        body = "".join(f"{one.line()}\n" for one in lines).encode("ascii")
        return body + f"end {sha256(body).hexdigest()}\n".encode("ascii")


def read_lines(content: bytes, bounds: Bounds = BOUNDS) -> Lines:
    """The lines of a vault file.

    Raises:
        DamagedError: It is no whole vault file. Says in which line.
        RefusedKdfError: A slot asks for a derivation outside `bounds`.
        NewerVaultError: A newer stui wrote it.
    """
    texts = _split(content)
    header = _header(texts[0])
    _check_sum(content, texts)
    slots, records = _slots_and_records(texts[1:-2])
    manifest = _manifest(texts[-2], len(texts) - 1)
    if not slots:
        raise _damaged("it has no slot, so no key could open it")
    _check_order([slot.id for slot in slots], "slots")
    _check_order([record.name for record in records], "records")
    sealed: tuple[Slot | Record | ManifestLine, ...] = (*slots, *records, manifest)
    nonces = [one.nonce for one in sealed]
    if len(set(nonces)) != len(nonces):
        raise _damaged("a nonce is used twice")
    for slot in slots:
        objection = None if slot.kdf is None else bounds.objection(slot.kdf)
        if objection is not None:
            raise RefusedKdfError(SUBJECT, f"slot {slot.id}: {objection}")
    return Lines(header, slots, records, manifest)


def _split(content: bytes) -> list[str]:
    """The lines, as many as there can be."""
    if not content:
        raise _damaged("it is empty")
    if len(content) > MOST_BYTES:
        raise _damaged(f"it is larger than {MOST_BYTES:,} bytes")
    if content.count(b"\n") > _MOST_LINES:
        raise _damaged(f"it has more than {_MOST_LINES:,} lines")
    try:
        texts = content.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _damaged(f"line {line} has a byte that is not ASCII") from None
    if texts.pop() or not texts:
        raise _damaged("its last line does not end")
    for number, text in enumerate(texts, 1):
        if len(text) > LONGEST_LINE:
            raise _damaged(f"line {number} is longer than {LONGEST_LINE:,} characters")
    return texts


def _header(text: str) -> Header:
    match = _HEADER.fullmatch(text)
    if match is None:
        newer = re.match(r"stui-vault ([1-9][0-9]{0,8}) ", text)
        if newer is not None and int(newer[1]) > FORMAT:
            raise _newer(newer[1])
        raise _damaged("line 1 is not the header of a vault")
    if int(match[1]) > FORMAT:
        raise _newer(match[1])
    if int(match[1]) != FORMAT:
        raise _damaged("line 1 names a format that never was")
    return Header(match[2], _number(match[3], 1), match[4])


def _check_sum(content: bytes, texts: Sequence[str]) -> None:
    end = _END.fullmatch(texts[-1])
    if end is None or len(texts) < 3:  # noqa: PLR2004 - header, manifest, end
        raise _damaged("it is cut off: its last line is not the sum of the others")
    body = content[: len(content) - len(texts[-1]) - 1]
    if sha256(body).hexdigest() != end[1]:
        raise _damaged("its sum is another: some byte of it changed")


def _slots_and_records(texts: Sequence[str]) -> tuple[tuple[Slot, ...], tuple[Record, ...]]:
    slots: list[Slot] = []
    records: list[Record] = []
    for number, text in enumerate(texts, 2):
        if text.startswith("slot ") and not records:
            slots.append(_slot(text, number))
        else:
            records.append(_record(text, number))
    passphrases_count = sum(slot.kind is SlotKind.PASSPHRASE for slot in slots)
    if len(slots) > MOST_SLOTS or passphrases_count > MOST_PASSPHRASES:
        raise _damaged(f"it has {len(slots)} slots, {passphrases_count} of them for passphrases")
    if len(records) > MOST_RECORDS:
        raise _damaged(f"it has more than {MOST_RECORDS:,} records")
    return tuple(slots), tuple(records)


def _slot(text: str, number: int) -> Slot:
    match = _SLOT.fullmatch(text)
    if match is None:
        raise _damaged(f"line {number} is not a slot")
    kind = SlotKind(match[2])
    kdf = kdf_of(match[3])
    if kdf is None if kind is SlotKind.PASSPHRASE else match[3] != _HKDF:
        raise _damaged(f"line {number} names no derivation for a {kind} that we know")
    label = _label(match[6])
    if label is None:
        raise _damaged(f"line {number} has a label that is none")
    return Slot(match[1], kind, kdf, match[4], match[5], label, match[7], match[8])


def _label(text: str) -> str | None:
    content = from_base64(text)
    try:
        label = None if content is None else content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return label if label is not None and len(label) <= LONGEST_LABEL else None


def _record(text: str, number: int) -> Record:
    match = _RECORD.fullmatch(text)
    if match is None:
        raise _damaged(f"line {number} is not a record")
    if len(match[6]) not in _SEALED_LENGTHS:
        raise _damaged(f"line {number} has a size that no record has")
    revision = _number(match[2], number)
    if revision == 0:
        raise _damaged(f"line {number} has no revision")
    return Record(match[1], revision, match[3], match[4] == "deleted", match[5], match[6])


def _manifest(text: str, number: int) -> ManifestLine:
    match = _MANIFEST.fullmatch(text)
    if match is None:
        raise _damaged(f"line {number} is not the manifest")
    return ManifestLine(_number(match[1], number), match[2], match[3])


def _number(text: str, line: int) -> int:
    number = int(text)
    if number > MOST_COUNTED:
        raise _damaged(f"line {line} counts higher than any vault does")
    return number


def _check_order(keys: Sequence[str], what: str) -> None:
    for one, next_one in pairwise(keys):
        if one == next_one:
            raise _damaged(f"two of its {what} are of one name")
        if one > next_one:
            raise _damaged(f"its {what} are not in order")


def _newer(number: str) -> NewerVaultError:
    return NewerVaultError(SUBJECT, f"it is of format {number}; this stui knows up to {FORMAT}")


def _damaged(what: str) -> DamagedError:
    return DamagedError(SUBJECT, what)
