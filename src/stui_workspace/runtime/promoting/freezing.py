"""A whole session as a workspace file of its own: what takes effect now, fit to be shared.

Not in it, ever: secrets, paths of one person's machine, cursors, results, consent, and what a
person says for themselves in their own configuration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

from stui_workspace import layout
from stui_workspace.layout import variant_to_plain
from stui_workspace.model.durations import duration_text
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import BufferState
from stui_workspace.model.values import Plain
from stui_workspace.runtime.composing.fitting import SECRET, fitted
from stui_workspace.runtime.promoting.arrangements import built_in_name, own_variant, showing
from stui_workspace.runtime.promoting.scene import Scene
from stui_workspace.runtime.promoting.wishes import escaped
from stui_workspace.schema.layers import DEFAULT

_SECTIONS: Final = (
    *("connections", "buffers", "snippets", "layout", "preferences", "history", "restore"),
    *("autosave", "session", "sync", "extensions"),
)
_TEXTS: Final = ("name", "description")
_PERSONAL: Final = (DEFAULT, "user config")
_PATHS: Final = ("python", "cwd", "command", "env", "file", "url")


@dataclass(frozen=True, slots=True)
class Frozen:
    """The text of the new file, and what of the session is not in it."""

    text: str
    left_out: tuple[str, ...] = ()
    """Each as one line for people, safe to show."""


def frozen(scene: Scene, folder: Path, schema: str, home: Path | None = None) -> Frozen:
    """The session as a workspace file that would stand in `folder`.

    Args:
        scene: The session and its files.
        folder: Where the file is to stand; paths in it are relative to it.
        schema: What the editor reads: a path from the file, or an address.
        home: Paths below it are one person's.
    """
    plain, notes = _said(scene), list(_not_carried(scene))
    plain["buffers"] = dict(_buffers(scene, folder, notes))
    layouts = _layouts(scene, set(plain["buffers"]))
    if layouts:
        plain["layout"] = layouts
    preferences = {**_map(plain.get("preferences")), **_preferences(scene)}
    if preferences:
        plain["preferences"] = preferences
    plain["connections"] = _connections(scene, plain)
    plain = _impersonal(plain, (), (scene.loaded.project.root, home), notes)
    text, left = fitted(dict(_in_order(plain)), schema)
    notes += [f"{_label(one.path)}: {printable_line(one.reason)}" for one in left]
    return Frozen(text, tuple(notes))


def _said(scene: Scene) -> dict[str, Any]:
    """What the files of the workspace say together, without defaults and a person's own."""
    resolved = scene.loaded.resolved
    found: dict[str, Any] = {}
    for path, origin in resolved.origins.items():
        if origin in _PERSONAL or path[0] in ("stui", "vars", "environments", "buffers"):
            continue
        inner = found
        for step in path[:-1]:
            inner = inner.setdefault(str(step), {})
        inner[str(path[-1])] = _escaped(path, _at(resolved.plain, path))
    workspace = scene.loaded.workspace
    head: dict[str, Any] = {"stui": 1, "name": escaped(("name",), workspace.name)[:100]}
    if workspace.description:
        head["description"] = escaped(("description",), workspace.description)
    own = {key: value for key, value in found.items() if key.startswith("x-")}
    return head | {key: found[key] for key in _SECTIONS if key in found} | own


def _in_order(plain: Mapping[str, Any]) -> Iterator[tuple[str, Plain]]:
    """What is not empty, in the usual order; keys of people's own last."""
    own = [key for key in plain if key.startswith("x-")]
    for key in ("stui", *_TEXTS, *_SECTIONS, *own):
        if key in plain and plain[key] != {}:
            yield key, plain[key]


def _not_carried(scene: Scene) -> Iterator[str]:
    said = _map(scene.document.plain())
    if said.get("vars"):
        yield "vars: their values stand where they were used"
    if said.get("environments"):
        chosen = scene.loaded.workspace.environment
        now = f"; what is written is as in `{printable_line(chosen)}`" if chosen else ""
        yield f"environments: a frozen session is one of them{now}"


