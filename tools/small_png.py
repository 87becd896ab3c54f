"""A picture of a screen as a PNG of few bytes: at most 256 colours, which is all that a screen has.

What `rsvg-convert` and browsers write has 3 or 4 bytes a pixel and hundreds of shades of the same
letter; nobody can tell the picture with a palette from it, and it has less than half the size.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS: Final = {2: 3, 6: 4}
"""Bytes a pixel, by the colour types that are read: RGB, and with a fourth for how opaque it is."""
_DEPTH: Final = 8
_COLOURS: Final = 256
_STEP: Final = 12
"""Shades of one letter that are nearer than this become one."""

Colour = tuple[int, ...]


def small(png: bytes) -> bytes:
    """The same picture with a palette.

    Raises:
        ValueError: It is none of 8 bits a channel, in colour and not interlaced.
    """
    chunks = list(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != _DEPTH or interlaced or kind not in _CHANNELS:
        raise ValueError((depth, kind, interlaced))
    channels = _CHANNELS[kind]
    packed = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    rows = list(_rows(packed, width * channels, channels))
    pixels = [list(zip(*(row[at::channels] for at in range(3)), strict=True)) for row in rows]
    found = _palette(Counter(colour for row in pixels for colour in row))
    colours = sorted(set(found.values()))
    index = {colour: colours.index(near) for colour, near in found.items()}
    body = b"".join(b"\0" + bytes(index[colour] for colour in row) for row in pixels)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in colours for value in colour)),
            _chunk(b"IDAT", zlib.compress(body, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _palette(counts: Counter[Colour]) -> dict[Colour, Colour]:
    """For each colour the one that stands for it: itself where it is frequent, else one near it."""
    kept: list[Colour] = []
    found: dict[Colour, Colour] = {}
    for colour, _ in counts.most_common():
        near = min(kept, key=lambda one: _apart(one, colour), default=None)
        if near is None or (len(kept) < _COLOURS and _apart(near, colour) > _STEP):
            kept.append(colour)
            near = colour
        found[colour] = near
    return found


def _apart(one: Colour, other: Colour) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _rows(packed: bytes, length: int, channels: int) -> Iterator[Sequence[int]]:
    """The bytes of each row, with the filters of PNG undone."""
    before = bytearray(length)
    for at in range(0, len(packed), length + 1):
        row = bytearray(packed[at + 1 : at + 1 + length])
        _undo(packed[at], row, before, channels)
        yield row
        before = row


def _undo(kind: int, row: bytearray, above: bytearray, channels: int) -> None:
    for at in range(len(row) if kind else 0):
        beside = row[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        row[at] = (row[at] + _guess(kind, beside, above[at], corner)) & 255


def _guess(kind: int, beside: int, above: int, corner: int) -> int:
    match kind:
        case 1:
            return beside
        case 2:
            return above
        case 3:
            return (beside + above) // 2
    guess = beside + above - corner
    return min((beside, above, corner), key=lambda one: abs(guess - one))
