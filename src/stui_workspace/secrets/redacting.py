"""Taking the values of secrets out of text, in whatever form a backend may say them back.

A value is known as it is, in base64 (at any of the three places in a group of three bytes, in both
alphabets), in hexadecimal, percent-encoded, and as Python and JSON write it between quotes. Values
of fewer than six characters are not looked for: they would be found in innocent text. A value that
is broken over lines, reversed or encrypted is not found; this is a net below the rule that values
are not printed, not a wall.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeVar

from stui_workspace.errors import StuiError
from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.secret import Secret

TAKEN_OUT: Final = "‹secret›"  # noqa: RUF001 (what stands there instead of one)
SHORTEST: Final = 6
"""Characters of a value that is looked for."""
_HEAD: Final = 4

Failure = TypeVar("Failure", bound=StuiError)


@dataclass(frozen=True, slots=True, repr=False)
class _Known:
    """All forms of all values, ready to be looked for."""

    forms: tuple[str, ...] = ()
    """The longest first: of two that begin at one place it is the one that is meant."""
    pattern: re.Pattern[str] | None = None
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By their first characters."""

    @classmethod
    def of(cls, forms: AbstractSet[str]) -> _Known:
        ordered = tuple(sorted(forms, key=lambda one: (-len(one), one)))
        heads = {
            head: tuple(one for one in ordered if one.startswith(head))
            for head in {one[:_HEAD] for one in ordered}
        }
        return cls(ordered, re.compile("|".join(map(re.escape, ordered))), heads)

    def begins_at(self, text: str, start: int) -> int:
        """The first place from `start` on where the end of `text` may be the beginning of a form.

        The length of the text where there is none.
        """
        if not self.forms:
            return len(text)
        first = max(start, len(text) - len(self.forms[0]) + 1)
        for place in range(first, len(text)):
            head = text[place : place + _HEAD]
            forms = self.heads.get(head) if len(head) == _HEAD else self.heads
            if forms and _is_begun(text[place:], forms):
                return place
        return len(text)


def _is_begun(rest: str, forms: Iterable[str]) -> bool:
    return any(one.startswith(rest) and one != rest for one in forms)


class Redactor:
    """Knows every value that was revealed, and takes it out of text. Prints without them."""

    __slots__ = ("_known", "taken_count")

    def __init__(self) -> None:
        self._known = _Known()
        self.taken_count = 0
        """How often something was taken out."""

    def __repr__(self) -> str:
        return "Redactor()"

    @property
    def is_idle(self) -> bool:
        """Whether no value is known, so that every text stays as it is."""
        return self._known.pattern is None

    @property
    def version(self) -> object:
        """Another object whenever more is known: what was looked through must be again."""
        return self._known

    def remember(self, secret: Secret) -> None:
        """Look for this value from now on."""
        value = secret.reveal()
        if len(value) < SHORTEST or not value.strip():
            return
        forms = {*self._known.forms, *_forms_of(value)}
        if len(forms) != len(self._known.forms):
            self._known = _Known.of(forms)

    def redact(self, text: str) -> str:
        """The text with `‹secret›` in the place of each value."""  # noqa: RUF002
        return self.counted(text)[0]

    def counted(self, text: str) -> tuple[str, int]:
        """The text without values, and how many were taken out of it."""
        pattern = self._known.pattern
        if pattern is None:
            return text, 0
        redacted, count = pattern.subn(TAKEN_OUT, text)
        self.taken_count += count
        return redacted, count

    def clean(self, error: Failure) -> Failure:
        """The error itself, without values in any of its fields."""
        for name, value in vars(error).items():
            if isinstance(value, str):
                setattr(error, name, self.redact(value))
            elif isinstance(value, tuple) and all(isinstance(one, str) for one in value):
                setattr(error, name, tuple(map(self.redact, value)))
        return error

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where values stand in a text: from a character, up to one that is none of it."""
        pattern = self._known.pattern
        for match in () if pattern is None else pattern.finditer(text):
            yield match.span()

    def stream(self) -> Stream:
        """For one text that comes in pieces."""
        return Stream(lambda: self._known, self._note)

    def _note(self, count: int) -> None:
        self.taken_count += count


class Stream:
    """Takes values out of a text that comes in pieces, also where one is split between them.

    What comes out is the same however the text was split. Only what may be the beginning of a
    value is held back, and never more than the longest form of one.
    """

    __slots__ = ("_held", "_known", "_note", "count")

    def __init__(self, known: Callable[[], _Known], note: Callable[[int], None]) -> None:
        self._known = known
        self._note = note
        self._held = ""
        self.count = 0
        """How many values were taken out so far."""

    def feed(self, piece: str) -> str:
        """What can be shown now, of this piece and of what was held back."""
        known = self._known()
        text = self._held + piece if self._held else piece
        if known.pattern is None:
            self._held = ""
            return text
        shown, rest = self._cleaned(text, known, known.begins_at)
        self._held = rest
        return shown

    def flush(self) -> str:
        """What was held back; nothing comes after it."""
        text, self._held = self._held, ""
        return self._cleaned(text, self._known(), lambda whole, _start: len(whole))[0]

    def _cleaned(
        self, text: str, known: _Known, open_from: Callable[[str, int], int]
    ) -> tuple[str, str]:
        """The text up to where a value may still begin, without values; and the rest."""
        pieces: list[str] = []
        position, count = 0, 0
        limit = open_from(text, position)
        while known.pattern is not None:
            match = known.pattern.search(text, position)
            if match is None or match.start() >= limit:
                break
            pieces += [text[position : match.start()], TAKEN_OUT]
            position, count = match.end(), count + 1
            if position > limit:
                limit = open_from(text, position)
        self.count += count
        if count:
            self._note(count)
        return "".join((*pieces, text[position:limit])), text[limit:]


def _forms_of(value: str) -> Iterator[str]:
    """Every form that is looked for, some of them perhaps twice."""
    import json
    from urllib.parse import quote, quote_plus

    content = value.encode("utf-8", "surrogatepass")
    yield value
    yield value.replace("\r\n", "\n").replace("\n", "\r\n")
    yield repr(value)[1:-1]
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield content.hex()
    yield content.hex().upper()
    for percent in (quote(content, safe=""), quote(content), quote_plus(content)):
        yield percent
        yield _lower_escapes(percent)
    every = "".join(f"%{byte:02X}" for byte in content)
    yield every
    yield every.lower()
    yield from _base64_of(content)


def _lower_escapes(percent: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), percent)


def _base64_of(content: bytes) -> Iterator[str]:
    """The characters that stand for these bytes alone, wherever in a longer text they begin."""
    from base64 import b64encode, urlsafe_b64encode

    for encode in (b64encode, urlsafe_b64encode):
        alone = encode(content).decode("ascii")
        yield alone
        yield alone.rstrip("=")
        for before in range(3):
            coded = encode(bytes(before) + content).decode("ascii")
            first = -(-before * 8 // 6)  # the characters before it have bits of what is before
            yield coded[first : (before + len(content)) * 8 // 6]