def _buffers(scene: Scene, folder: Path, notes: list[str]) -> Iterator[tuple[str, Plain]]:
    from stui_workspace.runtime.pads import Source, view_of

    specs, states = scene.loaded.workspace.buffers, scene.state.buffers
    own = [name for name, state in states.items() if state.ad_hoc and name not in specs]
    is_here = folder == scene.loaded.project.root
    for name in (*specs, *own):
        spec, source = specs.get(name), scene.sources.get(name, Source())
        state = states.get(name)
        view = view_of(name, spec, state or BufferState(), source)
        path: NodePath = ("buffers", name)
        value: dict[str, Plain] = {}
        for key, text in (
            ("title", view.title if view.title != name else None),
            ("kind", None if view.kind == "code" else view.kind),
            ("connection", view.connection),
            ("language", (state and state.language) or (spec and spec.language)),
        ):
            if text:
                value[key] = escaped((*path, key), text)
        if spec is not None and spec.file is not None and is_here:
            value["file"] = spec.file
            if view.modified:
                notes.append(f"{_label(path)}: its unsaved text; the file it names is as it was")
        elif scene.clean(view.text) != view.text:
            notes.append(f"{_label((*path, 'source'))}: {SECRET}")
        elif view.text:
            value["source"] = view.text
        yield name, value


def _layouts(scene: Scene, names: set[str]) -> dict[str, Plain]:
    workspace = scene.loaded.workspace
    found: dict[str, Plain] = {}
    for name in layout.variant_names(workspace.layout):
        variant = layout.parse_variant(workspace.layout[name], name)
        kept = None if variant is None else showing(variant, {*names, *layout.PANELS})
        if kept is not None:
            found[name] = variant_to_plain(kept)
    own = own_variant(workspace, scene.state)
    fitting = None if own is None else showing(own, {*names, *layout.PANELS})
    default = scene.state.layout.variant or workspace.layout.get("default")
    if own is not None and fitting is not None:
        name = own.name or built_in_name(found)
        found[name] = variant_to_plain(fitting)
        default = name
    if not found:
        return {}
    chosen = default if isinstance(default, str) and default in found else next(iter(found))
    return {"default": chosen, **found}


def _preferences(scene: Scene) -> dict[str, Plain]:
    known = type(scene.loaded.workspace.preferences).__slots__
    return {
        key: duration_text(value) if key == "evaluation_timeout" else value
        for key, value in scene.state.preferences.items()
        if key in known
    }


def _connections(scene: Scene, plain: Mapping[str, Any]) -> dict[str, Plain]:
    from stui_workspace.runtime.connecting.ad_hoc import ad_hoc_specs, notation_of

    found = dict(_map(plain.get("connections")))
    others = {**scene.loaded.workspace.connections, **ad_hoc_specs(scene.state.connections)}
    for name, spec in others.items():
        if name not in found:
            value = {"kind": spec.kind, **notation_of(spec)}
            found[name] = _escaped(("connections", name), value)
    return found


def _escaped(path: NodePath, value: Plain) -> Plain:
    if isinstance(value, str):
        return escaped(path, value)
    if isinstance(value, Mapping):
        return {key: _escaped((*path, key), one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_escaped((*path, at), one) for at, one in enumerate(value)]
    return value


# What is one person's.


def _impersonal(
    plain: dict[str, Any], path: NodePath, places: Sequence[Path | None], notes: list[str]
) -> dict[str, Any]:
    """Without paths of one person's machine; those inside the project become relative to it."""
    found: dict[str, Any] = {}
    for key, value in plain.items():
        place = (*path, key)
        if isinstance(value, dict):
            found[key] = _impersonal(value, place, places, notes)
        elif place[0] == "connections" and any(step in _PATHS for step in place):
            kept = _relative(value, places)
            if kept is None:
                notes.append(f"{_label(place)}: a path of this machine")
            else:
                found[key] = kept
        else:
            found[key] = value
    return found


def _relative(value: Any, places: Sequence[Path | None]) -> Any:
    """The value with paths relative to the project; None where one leads to the home folder."""
    if isinstance(value, (list, tuple)):
        items = [_relative(one, places) for one in value]
        return None if None in items else items
    if not isinstance(value, str):
        return value
    root, home = places
    if root is not None and PurePosixPath(value).is_absolute():
        pure = PurePosixPath(value)
        if pure.is_relative_to(root.as_posix()):
            return pure.relative_to(root.as_posix()).as_posix()
    for folder in (root, home):
        if folder is not None and len(folder.parts) > 1 and str(folder) in value:
            return None
    return None if value.startswith("~") else value


def _at(plain: Any, path: NodePath) -> Any:
    for step in path:
        is_item = isinstance(plain, (list, tuple)) and isinstance(step, int) and step < len(plain)
        if not (is_item or (isinstance(plain, Mapping) and step in plain)):
            return None
        plain = plain[step]
    return plain


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _label(path: NodePath) -> str:
    return printable_line(format_key_path(path))
