"""Names that point to something else in the file: whether it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stui_workspace.model.paths import NodePath
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import Finding, did_you_mean, quoted
from stui_workspace.schema.rules import DEEPEST
from stui_workspace.schema.variables import is_replaced_at, used_in

PANELS: Final = ("connections", "results", "inspector", "transcript", "history", "snippets")
"""The panels of every workbench; a test holds them equal to those of `layout`."""

Names = Mapping[str, Plain]

_NONE: Names = {}


@dataclass(frozen=True, slots=True)
class Known:
    """What names there are."""

    connections: Names = field(default_factory=dict)
    buffers: Names = field(default_factory=dict)
    snippets: Names = field(default_factory=dict)
    layouts: Names = field(default_factory=dict)
    variables: Names = field(default_factory=dict)


def known_in(*sources: Plain) -> Known:
    """The names of a workspace, its environments' included, and of what it is laid over."""
    plains = [source for source in sources if isinstance(source, Mapping)]
    for plain in (*plains,):
        plains += (
            below
            for below in _section(plain, "environments").values()
            if isinstance(below, Mapping)
        )
    gathered = [
        {name: value for plain in plains for name, value in _section(plain, section).items()}
        for section in ("connections", "buffers", "snippets", "layout", "vars")
    ]
    connections, buffers, snippets, layouts, variables = gathered
    layouts.pop("default", None)
    return Known(connections, buffers, snippets, layouts, variables)


def _section(plain: Mapping[str, Plain], name: str) -> Names:
    section = plain.get(name)
    return section if isinstance(section, Mapping) else _NONE


def references_at(path: NodePath, value: Plain, known: Known) -> Iterator[Finding]:
    """The names at one place that lead nowhere."""
    match _inner(path):
        case ("buffers" | "snippets", _, "connection"):
            yield from _unknown("R101", "connection", path, value, known.connections)
        case ("connections", _, "setup", _):
            yield from _unknown("R102", "snippet", path, value, known.snippets)
        case ("layout", "default"):
            yield from _unknown("R105", "layout", path, value, known.layouts)
        case ("layout", _):
            yield from _names_in_layout(path, value, known)
            if isinstance(value, Mapping):
                yield from _names_in_layout((*path, "narrow"), value.get("narrow"), known)
        case ("buffers", str(name)) if name in PANELS:
            message = f"`{name}` is the name of a panel"
            yield Finding("R107", message, path, "call the buffer otherwise", at_key=True)


def variables_at(path: NodePath, value: Plain, known: Known) -> Iterator[Finding]:
    """The variables that a text uses and nothing defines."""
    if not isinstance(value, str) or not is_replaced_at(_inner(path)) or "${" not in value:
        return
    for name in dict.fromkeys(used_in(value)):
        if name not in known.variables:
            message = f"variable `{name}` is not defined"
            hint = did_you_mean(name, known.variables) or f"define it: `vars: {{{name}: ...}}`"
            yield Finding("R106", message, path, hint)


def _inner(path: NodePath) -> NodePath:
    """A path as it would be outside of its environment."""
    return path[2:] if path[:1] == ("environments",) else path


def _unknown(code: str, what: str, path: NodePath, value: Plain, names: Names) -> Iterator[Finding]:
    if isinstance(value, str) and value and "${" not in value and value not in names:
        message = f"{quoted(path)} names a {what} that is not there"
        yield Finding(code, message, path, did_you_mean(value, names) or _there_are(names, what))


def _there_are(names: Names, what: str) -> str:
    if not names:
        return f"there are no {what}s in the file"
    listed = ", ".join(f"`{printable_line(name, 40)}`" for name in [*names][:5])
    return f"there are: {listed}{' and others' if len(names) > 5 else ''}"  # noqa: PLR2004


def _names_in_layout(path: NodePath, value: Plain, known: Known) -> Iterator[Finding]:
    """Unknown names of one arrangement, and those that it has twice."""
    seen: set[str] = set()
    for where, name in _shown(path, value):
        if name in seen:
            message = f"{quoted(where)} names what is in this layout already"
            yield Finding("R104", message, where, "a layout shows each of them once")
        elif name not in known.buffers and name not in PANELS:
            message = f"{quoted(where)} names neither a panel nor a buffer"
            names = {**known.buffers, **dict.fromkeys(PANELS)}
            yield Finding("R103", message, where, did_you_mean(name, names))
        seen.add(name)


def _shown(path: NodePath, value: Plain) -> Iterator[tuple[NodePath, str]]:
    """Each name in a place, with where it stands."""
    if isinstance(value, str) and value:
        yield path, value
    if not isinstance(value, Mapping) or len(path) > DEEPEST:
        return
    for key, below in value.items():
        if key in ("panel", "buffer") and isinstance(below, str) and below:
            yield (*path, key), below
        elif key in ("tabs", "row", "column") and isinstance(below, (list, tuple)):
            for index, child in enumerate(below):
                if key != "tabs" or isinstance(child, str):
                    yield from _shown((*path, key, index), child)
