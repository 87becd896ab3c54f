"""Numbers of bytes as people write and read them: `10M`, `1.5 MiB`."""

from __future__ import annotations

import re

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SIZE = re.compile(r"\A([0-9]{1,12}(?:\.[0-9]{1,3})?) ?([kmg]?)(?:i?b)?\Z", re.IGNORECASE)
_NAMES = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_FEW = 10


def parse_size(text: str) -> int:
    """The number of bytes.

    >>> parse_size("10M"), parse_size("1.5 KiB"), parse_size("300")
    (10485760, 1536, 300)

    Raises:
        ValueError: It is not a size.
    """
    match = _SIZE.match(text.strip())
    if match is None:
        raise ValueError("expected a size such as 500k, 10M or 1.5G")
    return int(float(match[1]) * _UNITS[match[2].lower()])


def format_size(count: int) -> str:
    """A number of bytes for people, in one unit.

    >>> format_size(900), format_size(1536), format_size(50 << 20)
    ('900 B', '1.5 KiB', '50 MiB')
    """
    for size, unit in _NAMES:
        if count >= size:
            amount = count / size
            return f"{amount:.1f} {unit}" if amount < _FEW else f"{int(amount)} {unit}"
    return f"{count} B"
