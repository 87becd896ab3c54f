"""Text as an editor can hold it: what it would lose, or a terminal would obey, gets a stand-in.

An editor splits lines at more characters than people know of, joins them with one kind of line
end, and sends what it has to the terminal. So each dangerous character is exchanged, one for one,
for one of the last private plane, which is one cell wide and means nothing to anybody. Shown, a
stand-in is a picture (`␛`); read back, it is the character that it stands for.
"""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.model.printable import UNSAFE, with_low_towers

_FIRST: Final = 0x100000
_TAGS: Final = 0xE0000
_TAG_STAND_INS: Final = 0x10E000
_TAG_COUNT: Final = 0x1000

_OTHERS: Final = 0x10F000
_BEYOND: Final = (
    *(0x110BD, 0x110CD),
    *range(0x13430, 0x13440),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *(
        code
        for plane in range(0x10000, 0x110000, 0x10000)
        for code in (plane + 0xFFFE, plane + 0xFFFF)
    ),
)
"""What is dangerous beyond the first plane, tags aside; of marks there, only high towers are."""
_STAND_IN: Final = re.compile("[\U00100000-\U0010ffff]")


def can_hold(text: str) -> bool:
    """Whether the editor gives `text` back as it was; false where it has stand-ins of its own."""
    return _STAND_IN.search(text) is None


def to_editor(text: str) -> str:
    r"""`text` with stand-ins, so that only newlines of one kind end its lines.

    >>> len(to_editor("a\x1bb")), to_editor("a\nb")
    (3, 'a\nb')
    """
    if _has_one_newline(text):
        parts = re.split("(\r\n|\r|\n)", text)
        return "".join(_hide(part) if at % 2 == 0 else part for at, part in enumerate(parts))
    return _hide(text)


def inserted(text: str) -> str:
    """`text` for the middle of an editor: all its line ends are newlines."""
    plain = _STAND_IN.sub("\ufffd", text)
    return _hide(plain.replace("\r\n", "\n").replace("\r", "\n"))


def from_editor(text: str) -> str:
    """The text that `to_editor` was given, with what was typed since."""
    return _STAND_IN.sub(_original, text)


def pictured(line: str) -> str:
    """A line of the editor as it is shown: one character for each, none of them obeyed."""
    return _STAND_IN.sub(_picture, line) if _STAND_IN.search(line) else line


def _has_one_newline(text: str) -> bool:
    returns = text.count("\r")
    if returns == 0:
        return True
    newlines = text.count("\n")
    return newlines == 0 or returns == newlines == text.count("\r\n")


def _hide(text: str) -> str:
    return with_low_towers(UNSAFE.sub(lambda match: _stand_in(match[0]), text), _stand_in)


def _stand_in(character: str) -> str:
    code = ord(character)
    if code <= 0xFFFF:  # noqa: PLR2004 (the first plane)
        return chr(_FIRST + code)
    if code in _BEYOND:
        return chr(_OTHERS + _BEYOND.index(code))
    if _TAGS <= code < _TAGS + _TAG_COUNT:
        return chr(_TAG_STAND_INS + code - _TAGS)
    return character


def _original(match: re.Match[str]) -> str:
    code = ord(match[0])
    if _TAG_STAND_INS <= code < _TAG_STAND_INS + _TAG_COUNT:
        return chr(_TAGS + code - _TAG_STAND_INS)
    if _OTHERS <= code < _OTHERS + len(_BEYOND):
        return chr(_BEYOND[code - _OTHERS])
    return chr(code - _FIRST)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0]) - _FIRST
    if code < 0x20:  # noqa: PLR2004 (the C0 controls)
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"  # noqa: PLR2004 (delete)
