"""Variables: `${name}` in the texts of a workspace, from its `vars` and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain

_USE: Final = re.compile(r"\$?\$\{([A-Za-z_][A-Za-z0-9_]{0,63})\}")
_LITERAL_SECTIONS: Final = frozenset(
    ("stui", "vars", "environments", "extensions", "layout", "history")
)
_LITERAL_KEYS: Final = frozenset(("source", "file", "cwd", "credential"))


def is_replaced_at(path: NodePath) -> bool:
    """Whether variables are replaced in a text at `path`, a path of the resolved workspace.

    Code is never touched: `${name}` means something in many languages. Paths and the names of
    secrets are as they are checked.
    """
    if not path or path[0] in _LITERAL_SECTIONS or path[-1] in _LITERAL_KEYS:
        return False
    return not any(isinstance(step, str) and step.startswith("x-") for step in path)


def used_in(text: str) -> Iterator[str]:
    """The names of the variables that a text uses, as often as it does."""
    for match in _USE.finditer(text):
        if not match[0].startswith("$$"):
            yield match[1]


def replaced(text: str, values: Mapping[str, Plain]) -> str:
    """The text with its variables replaced; those that have no value stay as they are.

    >>> replaced("tcp://${host}:1, $${host}, ${other}", {"host": "here"})
    'tcp://here:1, ${host}, ${other}'
    """

    def value_of(match: re.Match[str]) -> str:
        if match[0].startswith("$$"):
            return match[0][1:]
        return str(values[match[1]]) if match[1] in values else match[0]

    return _USE.sub(value_of, text) if "${" in text else text
