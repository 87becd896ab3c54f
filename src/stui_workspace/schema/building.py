"""From resolved values to a `Workspace`. Total: what cannot be used takes its default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Any, Final, TypeVar

from stui_workspace.model.durations import parse_duration
from stui_workspace.model.records import replace
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import (
    Autosave,
    BufferSpec,
    ConnectionSpec,
    ConnectWhen,
    Guard,
    Health,
    HistoryPolicy,
    Keep,
    Preferences,
    Reconnect,
    RestorePolicy,
    SnippetSpec,
    Workspace,
)
from stui_workspace.schema.layers import OWN, Resolved, copied

T = TypeVar("T")

NOTHING: Final = Workspace()
"""The workspace of a file that says nothing."""

Read = Callable[[Plain], Any]


class _UnfitError(Exception):
    """The value is not of the wanted shape."""


def workspace_of(resolved: Resolved) -> Workspace:
    """The workspace that the values describe, times in seconds. Never raises."""
    plain = resolved.plain
    return Workspace(
        name=_text_or(plain.get("name"), ""),
        description=_text_or(plain.get("description"), None),
        connections=_each(plain.get("connections"), connection_of),
        buffers=_each(plain.get("buffers"), _buffer),
        snippets=_each(plain.get("snippets"), _snippet),
        layout=copied(_map(plain.get("layout"))),
        preferences=_built(Preferences(), plain.get("preferences")),
        history=_built(HistoryPolicy(), plain.get("history")),
        restore=_built(RestorePolicy(), plain.get("restore")),
        autosave=_built(Autosave(), plain.get("autosave")),
        session_store=_text_or(_map(plain.get("session")).get("store"), NOTHING.session_store),
        sync_conflicts=_text_or(_map(plain.get("sync")).get("conflicts"), NOTHING.sync_conflicts),
        sync_lineage=_map(plain.get("sync")).get("lineage") is True,
        extensions=copied(_map(plain.get("extensions"))),
        environments=resolved.environments,
        environment=resolved.environment,
    )


def connection_of(name: str, plain: Plain) -> ConnectionSpec:
    """The connection that the values describe, times in seconds. Never raises."""
    spec = _built(ConnectionSpec(name, "python"), plain)
    return replace(spec, other=_unknown(ConnectionSpec, plain))


def _buffer(name: str, plain: Plain) -> BufferSpec:
    return _built(BufferSpec(name), plain)


def _snippet(name: str, plain: Plain) -> SnippetSpec:
    return _built(SnippetSpec(name, ""), plain)


def _each(plain: Plain, build: Callable[[str, Plain], T]) -> dict[str, T]:
    return {name: build(name, one) for name, one in _map(plain).items()}


def _map(plain: Plain) -> Mapping[str, Plain]:
    return plain if isinstance(plain, Mapping) else {}


def _built(blank: T, plain: Plain) -> T:
    """`blank` with the fields that `plain` has and that can be used."""
    readers = _READERS[type(blank)]
    found: dict[str, Any] = {}
    for key, value in _map(plain).items():
        if key in readers and value is not None:
            try:
                found[key] = readers[key](value)
            except _UnfitError:
                continue
    return replace(blank, **found)  # type: ignore[type-var]


def _unknown(kind: type, plain: Plain) -> dict[str, Plain]:
    """What `plain` says under keys that no field reads; null says nothing, as everywhere."""
    found: dict[str, Plain] = {}
    for key, value in _map(plain).items():
        if key.startswith(OWN) or value is None:
            continue
        if key not in _READERS[kind]:
            found[key] = copied(value)
        elif key in _INNER and (inner := _unknown(_INNER[key], value)):
            found[key] = inner
    return found


def _text_or(plain: Plain, default: Any) -> Any:
    return plain if isinstance(plain, str) else default


def _text(value: Plain) -> str:
    if not isinstance(value, str):
        raise _UnfitError
    return value


def _flag(value: Plain) -> bool:
    if not isinstance(value, bool):
        raise _UnfitError
    return value


def _count(value: Plain) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _UnfitError
    return value


def _seconds(value: Plain) -> float:
    try:
        return parse_duration(_text(value))
    except ValueError:
        raise _UnfitError from None


def _texts(value: Plain) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise _UnfitError
    return tuple(_text(one) for one in value)


def _texts_by_name(value: Plain) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise _UnfitError
    return {key: str(one) for key, one in value.items() if isinstance(one, (str, int))}


def _choice(kind: type[Enum], value: Plain) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise _UnfitError from None


def _inside(blank: Any, value: Plain) -> Any:
    return _built(blank, value)


_INNER: Final[Mapping[str, type]] = {"reconnect": Reconnect, "health": Health}
"""Fields of a connection that are maps of known keys themselves."""

_READERS: Final[Mapping[type, Mapping[str, Read]]] = {
    ConnectionSpec: {
        **dict.fromkeys(
            ("kind", "title", "url", "identity", "credential", "offline", "cwd", "python"), _text
        ),
        **dict.fromkeys(("kernel", "prompt", "color", "notes"), _text),
        **dict.fromkeys(("setup", "command"), _texts),
        "connect": partial(_choice, ConnectWhen),
        "guard": partial(_choice, Guard),
        "reconnect": partial(_inside, Reconnect()),
        "health": partial(_inside, Health()),
        "env": _texts_by_name,
        "hold": _flag,
    },
    Reconnect: {**dict.fromkeys(("base", "cap", "give_up"), _seconds), "jitter": _text},
    Health: dict.fromkeys(("ping", "warn_after", "dead_after"), _seconds),
    BufferSpec: dict.fromkeys(("title", "kind", "connection", "language", "source", "file"), _text),
    SnippetSpec: dict.fromkeys(("source", "title", "connection", "language"), _text),
    Preferences: {
        **dict.fromkeys(("wrap", "line_numbers"), _flag),
        "theme": _text,
        "tab_width": _count,
        "evaluation_timeout": _seconds,
    },
    HistoryPolicy: {
        **dict.fromkeys(("per", "dedupe"), _text),
        "save": _flag,
        "keep": _count,
        "ignore": _texts,
    },
    RestorePolicy: {"policy": _text, "include": _texts},
    Autosave: {
        **dict.fromkeys(("journal", "snapshot"), _seconds),
        "keep": partial(_inside, Keep()),
    },
    Keep: dict.fromkeys(("last", "hourly", "daily"), _count),
}
