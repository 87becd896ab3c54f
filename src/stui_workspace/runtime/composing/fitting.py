"""Leaving out of a new workspace file what none may say: secrets, and what breaks the format. Pure.

A value is left out alone where it can be, and with what it is a part of where that makes no sense
without it. What was left out is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from stui_workspace.document import WORKSPACE_LIMITS, read
from stui_workspace.errors import EditError, UsageError
from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain
from stui_workspace.runtime.composing.page import page_text
from stui_workspace.runtime.leaking import leaks_of
from stui_workspace.schema import FileKind, check
from stui_workspace.schema.leak_check import LEAK_CODES

SECRET: Final = "a secret stands in it"  # noqa: S105 (a reason)
_TOO_LONG: Final = "it is longer than a text of a workspace file may be"
_TOO_LARGE: Final = "a workspace file has no room for it"
_SURROGATE: Final = "half a character cannot be written"
_ROOM: Final = WORKSPACE_LIMITS.file_bytes * 9 // 10
"""Characters beyond which a file is too large for certain, or nearly."""
_ROUNDS: Final = 5000
_IN_LAYOUT: Final = 2


@dataclass(frozen=True, slots=True)
class LeftOut:
    path: NodePath
    reason: str
    """One clause."""


def fitted(plain: Mapping[str, Any], schema: str) -> tuple[str, tuple[LeftOut, ...]]:
    """The text of a workspace file that says all of `plain` that one may say.

    Args:
        plain: What it is to say, in order.
        schema: What the editor reads: a path from the file, or an address.

    Raises:
        UsageError: Nothing of it can be said.
    """
    left: list[LeftOut] = []
    kept: dict[str, Any] = dict(plain)
    for path, reason in tuple(_unwritable(kept, ())):
        kept = _without(kept, path, reason, left)
    while sum(size for size, _ in _sizes(kept)) > _ROOM:
        kept = _without(kept, _largest(kept), _TOO_LARGE, left)
    for _ in range(_ROUNDS):
        try:
            text = page_text(_filled(kept), schema)
        except EditError as error:
            raise UsageError(f"it cannot be written: {error}", error.next_step) from error
        wrong = dict(_wrong(text, kept))
        if not wrong:
            return text, tuple(left)
        gone = len(left)
        for path, reason in wrong.items():
            if not any(path[: len(one.path)] == one.path for one in left[gone:]):
                kept = _without(kept, path, reason, left)
    raise UsageError("it cannot be written as a workspace file", "make it smaller")


def _filled(plain: Mapping[str, Any]) -> dict[str, Plain]:
    return {key: value for key, value in plain.items() if value != {}}


def _unwritable(value: Any, path: NodePath) -> Iterator[tuple[NodePath, str]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _unwritable(below, (*path, key))
    elif isinstance(value, (list, tuple)):
        for at, below in enumerate(value):
            yield from _unwritable(below, (*path, at))
    elif isinstance(value, str):
        if len(value) > WORKSPACE_LIMITS.scalar_length:
            yield path, _TOO_LONG
        elif any(0xD800 <= ord(one) < 0xE000 for one in value):  # noqa: PLR2004
            yield path, _SURROGATE


def _wrong(text: str, plain: Mapping[str, Any]) -> Iterator[tuple[NodePath, str]]:
    """What may not be in the file: places with the reason, no place twice."""
    content = text.encode("utf-8")
    document = read(content).document
    if document is None:
        yield _largest(plain), _TOO_LARGE
        return
    leaks = leaks_of(content).diagnostics
    yield from ((one.path or (), SECRET) for one in leaks)
    if leaks:
        return
    for one in check(document.plain(), document, FileKind.WORKSPACE):
        if one.severity is Severity.ERROR:
            yield _whole(one.path or ()), SECRET if one.code in LEAK_CODES else one.message


def _whole(path: NodePath) -> NodePath:
    """What is left out for an error at `path`: it, or what makes no sense without it."""
    steps = list(path)
    while len(steps) > 1 and (isinstance(steps[-1], int) or _is_needed(steps)):
        steps.pop()
    return tuple(steps)


def _largest(plain: Mapping[str, Any]) -> NodePath:
    """The thing with the longest text."""
    things = list(_sizes(plain))
    if not things:
        raise UsageError("it cannot be written as a workspace file", "make it smaller")
    return max(things)[1]


def _sizes(plain: Mapping[str, Any]) -> Iterator[tuple[int, NodePath]]:
    """How long each thing is, roughly."""
    for section in ("buffers", "snippets", "connections", "layout", "extensions"):
        for name, value in _map(plain.get(section)).items():
            yield len(str(value)), (section, name)


def _without(
    plain: Mapping[str, Any], path: NodePath, reason: str, left: list[LeftOut]
) -> dict[str, Any]:
    steps = list(_whole(path))
    while len(steps) > 1 and not _has(plain, steps):
        steps.pop()
    if not steps or steps[0] == "stui" or not _has(plain, steps):
        raise UsageError(f"it cannot be written as a workspace file: {reason}")
    copy: dict[str, Any] = _copied(plain)
    inner = copy
    for step in steps[:-1]:
        inner = inner[str(step)]
    del inner[str(steps[-1])]
    left.append(LeftOut(tuple(steps), reason))
    return copy


def _is_needed(steps: Sequence[object]) -> bool:
    """Whether what it is a part of makes no sense without it."""
    is_kind = steps[0] == "connections" and steps[-1] in ("kind", "command")
    is_code = steps[0] == "snippets" and steps[-1] == "source"
    return is_kind or is_code or (steps[0] == "layout" and len(steps) > _IN_LAYOUT)


def _has(plain: Any, steps: Sequence[object]) -> bool:
    for step in steps:
        if not isinstance(plain, Mapping) or step not in plain:
            return False
        plain = plain[step]
    return True


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    return value


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
