"""Parser events for a text: from the C parser where it is installed, else from the pure one.

Both must tell the same story, and they differ in what they refuse. So the C parser
is only ever believed when it accepts; what it refuses, the pure parser judges. And
because the pure parser refuses tabs where YAML allows them, and the C parser colons
inside plain scalars of flow collections, both get a text of the same length in which
those characters are masked; scalars that held one are read from the source again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from stui_workspace.model.records import dataclass

LARGE: Final = 256 << 10
"""Code points from which the slow parser is not asked for a second opinion."""

_LEAD: Final = re.compile(r"[ \t]*(?:[-?:][ \t]+)*")
_INNER_COLON: Final = re.compile(r"(?<=[^\s,\[\]{}\"'*&]):(?=[^\s,\[\]{}])")
_PROLOGUE: Final = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n|%[^\n]*(?:\n|\Z))*+")
_BLANK_HEAD: Final = re.compile(
    r"([|>][-+0-9]*[ \t]*(?:[ \t]#[^\n]*)?\r?\n)((?:[ ]*\r?\n)++)(?=([ ]*))"
)
_NO_MORE: Final = re.compile(
    r"(?:(?:\.\.\.)?[ \t]*(?:#[^\n]*)?\r?\n)*+(?:\.\.\.)?[ \t]*(?:#[^\n]*)?"
)
_END: Final = re.compile(r"^\.\.\.", re.MULTILINE)
_MASKABLE: Final = re.compile(r"^%(?!TAG)", re.MULTILINE)
_DIRECTIVE: Final = re.compile(r"^%[^\r\n]*", re.MULTILINE)


class MalformedError(Exception):
    """The parser refused the text: what it said, and where."""

    def __init__(self, problem: str, index: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.index = index


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way of reading a text."""

    masked: str
    """As long as the text itself."""
    pure: bool


def attempts(text: str, *, pure: bool) -> Iterator[Attempt]:
    """The ways to read `text`, in the order in which to try them until one is accepted."""
    masked = mask_blank_heads(mask_directives(mask_tabs(text)))
    if not pure and has_c_parser():
        yield Attempt(masked, pure=False)
        colons = _INNER_COLON.sub("x", masked)
        if colons != masked:
            yield Attempt(colons, pure=False)
        if len(text) > LARGE:
            return
    yield Attempt(mask_ends(masked), pure=True)


def has_c_parser() -> bool:
    """Whether `ruamel.yaml.clib` is installed."""
    try:
        _c_parser("")
    except ImportError:
        return False
    return True


def events(attempt: Attempt) -> Iterator[Any]:
    """The parser's events, as it finds them.

    Raises:
        MalformedError: The parser refused the text.
    """
    from ruamel.yaml.error import YAMLError

    try:
        parser = _pure_parser(attempt.masked) if attempt.pure else _c_parser(attempt.masked)
        event = parser.get_event()
        while event is not None:
            yield event
            event = parser.get_event()
    except (YAMLError, IndexError, AttributeError, TypeError, ValueError) as error:
        # The others are slips of the pure parser on malformed text; they mean the same.
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = str(getattr(error, "problem", None) or "")
        context = str(getattr(error, "context", None) or "")
        index = mark.index if mark is not None else 0
        raise MalformedError(f"{context}: {problem}", index) from None


def _c_parser(text: str) -> Any:
    from ruamel.yaml import cyaml

    return cyaml.CParser(text)  # type: ignore[attr-defined]


def _pure_parser(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.docinfo import DocInfo

    yaml = YAML(typ="safe", pure=True)
    yaml.doc_infos.append(DocInfo(requested_version=None))  # or `%TAG` finds no place to go
    return _Peeking(yaml.get_constructor_parser(text)[1])


class _Peeking:
    """The pure parser with the C parser's manners: None after the last event."""

    __slots__ = ("_parser",)

    def __init__(self, parser: Any) -> None:
        self._parser = parser

    def get_event(self) -> Any:
        return self._parser.get_event() if self._parser.check_event() else None


def mask_tabs(text: str) -> str:
    """`text` with those tabs as spaces that only separate; tabs that indent stay.

    Tabs inside scalars are masked too, since nothing here knows what is a scalar.
    """
    if "\t" not in text:
        return text
    return "".join(
        _mask_line(line) if "\t" in line else line for line in text.splitlines(keepends=True)
    )


def _mask_line(line: str) -> str:
    match = _LEAD.match(line)
    lead = match.end() if match else 0
    if line[lead : lead + 1] in ("", "\r", "\n", "#"):
        indent = len(line) - len(line.lstrip(" \t"))
        lead = 0 if indent == lead else indent
    return line[:lead] + line[lead:].replace("\t", " ")


def directives(text: str) -> tuple[tuple[int, int], ...]:
    """The places of the `%` lines before the document."""
    prologue = _PROLOGUE.match(text)
    if prologue is None or "%" not in prologue[0]:
        return ()
    return tuple(match.span() for match in _DIRECTIVE.finditer(prologue[0]))


def mask_directives(text: str) -> str:
    """`text` with the directives as comments, but for `%TAG`, which gives tags their meaning."""
    prologue = _PROLOGUE.match(text)
    if prologue is None or "%" not in prologue[0]:
        return text
    return _MASKABLE.sub("#", prologue[0]) + text[prologue.end() :]


def mask_ends(text: str) -> str:
    """`text` with all marks of its end but the first as comments.

    YAML allows more than one; the pure parser takes the second for the end of another document.
    """
    first = _END.search(text)
    if first is None or not _NO_MORE.fullmatch(text, first.end()):
        return text
    return text[: first.end()] + _END.sub("#..", text[first.end() :])


def mask_blank_heads(text: str) -> str:
    """`text` with the blanks of white lines at the head of block scalars as line breaks.

    The pure parser takes such lines for the first of the text.
    """
    return _BLANK_HEAD.sub(_mask_head, text)


def _mask_head(match: re.Match[str]) -> str:
    lines = match[2].split("\n")
    text: str = match.string
    header = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    is_empty = len(match[3]) <= len(header) - len(header.lstrip(" "))
    if not is_empty and max(len(line.rstrip("\r")) for line in lines) > len(match[3]):
        return match[0]
    return match[1] + match[2].replace(" ", "\n")
