"""What a scalar says, from the way it is written.

The parser tells this too, and its answer is taken where it saw the very text. It
did not where tabs were masked for it (`events`); there, this is the reading.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r?\n[ \t]*)|(.))"
)
_SIMPLE: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f",
    "r": "\r", "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_BREAKS: Final = re.compile(r"(?<![ \t])[ \t]*+\n(?:[ \t]*+\n)*+[ \t]*+")
_HEADER: Final = re.compile(r"[|>](?:([-+])?([1-9])?|([1-9])([-+]))(?=[ \t\r\n]|\Z)")


def unfold(written: str, style: str, indent: int) -> str:
    """The text of a scalar written as `written`, without anchor and tag.

    Args:
        written: From the first quote or character to the last.
        style: plain, single, double, literal or folded.
        indent: The column of the block collection around it, -1 for none; only a
            block scalar with an indentation indicator needs it.
    """
    written = written.replace("\r\n", "\n")
    if style == "plain":
        return _fold_breaks(written)
    if style == "single":
        return _fold_breaks(written[1:-1]).replace("''", "'")
    if style == "double":
        return _unescape(written[1:-1])
    return _block(written, style, indent)


def _fold_breaks(text: str) -> str:
    return _BREAKS.sub(lambda match: "\n" * (match[0].count("\n") - 1) or " ", text)


def _unescape(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for match in _ESCAPE.finditer(text):
        pieces += _fold_breaks(text[position : match.start()]), _escaped(match)
        position = match.end()
    return "".join((*pieces, _fold_breaks(text[position:])))


def _escaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits:
        return chr(int(digits, 16))
    return "" if match[4] else _SIMPLE.get(match[5], match[5])


def header_of(written: str) -> tuple[str, int]:
    """The chomping (`-`, `+` or nothing) and the indentation indicator (0 for none)."""
    match = _HEADER.match(written)
    if match is None:
        return "", 0
    return match[1] or match[4] or "", int(match[2] or match[3] or 0)


def block_indent(written: str, outer: int) -> int:
    """The column at which the lines of a block scalar begin.

    `outer` is the column of the block collection around it, -1 for none.
    """
    _, indicator = header_of(written)
    if indicator:
        return max(outer, 0) + indicator
    deepest = 0
    for line in written.split("\n")[1:]:
        content = line.rstrip("\r")
        spaces = len(content) - len(content.lstrip(" "))
        if content.strip(" "):
            return spaces
        deepest = max(deepest, spaces)
    return max(deepest, outer + 1)


def _block(written: str, style: str, outer: int) -> str:
    chomping, _ = header_of(written)
    indent = block_indent(written, outer)
    lines = [line[indent:] for line in written.split("\n")[1:]]
    last = len(lines)
    while last and not lines[last - 1]:
        last -= 1
    body, blanks = lines[:last], len(lines) - last
    text = "\n".join(body) if style == "literal" else _fold_lines(body)
    if chomping == "-":
        return text
    if chomping == "+":
        return text + "\n" * (blanks + bool(body))
    return text + "\n" if body else ""


def _fold_lines(lines: list[str]) -> str:
    """Lines joined by the rule of folded scalars: more-indented lines keep their breaks."""
    text = ""
    blank_count = 0
    previous: str | None = None
    for line in lines:
        if not line:
            blank_count += 1
            continue
        if previous is None:
            text += "\n" * blank_count
        elif previous[0] in " \t" or line[0] in " \t":
            text += "\n" * (blank_count + 1)
        else:
            text += "\n" * blank_count or " "
        text += line
        previous, blank_count = line, 0
    return text
