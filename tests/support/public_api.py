"""The public library in words: every name, signature and field, one a line.

PYTHONPATH=tests python -m support.public_api  # to promise what there is now
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

import stui_workspace
from stui_workspace.api.promised import SESSION, VALUES

FROZEN: Final = Path(__file__).parent.parent / "hygiene" / "public_api.txt"
_QUOTED: Final = re.compile(r"(: |-> )'([^']*)'")


def described() -> str:
    """The frozen interface, as it is now."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for name in sorted(stui_workspace.__all__):
        yield from _about(name, getattr(stui_workspace, name))
    for module, names in VALUES.items():
        found = import_module(f"stui_workspace.{module}")
        for name in names:
            yield from _about(f"{module}.{name}", getattr(found, name))


def _about(name: str, found: object) -> Iterator[str]:
    if isinstance(found, ModuleType):
        for inner, one in sorted(vars(found).items()):
            if inspect.isclass(one) and one.__module__ == found.__name__ and inner[0] != "_":
                yield from _about(f"{name}.{inner}", one)
    elif found is stui_workspace.Session:
        for inner in SESSION:
            yield from _member(name, inner, inspect.getattr_static(found, inner))
    elif inspect.isclass(found) and issubclass(found, enum.Enum):
        yield f"{name} = {' | '.join(repr(one.value) for one in found)}"
    elif inspect.isclass(found):
        yield from _class(name, found)
    elif inspect.isfunction(found):
        yield from _member("", name, found)
    else:
        yield f"{name}: {_type_words(found)}"


def _class(name: str, found: type) -> Iterator[str]:
    if dataclasses.is_dataclass(found):
        yield f"{name}({', '.join(map(_field, dataclasses.fields(found)))})"
    else:
        yield f"{name}({', '.join(one.__name__ for one in found.__bases__)})"
    for inner, one in sorted(vars(found).items()):
        is_shown = isinstance(one, (property, classmethod)) or inspect.isfunction(one)
        if is_shown and not inner.startswith("_"):
            yield from _member(name, inner, one)


def _field(field: dataclasses.Field[object]) -> str:
    has_default = (
        field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    )
    return f"{field.name}: {field.type}{' = ...' if has_default else ''}"


def _member(owner: str, name: str, found: object) -> Iterator[str]:
    full = f"{owner}.{name}" if owner else name
    if isinstance(found, property):
        returned = "" if found.fget is None else found.fget.__annotations__.get("return", "")
        yield f"{full}: {returned}"
        return
    function = found.__func__ if isinstance(found, classmethod) else found
    if callable(function):
        wrapped = inspect.unwrap(function)
        is_async = inspect.iscoroutinefunction(wrapped)
        signature = _QUOTED.sub(r"\1\2", str(inspect.signature(function)))
        yield f"{'async ' if is_async else ''}{full}{signature}"


def _type_words(found: object) -> str:
    if isinstance(found, str):
        return "str"
    supertype = getattr(found, "__supertype__", None)
    if supertype is not None:
        return f"a new {supertype.__name__}"
    parts = getattr(found, "__args__", ())
    return " | ".join(part.__name__ for part in parts)


if __name__ == "__main__":
    FROZEN.write_text(described(), encoding="utf-8")
