"""A session as items and back: what the journal, the snapshots and the file are made of.

Reading is tolerant by the field: what cannot be used is named, takes its
default, and everything else comes back. Never raises, whatever the values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from math import isfinite
from typing import Any, TypeGuard, TypeVar

from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    Items,
    LayoutState,
    SessionMeta,
    SessionState,
    TranscriptEntry,
    Waiting,
)
from stui_workspace.model.values import Plain

T = TypeVar("T")

BUFFER = "buffer/"
CONNECTION = "connection/"

NOBODY = SessionMeta("", "", "", 0.0, 0.0, 0.0)
"""The meta of a session that lost its own."""


_ROWS: Mapping[str, Any] = {
    "transcript": TranscriptEntry(0, "", "", ""),
    "outbox": Waiting("", "", "", 0.0),
}
"""The items that are lists, each with a row of it that says nothing."""


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """Something of an item that could not be used. Holds no value of it."""

    item: str
    """Its name: `buffer/scratch`."""
    reason: str
    """One clause: "`cursor` is not a position"."""


def items_of(state: SessionState) -> dict[str, Plain]:
    """The session as items; fields that have their default are left out, but for `meta`."""
    items: dict[str, Plain] = {"meta": _all_of(state.meta)}
    if state.layout != LayoutState():
        items["layout"] = _plain_of(state.layout)
    if state.preferences:
        items["preferences"] = _listed(state.preferences)
    if state.transcript:
        items["transcript"] = [_plain_of(entry) for entry in state.transcript]
    if state.outbox:
        items["outbox"] = [_plain_of(waiting) for waiting in state.outbox]
    items |= {BUFFER + name: _plain_of(buffer) for name, buffer in state.buffers.items()}
    items |= {CONNECTION + name: _plain_of(record) for name, record in state.connections.items()}
    return items


def state_from(items: Items) -> tuple[SessionState, tuple[ItemProblem, ...]]:
    """The session that the items describe, and what of them could not be used."""
    problems: list[ItemProblem] = []
    state = SessionState(NOBODY)
    if "meta" not in items:
        problems.append(ItemProblem("meta", "it is missing"))
    buffers: dict[str, BufferState] = {}
    connections: dict[str, ConnectionRecord] = {}
    for name, value in items.items():
        if value is None:
            continue
        if name == "meta":
            state = replace(state, meta=_built(NOBODY, name, value, problems))
        elif name == "layout":
            state = replace(state, layout=_built(LayoutState(), name, value, problems))
        elif name == "preferences" and isinstance(value, Mapping):
            state = replace(state, preferences=_listed(value))
        elif name in _ROWS and _is_list(value):
            rows: Any = {name: _rows(_ROWS[name], name, value, problems)}
            state = replace(state, **rows)
        elif name.startswith(BUFFER) and isinstance(value, Mapping):
            buffers[name.removeprefix(BUFFER)] = _built(BufferState(), name, value, problems)
        elif name.startswith(CONNECTION) and isinstance(value, Mapping):
            record = _built(ConnectionRecord(), name, value, problems)
            connections[name.removeprefix(CONNECTION)] = record
        else:
            problems.append(ItemProblem(name, "it is not of a kind that this stui knows"))
    return replace(state, buffers=buffers, connections=connections), tuple(problems)


class _UnfitError(Exception):
    """The value is not of the wanted shape; the argument says which."""


def _text(value: Plain) -> str:
    if not isinstance(value, str):
        raise _UnfitError("text")
    return value


def _time(value: Plain) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _UnfitError("a number")
    try:
        number = float(value)
    except OverflowError:
        raise _UnfitError("a number") from None
    if not isfinite(number):
        raise _UnfitError("a number")
    return number


def _count(value: Plain) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _UnfitError("a count")
    return value


def _flag(value: Plain) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError("true or false")
    return value


def _position(value: Plain) -> tuple[int, int]:
    if not _is_list(value) or len(value) != 2:  # noqa: PLR2004 (line and column)
        raise _UnfitError("a position")
    return _count(value[0]), _count(value[1])


def _texts_by_name(value: Plain) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise _UnfitError("a map")
    return {key: _text(text) for key, text in value.items()}


def _anything(value: Plain) -> Plain:
    listed: Plain = _listed(value)
    return listed


def _maybe(read: Callable[[Plain], T]) -> Callable[[Plain], T | None]:
    return lambda value: None if value is None else read(value)


_READERS: Mapping[type, Mapping[str, Callable[[Plain], object]]] = {
    SessionMeta: {
        **dict.fromkeys(("id", "name", "machine"), _text),
        **dict.fromkeys(("created", "opened", "saved", "seconds"), _time),
        **dict.fromkeys(("opens", "evaluations"), _count),
        "closed": _flag,
    },
    BufferState: {
        **dict.fromkeys(("text", "base", "title", "language", "connection"), _maybe(_text)),
        "cursor": _position,
        "anchor": _maybe(_position),
        "scroll": _count,
        "ad_hoc": _flag,
    },
    ConnectionRecord: {
        "wanted": _flag,
        "incarnation": _maybe(_text),
        "evaluations": _count,
        "last_error": _maybe(_text),
        "last_online": _maybe(_time),
        "attempts": _count,
        "is_favourite": _flag,
        "spec": _anything,
    },
    LayoutState: {
        **dict.fromkeys(("variant", "base", "focus", "zoomed"), _maybe(_text)),
        "tree": _anything,
        "active": _texts_by_name,
    },
    TranscriptEntry: {
        **dict.fromkeys(("connection", "code", "outcome", "output", "request"), _text),
        **dict.fromkeys(("result", "incarnation"), _maybe(_text)),
        **dict.fromkeys(("number", "heard"), _count),
        "at": _time,
    },
    Waiting: {
        **dict.fromkeys(("id", "connection", "code"), _text),
        "at": _time,
        "incarnation": _maybe(_text),
    },
}


def _built(blank: T, name: str, value: Plain, problems: list[ItemProblem]) -> T:
    """`blank` with the fields of `value` that can be used."""
    if not isinstance(value, Mapping):
        problems.append(ItemProblem(name, "it is not a map"))
        return blank
    readers = _READERS[type(blank)]
    found: dict[str, Any] = {}
    for key, read in readers.items():
        if key not in value:
            continue
        try:
            found[key] = read(value[key])
        except _UnfitError as unfit:
            problems.append(ItemProblem(name, f"`{key}` is not {unfit}"))
    problems.extend(
        ItemProblem(name, f"`{key}` is not known to this stui")
        for key in value
        if key not in readers
    )
    return replace(blank, **found)  # type: ignore[type-var]


def _rows(
    blank: T, name: str, value: Sequence[Plain], problems: list[ItemProblem]
) -> tuple[T, ...]:
    rows: list[T] = []
    for index, one in enumerate(value):
        if isinstance(one, Mapping):
            rows.append(_built(blank, f"{name}[{index}]", one, problems))
        else:
            problems.append(ItemProblem(f"{name}[{index}]", "it is not a map"))
    return tuple(rows)


def _plain_of(value: Any) -> dict[str, Plain]:
    """The fields of a value that are not at their defaults."""
    return {
        field.name: _listed(current)
        for field in fields(value)
        if (current := getattr(value, field.name)) != _default_of(field)
    }


def _all_of(value: Any) -> dict[str, Plain]:
    return {field.name: _listed(getattr(value, field.name)) for field in fields(value)}


def _default_of(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _listed(value: Any) -> Any:
    """The value with plain maps and lists only, as JSON and YAML know them."""
    if isinstance(value, Mapping):
        return {key: _listed(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return value


def _is_list(value: Plain) -> TypeGuard[Sequence[Plain]]:
    return isinstance(value, (list, tuple))
