"""A workspace file as text that may be shown: everything is there but its secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from stui_workspace.document import Alias, Document, Limits, Mapping, Node, Scalar, Sequence, read
from stui_workspace.document.nodes import key_text
from stui_workspace.model.paths import NodePath
from stui_workspace.schema import class_of
from stui_workspace.schema.annotated import LeafClass
from stui_workspace.schema.leaks import is_secret_key, leaks_at, leaks_in

SECRET: Final = "<secret>"  # noqa: S105 (what stands there instead of one)
_ERRORS: Final = "surrogateescape"
_BOM: Final = "\ufeff"
_KEYED: Final = re.compile(
    r"""(?ix) ^ (?P<before> [\s,{-]* ["']? (?P<key> [\w.-]{1,80} ) ["']? \s* [:=] [ \t]* )
    (?P<value> [^\r\n]* )"""
)
_REMARK: Final = re.compile(r"#[^\r\n]*")
"""A comment, and what only looks like one."""
_TOLD: Final = re.compile(
    r"""(?ix) (?: credential | passw(?:or)?d | passphrase | secret | token | api[_-]?key
    | private[_-]?key ) [\w-]{0,40} ["']? \s{0,4} [:=] [ \t]{0,8} (?=\S)"""
)
"""What a comment says before it gives a secret away. Bounded, so that the search is linear."""
_VARIABLE: Final = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}\Z")
_PRIVATE_KEY: Final = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY.*?(?:-----END [^\r\n]*|\Z)", re.DOTALL
)


def redacted(content: bytes) -> bytes:
    """The file with its secrets and the names of its secrets replaced; else byte for byte.

    The name of a secret becomes a few digits made from it, so that a change of it can be seen.
    Where the file is not YAML, lines are judged by what they look like.
    """
    document = read(content, Limits.anything()).document
    if document is None:
        return _by_line(content.decode("utf-8", _ERRORS)).encode("utf-8", _ERRORS)
    text = _replaced(document.text, sorted(_secrets(document), key=_place))
    return ((_BOM if document.bom else "") + text).encode()


def _place(secret: tuple[int, int, str]) -> tuple[int, int]:
    """Where it stands; of two that begin at one place the longer first."""
    return secret[0], -secret[1]


def _replaced(text: str, secrets: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, instead in secrets:
        if start >= position:
            pieces += text[position:start], instead
            position = end
    return "".join((*pieces, text[position:]))


def _secrets(document: Document) -> Iterator[tuple[int, int, str]]:
    if document.root is not None:
        yield from _below(document.text, document.root, ())
    yield from _plain(document.text)
    for remark in _REMARK.finditer(document.text):
        told = _TOLD.search(remark[0])
        if told is not None:
            yield remark.start() + told.end(), remark.end(), SECRET


def _below(text: str, node: Node, path: NodePath) -> Iterator[tuple[int, int, str]]:
    if isinstance(node, Alias) and isinstance(node.target, Scalar):
        node = node.target
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from _below(text, entry.value, (*path, key_text(text, entry.key)))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from _below(text, item, (*path, number))
    elif isinstance(node, Scalar) and not node.is_empty:
        instead = _instead(node, path)
        if instead is not None:
            yield node.body, node.end, instead


def _instead(node: Scalar, path: NodePath) -> str | None:
    """What is shown in the place of a text; None for the text itself."""
    if path[-1:] == ("credential",) or (path and class_of(path) is LeafClass.SECRET):
        return _reference(node.text)
    if any(map(is_secret_key, path)) and not _VARIABLE.match(node.text):
        return SECRET
    return SECRET if any(leaks_at(path or ("",), node.text, {})) else None


def _reference(text: str) -> str:
    """`keyring:orders/db` as `keyring:<8f2c01>`: where it is kept, and whether it changed."""
    provider, colon, name = text.partition(":")
    if not colon or provider not in ("keyring", "vault"):
        return SECRET
    return f"{provider}:<{blake2b(name.encode('utf-8', 'replace'), digest_size=3).hexdigest()}>"


def _by_line(text: str) -> str:
    """Every line that may be a secret, without it; and all that is inside of it."""
    return "\n".join(_shown_lines(_replaced(text, sorted(_plain(text), key=_place)).split("\n")))


def _plain(text: str) -> Iterator[tuple[int, int, str]]:
    """What is a secret wherever it stands. Its lines stay lines."""
    for match in _PRIVATE_KEY.finditer(text):
        yield match.start(), match.end(), "\n".join([SECRET] * (match[0].count("\n") + 1))
    for span in leaks_in(text):
        yield span.start, span.end, SECRET


def _shown_lines(lines: list[str]) -> Iterator[str]:
    deeper_than = -1
    for line in lines:
        if not line or line.isspace():
            yield line
            continue
        indent = len(line) - len(line.lstrip(" \t"))
        if indent > deeper_than >= 0:
            yield line[:indent] + SECRET
            continue
        found = _KEYED.match(line)
        is_secret = found is not None and _is_secret(found["key"])
        deeper_than = indent if is_secret else -1
        yield f"{found['before']}{SECRET}" if found and is_secret and found["value"] else line


def _is_secret(key: str) -> bool:
    return key.lower() == "credential" or is_secret_key(key)
