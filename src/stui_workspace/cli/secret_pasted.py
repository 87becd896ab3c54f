"""Secrets that were pasted into a workspace file, and the file with their names instead.

Pure: nothing is stored or written here. Every edit is one of the document's own, read back and
compared; what has no place for a name is left for a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias
from urllib.parse import unquote

from stui_workspace.document import Document, Scalar, delete, parse, rename_key, set_value
from stui_workspace.errors import EditError, ParseError
from stui_workspace.model.diagnostics import Diagnostic, Span, position_at
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import dataclass
from stui_workspace.model.references import Reference
from stui_workspace.schema import FileKind, check
from stui_workspace.schema.leaks import blotted, is_secret_key
from stui_workspace.schema.secret_forms import secret_spans
from stui_workspace.secrets.secret import Secret

CODES: Final = ("S120", "S121", "S122")
_MOST: Final = 200
_SHORTEST: Final = 4
"""Characters of a value that is looked for elsewhere; shorter ones are everywhere."""
_USER: Final = re.compile(r"\A([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)@")
_PARAMETER: Final = re.compile(r"([?&])([A-Za-z_-]{1,40})=([^&#]*)(&?)")
_CREDENTIAL: Final = "credential"
_UNUSED: Final = "nothing there looks the name up"

Namer: TypeAlias = Callable[[Secret, str], Reference]
"""The name for a secret, given what is known of its place: a connection, a key."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One secret that has a name now."""

    reference: Reference
    secret: Secret
    line: int
    where: str
    """The key path, or `a comment`."""
    note: str | None = None
    """What does not work any more without a person."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The file as it is to be, and what is to be stored before."""

    before: Document
    after: Document
    moved: tuple[Moved, ...]
    left: tuple[Diagnostic, ...]
    """Secrets that a person must move; places in `after`."""

    @property
    def secrets(self) -> Mapping[Reference, Secret]:
        """Each secret once."""
        return {one.reference: one.secret for one in self.moved}

    @property
    def copies(self) -> tuple[int, ...]:
        """The lines of `after` where one of the values stands all the same."""
        lines = {
            position_at(self.after.text, span.start)[0]
            for span in self._spans_of_values(self.after.text)
        }
        return tuple(sorted(lines))

    def hidden(self, document: Document, kind: FileKind, word: str = "***") -> str:
        """The text of either document, with a word for each value."""
        spans = [_whole(document, one) for one in pasted_in(document, kind)]
        return blotted(document.text, [*spans, *self._spans_of_values(document.text)], word)

    def _spans_of_values(self, text: str) -> Iterator[Span]:
        for secret in self.secrets.values():
            value = secret.reveal()
            if len(value) >= _SHORTEST:
                for match in re.finditer(re.escape(value), text):
                    yield Span(*match.span())


def pasted_in(document: Document, kind: FileKind) -> tuple[Diagnostic, ...]:
    """Where a document holds secrets, each place once."""
    found = [one for one in check(document.plain(), document, kind) if one.code in CODES]
    once = {_place_of(one): one for one in reversed(found)}
    return tuple(reversed(once.values()))


def plan_for(document: Document, kind: FileKind, namer: Namer) -> Plan:
    """What to store, and the document with names instead."""
    after = document
    moved: list[Moved] = []
    left: dict[tuple[object, ...], None] = {}
    for _ in range(_MOST):
        todo = next((one for one in pasted_in(after, kind) if _place_of(one) not in left), None)
        if todo is None:
            break
        try:
            after, new = _Move(after, todo, namer).made()
        except (EditError, ParseError):
            left[_place_of(todo)] = None
            continue
        if not new:
            left[_place_of(todo)] = None
        moved += new
    return Plan(document, after, tuple(moved), pasted_in(after, kind))


