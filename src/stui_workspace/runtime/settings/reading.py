"""Every setting of the format, as the files of a project and its session make it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stui_workspace.document import Document
from stui_workspace.model.diagnostics import position_at
from stui_workspace.model.durations import duration_text
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Keep
from stui_workspace.runtime.loading import CheckedFile, Selection, check_file
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settings.chosen import LIVE, TIMEOUT
from stui_workspace.runtime.settings.values import HIDDEN, Kind, Said, Setting, Where
from stui_workspace.schema import FileKind, Resolved, leaves, resolve
from stui_workspace.schema.kinds import parts_for
from stui_workspace.schema.layers import DEFAULT
from stui_workspace.schema.leaks import is_leak, leaks_at
from stui_workspace.schema.parts import Parts
from stui_workspace.storage.locations import CONFIG_NAME
from stui_workspace.storage.project import Project

SECTIONS: Final = ("preferences", "history", "restore", "autosave", "session", "sync", "secrets")

_FILES: Final = (
    (Where.OVERLAY, FileKind.OVERLAY),
    (Where.WORKSPACE, FileKind.WORKSPACE),
    (Where.CONFIG, FileKind.CONFIG),
)
_SCHEMA_OF: Final = dict(_FILES)


@dataclass(frozen=True, slots=True)
class Source:
    """One file that can be used."""

    path: Path
    document: Document


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that settings come from, as they are now."""

    files: Mapping[Where, Source]
    unusable: tuple[Path, ...] = ()
    """Files with errors: what they say does not count until they are mended."""
    resolved: Resolved = field(default_factory=lambda: Resolved({}))


def sources_of(project: Project, services: Services, selection: Selection | None = None) -> Sources:
    """The files of a project that settings come from. One with errors is left out, and named.

    Raises:
        NotFoundError: There is no such environment or variable.
        DiskError: A file cannot be read.
    """
    chosen = selection or Selection()
    config = services.locations.config / CONFIG_NAME
    paths = {
        Where.WORKSPACE: project.file,
        Where.OVERLAY: project.overlay,
        Where.CONFIG: config if config.exists() else None,
    }
    files: dict[Where, Source] = {}
    unusable: list[Path] = []
    for where, kind in _FILES:
        path = paths[where]
        if path is None:
            continue
        root = path.parent if where is Where.CONFIG else project.root
        checked: CheckedFile = check_file(path, root, kind)
        if checked.document is None or checked.is_marked:
            unusable.append(path)
        else:
            files[where] = Source(path, checked.document)
    plains = {where: _map(one.document.plain()) for where, one in files.items()}
    resolved = resolve(
        plains.get(Where.WORKSPACE, {}),
        plains.get(Where.OVERLAY),
        plains.get(Where.CONFIG),
        environment=chosen.environment,
        variables=chosen.variables,
    )
    return Sources(files, tuple(unusable), resolved)


def settings_of(
    sources: Sources, session: Mapping[str, Plain] | None = None
) -> tuple[Setting, ...]:
    """Every setting, in the order of the schema.

    Args:
        sources: The files.
        session: What is preferred in the open session; None where none is open.
    """
    found = leaves(FileKind.CONFIG)
    return tuple(
        _setting(leaf.pattern, leaf.parts, sources, session)
        for leaf in found
        if leaf.pattern[0] in SECTIONS and not any("*" in step for step in leaf.pattern)
    )


def _setting(
    path: tuple[str, ...], parts: Parts, sources: Sources, session: Mapping[str, Plain] | None
) -> Setting:
    said = tuple(_said(path, sources, session or {}))
    value: Plain = _at(sources.resolved.plain, path)
    origin = sources.resolved.origins.get(path, DEFAULT)
    if value is None:
        value, origin = parts.get("default"), DEFAULT
    if said and said[0].where is Where.SESSION:
        value, origin = said[0].value, said[0].name
    kind = _kind(parts)
    return Setting(
        path,
        _shown(value, path),
        origin,
        kind,
        parts.get("description", ""),
        parts.get("default"),
        _choices(parts, kind),
        _limits(parts, kind),
        said,
        tuple(_places(path, sources, is_open=session is not None)),
        _note(path, value, origin),
    )


