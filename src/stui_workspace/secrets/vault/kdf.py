"""Making a passphrase slow to guess: Argon2id, or scrypt where that is missing.

What a file asks for is bounded on both sides before anything is derived: too little would make a
stolen vault cheap to guess, too much would let a file that somebody planted stop the machine.

Source: RFC 9106 (Argon2id; its second recommended setting is `STANDARD`), RFC 7914 (scrypt).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from stui_workspace.model.records import dataclass, replace
from stui_workspace.secrets.vault.keys import KEY_BYTES

_ARGON2ID: Final = re.compile(r"argon2id:([1-9][0-9]{0,8}):([1-9][0-9]{0,3}):([1-9][0-9]{0,2})")
_SCRYPT: Final = re.compile(r"scrypt:([1-9][0-9]?):([1-9][0-9]{0,3}):([1-9][0-9]{0,3})")
_SCRYPT_BLOCK: Final = 8
_LEAST_OF_A_LANE: Final = 8  # KiB; Argon2 is not defined below
_PROBE: Final = b"how long does it take?"
_PROBE_SALT: Final = bytes(16)


@dataclass(frozen=True, slots=True)
class Argon2id:
    """Argon2id, version 1.3."""

    memory: int = 64 << 10
    """KiB."""
    passes: int = 3
    lanes: int = 4

    def __str__(self) -> str:
        return f"argon2id:{self.memory}:{self.passes}:{self.lanes}"

    def derive(self, material: bytes, salt: bytes) -> bytes:
        """32 bytes.

        Raises:
            UnavailableKdfError: This system's OpenSSL has no Argon2id.
        """
        try:
            from cryptography.exceptions import UnsupportedAlgorithm
            from cryptography.hazmat.primitives.kdf import argon2
        except ImportError as error:
            raise UnavailableKdfError(str(self)) from error
        try:
            return argon2.Argon2id(
                salt=salt,
                length=KEY_BYTES,
                iterations=self.passes,
                lanes=self.lanes,
                memory_cost=self.memory,
            ).derive(material)
        except UnsupportedAlgorithm as error:
            raise UnavailableKdfError(str(self)) from error


@dataclass(frozen=True, slots=True)
class Scrypt:
    """scrypt with blocks of 1 KiB (r = 8)."""

    log_cost: int = 17
    """N is two to this."""
    lanes: int = 1

    def __str__(self) -> str:
        return f"scrypt:{self.log_cost}:{_SCRYPT_BLOCK}:{self.lanes}"

    @property
    def memory(self) -> int:
        """KiB."""
        return 1 << self.log_cost

    @property
    def passes(self) -> int:
        """How often that memory is gone through."""
        return 2 * self.lanes

    def derive(self, material: bytes, salt: bytes) -> bytes:
        """32 bytes."""
        from cryptography.hazmat.primitives.kdf import scrypt

        return scrypt.Scrypt(
            salt=salt, length=KEY_BYTES, n=1 << self.log_cost, r=_SCRYPT_BLOCK, p=self.lanes
        ).derive(material)


Kdf: TypeAlias = Argon2id | Scrypt

STANDARD: Final = Argon2id()
WHERE_ARGON2ID_IS_MISSING: Final = Scrypt()


class UnavailableKdfError(Exception):
    """This system cannot do that derivation. The caller says so to the person."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a slot may ask for."""

    least_memory: int = 32 << 10
    """KiB."""
    most_memory: int = 256 << 10
    least_passes: int = 2
    least_work: int = 96 << 10
    """KiB of memory times passes."""
    most_work: int = 2 << 20
    """Likewise: about a second on a common machine."""
    most_lanes: int = 8

    def objection(self, kdf: Kdf) -> str | None:
        """Why a slot with this cost is refused; None where it is not."""
        if kdf.memory < self.least_memory:
            return f"{kdf} uses so little memory that it could be guessed"
        if kdf.passes < self.least_passes or kdf.memory * kdf.passes < self.least_work:
            return f"{kdf} goes over its memory so seldom that it could be guessed"
        if kdf.memory < _LEAST_OF_A_LANE * kdf.lanes:
            return f"{kdf} has less memory than its lanes need"
        if kdf.memory > self.most_memory:
            return f"{kdf} asks for more memory than we give"
        if kdf.memory * kdf.passes > self.most_work or kdf.lanes > self.most_lanes:
            return f"{kdf} asks for more work than we do"
        return None


BOUNDS: Final = Bounds()


def kdf_of(text: str) -> Kdf | None:
    """The derivation that is written so; None for what is none."""
    match = _ARGON2ID.fullmatch(text)
    if match is not None:
        return Argon2id(int(match[1]), int(match[2]), int(match[3]))
    match = _SCRYPT.fullmatch(text)
    if match is not None and int(match[2]) == _SCRYPT_BLOCK:
        return Scrypt(int(match[1]), int(match[3]))
    return None


def available(kdf: Kdf) -> Kdf:
    """`kdf` where this system can do it, else scrypt at its standard cost."""
    if isinstance(kdf, Scrypt):
        return kdf
    try:
        Argon2id(64, 1, 1).derive(_PROBE, _PROBE_SALT)
    except UnavailableKdfError:
        return WHERE_ARGON2ID_IS_MISSING
    return kdf


def calibrated(
    clock: Callable[[], float], *, least: float = 0.1, most: float = 0.5, bounds: Bounds = BOUNDS
) -> Kdf:
    """The derivation that takes between `least` and `most` seconds on this machine, within bounds.

    More passes where the machine is fast; half the memory where it is so slow that a person would
    wait. Never weaker than the bounds allow, however slow it is.

    Args:
        clock: Seconds that only go forward.
        least: Seconds it should take.
        most: Seconds it should not take.
        bounds: What a vault may ask for.
    """
    kdf = available(STANDARD)
    if isinstance(kdf, Scrypt):
        return kdf
    seconds = _seconds(kdf, clock)
    while seconds < least and bounds.objection(dearer := _with_more(kdf, bounds)) is None:
        kdf, seconds = dearer, _seconds(dearer, clock)
    while seconds > most and bounds.objection(cheaper := _with_less(kdf, bounds)) is None:
        kdf, seconds = cheaper, _seconds(cheaper, clock)
    return kdf


def _with_more(kdf: Argon2id, bounds: Bounds) -> Argon2id:
    """Memory first: it is what costs those who guess the most."""
    if kdf.memory <= bounds.most_memory // 2:
        return replace(kdf, memory=kdf.memory * 2)
    return replace(kdf, passes=kdf.passes + 1)


def _with_less(kdf: Argon2id, bounds: Bounds) -> Argon2id:
    if kdf.passes > bounds.least_passes:
        return replace(kdf, passes=kdf.passes - 1)
    return replace(kdf, memory=kdf.memory // 2)


def _seconds(kdf: Kdf, clock: Callable[[], float]) -> float:
    start = clock()
    kdf.derive(_PROBE, _PROBE_SALT)
    return clock() - start
