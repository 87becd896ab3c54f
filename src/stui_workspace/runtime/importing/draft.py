"""A workspace in the making: names that are free and allowed, and notes of what is not carried."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from stui_workspace.layout import PANELS
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain

SHELL: Final = "shell"
"""The connection that lines for a shell are evaluated in."""
_LONGEST: Final = 64
_TITLE: Final = 200
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")
_USE: Final = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]{0,63}\}")
_MOST_NOTES: Final = 500


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the workspace file does not say, or not as the original did."""

    text: str
    """One clause, safe to show."""
    line: int | None = None
    """Of the original, from 1; None where it is about all of it."""


@dataclass
class Draft:
    """What the new file will say."""

    name: str
    description: str | None = None
    connections: dict[str, dict[str, Plain]] = field(default_factory=dict)
    buffers: dict[str, dict[str, Plain]] = field(default_factory=dict)
    snippets: dict[str, dict[str, Plain]] = field(default_factory=dict)
    layout: dict[str, Any] = field(default_factory=dict)
    preferences: dict[str, Plain] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    """The line of the original that a thing of the workspace is from."""

    def note(self, text: str, line: int | None = None) -> None:
        """Say that something is not carried over."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(Note(printable_line(text, 300), line))

    def buffer(self, wanted: str, value: Mapping[str, Plain], line: int | None = None) -> str:
        """A new buffer, and its name."""
        name = free(wanted, {*self.buffers, *PANELS}, "pad")
        self.buffers[name] = titled(name, wanted, value)
        self._from(("buffers", name), line)
        return name

    def snippet(self, wanted: str, value: Mapping[str, Plain], line: int | None = None) -> str:
        """A new snippet, and its name."""
        name = free(wanted, self.snippets, "snippet")
        self.snippets[name] = titled(name, wanted, value)
        self._from(("snippets", name), line)
        return name

    def connection(self, wanted: str, value: Mapping[str, Plain], line: int | None = None) -> str:
        """A connection, and its name: the one that says the same, where there is one."""
        for name, known in self.connections.items():
            if known == value:
                return name
        name = free(wanted, self.connections, "connection")
        self.connections[name] = {key: unreplaced(one) for key, one in value.items()}
        self._from(("connections", name), line)
        return name

    def shell(self, line: int | None = None) -> str:
        """The connection to a shell, made when it is first asked for."""
        if SHELL not in self.connections:
            self.connections[SHELL] = {"kind": "pty", "command": ["sh"], "connect": "manual"}
            self._from(("connections", SHELL), line)
        return SHELL

    def arrange(self, wanted: str, place: Mapping[str, Any]) -> str:
        """A new layout, and its name."""
        name = free(wanted, {*self.layout, "default"}, "layout")
        self.layout[name] = dict(place)
        return name

    def _from(self, path: tuple[str, str], line: int | None) -> None:
        if line is not None:
            self.lines[path] = line

    def plain(self) -> dict[str, Any]:
        """All of it, as a workspace file says it."""
        layout = self.layout
        if layout and "default" not in layout:
            layout = {"default": next(iter(layout)), **layout}
        found: dict[str, Any] = {"stui": 1, "name": unreplaced(self.name[:100]) or "workspace"}
        if self.description:
            found["description"] = unreplaced(self.description[:1000])
        found |= {
            "connections": self.connections,
            "buffers": self.buffers,
            "snippets": self.snippets,
            "layout": layout,
            "preferences": self.preferences,
        }
        return found


def free(wanted: str, taken: Iterable[str], otherwise: str) -> str:
    """A name as the format allows it, near to `wanted`, which nothing has yet.

    >>> free("my window!", {"my-window"}, "pad")
    'my-window-2'
    """
    known = set(taken)
    stem = _NOT_IN_NAMES.sub("-", wanted).strip("-.")[: _LONGEST - 6].rstrip("-.") or otherwise
    name, number = stem, 1
    while name in known:
        number += 1
        name = f"{stem}-{number}"
    return name


def titled(name: str, wanted: str, value: Mapping[str, Plain]) -> dict[str, Plain]:
    """The value with a title where the name alone does not say what it was called."""
    title = printable_line(wanted, _TITLE).strip()
    own: dict[str, Plain] = {} if title in ("", name) else {"title": unreplaced(title)}
    return own | dict(value)


def unreplaced(value: Any) -> Any:
    """A value in which `${name}` stays what it is: variables of ours are replaced there."""
    if isinstance(value, str):
        return _USE.sub(lambda found: f"${found[0]}", value)
    if isinstance(value, Mapping):
        return {key: unreplaced(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [unreplaced(one) for one in value]
    return value
