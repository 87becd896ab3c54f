"""YAML of other programs, with the line of every value. ERB in it is named, and never run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from stui_workspace.document import Document, Limits, read
from stui_workspace.document.nodes import Alias, Node, Scalar, key_text, resolved
from stui_workspace.document.nodes import Mapping as MappingNode
from stui_workspace.errors import UsageError
from stui_workspace.model.diagnostics import Severity, position_at
from stui_workspace.runtime.importing.located import Located

TEMPLATE_MARK: Final = "\ue000"
"""Stands for each character of ERB in a value: nothing that a file would say."""
_LIMITS: Final = Limits(warn_bytes=None, merge_keys=True, any_root=True)
_CONTROL: Final = re.compile(r"(?m)^[ \t]*<%(?![%=]).*?%>[ \t]*$")
_TAG: Final = re.compile(r"<%.*?%>", re.DOTALL)
_DEEPEST: Final = 64


def read_yaml(content: bytes, name: str) -> tuple[Located, tuple[int, ...]]:
    """The values of a YAML file, and the lines that have ERB.

    A line that is nothing but ERB counts as a comment; in a value, its characters become marks.

    Args:
        content: The bytes of the file.
        name: What the file is called in a message.

    Raises:
        UsageError: It cannot be read; with the place.
    """
    text, lines = _without_templates(content)
    reading = read(text, _LIMITS)
    if reading.document is None:
        first = next(one for one in reading.diagnostics if one.severity is Severity.ERROR)
        line, column = position_at(reading.text, first.span.start)
        raise UsageError(f"{name}:{line}:{column}: {first.message}", first.hint)
    places = _lines(reading.document)
    return Located(_merged(reading.document.plain(), 0), places), lines


def _without_templates(content: bytes) -> tuple[bytes, tuple[int, ...]]:
    if b"<%" not in content:
        return content, ()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content, ()
    found = [*_CONTROL.finditer(text), *_TAG.finditer(text)]
    lines = sorted({text.count("\n", 0, one.start() + _indent(one[0])) + 1 for one in found})
    text = _CONTROL.sub(lambda one: "#" + " " * (len(one[0]) - 1), text)
    text = _TAG.sub(_marks, text)
    return text.encode("utf-8"), tuple(lines)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _marks(match: re.Match[str]) -> str:
    return "".join(one if one == "\n" else TEMPLATE_MARK for one in match[0])


def _lines(document: Document) -> dict[tuple[str | int, ...], int]:
    """The line of each value; what is behind an alias counts where the alias stands."""
    found: dict[tuple[str | int, ...], int] = {}
    starts = [0, *(at + 1 for at, one in enumerate(document.text) if one == "\n")]
    todo: list[tuple[Node | None, tuple[str | int, ...]]] = [(document.root, ())]
    while todo:
        node, path = todo.pop()
        if node is None:
            continue
        found.setdefault(path, _line(starts, node.start))
        if isinstance(node, (Alias, Scalar)) or len(path) > _DEEPEST:
            continue
        if isinstance(node, MappingNode):
            for entry in node.entries:
                place = (*path, key_text(document.text, entry.key))
                found[place] = _line(starts, entry.key.start)
                todo.append((entry.value, place))
        else:
            todo += [(item, (*path, at)) for at, item in enumerate(resolved(node).items)]  # type: ignore[union-attr]
    return found


def _line(starts: list[int], at: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts, at)


def _merged(value: Any, depth: int) -> Any:
    """The value with merge keys (`<<`) laid under the maps that have them."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        under: dict[str, Any] = {}
        for one in _listed(value.get("<<")):
            if isinstance(one, Mapping):
                under = {**_merged(one, depth + 1), **under}
        own = {key: _merged(one, depth + 1) for key, one in value.items() if key != "<<"}
        return {**under, **own}
    if isinstance(value, (list, tuple)):
        return [_merged(one, depth + 1) for one in value]
    return value


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]
