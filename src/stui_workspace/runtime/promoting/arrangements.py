"""A layout as a session arranged it, and as the file should say it in its own manner. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from stui_workspace import layout
from stui_workspace.document import Document, delete, set_value
from stui_workspace.layout import PANELS, Node, Variant, focus_order, layout_revision
from stui_workspace.layout.tree import Leaf, Tabs, names_of, rebuild
from stui_workspace.model.records import replace
from stui_workspace.model.session import SessionState
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Workspace

_WIDE: Final = 1000
"""Columns at which no narrow form is shown."""
_FORMS: Final = ("row", "column", "tabs", "panel", "buffer")
_BUILT_IN: Final = "work"


def own_variant(workspace: Workspace, state: SessionState) -> Variant | None:
    """The layout as this session arranged it; None where it is shown as the file has it."""
    arranged = state.layout
    if arranged.tree is None or arranged.base != layout_revision(workspace.layout):
        return None
    chosen = layout.select_variant(workspace.layout, _WIDE, name=arranged.variant)
    return layout.parse_variant(arranged.tree, chosen.name)


def built_in_name(said: Mapping[str, Plain]) -> str:
    """What the built-in layout is called once it is written."""
    name, number = _BUILT_IN, 2
    while name in said:
        name, number = f"{_BUILT_IN}-{number}", number + 1
    return name


def is_arranged(said: Plain, variant: Variant, known: AbstractSet[str]) -> bool:
    """Whether the arrangement is another one than the file's, as far as it can be written."""
    own = showing(variant, {*known, *PANELS})
    if own is None:
        return False
    file = layout.parse_variant(said, variant.name)
    return file is None or layout.variant_to_plain(file) != layout.variant_to_plain(own)


def put_away(workspace: Workspace, state: SessionState) -> tuple[str, ...]:
    """The buffers that the file's layout shows and this session does not show any more."""
    own = own_variant(workspace, state)
    said = None if own is None else layout.parse_variant(workspace.layout.get(own.name or ""), None)
    if own is None or said is None:
        return ()
    shown = set(focus_order(own.wide))
    return tuple(
        name for name in focus_order(said.wide) if name in workspace.buffers and name not in shown
    )


def showing(variant: Variant, names: AbstractSet[str]) -> Variant | None:
    """The layout with those names alone; None where nothing is left."""
    if _names(variant) <= names:  # rebuilding would tidy what a person wrote
        return variant
    wide = rebuild(variant.wide, lambda group: _with(group, names))
    if wide is None:
        return None
    narrow = variant.narrow
    return replace(
        variant, wide=wide, narrow=narrow and rebuild(narrow, lambda group: _with(group, names))
    )


def _with(group: Leaf | Tabs, names: AbstractSet[str]) -> Node | None:
    kept = tuple(name for name in names_of(group) if name in names)
    if not kept or isinstance(group, Leaf):
        return group if kept else None
    return replace(group, names=kept)


def written(document: Document, name: str, value: Plain, names: AbstractSet[str]) -> Document:
    """The document with a layout of that name that shows of `value` what is in `names`."""
    variant = layout.parse_variant(value, name)
    fitting = None if variant is None else showing(variant, {*names, *PANELS})
    if fitting is None:
        return document
    said = document.plain(("layout",)) if document.node(("layout",)) is not None else None
    layouts: Mapping[str, Plain] = said if isinstance(said, Mapping) else {}
    current = layouts.get(name)
    if layout.parse_variant(current, name) == fitting:
        return document
    plain = in_manner(layout.variant_to_plain(fitting), current, dict(_forms(current)))
    if current is None and "default" not in layouts and not layout.variant_names(layouts):
        return set_value(document, ("layout",), {**layouts, "default": name, name: plain})
    return set_value(document, ("layout", name), plain)


