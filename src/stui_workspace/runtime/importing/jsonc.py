"""JSON with comments and trailing commas, as editors write it, with the line of every value.

Bounded and without recursion: the bytes are somebody else's.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.importing.located import Located

LARGEST: Final = 32 << 20
"""Bytes that are read: notebooks carry their pictures in them."""
DEEPEST: Final = 200
MOST_VALUES: Final = 1_000_000
_TOKEN: Final = re.compile(
    r"[ \t\r\n]*+(?:(?P<comment>//[^\n]*+|/\*.*?\*/)"
    r"|(?P<text>\"(?:[^\"\\\x00-\x1f]++|\\.)*+\")"
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?)"
    r"|(?P<word>true|false|null)"
    r"|(?P<sign>[{}\[\],:]))",
    re.DOTALL,
)
_WORDS: Final = {"true": True, "false": False, "null": None}
_LONGEST_NUMBER: Final = 400
_NEXT: Final = "export it again from the program that wrote it"


@dataclass(slots=True)
class _Open:
    """A map or list that is not closed yet."""

    value: Any
    key: str | None = None
    state: str = "first"
    """first, key, colon, value or after: what may come next."""


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.stack: list[_Open] = []
        self.path: list[str | int] = []
        self.root: Any = None
        self.is_done = False
        self._line, self._counted = 1, 0
        self._count = 0

    def wrong(self, at: int, reason: str) -> UsageError:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return UsageError(f"{self.name}:{line}:{column}: {reason}", _NEXT)

    def read(self) -> Any:
        position, end = 0, len(self.text.rstrip(" \t\r\n"))
        while position < end:
            match = _TOKEN.match(self.text, position)
            if match is None:
                at = len(self.text) - len(self.text[position:].lstrip(" \t\r\n"))
                raise self.wrong(at, "this is not JSON")
            kind, start = str(match.lastgroup), match.start(match.lastgroup or 0)
            position = match.end()
            if kind != "comment":
                self._token(kind, match[kind], start)
        if not self.is_done:
            raise self.wrong(end, "it ends in the middle")
        return self.root

    def _token(self, kind: str, word: str, at: int) -> None:
        if self.is_done:
            raise self.wrong(at, "something stands behind the end")
        top = self.stack[-1] if self.stack else None
        if kind == "sign" and word in "}]":
            self._close(top, word, at)
        elif kind == "sign" and word in ",:":
            self._separate(top, word, at)
        elif top is not None and isinstance(top.value, dict) and top.state in ("first", "key"):
            if kind != "text":
                raise self.wrong(at, "a key is missing")
            top.key, top.state = self._text(word, at), "colon"
        elif top is not None and top.state in ("after", "colon"):
            raise self.wrong(at, "a comma is missing" if top.state == "after" else "expected `:`")
        elif kind == "sign":
            self._put({} if word == "{" else [], at, opens=True)
        else:
            self._put(self._scalar(kind, word, at), at)

    def _close(self, top: _Open | None, word: str, at: int) -> None:
        is_map = top is not None and isinstance(top.value, dict)
        if top is None or is_map != (word == "}") or top.state in ("colon", "value"):
            raise self.wrong(at, f"`{word}` closes nothing")
        self.stack.pop()
        self._after()

    def _separate(self, top: _Open | None, word: str, at: int) -> None:
        wanted = "after" if word == "," else "colon"
        if top is None or top.state != wanted:
            raise self.wrong(at, f"`{word}` stands where it cannot")
        top.state = "value" if word == ":" else ("key" if isinstance(top.value, dict) else "first")

    def _put(self, value: Any, at: int, *, opens: bool = False) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            raise self.wrong(at, f"it has more than {MOST_VALUES:,} values")
        if len(self.stack) >= DEEPEST:
            raise self.wrong(at, f"it is nested deeper than {DEEPEST} levels")
        top = self.stack[-1] if self.stack else None
        if top is None:
            self.root = value
        elif isinstance(top.value, dict):
            self.path.append(str(top.key))
            top.value[top.key] = value
        else:
            self.path.append(len(top.value))
            top.value.append(value)
        self.lines[tuple(self.path)] = self._line_at(at)
        if opens:
            self.stack.append(_Open(value))
        else:
            self._after()

    def _after(self) -> None:
        """A value is whole: what is around it goes on."""
        if self.path:
            self.path.pop()
        if self.stack:
            self.stack[-1].state = "after"
        else:
            self.is_done = True

    def _line_at(self, at: int) -> int:
        self._line += self.text.count("\n", self._counted, at)
        self._counted = at
        return self._line

    def _text(self, word: str, at: int) -> str:
        try:
            return str(json.loads(word))
        except ValueError:
            raise self.wrong(at, "this text has an escape that JSON does not know") from None

    def _scalar(self, kind: str, word: str, at: int) -> Any:
        if kind == "text":
            return self._text(word, at)
        if kind == "word":
            return _WORDS[word]
        if len(word) > _LONGEST_NUMBER:
            raise self.wrong(at, "this number is too long")
        return json.loads(word)


def read_json(content: bytes, name: str) -> Located:
    """The values of a JSON file.

    Args:
        content: The bytes of the file.
        name: What the file is called in a message.

    Raises:
        UsageError: It is no JSON, or too much of it; with the place.
    """
    if len(content) > LARGEST:
        raise UsageError(f"{name} is larger than {LARGEST >> 20} MiB", "import a smaller file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}:{line}:1: this is not UTF-8 text", _NEXT) from None
    reader = _Reader(text, name)
    value = reader.read()
    return Located(value, reader.lines)