@dataclass(frozen=True, slots=True)
class _Move:
    """One finding, on its way out of the document."""

    document: Document
    found: Diagnostic
    namer: Namer

    def made(self) -> tuple[Document, list[Moved]]:
        """The document after it, and what was moved; nothing where there is no way.

        Raises:
            EditError: The document cannot take it.
        """
        path = self.found.path
        if path is None:
            return self._from_comment()
        value = self._value(path)
        if value is None:
            return self.document, []
        if path[-1] == _CREDENTIAL:
            return self._named(path, value)
        is_of_connection = path[-3:-2] == ("connections",)
        if is_of_connection and path[-1] == "url":
            return self._from_url(path, value)
        return (
            self._from_key(path, value) if self._is_by_key(path) else self._from_text(path, value)
        )

    def _is_by_key(self, path: NodePath) -> bool:
        return self.found.code == "S122" or (
            path[-3:-2] == ("connections",) and is_secret_key(path[-1])
        )

    def _from_key(self, path: NodePath, value: str) -> tuple[Document, list[Moved]]:
        if path[-3:-2] == ("connections",):
            return self._as_credential(path, value)
        return self._named(path, value, None if "vars" in path else _UNUSED)

    def _value(self, path: NodePath) -> str | None:
        """The text at a path as a person meant it: `0123` is no number to them."""
        value = self.document.plain(path)
        if isinstance(value, str):
            return value
        node = self.document.node(path)
        return self.document.written(path) if isinstance(node, Scalar) else None

    def _named(
        self, path: NodePath, value: str, note: str | None = None
    ) -> tuple[Document, list[Moved]]:
        reference = self.namer(Secret(value), _hint(path))
        after = set_value(self.document, path, str(reference))
        return after, [self._moved(reference, value, path, note)]

    def _as_credential(self, path: NodePath, value: str) -> tuple[Document, list[Moved]]:
        beside = (*path[:-1], _CREDENTIAL)
        if self.document.node(beside) is not None:
            after, reference, note = self._beside_another(path[:-1], value)
            return delete(after, path), [self._moved(reference, value, path, note)]
        reference = self.namer(Secret(value), _hint(path))
        after = set_value(self.document, path, str(reference))
        after = rename_key(after, path, _CREDENTIAL)
        return after, [self._moved(reference, value, path)]

    def _from_url(self, path: NodePath, value: str) -> tuple[Document, list[Moved]]:
        secret, address = _out_of_url(value)
        if secret is None:
            return self.document, []
        after, reference, note = self._beside_another(path[:-1], secret)
        return set_value(after, path, address), [self._moved(reference, secret, path, note)]

    def _beside_another(
        self, connection: NodePath, value: str
    ) -> tuple[Document, Reference, str | None]:
        """The document whose connection has a credential, and what is to be said about it."""
        beside = (*connection, _CREDENTIAL)
        reference = self.namer(Secret(value), _hint((*connection, _CREDENTIAL)))
        if self.document.node(beside) is None:
            return set_value(self.document, beside, str(reference)), reference, None
        if self.document.plain(beside) == str(reference):
            return self.document, reference, None
        return self.document, reference, "the connection names another credential already"

    def _from_text(self, path: NodePath, value: str) -> tuple[Document, list[Moved]]:
        text, moved, position = "", [], 0
        spans = secret_spans(value) or (Span(0, len(value)),)
        for span in spans:
            secret = value[span.start : span.end]
            reference = self.namer(Secret(secret), _hint(path))
            is_user = value[span.end : span.end + 1] == "@"
            text += value[position : span.start] + ("" if is_user else str(reference))
            position = span.end + is_user
            moved.append(self._moved(reference, secret, path, _UNUSED))
        return set_value(self.document, path, text + value[position:]), moved

    def _from_comment(self) -> tuple[Document, list[Moved]]:
        text, span = self.document.text, self.found.span
        secret = "\n".join(
            line.strip().removeprefix("#").strip() if number else line.strip()
            for number, line in enumerate(text[span.start : span.end].splitlines())
        )
        reference = self.namer(Secret(secret), "comment")
        is_user = text[span.end : span.end + 1] == "@"
        put = "" if is_user else str(reference)
        after = text[: span.start] + put + text[span.end + is_user :]
        bom = "\ufeff" if self.document.bom else ""
        parsed = parse(f"{bom}{after}", self.document.limits)
        if parsed.plain() != self.document.plain():
            raise EditError("what stands there is no comment")
        return parsed, [self._moved(reference, secret, None)]

    def _moved(
        self, reference: Reference, value: str, path: NodePath | None, note: str | None = None
    ) -> Moved:
        line, _ = position_at(self.document.text, self.found.span.start)
        where = "a comment" if path is None else format_key_path(path)
        return Moved(reference, Secret(value), line, where, note)


def _out_of_url(url: str) -> tuple[str | None, str]:
    """The secret in an address, and the address without it; None where it cannot be told."""
    match = _USER.match(url)
    if match is not None:
        user, colon, password = match[2].partition(":")
        secret = password if colon and password else user
        return unquote(secret) or None, match[1] + url[match.end() :]
    for match in _PARAMETER.finditer(url):
        if (is_secret_key(match[2]) or secret_spans(match[3])) and match[3]:
            before = match[1] if match[4] else ""
            return unquote(match[3]), url[: match.start()] + before + url[match.end() :]
    return None, url


def _hint(path: NodePath) -> str:
    """What a secret at a path may be called after: its connection, or its key."""
    for at in range(len(path) - 1):
        if path[at] == "connections":
            return str(path[at + 1])
    return next((step for step in reversed(path) if isinstance(step, str)), "secret")


def _place_of(one: Diagnostic) -> tuple[object, ...]:
    return ("comment", one.span.start) if one.path is None else one.path


def _whole(document: Document, one: Diagnostic) -> Span:
    return one.span if one.path is None else document.span(one.path)
