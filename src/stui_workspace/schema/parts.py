"""What the schema says about one place of a document.

A place is described by several schemas at once: its own, those of `allOf`, and what `$ref`
points to. Together they are its parts. Going one step down a document goes one step down in
each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stui_workspace.model.paths import NodePath, Step
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.schema.patterns import matches
from stui_workspace.schema.published import Schema


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """All schemas that apply to one place, the nearest first; none where nothing is known."""

    root: Schema
    """The schema in which `$ref` is looked up."""
    schemas: tuple[Schema, ...] = ()
    _below: dict[tuple[int, ...], Parts] = field(default_factory=dict, repr=False)

    def get(self, keyword: str, default: Any = None) -> Any:
        """What the nearest part says for a keyword."""
        for schema in self.schemas:
            if keyword in schema:
                return schema[keyword]
        return default

    def every(self, keyword: str) -> Iterator[Any]:
        """What each part says for a keyword that it has."""
        return (schema[keyword] for schema in self.schemas if keyword in schema)

    @property
    def types(self) -> frozenset[str]:
        """The names of the types that are allowed; empty for any."""
        found: frozenset[str] | None = None
        for types in self.every("type"):
            allowed = frozenset((types,) if isinstance(types, str) else types)
            found = allowed if found is None else found & allowed
        return found or frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are known by name, in the order of the schema."""
        names = (name for properties in self.every("properties") for name in properties)
        return tuple(dict.fromkeys(names))

    def key(self, key: str) -> Parts:
        """The parts of the value of a key."""
        return self._deeper(_value_schemas(self.schemas, key))

    @property
    def wildcard(self) -> Parts:
        """The parts of the values of keys that are not known by name."""
        schemas = self.every("additionalProperties")
        return self._deeper(tuple(schema for schema in schemas if isinstance(schema, dict)))

    @property
    def items(self) -> Parts:
        """The parts of the items of a list."""
        return self._deeper(tuple(self.every("items")))

    @property
    def key_names(self) -> Parts:
        """The parts of the keys themselves."""
        return self._deeper(tuple(self.every("propertyNames")))

    @property
    def describes_keys(self) -> bool:
        """Whether any part says which keys there are."""
        words = ("properties", "additionalProperties", "propertyNames")
        return any(word in schema for schema in self.schemas for word in words)

    def knows(self, key: str) -> bool:
        """Whether any part says something about a key."""
        return bool(_value_schemas(self.schemas, key))

    def step(self, step: Step) -> Parts:
        """The parts one step down."""
        return self.key(step) if isinstance(step, str) else self.items

    def at(self, path: NodePath) -> Parts:
        """The parts further down."""
        parts = self
        for step in path:
            parts = parts.step(step)
        return parts

    def _deeper(self, schemas: tuple[Schema, ...]) -> Parts:
        place = tuple(id(schema) for schema in schemas)
        if place not in self._below:
            self._below[place] = parts_of(self.root, *schemas)
        return self._below[place]


def parts_of(root: Schema, *schemas: Schema) -> Parts:
    """The parts that these schemas are, references and `allOf` followed."""
    return Parts(root, tuple(part for schema in schemas for part in _flat(root, schema)))


def _flat(root: Schema, schema: Schema) -> Iterator[Schema]:
    yield schema
    if "$ref" in schema:
        yield from _flat(root, _referred(root, schema["$ref"]))
    for part in schema.get("allOf", ()):
        yield from _flat(root, part)


def _referred(root: Schema, reference: str) -> Schema:
    """The schema a reference within the root points to. Nothing is ever fetched."""
    found: Any = root
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    referred: Schema = found
    return referred


def _value_schemas(schemas: tuple[Schema, ...], key: str) -> tuple[Schema, ...]:
    found: list[Schema] = []
    for schema in schemas:
        patterns = schema.get("patternProperties", {})
        fitting = [below for pattern, below in patterns.items() if matches(pattern, key)]
        if key in schema.get("properties", ()):
            fitting.append(schema["properties"][key])
        if not fitting and isinstance(schema.get("additionalProperties"), dict):
            fitting.append(schema["additionalProperties"])
        found += fitting
    return tuple(found)


def type_of(value: Plain) -> str:
    """The name that JSON Schema has for the type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, (list, tuple)) else "object"


def is_of(value: Plain, types: frozenset[str]) -> bool:
    """Whether a value is of one of the types; an integer is a number, too."""
    name = type_of(value)
    return not types or name in types or (name == "integer" and "number" in types)
