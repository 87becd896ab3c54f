"""Secrets where none may be: found by their form or by their key, and never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stui_workspace.model.diagnostics import Severity, Span
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import Finding, name_of, quoted
from stui_workspace.schema.words import REFERENCE

HOW_TO_KEEP: Final = (
    "keep it in your keyring, write `credential: keyring:<name>`, and change the secret"
)

SECRET_FORM: Final = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"|\b(?:gh[opsur]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{30,255}"  # GitHub
    r"|glpat-[A-Za-z0-9_-]{20,255}"  # GitLab
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,255}"  # Slack
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # Amazon
    r"|AIza[A-Za-z0-9_-]{35}"  # Google
    r"|ya29\.[A-Za-z0-9_-]{20,255}"
    r"|sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,255}"  # Anthropic, OpenAI
    r"|[rs]k_live_[A-Za-z0-9]{16,255}"  # Stripe
    r"|npm_[A-Za-z0-9]{30,255}|pypi-AgE[A-Za-z0-9_-]{20,255}"
    r"|hf_[A-Za-z0-9]{30,255}|dop_v1_[a-f0-9]{64}"
    r"|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}"  # SendGrid
    r"|eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000})"  # JWT
    r"|\bAGE-SECRET-KEY-1[A-Z0-9]{50,64}"
)
"""What is a secret wherever it stands. Each part is bounded, so that the search is linear."""

_USER_INFO: Final = re.compile(
    r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@\"'<>]{0,200}:(?![<$*{]|\.\.\.)([^\s/@\"'<>]{1,200})@"
)
_ANY_USER: Final = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]{0,30}://[^/?#]*@")
_CURVE: Final = re.compile(r"[0-9A-Za-z.:+=^!/*?&<>()\[\]{}@%$#-]{40}\Z")
_CURVE_SIGNS: Final = frozenset(":+=^!*?&<>()[]{}@%$#")
_SECRET_KEY: Final = re.compile(
    r"(?:\A|[_.-])(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|api[_-]?key|access[_-]?key"
    r"|(?:private|secret|curve)[_-]?key)\Z",
    re.IGNORECASE,
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HARMLESS: Final = re.compile(r"(?:keyring|vault):\S+\Z|\$\{[A-Za-z_][A-Za-z0-9_]*\}\Z")
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
    if SECRET_FORM.search(text) or _USER_INFO.search(text):
        return True
    return _CURVE.match(text) is not None and _is_mixed(text)


def _is_mixed(text: str) -> bool:
    """Whether it has what a random key has, and a path or an address has not."""
    kinds = (str.isdigit, str.isupper, str.islower)
    signs = sum(sign in _CURVE_SIGNS for sign in text)
    return signs >= FEWEST_SIGNS and all(any(map(kind, text)) for kind in kinds)


def leaks_in(text: str) -> Iterator[Span]:
    """Where secrets stand in a text, its comments included."""
    for pattern in (SECRET_FORM, _USER_INFO):
        for match in pattern.finditer(text):
            yield Span(*match.span())
