"""What several schemas say about one place, together."""

from __future__ import annotations

from typing import Any

import pytest

from stui_workspace.model.values import Plain
from stui_workspace.schema.parts import is_of, parts_of, type_of

ROOT: dict[str, Any] = {
    "definitions": {
        "one": {"type": ["string", "null"], "title": "one"},
        "two": {"allOf": [{"$ref": "#/definitions/one"}], "type": "string", "title": "two"},
        "map": {
            "properties": {"a": {"title": "a"}},
            "patternProperties": {"^x-": {"title": "own"}},
            "additionalProperties": {"title": "other"},
        },
        "chain": {"items": {"$ref": "#/definitions/chain"}, "title": "chain"},
    }
}


def at(name: str) -> Any:
    return parts_of(ROOT, {"$ref": f"#/definitions/{name}"})


def test_the_nearest_speaks_first_and_all_are_heard() -> None:
    assert at("two").get("title") == "two"
    assert [*at("two").every("title")] == ["two", "one"]
    assert at("two").get("pattern", "none") == "none"


def test_only_types_that_all_allow_are_allowed() -> None:
    assert at("one").types == {"string", "null"}
    assert at("two").types == {"string"}
    assert at("map").types == frozenset()


@pytest.mark.parametrize(("key", "title"), [("a", "a"), ("x-a", "own"), ("b", "other")])
def test_a_key_is_found_by_name_then_pattern_then_at_all(key: str, title: str) -> None:
    assert [*at("map").key(key).every("title")] == [title]
    assert at("map").knows(key)
    assert not at("one").knows(key)


def test_a_schema_may_contain_itself() -> None:
    parts = at("chain")
    for _ in range(50):
        parts = parts.items
    assert parts.get("title") == "chain"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "integer"),
        (1.0, "number"),
        ("", "string"),
        ([], "array"),
        ((), "array"),
        ({}, "object"),
    ],
)
def test_each_value_has_one_type(value: Plain, name: str) -> None:
    assert type_of(value) == name
    assert is_of(value, frozenset({name}))
    assert is_of(value, frozenset())
    assert is_of(value, frozenset({"number"})) is (name in ("integer", "number"))
