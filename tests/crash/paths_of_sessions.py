"""Removing sessions, bringing them back, giving them names: all of it is there, or none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from crash.paths_of_state import (
    BEFORE,
    begin,
    is_state,
    journal,
    leave_unsaved_changes,
    put,
    session_lock,
    sessions,
)
from crash.world import Deed, World, WritePath
from stui_workspace.model.session import SessionState
from stui_workspace.model.values import Plain
from stui_workspace.runtime.sessions.cloning import clone
from stui_workspace.runtime.sessions.removing import remove, undo
from stui_workspace.runtime.sessions.renaming import rename
from stui_workspace.storage.atomic import is_temporary
from stui_workspace.storage.known_projects import KnownProject, known_projects, note_project
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.lineage import Lineage, save_lineage
from stui_workspace.storage.trash.trash import Trash

ALL_OF_IT = (leave_unsaved_changes, put(BEFORE, 1.0), begin)
_PARTS = ("sessions", "journals", "snapshots", "crashes", "beside")


def remember_origin(world: World) -> None:
    save_lineage(world.folder, "a", Lineage(saved=1.0), world.disk)


def parts(world: World) -> Mapping[Path, bytes]:
    """Each file of a session where it belongs."""
    folders = [world.folder.path / name for name in _PARTS]
    return {
        path: content
        for path, content in world.disk.files.items()
        if any(folder in path.parents for folder in folders) and not is_temporary(path.name)
    }


def remove_it(world: World) -> None:
    if sessions(world).list():
        remove(sessions(world), sessions(world).list(), world.services)


def bring_it_back(world: World) -> None:
    if not sessions(world).list():
        undo(sessions(world), world.services)
    put_together(world)


def put_together(world: World) -> None:
    """What whoever opens the session next does first."""
    lock = sessions(world).acquire("a")
    assert lock is not None
    lock.release()


def whole() -> Mapping[Path, bytes]:
    return _WHOLE


_WHOLE: dict[Path, bytes] = {}
"""What there was of the session, as the last world was made."""


def note_whole(world: World) -> None:
    put_together(world)
    _WHOLE.clear()
    _WHOLE.update(parts(world))


def is_whole_or_in_the_trash(world: World) -> None:
    """Never a part of it: what is listed has all, and what is not can be brought back with all."""
    if sessions(world).list():
        put_together(world)
        assert parts(world) == whole()
        remove_it(world)
    is_gone(world)
    bring_it_back(world)
    is_back(world)


def is_gone(world: World) -> None:
    assert sessions(world).list() == ()
    assert parts(world) == {}


def is_back(world: World) -> None:
    assert parts(world) == whole()
    assert Trash(world.folder, world.disk).removals() == ()
    trash_is_empty(world)


NAMED = replace(BEFORE, meta=replace(BEFORE.meta, name="refactoring"))


def rename_it(world: World) -> None:
    rename(sessions(world), "a", "refactoring", world.services)


def journalled_meta(world: World) -> None:
    """A crash after a save: the journal says who the session is, too."""
    items: dict[str, Plain] = {
        "meta": {**_meta_of(BEFORE), "evaluations": 9},
        "preferences": {"theme": "nord"},
    }
    journal(world).append(items, 4.0)


def _meta_of(state: SessionState) -> dict[str, Plain]:
    meta = items_of(state)["meta"]
    assert isinstance(meta, dict)
    return meta


def journalled_name(*names: str) -> Deed:
    """One of those names comes back, and what the journal had besides."""

    def check(world: World) -> None:
        items = journal(world).replay_all().items
        meta = items["meta"]
        assert isinstance(meta, dict)
        assert meta["name"] in names
        assert meta["evaluations"] == 9
        assert items["preferences"] == {"theme": "nord"}

    return check


def clone_it(world: World) -> None:
    store = sessions(world)
    if len(store.list()) == 1:
        clone(store, "a", "b", world.services)


def original_stands(world: World) -> None:
    loaded = sessions(world).load("a")
    assert (loaded.state, loaded.problems) == (BEFORE, ())
    others = [one for one in sessions(world).list() if one.id != "a"]
    assert all(one.problem is None for one in others)


def both_stand(world: World) -> None:
    original_stands(world)
    assert sessions(world).load("b").state.buffers == BEFORE.buffers


def note(opened: float) -> Deed:
    def act(world: World) -> None:
        note_project(KnownProject(world.folder, Path("/project"), "p", opened), world.disk)

    return act


def noted(*times: float) -> Deed:
    def check(world: World) -> None:
        found = known_projects(world.services.locations, world.disk)
        assert [one.opened for one in found] in [[time] for time in times]

    return check


def empty_it(world: World) -> None:
    Trash(world.folder, world.disk).empty(1e12)


def is_emptied_some_time(world: World) -> None:
    put_together(world)
    assert sessions(world).list() == ()
    assert parts(world) == {}
    empty_it(world)
    trash_is_empty(world)


def trash_is_empty(world: World) -> None:
    inside = [path for path in world.disk.files if world.folder.trash in path.parents]
    assert [path for path in inside if not is_temporary(path.name)] == []


SESSIONS = {
    "remove a session": WritePath(
        (*ALL_OF_IT, remember_origin, note_whole),
        remove_it,
        is_whole_or_in_the_trash,
        is_gone,
        session_lock,
    ),
    "bring a session back": WritePath(
        (*ALL_OF_IT, remember_origin, note_whole, remove_it),
        bring_it_back,
        is_whole_or_in_the_trash,
        is_back,
        session_lock,
    ),
    "empty the trash": WritePath(
        (*ALL_OF_IT, remember_origin, remove_it), empty_it, is_emptied_some_time, trash_is_empty
    ),
    "rename a session": WritePath(
        (put(BEFORE, 1.0), lambda world: sessions(world).save(BEFORE)),
        rename_it,
        is_state(BEFORE, NAMED),
        is_state(NAMED),
        session_lock,
    ),
    "rename a session that crashed": WritePath(
        (lambda world: sessions(world).save(BEFORE), journalled_meta),
        rename_it,
        journalled_name("a", "refactoring"),
        journalled_name("refactoring"),
        session_lock,
    ),
    "clone a session": WritePath(
        (lambda world: sessions(world).save(BEFORE), put(BEFORE, 1.0)),
        clone_it,
        original_stands,
        both_stand,
    ),
    "note a project": WritePath((note(1.0),), note(2.0), noted(1.0, 2.0), noted(2.0)),
}
