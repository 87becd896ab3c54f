"""Looking for a secret in everything that was written, however it is written or packed."""

from __future__ import annotations

import re
import zlib
from base64 import b64decode, b64encode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

_DEEPEST = 4
_CODED = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
_STREAM = re.compile(rb"x[\x01\x5e\x9c\xda]")
"""How a compressed stream begins."""


def marks_of(secret: str) -> tuple[bytes, ...]:
    """What is found of a secret: plain, in base64 at each place, in hexadecimal, in percents."""
    content = secret.encode()
    marks = {content, content.hex().encode(), content.hex().upper().encode()}
    marks |= {quote(secret, safe="").encode(), quote_plus(secret).encode()}
    marks |= {b"".join(b"%%%02x" % one for one in content)}
    for before in range(3):
        for encode in (b64encode, urlsafe_b64encode):
            coded = encode(bytes(before) + content)
            marks.add(coded[-(-before * 8 // 6) : (before + len(content)) * 8 // 6])
    return tuple(marks)


def is_in(content: bytes, marks: Iterable[bytes]) -> bool:
    """Whether a secret is in some bytes, or in anything that is packed in them."""
    marks = tuple(marks)
    return any(mark in one for one in _unpacked(content, _DEEPEST) for mark in marks)


def files_with(folder: Path, marks: Iterable[bytes]) -> list[Path]:
    """The files below a folder that have it, in their name or what is in them."""
    marks = tuple(marks)
    found = []
    for path in sorted(folder.rglob("*")):
        is_file = path.is_file() and not path.is_symlink()
        if is_in(str(path.name).encode(), marks) or (is_file and is_in(path.read_bytes(), marks)):
            found.append(path)
    return found


def _unpacked(content: bytes, deepest: int) -> Iterator[bytes]:
    yield content
    if deepest == 0:
        return
    for found in _STREAM.finditer(content):
        try:
            inner = zlib.decompressobj().decompress(content[found.start() :], 16 << 20)
        except zlib.error:
            continue
        if inner:
            yield from _unpacked(inner, deepest - 1)
    for coded in _CODED.findall(content):
        try:
            yield from _unpacked(b64decode(coded + b"=" * (-len(coded) % 4)), deepest - 1)
        except Error:
            continue
