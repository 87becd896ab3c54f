"""Unified differences of the files that hunks are about, without the secrets in them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from stui_workspace.document import Document
from stui_workspace.runtime.leaking import without_leaks
from stui_workspace.runtime.promoting.scene import Scene
from stui_workspace.schema.leaks import NOT_KEPT, blotted, leaks_by_line

_AROUND: Final = 3
"""Lines that are shown before and after what differs."""


class Compared:
    """Compares texts of one scene; what was looked at once is not looked at again."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._known: dict[str, list[str]] = {}
        self._clean: dict[str, bool] = {}

    def documents(
        self, before: Document, after: Document, *, is_clean: bool = False
    ) -> tuple[str, ...]:
        """The difference of two states of the workspace file.

        Args:
            before: As it is.
            after: As it would be.
            is_clean: Whether it is known that no secret stands in `after` that is not in `before`.
        """
        if is_clean and self.is_clean(before):
            return self.clean_text(before, after.text)
        old, new = self._lines(before), self._lines(after)
        return unified(_name_of(self._scene, self._scene.file), old, new)

    def clean_text(self, before: Document, after: str) -> tuple[str, ...]:
        """The difference of the workspace file and a text, neither of which has a secret."""
        old, new = self._lines(before), self._shown(after)
        return unified(_name_of(self._scene, self._scene.file), old, new)

    def texts(self, path: Path, before: str, after: str) -> tuple[str, ...]:
        """The difference of two texts of a file that a buffer names."""
        old, new = (
            self._shown(blotted(text, leaks_by_line(text), NOT_KEPT)) for text in (before, after)
        )
        return unified(_name_of(self._scene, path), old, new)

    def is_clean(self, document: Document) -> bool:
        """Whether no secret stands in it."""
        if document.text not in self._clean:
            shown = self._shown(document.text)
            self._clean[document.text] = self._lines(document) == shown
        return self._clean[document.text]

    def _lines(self, document: Document) -> list[str]:
        if document.text not in self._known:
            text = without_leaks(document.content).decode("utf-8", "replace").removeprefix("\ufeff")
            self._known[document.text] = self._shown(text)
        return self._known[document.text]

    def _shown(self, text: str) -> list[str]:
        return text_lines(self._scene.clean(text))


def unified(name: str, old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """The difference as `diff -u` has it; empty where there is none.

    Only what lies between the first and the last line that differ is compared line by line: files
    are long, and hunks small.
    """
    first = _agreeing(old, new)
    last = _agreeing(old[first:][::-1], new[first:][::-1])
    start = max(first - _AROUND, 0)
    end = max(last - _AROUND, 0)
    one, other = old[start : len(old) - end], new[start : len(new) - end]
    found = tuple(_hunks(one, other, start))
    return (f"--- a/{name}", f"+++ b/{name}", *found) if found else ()


def _hunks(old: Sequence[str], new: Sequence[str], start: int) -> Iterator[str]:
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND):
        if all(tag == "equal" for tag, *_ in group):
            continue
        one = _range(group[0][1] + start, group[-1][2] + start)
        other = _range(group[0][3] + start, group[-1][4] + start)
        yield f"@@ -{one} +{other} @@"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[i1:i2])
            else:
                yield from (f"-{line}" for line in old[i1:i2])
                yield from (f"+{line}" for line in new[j1:j2])


def _range(start: int, stop: int) -> str:
    """Lines as `diff -u` counts them."""
    count = stop - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _agreeing(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def text_lines(text: str) -> list[str]:
    """The lines of a text; a line end is a newline, with or without a carriage return."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def _name_of(scene: Scene, path: Path) -> str:
    root = scene.loaded.project.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
