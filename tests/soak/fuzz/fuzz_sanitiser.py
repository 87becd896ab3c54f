"""Fuzz what makes text safe to show."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from stui_workspace.model.printable import printable, printable_line

INVISIBLE: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
MOST_MARKS: Final = 4


def target(data: bytes) -> None:
    """Hold the laws of printable text for `data`, read as UTF-8, UTF-32 and with surrogates."""
    for text in {
        data.decode("utf-8", "replace"),
        data.decode("utf-8", "surrogateescape"),
        data.decode("utf-16", "surrogatepass") if len(data) % 2 == 0 else "",
        "".join(
            chr(int.from_bytes(data[at : at + 3], "big") % 0x110000)
            for at in range(0, len(data), 3)
        ),
    }:
        hold_laws(text, data[0] if data else 0)


def hold_laws(text: str, limit: int) -> None:
    """The laws for one text."""
    shown = printable(text)
    shown.encode("utf-8")
    assert printable(shown) == shown, "twice is not once"
    assert not any(is_hostile(one) for one in shown if one not in "\n\t"), ascii(shown)
    assert longest_tower(shown) <= MOST_MARKS, ascii(shown)
    assert len(shown) <= 12 * len(text)
    assert shown.count("\n") == text.count("\n")
    line = printable_line(text, limit + 1)
    assert len(line) <= limit + 1
    assert not any(is_hostile(one) for one in line), ascii(line)
    assert printable_line(line, limit + 1) == line
    if text.isascii() and text.isprintable():
        assert shown == text, "what is harmless stays as it is"


def is_hostile(character: str) -> bool:
    """Whether a terminal could obey it, or an eye miss it. Not by the pattern that is tested."""
    code = ord(character)
    return (
        unicodedata.category(character) in INVISIBLE
        or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or 0xFE00 <= code <= 0xFE0D
        or code in (0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x17B4, 0x17B5)
        or 0xE0000 <= code <= 0xE0FFF
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
    )  # fmt: skip


def longest_tower(text: str) -> int:
    """The most marks that stand on one letter."""
    longest = tower = 0
    for one in text:
        tower = tower + 1 if unicodedata.category(one) in ("Mn", "Me") else 0
        longest = max(longest, tower)
    return longest


def seeds() -> Iterator[bytes]:
    """One text of each kind of trouble, and some without any."""
    for text in (
        "", "plain text", "Grüße, 世界 👩‍💻 ok\n\tindented", "\x1b[2J\x1b]52;c;aGk=\x07", "\x9b31m\x90q\x9c",
        "\x7f\r\n\x00", "\u202egnp.exe\u2066x\u2069", "a\u200b\u200d\ufeffb", "\U000e0041\U000e007f", "z" + "\u0301" * 50,
        "pass\u00adword", "a\u2028b\u2029c\u0085d", "\u061c\u180e\u3164\uffa0\u115f", "\ufe0f\U000e0100\ufff9x\ufffa",
        "\u0e49" * 40, "\u0483" * 9, "\U0001d165" * 9, "\u2800\ue000\ufdd0\U0010ffff", "עברית العربية", "हिन्दी ไทย",
    ):  # fmt: skip
        yield text.encode()
        yield text.encode("utf-16")
        yield b"".join(ord(one).to_bytes(3, "big") for one in text)
    yield b"\xff\xfe\x00\xd8"
