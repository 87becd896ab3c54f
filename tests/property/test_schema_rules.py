"""Our reading of the schema agrees with the reference validator's, place by place."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from strategies.workspaces import nearly
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain
from stui_workspace.schema import FileKind, SchemaName, schema_bytes
from stui_workspace.schema.kinds import parts_for
from stui_workspace.schema.rules import breaches, visits

NAMES = {
    FileKind.WORKSPACE: SchemaName.WORKSPACE,
    FileKind.OVERLAY: SchemaName.OVERLAY,
    FileKind.CONFIG: SchemaName.CONFIG,
    FileKind.CREDENTIALS: SchemaName.CREDENTIALS,
    FileKind.SESSION: SchemaName.SESSION,
}
OURS = ("x-stui-closed", "x-stui-regex")
"""What is wrong for us alone: an unknown key is a warning, and editors know no Python patterns."""


@cache
def reference_validator(name: SchemaName) -> Draft7Validator:
    """The reference validator, which can fetch nothing."""
    loaded = {one: json.loads(schema_bytes(one)) for one in SchemaName}
    resources = [(one.url, DRAFT7.create_resource(schema)) for one, schema in loaded.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft7Validator(loaded[name], registry=registry)


def by_reference(plain: Plain, kind: FileKind) -> set[NodePath]:
    errors = reference_validator(NAMES[kind]).iter_errors(plain)
    return {tuple(error.absolute_path) for error in errors}


def by_us(plain: Plain, kind: FileKind) -> set[NodePath]:
    found = [one for visit in visits(parts_for(kind), plain) for one in breaches(visit)]
    return {breach.path for breach in found if breach.rule not in OURS}


@pytest.mark.parametrize("kind", FileKind)
@settings(max_examples=400)
@given(st.data())
def test_the_same_places_are_wrong(kind: FileKind, data: st.DataObject) -> None:
    plain = data.draw(nearly(kind))
    assert by_us(plain, kind) == by_reference(plain, kind)
