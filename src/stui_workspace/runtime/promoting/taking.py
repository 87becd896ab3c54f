"""Writing the hunks that a person picked: one edit of the workspace file, and it can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.document import Document
from stui_workspace.errors import (
    NotFoundError,
    StaleRevisionError,
    StorageError,
    StuiError,
    UsageError,
)
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.revision import revision_of
from stui_workspace.model.values import Plain
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.editing import edit_file
from stui_workspace.runtime.leaking import without_leaks
from stui_workspace.runtime.promoting.applying import applied
from stui_workspace.runtime.promoting.hunks import Hunk, checked
from stui_workspace.runtime.promoting.scene import Scene, Wish
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing.noting import note_own
from stui_workspace.runtime.writing import write
from stui_workspace.storage.atomic import save_own

_LIST: Final = "`stui promote --list` shows what there is"
_SHORT: Final = 12


@dataclass(frozen=True, slots=True)
class Written:
    """One file that was written."""

    path: Path
    before: bytes | None
    """What it said; None where there was no file."""
    after: bytes
    kept: Path | None = None
    """Where its old text is kept, unless it is a version of the workspace file."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over."""

    wishes: tuple[Wish, ...] = ()
    written: tuple[Written, ...] = ()
    problem: StuiError | None = None
    """Why the rest was not written, where something was."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(format_key_path(one.path) for one in self.wishes)

    @property
    def undoing(self) -> tuple[str, ...]:
        """How each file is had back as it was, each as one line for people."""
        return tuple(_undoing(one) for one in self.written)


def _undoing(one: Written) -> str:
    if one.kept is not None:
        return f"the old text of {one.path.name} is kept as {one.kept}"
    if one.before is None:
        return f"{one.path.name} is new: remove it"
    revision = revision_of(without_leaks(one.before))[:_SHORT]
    return f"`stui sync restore {revision}` brings {one.path.name} back as it was"


def hunks_called(
    hunks: Sequence[Hunk],
    paths: Sequence[NodePath],
    edited: Mapping[NodePath, Plain] | None = None,
) -> tuple[Wish, ...]:
    """The wishes of the hunks at those key paths, or below them, with what was edited of them.

    What takes something away is meant only by its own path. One that was edited is tried anew: it
    may be the edit that takes a secret out of it.

    Raises:
        NotFoundError: There is no such hunk.
        UsageError: One that was named cannot be taken.
    """
    found: dict[NodePath, Wish] = {}
    changed = edited or {}
    for path in paths:
        exact = [one for one in hunks if one.path == path]
        below = [one for one in hunks if one.path[: len(path)] == path]
        chosen = exact or [one for one in below if not (one.wish.only_by_name or one.is_refused)]
        if not (chosen or below):
            raise NotFoundError("hunk", format_key_path(path), _LIST)
        for one in chosen or below:
            is_new = one.path in changed and one.wish.refusal is None
            if one.refusal is not None and not is_new:
                raise UsageError(f"`{one.name}` cannot be taken: {one.refusal}", one.next_step)
            found[one.path] = one.wish
    return tuple(
        replace(wish, value=changed[path]) if path in changed else wish
        for path, wish in found.items()
    )


def take(scene: Scene, wishes: Sequence[Wish], services: Services) -> Taken:
    """Write what was picked; nothing is written where nothing is.

    Everything is tried before the first byte is written. The workspace file is written in one
    step, each file that a buffer names in another.

    Raises:
        StuiError: Nothing was written, and why.
    """
    if not wishes:
        return Taken()
    ours = [one for one in wishes if one.file is None]
    checked(scene, scene.document, ours)
    done = Taken()
    try:
        if ours:
            done = replace(done, written=_workspace(scene, ours, services), wishes=tuple(ours))
        for wish in wishes:
            if wish.file is not None:
                one = _named_file(scene, wish, services)
                done = Taken((*done.wishes, wish), (*done.written, one))
    except StuiError as error:
        if not done.wishes:
            raise
        return replace(done, problem=error)
    return done


def _workspace(scene: Scene, wishes: Sequence[Wish], services: Services) -> tuple[Written, ...]:
    path, root = scene.file, scene.loaded.project.root
    if scene.loaded.project.file is None:
        with suppress(StaleRevisionError):  # somebody made it meanwhile
            write(path, root, scene.begun, None, services)
    seen: list[Document] = []

    def change(document: Document) -> Document:
        seen.append(document)
        return applied(document, wishes)

    after, _revision = edit_file(path, root, change, services)
    if after.content == seen[-1].content:
        return ()
    return (Written(path, seen[-1].content, after.content),)


def _named_file(scene: Scene, wish: Wish, services: Services) -> Written:
    root = scene.loaded.project.root
    path = root / str(wish.file)
    source = scene.sources[str(wish.path[1])]
    before = read_file(path, root, services)
    content = str(wish.value).encode("utf-8")
    kept = None if before is None else put_away(path, root, before, services)
    write(path, root, content, source.revision, services)
    return Written(path, before, content, kept)


def put_away(path: Path, root: Path, content: bytes, services: Services) -> Path:
    """Keep a text in the state folder before it is replaced, and say where."""
    clean = without_leaks(content)
    name = f"{revision_of(clean)[:_SHORT]}-{path.name.lstrip('.')}"
    kept = services.locations.workspace(root).path / "backups" / name
    save_own(services.fs, kept, clean)
    return kept


def undo(taken: Taken, root: Path, services: Services) -> None:
    """Write every file back as it was before, if nobody has changed it since.

    Raises:
        StaleRevisionError: One of them was changed; it is as it is.
        StorageError: One was not written.
    """
    for one in reversed(taken.written):
        if one.before is None:
            _remove_new(one, root, services)
            continue
        if one.kept is None:
            note_own(one.path, root, one.after, one.before, services)
        write(one.path, root, one.before, revision_of(one.after), services)


def _remove_new(one: Written, root: Path, services: Services) -> None:
    if read_file(one.path, root, services) != one.after:
        raise StaleRevisionError(one.path, revision_of(one.after), None)
    with suppress(OSError, StorageError):
        services.fs.remove(one.path)
