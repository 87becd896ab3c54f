"""The classic traps of YAML: text that is read as something else, here or by other readers.

This file is read by YAML 1.2, for which `no` is text. Readers of YAML 1.1 are still
everywhere, and for them it is false; so even what is right here is better quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import Finding, Places, quoted
from stui_workspace.schema.rules import Breach, Visit

LONGEST_TRAP: Final = 64
"""Characters; longer texts are prose."""

_YES: Final = frozenset(("yes", "on"))
_NO: Final = frozenset(("no", "off"))
_WORD: Final = re.compile(r"(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)\Z")
_OTHER_NUMBER: Final = re.compile(
    r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?\Z"  # base 60
    r"|[-+]?0b[01_]+\Z|[-+]?[0-9][0-9_]*_[0-9_]*\Z"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ][0-9:.]+.*)?\Z")
_LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]+\Z")

_QUOTE: Final = "quote it"
_BY_OTHERS: Final = "quote it, so that every reader takes it for text"


@dataclass(frozen=True, slots=True)
class Spot:
    """A value as it is written."""

    path: NodePath
    style: str | None
    text: str
    """As written; empty where nothing is."""
    rest: str
    """What follows on the same line."""


def spot_of(places: Places, path: NodePath) -> Spot:
    """The value at `path` as it is written."""
    text, end = places.text, places.span(path).end
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else len(text)]
    return Spot(path, places.style(path), places.written(path), rest)


def may_be_a_trap(visit: Visit) -> bool:
    """Whether a good value is worth a look at how it is written."""
    value, types = visit.value, visit.parts.types
    if isinstance(value, str):
        is_text = "string" in types and visit.parts.get("enum") is None
        return is_text and 0 < len(value) <= LONGEST_TRAP and _is_lookalike(value)
    return type(value) is int and bool(types & {"integer", "number"})


def _is_lookalike(text: str) -> bool:
    return any(pattern.match(text) for pattern in (_WORD, _OTHER_NUMBER, _DATE))


def warning_of(visit: Visit, spot: Spot) -> Finding | None:
    """What other readers would make of a good value; None where they agree."""
    if spot.style != "plain":
        return None
    name = quoted(visit.path)
    if isinstance(visit.value, str):
        if _WORD.match(visit.value):
            said, code = "true or false", "T101"
        elif _DATE.match(visit.value):
            said, code = "a date", "T105"
        else:
            said, code = "a number", "T102"
        message = f"{name} is text here, and {said} to many other YAML readers"
        return Finding(code, message, visit.path, _BY_OTHERS, Severity.WARNING)
    if not _LEADING_ZERO.match(spot.text):
        return None
    message = f"{name} begins with a zero, which makes it octal to many other YAML readers"
    return Finding("T104", message, visit.path, "leave the zero out", Severity.WARNING)


def error_of(breach: Breach, spot: Spot) -> Finding | None:
    """The trap that led to a value of a wrong kind; None where it is no trap."""
    value, path = breach.value, breach.path
    if breach.rule not in ("type", "enum"):
        return None
    if value is None:
        return _nothing(path, spot)
    types = breach.parts.types
    if isinstance(value, str) and types == {"boolean"}:
        return _other_boolean(path, value)
    if "string" not in types or breach.rule == "enum" or _has_own_code(breach):
        return None
    return _for_text(path, value, spot)


def _has_own_code(breach: Breach) -> bool:
    return breach.parts.get("x-stui-code") is not None


def _nothing(path: NodePath, spot: Spot) -> Finding:
    hint = "write a value, or remove the key"
    if not spot.text and re.match(r"[ \t]*#", spot.rest):
        hint = "a `#` begins a comment; quote the text if it is meant as one"
    elif spot.text:
        hint = "quote it, if it is meant as text"
    return Finding("T106", f"{quoted(path)} has no value", path, hint)


def _other_boolean(path: NodePath, value: str) -> Finding | None:
    word = value.casefold()
    if word not in _YES | _NO:
        return None
    right = "true" if word in _YES else "false"
    message = f"{quoted(path)} must be `true` or `false`, and this word is text"
    return Finding("T108", message, path, f"write `{right}`")


def _for_text(path: NodePath, value: Plain, spot: Spot) -> Finding | None:
    name = quoted(path)
    if isinstance(value, bool):
        message = f"{name} must be text, and this is read as true or false"
        return Finding("T107", message, path, _QUOTE)
    if isinstance(value, (int, float)):
        if _LEADING_ZERO.match(spot.text):
            message = f"{name} must be text, and as a number it loses its zeros"
            return Finding("T104", message, path, _QUOTE)
        message = f"{name} must be text, and this is read as a number"
        return Finding("T103", message, path, "quote it: as a number, 1.10 is 1.1")
    if isinstance(value, Mapping) and len(value) == 1 and next(iter(value.values())) is None:
        message = f"{name} must be text, and the colon at its end makes it a key"
        return Finding("T109", message, path, _QUOTE)
    return None
