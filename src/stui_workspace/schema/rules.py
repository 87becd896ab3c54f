"""The published schema, applied to a document: what breaks it, in the order of the file.

Reads the part of draft-07 that the schema uses, and nothing else: see `KEYWORDS`. That it agrees
with the reference validator is a property in `tests/property/test_schema_rules.py`, and why it is
not the reference validator itself stands in `docs/adr/0004-schema-by-hand.md`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain, same
from stui_workspace.schema.parts import Parts, is_of
from stui_workspace.schema.patterns import matches

WIDEST: Final = 1000
"""Keys of one map. Nobody writes more, and places are looked up one by one."""

DEEPEST: Final = 100
"""Steps down that are followed; the reading of a file refuses what is deeper long before."""

KEYWORDS: Final = frozenset(
    (
        *("type", "enum", "const", "minimum", "maximum", "exclusiveMinimum"),
        *("minLength", "maxLength", "pattern", "minItems", "maxItems", "items"),
        *("required", "properties", "patternProperties", "additionalProperties", "propertyNames"),
        *("allOf", "$ref", "not", "if", "then", "oneOf", "anyOf"),
    )
)
"""What of draft-07 is understood. The last five stand beside a keyword of ours that says it too."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One place of a document, with what the schema says about it."""

    path: NodePath
    value: Plain
    parts: Parts
    above: Visit | None = None
    """The map or list that it stands in."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a place breaks."""

    path: NodePath
    rule: str
    """The keyword, or the keyword of ours: `type`, `x-stui-closed`."""
    expected: Any
    """What the schema says for it."""
    parts: Parts
    value: Plain
    key: str | None = None
    """The key that is too much, missing or misnamed; None where the value itself is wrong."""


def visits(parts: Parts, value: Plain) -> Iterator[Visit]:
    """Each place of a document, the outer before the inner, in the order of the file.

    Maps that are too wide are not entered where the schema knows what should be in them.
    """
    todo = [Visit((), value, parts)]
    while todo:
        visit = todo.pop()
        yield visit
        if len(visit.path) < DEEPEST and not is_too_wide(visit):
            todo += reversed(list(_inside(visit)))


def _inside(visit: Visit) -> Iterator[Visit]:
    value, parts = visit.value, visit.parts
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield Visit((*visit.path, key), below, parts.key(key), visit)
    elif isinstance(value, (list, tuple)):
        items = parts.items
        for index, below in enumerate(value):
            yield Visit((*visit.path, index), below, items, visit)


def is_too_wide(visit: Visit) -> bool:
    """Whether a map that the schema describes has more keys than anybody writes."""
    return (
        isinstance(visit.value, Mapping)
        and len(visit.value) > WIDEST
        and visit.parts.describes_keys
    )


def breaches(visit: Visit) -> Iterator[Breach]:
    """The rules that one place breaks, its key included; what is inside it is not looked at."""
    yield from _breaches_of_key(visit)
    parts, value = visit.parts, visit.value
    for rule, expected in _rules(visit):
        yield Breach(visit.path, rule, expected, parts, value)
    if isinstance(value, Mapping) and not is_too_wide(visit):
        for key in _missing(parts, value):
            yield Breach(visit.path, "required", key, parts, value, key)


def _breaches_of_key(visit: Visit) -> Iterator[Breach]:
    above = visit.above
    if above is None or not isinstance(above.value, Mapping):
        return
    key, parts = str(visit.path[-1]), above.parts
    for rule, expected in _key_rules(key, parts, above.value):
        yield Breach(above.path, rule, expected, parts, above.value, key)


def _key_rules(key: str, parts: Parts, siblings: Mapping[str, Plain]) -> Iterator[tuple[str, Any]]:
    for rule in ("x-stui-one-of", "x-stui-exclusive"):
        for names in parts.every(rule):
            if key in names and key != next(one for one in siblings if one in names):
                yield rule, names
    if any(parts.every("x-stui-closed")) and not parts.knows(key):
        yield "x-stui-closed", True
        return
    for pattern in parts.key_names.every("pattern"):
        if not matches(pattern, key):
            yield "propertyNames", pattern


def _missing(parts: Parts, value: Mapping[str, Plain]) -> Iterator[str]:
    return (key for keys in parts.every("required") for key in keys if key not in value)


def _rules(visit: Visit) -> Iterator[tuple[str, Any]]:
    parts, value = visit.parts, visit.value
    if is_too_wide(visit):
        yield "maxProperties", WIDEST
    elif (choice := parts.get("enum")) is not None:
        if not any(same(value, one) for one in choice):
            yield "enum", choice
    elif not is_of(value, parts.types):
        yield "type", parts.types
    else:
        yield from _simple_rules(parts, value)


def _simple_rules(parts: Parts, value: Plain) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str):
        yield from _text_rules(parts, value)
    elif isinstance(value, (list, tuple)):
        yield from _list_rules(parts, value)
    elif isinstance(value, Mapping):
        for names in parts.every("x-stui-one-of"):
            if not any(key in names for key in value):
                yield "x-stui-one-of", names
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number_rules(parts, value)


def _text_rules(parts: Parts, value: str) -> Iterator[tuple[str, Any]]:
    for least in parts.every("minLength"):
        if len(value) < least:
            yield "minLength", least
            return
    for most in parts.every("maxLength"):
        if len(value) > most:
            yield "maxLength", most
            return
    for pattern in parts.every("pattern"):
        if not matches(pattern, value):
            yield "pattern", pattern
    if any(parts.every("x-stui-regex")) and not _is_regex(value):
        yield "x-stui-regex", True


def _list_rules(parts: Parts, value: Sequence[Plain]) -> Iterator[tuple[str, Any]]:
    for least in parts.every("minItems"):
        if len(value) < least:
            yield "minItems", least
    for most in parts.every("maxItems"):
        if len(value) > most:
            yield "maxItems", most


def _number_rules(parts: Parts, value: float) -> Iterator[tuple[str, Any]]:
    for wanted in parts.every("const"):
        if not same(value, wanted):
            yield "const", wanted
    for least in parts.every("minimum"):
        if not value >= least:
            yield "minimum", least
    for most in parts.every("maximum"):
        if not value <= most:
            yield "maximum", most
    for bound in parts.every("exclusiveMinimum"):
        if not value > bound:
            yield "exclusiveMinimum", bound


def _is_regex(text: str) -> bool:
    try:
        with warnings.catch_warnings():  # about sets that may mean something else one day
            warnings.simplefilter("ignore")
            re.compile(text)
    except (re.error, OverflowError, RecursionError):
        return False
    return True
