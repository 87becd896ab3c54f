"""What of a conflict may be shown: the three texts, without what may be a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from stui_workspace.document import Alias, Document, Limits, Mapping, Node, Scalar, read
from stui_workspace.document.nodes import key_text
from stui_workspace.merge import Conflict, Policy
from stui_workspace.merge.differing.secrecy import names_secret, node_path
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass
from stui_workspace.schema.leaks import blotted, leaks_at, leaks_in

HIDDEN: Final = "(not shown: it may hold a secret)"

_LOOKS_SECRET: Final = re.compile(
    r"(?i)(?:credential|passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key)"
    r"[\w-]*[\"']?\s*[:=]"
)
"""What may hold a secret where there is no structure that could tell."""
_OPEN: Final = ("*", "**")


@dataclass(frozen=True, slots=True)
class Shown:
    """The texts of a conflict as anybody may see them; None where there is nothing."""

    base: str | None
    ours: str | None
    theirs: str | None
    is_hidden: bool
    """Whether the place names a secret, so that nothing of it is shown."""


def shown(conflict: Conflict, policy: Policy) -> Shown:
    """What may be shown of a conflict. Control characters are still in it."""
    secrets = _secret_keys(policy)
    path = node_path(conflict.path.steps)
    is_hidden = conflict.sensitive or _is_secret(path, secrets)

    def safe(text: str | None) -> str | None:
        if text is None or is_hidden:
            return None if text is None else HIDDEN
        return _redacted(text, path, secrets)

    return Shown(safe(conflict.base), safe(conflict.ours), safe(conflict.theirs), is_hidden)


def _secret_keys(policy: Policy) -> frozenset[str]:
    """The keys behind which the policy says that a secret stands."""
    patterns = [pattern for pattern, rule in policy.rules if rule.sensitive]
    named = ([step for step in pattern if step not in _OPEN] for pattern in patterns)
    return frozenset(steps[-1] for steps in named if steps)


def _is_secret(path: NodePath, secrets: frozenset[str]) -> bool:
    return names_secret(path) or any(step in secrets for step in path)


def _redacted(text: str, path: NodePath, secrets: frozenset[str]) -> str:
    found = _parsed(text)
    if found is None:
        text = dedent(text)
        return HIDDEN if _LOOKS_SECRET.search(text) else blotted(text, leaks_in(text), HIDDEN)
    spans = [*_secret_spans(found, path, secrets), *leaks_in(found.text), *_remarks(found.text)]
    return blotted(found.text, spans, HIDDEN)


def _parsed(text: str) -> Document | None:
    """The text as a document: as it is, or with its first line as deep as the others."""
    rest = [len(line) - len(line.lstrip()) for line in text.splitlines()[1:] if line.strip()]
    for candidate in (text, " " * min(rest, default=0) + text):
        plain = dedent(candidate)
        reading = read(plain.encode("utf-8", "surrogatepass"), Limits.anything())
        if reading.document is not None:
            return reading.document
    return None


def _secret_spans(document: Document, path: NodePath, secrets: frozenset[str]) -> Iterator[Span]:
    if document.root is None:
        return
    pending: list[tuple[Node, NodePath]] = [(document.root, path)]
    while pending:
        node, here = pending.pop()
        if isinstance(node, Alias):
            continue
        if isinstance(node, Scalar):
            if _is_secret(here, secrets) or any(leaks_at(here or ("",), node.plain, {})):
                yield Span(node.body, node.end)
        elif isinstance(node, Mapping):
            pending += [
                (one.value, (*here, key_text(document.text, one.key))) for one in node.entries
            ]
        else:
            pending += [(item, (*here, number)) for number, item in enumerate(node.items)]


def _remarks(text: str) -> Iterator[Span]:
    """Comments that look as if a secret stood in them. What only looks like a comment counts."""
    for match in re.finditer(r"#[^\r\n]*", text):
        if _LOOKS_SECRET.search(match[0]):
            yield Span(match.start() + 1, match.end())
