"""Values of a file together with the lines that they stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stui_workspace.model.records import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """A value of a file, of whichever shape the file gives it."""

    value: Any
    lines: Mapping[Path, int]
    path: Path = ()

    @property
    def line(self) -> int | None:
        """Where it stands, from 1, or the nearest thing around it."""
        for length in range(len(self.path), -1, -1):
            if self.path[:length] in self.lines:
                return self.lines[self.path[:length]]
        return None

    def get(self, key: str) -> Located:
        """What stands behind a key; nothing where there is no such key."""
        value = self.value.get(key) if isinstance(self.value, Mapping) else None
        return Located(value, self.lines, (*self.path, key))

    def items(self) -> Iterator[tuple[str, Located]]:
        """The keys of a map, each with what is behind it; nothing where it is no map."""
        if isinstance(self.value, Mapping):
            for key in self.value:
                yield str(key), Located(self.value[key], self.lines, (*self.path, key))

    def each(self) -> Iterator[Located]:
        """What is in a list; nothing where it is none."""
        if isinstance(self.value, Sequence) and not isinstance(self.value, str):
            for at, one in enumerate(self.value):
                yield Located(one, self.lines, (*self.path, at))

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, (list, tuple))

    @property
    def is_map(self) -> bool:
        return isinstance(self.value, Mapping)

    @property
    def text(self) -> str | None:
        """The text that it is; None where it is something else, or empty."""
        return self.value if isinstance(self.value, str) and self.value else None

    @property
    def said(self) -> str | None:
        """The same, with numbers and truth as people write them."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, (int, float)):
            return str(self.value)
        return self.text
