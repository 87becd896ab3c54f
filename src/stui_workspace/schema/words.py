"""What is said about a rule that is broken: a code, a clause, and what to do.

None of it repeats a value: a value may be a secret that was pasted in the wrong place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.printable import printable_line
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import Finding, did_you_mean, one_of, quoted, without_secrets
from stui_workspace.schema.parts import type_of
from stui_workspace.schema.rules import Breach, Visit

KINDS: Final[Mapping[str, str]] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a map of keys and values",
    "null": "empty",
}

UNITS: Final = "write a number with its unit: `500ms`, `30s`, `5m` or `2h`"
REFERENCE: Final = "write the name of a secret: `keyring:<name>` or `vault:<name>`"

_PATTERNS: Final[Mapping[str, tuple[str, str | None]]] = {
    "S110": ("{name} must be a length of time", UNITS),
    "S111": ("{name} is not written in its form", None),
    "S113": (
        "{name} must stay inside the project",
        "write a relative path without `..`, `~`, variables or a drive",
    ),
    "S120": ("{name} must name a secret, not hold it", REFERENCE),
}


def finding_of(breach: Breach) -> Finding:
    """The finding for a broken rule."""
    return _SAYERS[breach.rule](breach)


def code_of(breach: Breach, usual: str) -> str:
    """The code that the schema has for this place, or else the usual one of the rule."""
    code: str = breach.parts.get("x-stui-code", usual)
    return code


def slip_in(visit: Visit) -> Finding | None:
    """A warning where a good value is very like one that is known; others may come with plugins."""
    known = visit.parts.get("x-stui-known", ())
    if not known or visit.value in known:
        return None
    hint = did_you_mean(visit.value, tuple(known))
    message = f"no {quoted(visit.path)} of that name comes with stui"
    return Finding("S119", message, visit.path, hint, Severity.WARNING) if hint else None


def _missing(breach: Breach) -> Finding:
    key = str(breach.key)
    examples = breach.parts.key(key).get("examples", [""])
    hint = f"add `{key}: {_example(examples[0])}`"
    return Finding("S101", f"`{key}` is missing", breach.path, hint, at_key=True)


def _example(value: Plain) -> str:
    return value.splitlines()[0] if isinstance(value, str) else str(value)


def _wrong_kind(breach: Breach) -> Finding:
    code = code_of(breach, "S102")
    if code in ("S110", "S120"):
        message, hint = _PATTERNS[code]
        message = message.format(name=quoted(breach.path))
        return Finding(code, message, breach.path, hint, conceal=code == "S120")
    allowed = [kind for kind in KINDS if kind in breach.expected and kind != "null"]
    kinds = " or ".join(KINDS[kind] for kind in allowed)
    message = f"{quoted(breach.path)} must be {kinds}, not {KINDS[type_of(breach.value)]}"
    if isinstance(breach.value, bool):
        message = message.replace("not `true` or `false`", "not true or false")
    return Finding("S102", message, breach.path, _kind_hint(breach, allowed))


def _kind_hint(breach: Breach, allowed: list[str]) -> str | None:
    found = type_of(breach.value)
    if allowed == ["array"] and found != "null":
        return "write it as a list: `[one, two]`"
    if allowed == ["object"]:
        return "write keys below it, each as `key: value`"
    if found == "string" and isinstance(breach.value, str) and _reads_as(breach.value, allowed):
        return "remove the quotes"
    return None


def _reads_as(text: str, allowed: list[str]) -> bool:
    if "boolean" in allowed:
        return text in ("true", "false")
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def _not_a_choice(breach: Breach) -> Finding:
    choice = tuple(breach.expected)
    message = f"{quoted(breach.path)} must be {one_of(choice)}"
    return Finding("S103", message, breach.path, did_you_mean(breach.value, choice))


def _unknown(breach: Breach) -> Finding:
    key = str(breach.key)
    message = f"unknown key `{printable_line(without_secrets(key), 60)}`"
    hint = did_you_mean(key, breach.parts.names)
    return Finding(
        "S104", message, (*breach.path, key), hint, severity=Severity.WARNING, at_key=True
    )


def _misnamed(breach: Breach) -> Finding:
    key = str(breach.key)
    message = f"`{printable_line(without_secrets(key), 60)}` cannot be a name here"
    said = breach.parts.key_names.get("patternErrorMessage")
    return Finding("S107", message, (*breach.path, key), _lower(said), at_key=True)


def _out_of_range(breach: Breach) -> Finding:
    least, most = breach.parts.get("minimum"), breach.parts.get("maximum")
    if breach.parts.get("exclusiveMinimum") is not None:
        bounds = f"above {breach.parts.get('exclusiveMinimum')} and at most {most}"
    else:
        bounds = f"between {least} and {most}" if most is not None else f"at least {least}"
    return Finding("S108", f"{quoted(breach.path)} must be {bounds}", breach.path)


def _wrong_length(breach: Breach) -> Finding:
    name, limit = quoted(breach.path), breach.expected
    message = {
        "minLength": f"{name} must not be empty",
        "maxLength": f"{name} must have at most {limit} characters",
        "minItems": f"{name} must have at least {limit} item{'' if limit == 1 else 's'}",
        "maxItems": f"{name} must have at most {limit} items",
    }[breach.rule]
    return Finding("S109", message, breach.path)


def _too_wide(breach: Breach) -> Finding:
    message = f"{quoted(breach.path)} has more than {breach.expected} keys"
    return Finding("S118", message, breach.path, at_key=True)


def _ill_formed(breach: Breach) -> Finding:
    code = code_of(breach, "S111")
    message, hint = _PATTERNS[code]
    hint = hint or _lower(breach.parts.get("patternErrorMessage"))
    message = message.format(name=quoted(breach.path))
    return Finding(code, message, breach.path, hint, conceal=code == "S120")


def _not_a_place(breach: Breach) -> Finding:
    names = one_of(tuple(breach.expected))
    code = code_of(breach, "S112")
    if breach.key is not None:
        path = (*breach.path, breach.key)
        message = f"`{breach.key}` stands beside another of {names.replace(' or ', ' and ')}"
        return Finding(code, message, path, "a place has one of them", at_key=True)
    if code != "S112":  # where a secret is
        message = f"{quoted(breach.path)} does not say where it is"
        return Finding("S101", message, breach.path, f"give it one of {names}", at_key=True)
    message = f"{quoted(breach.path)} says nothing to show"
    return Finding("S112", message, breach.path, f"give it one of {names}", at_key=True)


def _one_too_many(breach: Breach) -> Finding:
    key = str(breach.key)
    other = next(name for name in breach.expected if name != key)
    path = (*breach.path, key)
    message = f"`{key}` and `{other}` exclude each other"
    return Finding("S114", message, path, "keep one of the two", at_key=True)


def _no_regex(breach: Breach) -> Finding:
    message = f"{quoted(breach.path)} is not a regular expression"
    hint = "escape what is meant as it stands: `\\(`, `\\[`, `\\*`"
    return Finding("S116", message, breach.path, hint)


def _lower(sentence: str | None) -> str | None:
    """A sentence as a clause: "Write it." as "write it"."""
    if not sentence:
        return None
    return sentence[0].lower() + sentence[1:].removesuffix(".")


_SAYERS: Final[Mapping[str, Callable[[Breach], Finding]]] = {
    "required": _missing,
    "type": _wrong_kind,
    "enum": _not_a_choice,
    "x-stui-closed": _unknown,
    "propertyNames": _misnamed,
    "const": _out_of_range,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "exclusiveMinimum": _out_of_range,
    "minLength": _wrong_length,
    "maxLength": _wrong_length,
    "minItems": _wrong_length,
    "maxItems": _wrong_length,
    "maxProperties": _too_wide,
    "pattern": _ill_formed,
    "x-stui-one-of": _not_a_place,
    "x-stui-exclusive": _one_too_many,
    "x-stui-regex": _no_regex,
}
