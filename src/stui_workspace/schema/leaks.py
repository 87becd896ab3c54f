"""Secrets where none may be: found by their form or by their key, and never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from stui_workspace.model.diagnostics import Severity, Span
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import Finding, name_of, quoted
from stui_workspace.schema.secret_forms import has_secret_form, merged, secret_spans
from stui_workspace.schema.words import REFERENCE

HOW_TO_KEEP: Final = (
    "`stui secret migrate` keeps it in your keyring and writes `credential: keyring:<name>`; "
    "then change the secret"
)

NOT_KEPT: Final = "\u2039secret not kept\u203a"
"""What is written down in the place of a secret."""
_ANY_USER: Final = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]{0,30}://[^/?#]*@")
_USER_PART: Final = re.compile(r"\A((?:[^/]*//)?)[^/]*@")
_CURVE: Final = re.compile(r"[0-9A-Za-z.:+=^!/*?&<>()\[\]{}@%$#-]{40}\Z")
_CURVE_SIGNS: Final = frozenset(":+=^!*?&<>()[]{}@%$#")
_SECRET_KEY: Final = re.compile(
    r"(?:pass(?:word|wd|phrase)|(?:\A|[_.-])(?:pass(?:code)?|pwd|secrets?|(?:access|auth)?tokens?"
    r"|api[_-]?key|access[_-]?key|(?:private|secret|curve)[_-]?key))\Z",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HARMLESS: Final = re.compile(
    r"(?:keyring|vault):\S+\Z|\u2039secret not kept\u203a\Z|\$\{[A-Za-z_][A-Za-z0-9_]*\}\Z"
)
_NAMED: Final = re.compile(
    r"""(?m)^[ \t,{-]{0,80}["']?(?P<key>[\w.-]{1,80})["']?[ \t]{0,8}[:=][ \t]{1,8}"""
    r"""(?P<value>\$\{[A-Za-z_]\w{0,80}\}|[^\s,}][^\r\n,}]{0,4096})"""
)
LONGEST_KEY: Final = 80
FEWEST_SIGNS: Final = 4


def is_secret_key(key: object) -> bool:
    """Whether what stands behind a key is a secret by its name: `password`, `api_key`."""
    if not isinstance(key, str) or len(key) > LONGEST_KEY:
        return False
    return _SECRET_KEY.search(_CAMEL.sub("_", key)) is not None


def leaks_at(path: NodePath, value: Plain, seen: dict[int, bool]) -> Iterator[Finding]:
    """The secrets that a text is or holds, at most one.

    Args:
        path: Where the text stands.
        value: The text; anything else holds none.
        seen: What is known of long texts, by identity: aliases may repeat them without end.
    """
    if not isinstance(value, str) or not value:
        return
    if _holds_secret(value, seen) or (path[-1:] == ("url",) and _ANY_USER.match(value)):
        message = f"{quoted(path)} holds a secret"
        yield Finding("S121", message, path, HOW_TO_KEEP, conceal=True)
    elif is_secret_key(path[-1] if path else None) and not _HARMLESS.match(value):
        yield from _by_key(path)


def _by_key(path: NodePath) -> Iterator[Finding]:
    if any(isinstance(step, str) and step.startswith("x-") for step in path):
        return
    is_used = path[0] in ("connections", "vars", "environments")
    severity = Severity.ERROR if is_used else Severity.WARNING
    message = f"`{name_of(path)}` looks like a secret by its name"
    yield Finding("S122", message, path, REFERENCE, severity, conceal=True)


def _holds_secret(text: str, seen: dict[int, bool]) -> bool:
    if len(text) <= LONGEST_KEY:
        return _has_secret_form(text)
    if id(text) not in seen:
        seen[id(text)] = _has_secret_form(text)
    return seen[id(text)]


def _has_secret_form(text: str) -> bool:
    return has_secret_form(text) or _is_curve_key(text)


def _is_curve_key(text: str) -> bool:
    return _CURVE.match(text) is not None and _is_mixed(text)


def _is_mixed(text: str) -> bool:
    """Whether it has what a random key has, and a path or an address has not."""
    kinds = (str.isdigit, str.isupper, str.islower)
    signs = sum(sign in _CURVE_SIGNS for sign in text)
    return signs >= FEWEST_SIGNS and all(any(map(kind, text)) for kind in kinds)


def leaks_in(text: str) -> Iterator[Span]:
    """Where secrets stand in a text, its comments included: in order, and apart from each other."""
    yield from secret_spans(text)


def leaks_by_line(text: str) -> tuple[Span, ...]:
    """Where secrets stand in a text that has no structure: by form, and behind a telling name."""
    named = (
        Span(*match.span("value"))
        for match in _NAMED.finditer(text)
        if is_leak(match["key"], match["value"].strip("\"'"))
    )
    return merged(chain(secret_spans(text), named))


def has_user(address: str) -> bool:
    """Whether an address says who comes."""
    return _USER_PART.match(address) is not None


def without_user(address: str, instead: str = "") -> str:
    """An address without who comes and how they prove it.

    >>> without_user("tcp://ada:secret@host:5555")
    'tcp://host:5555'
    """
    return _USER_PART.sub(lambda found: found[1] + instead, address)


def is_leak(key: object, text: str) -> bool:
    """Whether a whole text is a secret because of the key that it stands behind.

    A reference or a variable is none.
    """
    is_secret_place = key == "credential" or is_secret_key(key)
    return bool(text) and is_secret_place and not _HARMLESS.match(text)


def blotted(text: str, spans: Iterable[Span], word: str) -> str:
    """The text with a word in the place of each span. Spans may overlap, and come in any order."""
    pieces: list[str] = []
    position = 0
    for span in merged(iter(spans)):
        pieces += [text[position : span.start], word]
        position = span.end
    return "".join((*pieces, text[position:]))