def without_buffer(document: Document, name: str) -> Document:
    """The document without a buffer, and with no layout that shows it."""
    document = delete(document, ("buffers", name))
    said = document.plain(("layout",)) if document.node(("layout",)) is not None else None
    for key, plain in (said if isinstance(said, Mapping) else {}).items():
        variant = layout.parse_variant(plain, key)
        if variant is None or name not in _names(variant):
            continue
        left = showing(variant, _names(variant) - {name})
        if left is not None:
            value = in_manner(layout.variant_to_plain(left), plain, dict(_forms(plain)))
            document = set_value(document, ("layout", key), value)
            continue
        document = delete(document, ("layout", key))
        if document.node(("layout", "default")) is not None:
            document = _without_default(document, key)
    return document


def _without_default(document: Document, name: str) -> Document:
    default = ("layout", "default")
    return delete(document, default) if document.plain(default) == name else document


def _names(variant: Variant) -> set[str]:
    narrow = () if variant.narrow is None else focus_order(variant.narrow)
    return {*focus_order(variant.wide), *narrow}


def in_manner(new: Plain, old: Plain, forms: Mapping[str, Plain], *, is_root: bool = True) -> Plain:
    """A place as `to_plain` writes it, said as the file said the like of it.

    A leaf keeps its form (`scratch`, `{buffer: scratch}`), unless it is all that is left: a whole
    layout is a map. A size of 1 that was written stays written, and so do keys of people's own.
    """
    if not isinstance(new, Mapping):
        return new
    found: dict[str, Plain] = dict(new)
    form, beside = _form(new), old if isinstance(old, Mapping) else {}
    if isinstance(found.get("narrow"), Mapping):
        found["narrow"] = in_manner(found["narrow"], beside.get("narrow"), forms)
    if form == "panel":
        return _leaf(found, beside, forms, is_root=is_root)
    if form != _form(beside):
        beside = {}
    children = found.get(form or "")
    if form in ("row", "column") and isinstance(children, (list, tuple)):
        others = beside.get(form)
        others = others if isinstance(others, (list, tuple)) else ()
        found[form] = [
            in_manner(child, _beside(child, at, others), forms, is_root=False)
            for at, child in enumerate(children)
        ]
    return _own_keys(found, beside)


def _leaf(
    found: dict[str, Plain],
    beside: Mapping[str, Plain],
    forms: Mapping[str, Plain],
    *,
    is_root: bool,
) -> Plain:
    name = str(found["panel"])
    form = forms.get(name, "panel" if name in PANELS else "buffer")
    if form is None and len(found) == 1 and not is_root:
        return name
    rest = {key: value for key, value in found.items() if key != "panel"}
    key = str(form or ("panel" if name in PANELS else "buffer"))
    kept = beside if beside.get(key) == name else {}
    return _own_keys({key: name, **rest}, kept)


def _own_keys(found: dict[str, Plain], beside: Mapping[str, Plain]) -> dict[str, Plain]:
    own = {key: value for key, value in beside.items() if key.startswith("x-")}
    if beside.get("size") == 1 and "size" not in found:
        own["size"] = beside["size"]
    return {**found, **own}


def _beside(child: Plain, at: int, others: Plain) -> Plain:
    """The old place that a new one goes on from: at the same index, else one with the same name."""
    if not isinstance(others, (list, tuple)):
        return None
    names = set(_shown(child))
    for other in (*others[at : at + 1], *others):
        if _form(other) == _form(child) and names & set(_shown(other)):
            found: Plain = other
            return found
    return None


def _form(plain: Plain) -> str | None:
    """What a place is; a leaf is a `panel`, however it is written."""
    if isinstance(plain, str):
        return "panel"
    found = next((key for key in _FORMS if isinstance(plain, Mapping) and key in plain), None)
    return "panel" if found == "buffer" else found


def _shown(plain: Plain) -> Iterator[str]:
    tree = layout.parse_layout(plain)
    return iter(() if tree is None else focus_order(tree))


def _forms(plain: Plain) -> Iterator[tuple[str, Plain]]:
    """Each leaf with how it is written: under `panel`, under `buffer`, or None for a bare name."""
    waiting = [plain, plain.get("narrow") if isinstance(plain, Mapping) else None]
    while waiting:
        match waiting.pop():
            case str(name):
                yield name, None
            case {"panel": str(name)}:
                yield name, "panel"
            case {"buffer": str(name)}:
                yield name, "buffer"
            case {"row": [*inner]} | {"column": [*inner]}:
                waiting += inner
