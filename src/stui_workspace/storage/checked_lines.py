"""Lines that carry their own checksum, one JSON record each: a log that a crash may cut anywhere.

A line is 16 hex digits of BLAKE2b over the rest, a space, and the record. It counts if its checksum
is right, wherever it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b

_CHECKSUM_DIGITS = 16


def line_of(record: Mapping[str, object]) -> bytes:
    """A record as a line with its checksum."""
    body = json.dumps(
        record, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=dict
    ).encode("utf-8", "surrogatepass")
    return checksum(body) + b" " + body + b"\n"


def body_of(line: bytes) -> object | None:
    """What the line says; None unless its checksum is right."""
    mark, body = line[:_CHECKSUM_DIGITS], line[_CHECKSUM_DIGITS + 1 :]
    if line[_CHECKSUM_DIGITS : _CHECKSUM_DIGITS + 1] != b" " or mark != checksum(body):
        return None
    try:
        found: object = json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    return found


def checksum(body: bytes) -> bytes:
    """Sixteen hex digits that tell damaged bytes from whole ones."""
    return blake2b(body, digest_size=_CHECKSUM_DIGITS // 2).hexdigest().encode()
