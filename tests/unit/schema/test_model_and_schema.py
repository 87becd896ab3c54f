"""The model and the published schema say the same, in both directions."""

from __future__ import annotations

from dataclasses import MISSING, fields
from enum import Enum
from math import inf
from types import MappingProxyType
from typing import Any

import pytest

from stui_workspace.connections import kinds
from stui_workspace.model import session as session_model
from stui_workspace.model import workspace as workspace_model
from stui_workspace.model.durations import parse_duration
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Autosave, ConnectionSpec, Workspace
from stui_workspace.schema import FileKind, resolve, workspace_of
from stui_workspace.schema.building import _READERS
from stui_workspace.schema.kinds import parts_for
from stui_workspace.schema.parts import Parts, parts_of
from stui_workspace.schema.published import SchemaName, load_schema

MAIN = load_schema(SchemaName.WORKSPACE)
SESSION = load_schema(SchemaName.SESSION)
OWN_FIELDS = {"name", "id", "other"}
"""What the key of the map says, and what keys say that the schema does not know."""
INSIDE: dict[str, Any] = {
    "reconnect": workspace_model.Reconnect(),
    "health": workspace_model.Health(),
    "keep": workspace_model.Keep(),
}
"""Fields that are maps themselves."""

WORKSPACE_CLASSES = {
    "connectionPart": ConnectionSpec,
    "buffer": workspace_model.BufferSpec,
    "snippetPart": workspace_model.SnippetSpec,
    "preferences": workspace_model.Preferences,
    "history": workspace_model.HistoryPolicy,
    "restore": workspace_model.RestorePolicy,
    "autosave": Autosave,
}
SESSION_CLASSES = {
    ("meta",): session_model.SessionMeta,
    ("layout",): session_model.LayoutState,
    ("buffers", "a"): session_model.BufferState,
    ("connections", "a"): session_model.ConnectionRecord,
    ("transcript", 0): session_model.TranscriptEntry,
}
RENAMED = {
    "session_store": ("session", "store"),
    "sync_conflicts": ("sync", "conflicts"),
    "sync_lineage": ("sync", "lineage"),
}

workspace_classes = pytest.mark.parametrize(("name", "cls"), WORKSPACE_CLASSES.items())
session_classes = pytest.mark.parametrize(("path", "cls"), SESSION_CLASSES.items())


def part(name: str) -> Parts:
    return parts_of(MAIN, MAIN["definitions"][name])


def defaults_of(cls: type) -> dict[str, object]:
    """The default of each field that has one."""
    found: dict[str, object] = {}
    for field in fields(cls):
        if field.default is not MISSING:
            found[field.name] = field.default
        elif field.default_factory is not MISSING:
            found[field.name] = field.default_factory()
    return found


def as_written(value: object, parts: Parts) -> object:
    """A value of the model as the file would have it."""
    if isinstance(value, float) and "string" in parts.types:
        return "never" if value == inf else value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    return value


def assert_same_default(value: object, parts: Parts, name: str) -> None:
    default: Any = parts.get("default")
    if isinstance(value, float) and isinstance(default, str):
        default = parse_duration(default)
        assert (name, value) == (name, default)
    elif type(value) in map(type, INSIDE.values()):
        assert value == INSIDE[name]
        assert default == {}
    else:
        assert (name, as_written(value, parts)) == (name, default)


@workspace_classes
def test_fields_are_keys(name: str, cls: type) -> None:
    names = {field.name for field in fields(cls)} - OWN_FIELDS
    assert names == set(part(name).names)


@workspace_classes
def test_defaults_are_the_same(name: str, cls: type) -> None:
    parts = part(name)
    for field, value in defaults_of(cls).items():
        if field not in OWN_FIELDS:
            assert_same_default(value, parts.key(field), field)
    required = {field.name for field in fields(cls)} - OWN_FIELDS - defaults_of(cls).keys()
    assert {name for name in required if parts.key(name).get("default") is not None} == set()


@pytest.mark.parametrize("name", INSIDE)
def test_inner_maps_are_the_same(name: str) -> None:
    parent = "autosave" if name == "keep" else "connectionPart"
    parts, value = part(parent).key(name), INSIDE[name]
    assert {field.name for field in fields(value)} == set(parts.names)
    for field in fields(value):
        assert_same_default(getattr(value, field.name), parts.key(field.name), field.name)


def test_the_sections_of_the_file_are_the_fields_of_the_workspace() -> None:
    keys = {RENAMED.get(field.name, (field.name,))[0] for field in fields(Workspace)}
    assert keys - {"environment"} == set(parts_for(FileKind.WORKSPACE).names) - {"stui", "vars"}


@pytest.mark.parametrize(("field", "path"), RENAMED.items())
def test_single_keys_have_the_defaults_of_their_fields(field: str, path: tuple[str, str]) -> None:
    parts = parts_for(FileKind.WORKSPACE).at(path)
    assert parts.get("default") == getattr(Workspace(), field)


@pytest.mark.parametrize(
    ("path", "cls"),
    [
        (("connections", "a", "connect"), workspace_model.ConnectWhen),
        (("connections", "a", "guard"), workspace_model.Guard),
    ],
)
def test_choices_are_the_same(path: tuple[str, ...], cls: type[Enum]) -> None:
    assert parts_for(FileKind.WORKSPACE).at(path).get("enum") == [one.value for one in cls]


def test_the_kinds_of_the_schema_are_those_that_come_along() -> None:
    known = parts_for(FileKind.WORKSPACE).at(("connections", "a", "kind")).get("x-stui-known")
    assert known == list(kinds._OURS)


@pytest.mark.parametrize("cls", [*WORKSPACE_CLASSES.values(), *map(type, INSIDE.values())])
def test_every_field_is_read(cls: type) -> None:
    names = {field.name for field in fields(cls)} - OWN_FIELDS
    assert names == set(_READERS[cls])


def test_a_file_that_says_nothing_has_the_defaults_of_the_model() -> None:
    plain: dict[str, Plain] = {"connections": {"py": {"kind": "python"}}, "buffers": {"a": {}}}
    workspace = workspace_of(resolve(plain))
    assert workspace.connections == MappingProxyType({"py": ConnectionSpec("py", "python")})
    assert workspace.buffers == {"a": workspace_model.BufferSpec("a")}
    assert workspace.autosave == Autosave()


@session_classes
def test_a_session_has_the_keys_of_its_model(path: tuple[str | int, ...], cls: type) -> None:
    parts = parts_for(FileKind.SESSION).at(path)
    assert set(parts.names) == {field.name for field in fields(cls)}
    required = {field.name for field in fields(cls)} - defaults_of(cls).keys()
    assert {name for names in parts.every("required") for name in names} == required


@session_classes
def test_a_session_has_the_defaults_of_its_model(path: tuple[str | int, ...], cls: type) -> None:
    parts = parts_for(FileKind.SESSION).at(path)
    for name, value in defaults_of(cls).items():
        assert (name, as_written(value, parts.key(name))) == (name, parts.key(name).get("default"))


def test_the_items_of_a_session_are_its_sections() -> None:
    sections = {field.name for field in fields(session_model.SessionState)}
    assert sections == set(parts_for(FileKind.SESSION).names) - {"stui-session", "beside"}
