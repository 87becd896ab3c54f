"""Looking names up in the namespace of the connection, for whoever is writing code."""

from __future__ import annotations

import builtins
import json
import keyword
import reprlib

from .faults import cut_in_the_middle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MATCHES_COUNT = 200
NAME_LENGTH = 200
FEW_LENGTH = 48 << 10
"""Characters of all matches together: what is sent is bounded."""


def looked_up(wanted: str, name: str, namespace: Mapping[str, object]) -> str:
    """What is known of a dotted name, as JSON. Attributes are asked for, which may run their code.

    Args:
        wanted: complete, for the names that it may be the beginning of; or inspect, for words.
        name: Letters and dots, as they stand in the code.
        namespace: Of the connection.
    """
    return json.dumps(completed(name, namespace) if wanted == "complete" else told(name, namespace))


def completed(name: str, namespace: Mapping[str, object]) -> list[str]:
    """The last part of the name with whatever it may go on."""
    *path, start = name.split(".")
    if path:
        names = dir(value_of(path, namespace))
    else:
        names = [*namespace, *vars(builtins), *keyword.kwlist]
    found = {str(one) for one in names if str(one).startswith(start)}
    if not start.startswith("_"):
        found = {one for one in found if not one.startswith("_")}
    matches: list[str] = []
    room = FEW_LENGTH
    for one in sorted(found):
        room -= len(one)
        if room < 0 or len(matches) == MATCHES_COUNT:
            break
        if len(one) <= NAME_LENGTH:
            matches.append(one)
    return matches


def told(name: str, namespace: Mapping[str, object]) -> str:
    """What the name stands for: how it is called, or what it is, and what it says of itself."""
    import inspect  # takes long, and most connections are never asked

    value = value_of(name.split("."), namespace)
    head = f"{name}: {type(value).__qualname__}"
    if callable(value):
        try:
            head = f"{name}{inspect.signature(value)}"
        except (ValueError, TypeError):  # many builtins do not say
            head = f"{name}(...)"
    else:
        head = f"{head} = {reprlib.repr(value)}"
    about = inspect.getdoc(value) if callable(value) or inspect.ismodule(value) else None
    return cut_in_the_middle(f"{head}\n\n{about}" if about else head)


def value_of(path: list[str], namespace: Mapping[str, object]) -> object:
    """What a dotted name stands for."""
    first, *rest = path
    value = namespace[first] if first in namespace else vars(builtins)[first]
    for part in rest:
        value = getattr(value, part)
    return value
