"""What opens a vault. None of them shows itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeAlias

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.secret import Secret

KEY_BYTES: Final = 32
LONGEST_PASSPHRASE: Final = 4096
LONGEST_RAW_KEY: Final = 64 << 10


class SlotKind(StrEnum):
    """What opens a slot."""

    PASSPHRASE = "passphrase"  # noqa: S105 (the name of a kind)
    """What a person remembers, made slow to guess."""
    KEYRING = "keyring"
    """A random key in the keyring of the operating system."""
    FILE = "file"
    """A random key in a file, or from a descriptor."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """What a person remembers."""

    secret: Secret

    def __post_init__(self) -> None:
        length = len(self.secret.reveal())
        if not 0 < length <= LONGEST_PASSPHRASE:
            raise UsageError(
                "the passphrase is empty" if length == 0 else "the passphrase is too long",
                f"use 1 to {LONGEST_PASSPHRASE:,} characters",
            )

    @property
    def kind(self) -> SlotKind:
        return SlotKind.PASSPHRASE

    @property
    def material(self) -> bytes:
        """What is derived from: UTF-8 of its canonical composition, so that keyboards agree."""
        text = unicodedata.normalize("NFC", self.secret.reveal())
        return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class RawKey:
    """A random key of at least 32 bytes; from a keyring or a file, the bytes as they are."""

    material: bytes = field(repr=False)
    kind: SlotKind = SlotKind.FILE

    def __post_init__(self) -> None:
        if self.kind is SlotKind.PASSPHRASE:
            raise ValueError("a passphrase is a `Passphrase`: it must be made slow to guess")
        if not KEY_BYTES <= len(self.material) <= LONGEST_RAW_KEY:
            raise UsageError(
                f"the key has {len(self.material):,} bytes",
                f"use {KEY_BYTES} to {LONGEST_RAW_KEY:,} random bytes, or a passphrase",
            )

    @classmethod
    def new(cls, kind: SlotKind, chance: Callable[[int], bytes]) -> RawKey:
        """A key that nobody has yet."""
        return cls(chance(KEY_BYTES), kind)


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of the vault itself, as an agent holds it after somebody unlocked."""

    material: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.material) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes")


NewKey: TypeAlias = Passphrase | RawKey
"""What a slot can be made for."""

Key: TypeAlias = Passphrase | RawKey | DataKey
"""What opens a vault."""
