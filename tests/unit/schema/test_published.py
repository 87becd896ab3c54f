"""The published files: valid, in harmony with each other, and written for both kinds of readers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from stui_workspace.schema import SchemaName, schema_bytes
from stui_workspace.schema.patterns import matches
from stui_workspace.schema.rules import KEYWORDS

FOLDER = Path(__file__).parents[3] / "schema"
ANNOTATIONS = {"title", "description", "default", "examples", "patternErrorMessage"} | {
    "defaultSnippets",
    "definitions",
    "$schema",
    "$id",
}
OURS = {"x-stui-merge", "x-stui-class", "x-stui-code", "x-stui-closed", "x-stui-regex"} | {
    "x-stui-one-of",
    "x-stui-exclusive",
    "x-stui-known",
}
OF_SCHEMAS = ("properties", "patternProperties", "definitions")
OF_ONE_SCHEMA = ("additionalProperties", "propertyNames", "items", "not", "if", "then")

names = pytest.mark.parametrize("name", SchemaName)


def every_schema(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema itself and each one inside it."""
    yield schema
    inside = [one for word in OF_SCHEMAS for one in schema.get(word, {}).values()]
    inside += [schema[word] for word in OF_ONE_SCHEMA if isinstance(schema.get(word), dict)]
    inside += [*schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])]
    for one in inside:
        yield from every_schema(one)


def loaded(name: SchemaName) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_bytes(name))
    return schema


@names
def test_a_published_file_is_a_schema_of_draft_7(name: SchemaName) -> None:
    schema = loaded(name)
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == name.url


@names
def test_the_bytes_are_those_of_the_folder(name: SchemaName) -> None:
    assert schema_bytes(name) == (FOLDER / name).read_bytes()


@names
def test_nothing_is_written_that_is_not_understood(name: SchemaName) -> None:
    words = {word for schema in every_schema(loaded(name)) for word in schema}
    assert words <= KEYWORDS | ANNOTATIONS | OURS


@names
def test_references_lead_somewhere_inside(name: SchemaName) -> None:
    schema = loaded(name)
    references = {one["$ref"] for one in every_schema(schema) if "$ref" in one}
    for reference in references:
        file, _, place = reference.partition("#/")
        found: Any = loaded(SchemaName.WORKSPACE) if file else schema
        assert file in ("", SchemaName.WORKSPACE.copy_name)
        for step in place.split("/"):
            found = found[step]


@names
def test_a_reference_stands_alone(name: SchemaName) -> None:
    """Draft 7 ignores what stands beside a reference, and some readers do not."""
    for schema in every_schema(loaded(name)):
        assert "$ref" not in schema or set(schema) == {"$ref"}


@names
def test_patterns_mean_the_same_everywhere(name: SchemaName) -> None:
    for schema in every_schema(loaded(name)):
        if "pattern" in schema:
            assert re.match(r"\^.*\$$", schema["pattern"])
            assert not re.search(r"\\[AZzpPkg]|\(\?[P<#i]", schema["pattern"])
            assert schema["patternErrorMessage"].endswith(".")


@names
def test_defaults_and_examples_are_valid(name: SchemaName) -> None:
    root = loaded(SchemaName.WORKSPACE) if name is not SchemaName.SESSION else loaded(name)
    for schema in every_schema(root):
        validator = Draft7Validator({**schema, "definitions": root["definitions"], "$id": ""})
        for example in (
            *schema.get("examples", ()),
            *([schema["default"]] if "default" in schema else ()),
        ):
            if schema.get("title") in ("Name", "Narrow form") or example in ({}, None):
                continue
            assert [one.message for one in validator.iter_errors(example)] == []


def test_what_is_ours_is_said_in_draft_7_as_well() -> None:
    """An editor must refuse what we refuse, though it knows nothing of our keywords."""
    for schema in every_schema(loaded(SchemaName.WORKSPACE)):
        if "x-stui-one-of" in schema:
            choices = [{"required": [key]} for key in schema["x-stui-one-of"]]
            assert schema["then"] == {"oneOf": choices}
        if "x-stui-exclusive" in schema:
            both = {"type": "object", "required": schema["x-stui-exclusive"]}
            assert schema["not"] == both
        if "x-stui-known" in schema:
            known = schema["x-stui-known"]  # offered by an editor, which takes any other text, too
            assert schema["anyOf"] == [{"enum": known}, {"type": "string"}]


def test_the_catalog_names_the_published_files() -> None:
    catalog = json.loads((FOLDER / "catalog.json").read_text(encoding="utf-8"))
    urls = {one["url"] for one in catalog["schemas"]}
    assert urls == {SchemaName.WORKSPACE.url, SchemaName.OVERLAY.url}
    for entry in catalog["schemas"]:
        assert set(entry) == {"name", "description", "fileMatch", "url"}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("^a$", "a", True), ("^a$", "a\n", False), ("^x-", "x-a", True), ("^x-", "ax-", False)],
)
def test_a_pattern_ends_where_the_text_ends(pattern: str, text: str, expected: object) -> None:
    assert matches(pattern, text) is expected
