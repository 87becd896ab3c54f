"""Values stored by content: an object is the value of one item, named by its hash."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from hashlib import blake2b

from stui_workspace.model.values import Plain
from stui_workspace.storage.checked_lines import body_of, line_of

_COMPRESS_FROM = 256  # bytes; below it, text is smaller than its compressed form in base64
_LARGEST_VALUE = 1 << 28  # bytes that one object may unpack to


def body_with(value: Plain) -> bytes:
    """The canonical bytes of a value: equal values, equal bytes."""
    text = json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=dict
    )
    return text.encode("utf-8", "surrogatepass")


def name_of(body: bytes) -> str:
    """The name of an object: the hash of its bytes."""
    return blake2b(body, digest_size=16).hexdigest()


def object_line(digest: str, body: bytes) -> bytes:
    """The line of an object: packed where that is shorter."""
    if len(body) < _COMPRESS_FROM:
        return line_of({"object": digest, "text": b64encode(body).decode()})
    return line_of({"object": digest, "zlib": b64encode(zlib.compress(body)).decode()})


def body_in(line: bytes) -> bytes | None:
    """The bytes of the value in an object's line; None where they are damaged."""
    try:
        match body_of(line.rstrip(b"\n")):
            case {"zlib": str(packed)}:
                return zlib.decompressobj().decompress(b64decode(packed), _LARGEST_VALUE)
            case {"text": str(packed)}:
                return b64decode(packed)
    except (ValueError, zlib.error):
        return None
    return None
