"""Collecting diagnostics about the text itself, in words that repeat no value of it."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.model.diagnostics import Diagnostic, Severity, Span, position_at
from stui_workspace.model.printable import printable_line

MAX_FINDINGS: Final = 100

_NAME: Final = 60
_MESSAGES: Final[dict[str, tuple[str, str | None]]] = {
    "Y101": ("the file is not UTF-8 text", "save it as UTF-8"),
    "Y102": ("a character that may not stand in the file", "remove it, or write it as an escape"),
    "Y104": ("tags are not read", "remove the tag; quote the value to make it text"),
    "Y105": ("directives are not read", "remove the line"),
    "Y107": ("an alias stands inside what it stands for", "write the value out"),
    "Y108": ("merge keys are not read", "write the keys out; quote `<<` if it is meant as text"),
    "Y109": ("a number that is infinite, no number or too long", "quote it to make it text"),
    "Y110": ("a second document", "keep one document in the file"),
    "Y111": ("the file is too large", "keep it under {limit}"),
    "Y112": ("nesting is too deep", None),
    "Y113": ("too many values, counting what aliases stand for", None),
    "Y114": ("a text is too long", "keep it in a file of its own"),
    "Y115": ("a key is {what}", None),
    "Y116": ("an alias without its anchor", "quote it if it is meant as text"),
    "Y117": ("the file is larger than {limit}", "large files are slow to review and to merge"),
    "Y118": ("the document is not a map of keys and values", "begin with a key: `stui: 1`"),
}


class Findings:
    """The diagnostics of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Diagnostic] = []

    def copy(self) -> Findings:
        """The same findings, to be added to independently."""
        copy = Findings(self._text)
        copy._found = [*self._found]
        return copy

    @property
    def is_full(self) -> bool:
        """Whether there are as many as anybody would read."""
        return len(self._found) >= MAX_FINDINGS

    def add(self, code: str, start: int, end: int, what: str = "") -> None:
        """Record one finding of the table; past a hundred they are dropped."""
        if self.is_full:
            return
        message, hint = _MESSAGES[code]
        if code == "Y115":
            hint = "shorten it" if what == "too long" else "quote the key to make it text"
        severity = Severity.WARNING if code == "Y117" else Severity.ERROR
        message = message.replace("{what}", what).replace("{limit}", what)
        hint = hint.replace("{limit}", what) if hint else None
        self._record(Diagnostic(code, message, self._span(start, end), severity, hint))

    def duplicate(self, key: str, first: int, start: int, end: int) -> None:
        """Record a key that is there twice, with both lines."""
        if self.is_full:
            return
        lines = [position_at(self._text, place)[0] for place in (first, start)]
        is_named = len(key) <= _NAME and "://" not in key  # what is longer may be a secret
        name = f"key `{printable_line(key)}`" if is_named else "a key"
        message = f"{name} is written twice, on lines {lines[0]} and {lines[1]}"
        self._record(
            Diagnostic("Y106", message, self._span(start, end), hint="keep one of the two")
        )

    def malformed(self, problem: str, index: int) -> None:
        """Record what the parser refused, in our words."""
        message, hint = _explain(problem, self._text[index : index + 1])
        self._record(Diagnostic("Y103", message, self._span(index, index + 1), hint=hint))

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All of them in file order."""
        return tuple(sorted(self._found, key=lambda found: (found.span, found.code)))

    def _span(self, start: int, end: int) -> Span:
        start = max(0, min(start, len(self._text)))
        return Span(start, max(start, min(end, len(self._text))))

    def _record(self, diagnostic: Diagnostic) -> None:
        if not self.is_full:
            self._found.append(diagnostic)


_EXPLANATIONS: Final[tuple[tuple[str, str, str | None], ...]] = (
    (
        r"mapping values are not allowed",
        "a `:` cannot stand here",
        "quote the text, or put the key on a line of its own",
    ),
    (
        r"sequence entries are not allowed",
        "a list item cannot begin here",
        "put it on a line of its own",
    ),
    (r"expected <block end>|did not find expected key", "this does not fit what is above it",
     "check the indentation, and quotes that close too early"),
    (r"expected ',' or", "a `,` or a closing bracket is missing before this", None),
    (r"could not find expected ':'", "a key without its `:`", None),
    (r"unexpected end of stream", "a quoted text is never closed", None),
    (r"unexpected ':'|ends in a colon", "a `:` needs a space behind it here", None),
    (r"node content", "a value is missing before this", None),
    (r"escape", "an escape that YAML does not know", "use single quotes, or double the `\\`"),
    (r"document separator", "a document marker inside a quoted text", None),
    (r"document start", "this does not belong to the value above", None),
    (r"block scalar", "this cannot stand behind `|` or `>`", None),
)  # fmt: skip


def _explain(problem: str, character: str) -> tuple[str, str | None]:
    if character == "\t":
        return "a tab cannot indent", "use spaces"
    for pattern, message, hint in _EXPLANATIONS:
        if re.search(pattern, problem):
            return message, hint
    if "cannot start" in problem:
        return "a value cannot begin with this character", "quote the text"
    return "this is not YAML", None