def _said(path: NodePath, sources: Sources, session: Mapping[str, Plain]) -> Iterator[Said]:
    key = path[-1]
    if path[0] == "preferences" and key in LIVE and key in session:
        own = session[str(key)]
        own = duration_text(own) if key == TIMEOUT else own
        yield Said(Where.SESSION, str(Where.SESSION), _shown(own, path))
    environment = sources.resolved.environment
    for where in Where:
        if where is Where.ENVIRONMENT:
            if environment is not None:
                name = f"environment `{environment}`"
                place = ("environments", environment, *path)
                yield from _in_file(where, name, sources.files.get(Where.WORKSPACE), place)
        elif where is not Where.SESSION:
            yield from _in_file(where, str(where), sources.files.get(where), path)


def _in_file(where: Where, name: str, source: Source | None, path: NodePath) -> Iterator[Said]:
    if source is None:
        return
    value = _at(source.document.plain(), path)
    if value is None:
        return
    text = source.document.text
    line = None
    if source.document.node(path) is not None:
        line = position_at(text, source.document.key_span(path).start)[0]
    yield Said(where, name, _shown(value, path), source.path, line)


def _places(path: NodePath, sources: Sources, *, is_open: bool) -> Iterator[Where]:
    if is_open and path[0] == "preferences" and path[-1] in LIVE:
        yield Where.SESSION
    for where, kind in _SCHEMA_OF.items():
        is_there = where is not Where.WORKSPACE or where in sources.files
        if is_there and parts_for(kind).knows(str(path[0])):
            yield where


def _kind(parts: Parts) -> Kind:
    types = parts.types - {"null"}
    if types == {"boolean"}:
        return Kind.FLAG
    if types == {"array"}:
        return Kind.LIST
    if types and types <= {"integer", "number"}:
        return Kind.NUMBER
    if parts.get("enum") is not None:
        return Kind.CHOICE
    default = parts.get("default")
    is_time = isinstance(default, str) and (default == "never" or default[:1].isdigit())
    return Kind.DURATION if is_time else Kind.TEXT


def _choices(parts: Parts, kind: Kind) -> tuple[str, ...]:
    if kind is Kind.FLAG:
        return ("true", "false")
    found = (parts.items if kind is Kind.LIST else parts).get("enum", ())
    return tuple(str(one) for one in found)


def _limits(parts: Parts, kind: Kind) -> str:
    if kind is Kind.NUMBER:
        return f"{parts.get('minimum', '')} to {parts.get('maximum', '')}"
    if kind is Kind.DURATION:
        return "a duration: 500ms, 30s, 5m, 2h" + (
            ", never" if parts.get("default") == "never" else ""
        )
    if kind is Kind.LIST and not parts.items.get("enum"):
        return "a list: [a, b]"
    return ""


def _note(path: NodePath, value: Plain, origin: str) -> str | None:
    theirs = origin.startswith(("workspace file", "environment"))
    if path[:2] == ("autosave", "keep") and theirs:
        least = getattr(Keep(), str(path[2]))
        if isinstance(value, int) and value < least:
            return f"a workspace file cannot have fewer kept than the default: {least} counts"
    if path == ("session", "store") and value == "beside" and theirs:
        return "what a workspace file asks for here counts once you agreed to it: `stui trust`"
    return None


def _shown(value: Plain, path: NodePath) -> Plain:
    if isinstance(value, float) and math.isinf(value):
        return "never"
    if isinstance(value, (list, tuple)):
        return [_shown(one, path) for one in value]
    if isinstance(value, str) and (is_leak(path[-1], value) or any(leaks_at(path, value, {}))):
        return HIDDEN
    return value


def _at(plain: Any, path: NodePath) -> Plain:
    for step in path:
        if not isinstance(plain, Mapping):
            return None
        plain = plain.get(step)
    found: Plain = plain
    return found


def _map(plain: Plain) -> Mapping[str, Plain]:
    return plain if isinstance(plain, Mapping) else {}
