"""A session after hunks of it were taken: what it had of its own there is the file's now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stui_workspace.layout import layout_revision, parse_variant
from stui_workspace.model.records import replace
from stui_workspace.model.session import BufferState, SessionState
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime.promoting.arrangements import own_variant
from stui_workspace.runtime.promoting.scene import HunkKind, Wish

_OWN = ("title", "language", "connection")


def settled(
    state: SessionState, taken: Sequence[Wish], before: Workspace, after: Workspace
) -> SessionState:
    """The session, with nothing unsaved where the file says the same now.

    Args:
        state: As it was.
        taken: What was written.
        before: The workspace of before, which the arrangement of the session was made from.
        after: The workspace as the files have it now.
    """
    for wish in taken:
        state = _without(state, wish, after)
    return _with_layout(state, taken, before, after)


def _without(state: SessionState, wish: Wish, after: Workspace) -> SessionState:
    name = str(wish.path[1])
    match wish.path:
        case ("preferences", _):
            kept = {key: value for key, value in state.preferences.items() if key != name}
            return replace(state, preferences=kept)
        case ("connections", _) if name in state.connections:
            record = replace(state.connections[name], spec=None)
            return replace(state, connections={**state.connections, name: record})
        case ("buffers", _, *rest) if name in state.buffers:
            buffers = dict(state.buffers)
            if wish.kind is HunkKind.REMOVE:
                del buffers[name]
            else:
                buffers[name] = _buffer(buffers[name], [str(key) for key in rest], name, after)
            return replace(state, buffers=buffers)
    return state


def _buffer(buffer: BufferState, keys: Sequence[str], name: str, after: Workspace) -> BufferState:
    """One pad; without `keys`, all of it was taken."""
    spec = after.buffers.get(name)
    if spec is None:  # what is written is not what takes effect
        return buffer
    changes: dict[str, Any] = {}
    if not keys or "source" in keys:
        changes |= {"text": None, "base": None}
    if not keys:
        changes["ad_hoc"] = False
    for key in _OWN:
        if key in keys or (not keys and getattr(spec, key) == getattr(buffer, key)):
            changes[key] = None
    return replace(buffer, **changes)


def _with_layout(
    state: SessionState, taken: Sequence[Wish], before: Workspace, after: Workspace
) -> SessionState:
    """The arrangement, which stays the session's own where the file shows less than it does."""
    own = own_variant(before, state)
    if own is None:
        return state
    named = [str(wish.path[1]) for wish in taken if wish.path[0] == "layout"]
    name = named[0] if named else own.name
    said = parse_variant(after.layout.get(name or ""), own.name)
    arranged = replace(state.layout, base=layout_revision(after.layout))
    if named and own.name is None:
        arranged = replace(arranged, variant=name)
    if said == own:
        arranged = replace(arranged, tree=None, base=None)
    return replace(state, layout=arranged)
