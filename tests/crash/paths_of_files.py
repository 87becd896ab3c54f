"""Writing the workspace file and the files it names: saving, editing, merging, settling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crash.world import FILE, ROOT, World, WritePath, nothing
from stui_workspace.document import set_value
from stui_workspace.merge import Take
from stui_workspace.model.revision import revision_of
from stui_workspace.model.session import BufferState
from stui_workspace.model.workspace import BufferSpec
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.pads import Source, view_of
from stui_workspace.runtime.saving import save_text
from stui_workspace.runtime.settling import conflicts_in, keep_merge, settle, undo
from stui_workspace.storage.atomic import is_temporary, save
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.project import Project

OLD, NEW = b"name: old\n", b"name: new and longer\n"
BASE = b"stui: 1\nname: a\ndescription: b\npreferences: {theme: nord}\n"
OURS = b"stui: 1\nname: a2\ndescription: b2\npreferences: {theme: nord}\n"
THEIRS = b"stui: 1\nname: a3\ndescription: b3\npreferences: {theme: light}\n"
PROVISIONAL = OURS.replace(b"nord", b"light")
SETTLED = PROVISIONAL.replace(b"a2", b"a3")
EDITED = OURS.replace(b"a2", b"edited")
NOTES = ROOT / "notes.md"


def file_lock(folder: WorkspaceFolder) -> Path:
    return folder.file_lock


def holding(content: bytes, path: Path = FILE) -> Callable[[World], None]:
    def write(world: World) -> None:
        world.disk.files[path] = content

    return write


def give_another_name(world: World) -> None:
    world.disk.linked.add(FILE)


def is_now(*contents: bytes | None, path: Path = FILE) -> Callable[[World], None]:
    """A check that the file is one of these, as a whole; None for no file."""

    def check(world: World) -> None:
        assert world.disk.files.get(path) in contents
        others = [one for one in world.disk.files if one.parent == ROOT and one != path]
        assert all(is_temporary(one.name) for one in others)

    return check


def save_new(world: World) -> None:
    expected = revision_of(OLD) if FILE in world.disk.files else None
    save(world.disk, FILE, NEW, expected=expected, rescue=world.folder.rescued)


def old_or_new_and_the_next_is_saved(world: World) -> None:
    content = world.text
    assert content in (OLD, NEW)
    save(world.disk, FILE, b"next", expected=revision_of(content))
    assert world.text == b"next"


def whole_or_both_are_kept(world: World) -> None:
    """In place, a power cut may tear the file; nothing is lost by it all the same."""
    if world.text not in (OLD, NEW):
        files = world.disk.files
        assert OLD in [files[one] for one in files if one.parent == world.folder.rescued]
        assert NEW in [files[one] for one in files if is_temporary(one.name)]


def edit(world: World) -> None:
    edit_file(FILE, ROOT, lambda one: set_value(one, ("name",), "edited"), world.services)


def save_pad(world: World) -> None:
    source = Source("old\n", revision=revision_of(OLD))
    state = BufferState(text=NEW.decode(), base=source.base)
    view = view_of("notes", BufferSpec("notes", file=NOTES.name), state, source)
    save_text(view, source, Project(ROOT, FILE), world.services)


def names(world: World) -> tuple[set[str], set[str]]:
    """What is open, and what was settled by hand."""
    standing = conflicts_in(FILE, ROOT, world.services)
    assert standing.problems == ()
    left = {str(one.path) for merge in standing.merges for one in merge.left}
    return left, {str(one.path) for merge in standing.merges for one in merge.by_hand}


def merge(world: World) -> None:
    keep_merge(FILE, ROOT, Sides(BASE, OURS, THEIRS), world.services)


def settle_one(world: World) -> None:
    settle(FILE, ROOT, "/name", Take.THEIRS, world.services)


def take_back(world: World) -> None:
    undo(FILE, ROOT, world.services)


def merged(world: World) -> None:
    assert world.text == PROVISIONAL
    assert names(world) == ({"/name", "/description"}, set())


def merged_or_not(world: World) -> None:
    left, by_hand = names(world)
    assert by_hand == set()
    if world.text == PROVISIONAL:
        assert left == {"/name", "/description"}
    else:
        assert world.text == OURS
        assert left in (set(), {"/name", "/description"})
    if left:
        settle_one(world)
        assert world.text == SETTLED


def settled(world: World) -> None:
    assert world.text == SETTLED
    assert names(world) == ({"/description"}, set())


def settled_or_open(world: World) -> None:
    """No conflict is lost without a word: it is open, or the file holds another value."""
    left, by_hand = names(world)
    if world.text == PROVISIONAL:
        assert (left, by_hand) == ({"/name", "/description"}, set())
    else:
        assert world.text == SETTLED
        assert left == {"/description"}
        assert by_hand <= {"/name"}
    settle(FILE, ROOT, "/description", Take.THEIRS, world.services)
    assert b"b3" in world.text


FILES = {
    "save a file": WritePath(
        (holding(OLD),), save_new, old_or_new_and_the_next_is_saved, is_now(NEW)
    ),
    "create a file": WritePath((nothing,), save_new, is_now(None, NEW), is_now(NEW)),
    "save a file in place": WritePath(
        (holding(OLD), give_another_name), save_new, whole_or_both_are_kept, is_now(NEW)
    ),
    "edit a file": WritePath(
        (holding(OURS),), edit, is_now(OURS, EDITED), is_now(EDITED), file_lock
    ),
    "save a pad": WritePath(
        (holding(OLD, NOTES),),
        save_pad,
        is_now(OLD, NEW, path=NOTES),
        is_now(NEW, path=NOTES),
        file_lock,
    ),
    "merge": WritePath((holding(OURS),), merge, merged_or_not, merged, file_lock),
    "settle": WritePath((holding(OURS), merge), settle_one, settled_or_open, settled, file_lock),
    "undo": WritePath(
        (holding(OURS), merge, settle_one), take_back, settled_or_open, merged, file_lock
    ),
}
