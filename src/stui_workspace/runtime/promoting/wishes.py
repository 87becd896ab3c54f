"""Where a session differs from the files of its workspace, and what the files would have to say.

Pure. A wish is one value at one key path; whether the file can take it is found out by trying.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from stui_workspace.model.durations import duration_text
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import replace
from stui_workspace.model.session import BufferState
from stui_workspace.model.values import ABSENT, Absent, Plain
from stui_workspace.model.workspace import BufferSpec, Preferences
from stui_workspace.runtime.pads import Source, view_of
from stui_workspace.runtime.promoting.arrangements import (
    built_in_name,
    is_arranged,
    own_variant,
    put_away,
)
from stui_workspace.runtime.promoting.scene import HunkKind, Scene, Wish
from stui_workspace.schema.variables import is_replaced_at

OUTDATED: Final = "the source has changed since your edit began"
HOW_OUTDATED: Final = "take the file's text in the workbench (Alt+R), or copy yours into a new pad"
_USE: Final = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]{0,63}\}")


def wishes_of(scene: Scene) -> tuple[Wish, ...]:
    """Everything in which the session differs, in the order of a workspace file."""
    found = [
        *_buffers(scene),
        *_removals(scene),
        *_layout(scene),
        *_preferences(scene),
    ]
    return (*_connections(scene, found), *(_judged(scene, one) for one in found))


def _judged(scene: Scene, wish: Wish) -> Wish:
    """The wish, refused where something stronger than the file says the same thing."""
    stronger = None if wish.file is not None else scene.said_by(wish.path)
    if wish.refusal is not None or stronger is None:
        return wish
    return replace(
        wish,
        refusal=f"the {stronger} says it, and wins over the workspace file",
        next_step=f"change it in the {stronger}",
    )


# Buffers.


def _buffers(scene: Scene) -> Iterator[Wish]:
    specs = scene.loaded.workspace.buffers
    for name, state in scene.state.buffers.items():
        spec = specs.get(name)
        is_furnished = (
            spec is not None
            and not scene.is_in_file(("buffers", name))
            and scene.said_by(("buffers", name)) is None
        )
        if spec is None and state.ad_hoc:
            yield _pad(scene, name, state, None)
        elif spec is not None and is_furnished and state.text is not None:
            yield _pad(scene, name, state, spec)
        elif spec is not None and not is_furnished:
            yield from _changed(scene, name, state, spec)


def _pad(scene: Scene, name: str, state: BufferState, spec: BufferSpec | None) -> Wish:
    """A whole new buffer."""
    value: dict[str, Plain] = {}
    given = {
        "title": state.title or (spec.title if spec else None),
        "connection": state.connection or (spec.connection if spec else None),
        "language": state.language or (spec.language if spec else None),
    }
    path: NodePath = ("buffers", name)
    for key, text in given.items():
        if text is not None:
            value[key] = escaped((*path, key), text)
    value["source"] = state.text or ""
    return Wish(path, HunkKind.ADD, value, _before(scene, path))


def _changed(scene: Scene, name: str, state: BufferState, spec: BufferSpec) -> Iterator[Wish]:
    """What is other about a buffer that the files have."""
    source = scene.sources.get(name, Source())
    view = view_of(name, spec, state, source)
    path: NodePath = ("buffers", name)
    given = (
        ("title", state.title, spec.title or name),
        ("connection", state.connection, spec.connection),
        ("language", state.language, spec.language),
    )
    for key, own, said in given:
        if own is not None and own != said:
            yield _set(scene, (*path, key), escaped((*path, key), own))
    if view.modified:
        yield _text(scene, (*path, "source"), spec, view.text, source, outdated=view.outdated)


def _text(  # noqa: PLR0913 (what, and all that speaks against it)
    scene: Scene, path: NodePath, spec: BufferSpec, text: str, source: Source, *, outdated: bool
) -> Wish:
    refusal = next_step = None
    if outdated:
        refusal, next_step = OUTDATED, HOW_OUTDATED
    elif source.problem is not None and not source.problem.endswith(" is not there"):
        refusal = source.problem
    if spec.file is None:
        kind = HunkKind.CHANGE if scene.is_in_file(path) else HunkKind.ADD
        return Wish(path, kind, text, _before(scene, path), None, refusal, next_step)
    kind = HunkKind.ADD if source.problem is not None else HunkKind.CHANGE
    return Wish(path, kind, text, source.text, spec.file, refusal, next_step)


def _removals(scene: Scene) -> Iterator[Wish]:
    """Buffers of the file that this session has put away; one with unsaved text is not lost."""
    for name in put_away(scene.loaded.workspace, scene.state):
        path: NodePath = ("buffers", name)
        if not scene.is_in_file(path):
            continue
        state = scene.state.buffers.get(name, BufferState())
        unsaved = state.text is not None
        yield Wish(
            path,
            HunkKind.REMOVE,
            before=_before(scene, path),
            refusal="it has text that is nowhere else" if unsaved else None,
            next_step="take the text, or give it up (Alt+R), before it is removed"
            if unsaved
            else None,
            note="this session does not show it; it is removed only if you pick it",
            only_by_name=True,
        )


# The rest.


def _layout(scene: Scene) -> Iterator[Wish]:
    workspace, state = scene.loaded.workspace, scene.state
    variant = own_variant(workspace, state)
    if variant is None:
        return
    known = {name for name in workspace.buffers if scene.is_in_file(("buffers", name))}
    known |= {name for name, one in state.buffers.items() if one.ad_hoc or one.text is not None}
    name = variant.name or built_in_name(workspace.layout)
    path: NodePath = ("layout", name)
    if is_arranged(workspace.layout.get(name), variant, known):
        from stui_workspace.layout import variant_to_plain

        yield _set(scene, path, variant_to_plain(variant))


def _preferences(scene: Scene) -> Iterator[Wish]:
    said = scene.loaded.workspace.preferences
    for key, value in scene.state.preferences.items():
        if key not in Preferences.__slots__ or getattr(said, key) == value:
            continue
        path: NodePath = ("preferences", key)
        written = duration_text(value) if key == "evaluation_timeout" else value
        if isinstance(written, str) and key == "theme":
            written = escaped(path, written)
        yield _set(scene, path, written)


def _connections(scene: Scene, others: Sequence[Wish]) -> Iterator[Wish]:
    """Those that this session alone has; and the one that every workspace has, where it is used."""
    from stui_workspace.runtime.connecting.ad_hoc import ad_hoc_specs, notation_of

    said = scene.loaded.workspace.connections
    own = {n: s for n, s in ad_hoc_specs(scene.state.connections).items() if n not in said}
    used = {_used_by(one) for one in others}
    furnished = {
        name: spec
        for name, spec in said.items()
        if not scene.is_in_file(("connections", name))
        and scene.said_by(("connections", name)) is None
        and (name in used or own)
    }
    for name, spec in {**furnished, **own}.items():
        path: NodePath = ("connections", name)
        value = {"kind": spec.kind, **notation_of(spec)}
        yield Wish(
            path,
            HunkKind.ADD,
            {key: _escaped_deep((*path, key), one) for key, one in value.items()},
            _before(scene, path),
            note=_asked(scene.powers(spec)),
        )


def _asked(powers: Sequence[str]) -> str | None:
    if not powers:
        return None
    return f"whoever opens the workspace is asked first: this connection {'; '.join(powers)}"


def _used_by(wish: Wish) -> str | None:
    """The connection that a wish names."""
    found = wish.value
    if wish.path[:1] == ("buffers",) and isinstance(found, Mapping):
        found = found.get("connection")
    elif wish.path[-1:] != ("connection",):
        return None
    return found if isinstance(found, str) else None


def _set(scene: Scene, path: NodePath, value: Plain) -> Wish:
    before = _before(scene, path)
    return Wish(path, HunkKind.ADD if before is ABSENT else HunkKind.CHANGE, value, before)


def _before(scene: Scene, path: NodePath) -> Plain | Absent:
    return scene.document.plain(path) if scene.is_in_file(path) else ABSENT


def escaped(path: NodePath, text: str) -> str:
    """A text as the file has to write it so that no variable is replaced in it."""
    return _USE.sub(lambda found: f"${found[0]}", text) if is_replaced_at(path) else text


def _escaped_deep(path: NodePath, value: Plain) -> Plain:
    if isinstance(value, str):
        return escaped(path, value)
    if isinstance(value, Mapping):
        return {key: _escaped_deep((*path, key), one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_escaped_deep((*path, at), one) for at, one in enumerate(value)]
    return value
