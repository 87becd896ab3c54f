"""Taking out of values and comments whatever is a secret, or may be one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from stui_workspace.merge.differing.difference import HIDDEN
from stui_workspace.merge.paths import ItemKey, MergeStep
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Absent, Plain
from stui_workspace.schema import LeafClass, class_of
from stui_workspace.schema.leaks import is_secret_key, leaks_at, leaks_in

_ASSIGNED: Final = re.compile(r"([A-Za-z_][\w.-]{0,80})[\"']?[ \t]*[:=][ \t]*\S")
_REFERENCE: Final = re.compile(r"(?i)credential")


def names_secret(steps: tuple[MergeStep, ...]) -> bool:
    """Whether what stands at a path is a secret, or names one, whatever it says."""
    path = node_path(steps)
    if any(_is_secret_step(step) for step in path):
        return True
    return bool(path) and class_of(path) is LeafClass.SECRET


def _is_secret_step(step: str | int) -> bool:
    return isinstance(step, str) and (is_secret_key(step) or _REFERENCE.search(step) is not None)


def node_path(steps: tuple[MergeStep, ...]) -> NodePath:
    """A path as the schema knows it, for which all items of a list are alike."""
    return tuple(0 if isinstance(step, ItemKey) else step for step in steps)


def shown(value: Plain | Absent, steps: tuple[MergeStep, ...]) -> tuple[Plain | Absent, bool]:
    """A value that stands at a path without its secrets, and whether it had any."""
    if isinstance(value, Absent):
        return value, False
    path = node_path(steps)
    if names_secret(steps):
        return HIDDEN, True
    cleaner = _Cleaner()
    return cleaner.cleaned(value, path), cleaner.found


class _Cleaner:
    """One walk through one value."""

    def __init__(self) -> None:
        self.found = False

    def cleaned(self, value: Plain, path: NodePath) -> Plain:
        if isinstance(value, Mapping):
            return {key: self._below(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._below(item, (*path, 0)) for item in value]
        if isinstance(value, str) and (next(leaks_at(path, value, {}), None) or leaks(value)):
            self.found = True
            return HIDDEN
        return value

    def _below(self, value: Plain, path: NodePath) -> Plain:
        if names_secret(path):
            self.found = True
            return HIDDEN
        return self.cleaned(value, path)


def leaks(text: str) -> bool:
    """Whether a text holds a secret: by its form, or behind a name as in `password: x`."""
    if next(leaks_in(text), None) is not None:
        return True
    return any(is_secret_key(match[1]) for match in _ASSIGNED.finditer(text))
