"""Hunks: each wish of a session, tried on the file, with the difference that it would make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from stui_workspace.document import Document, Edit, apply_edits, replace_each
from stui_workspace.errors import InvalidDocumentError, LeakError, StuiError
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.values import Plain
from stui_workspace.runtime.promoting.applying import applied
from stui_workspace.runtime.promoting.comparing import Compared
from stui_workspace.runtime.promoting.scene import HunkKind, Scene, Wish
from stui_workspace.runtime.promoting.wishes import wishes_of
from stui_workspace.schema import FileKind

__all__ = ["Hunk", "HunkKind", "checked", "differences", "hunks_of"]

_NOWHERE: Final = "what it names is neither in the file nor in this session"
_SHOWN: Final = 100  # code points of a preview


@dataclass(frozen=True, slots=True)
class Hunk:
    """One difference that may be taken over into a file."""

    wish: Wish
    file: Path
    """The file that it would change."""
    diff: tuple[str, ...] = ()
    """The unified difference of that file, a line each. Secrets are not in it; what a terminal
    could obey still is.
    """
    refusal: str | None = None
    """Why it cannot be taken; None where it can."""
    next_step: str | None = None
    goes_with: tuple[str, ...] = ()
    """The hunks that it names something of, which is not written without them."""
    needs_them: bool = False
    """Whether it has nothing to say without them."""

    @property
    def path(self) -> NodePath:
        return self.wish.path

    @property
    def name(self) -> str:
        """The key path as people write it."""
        return format_key_path(self.wish.path)

    @property
    def kind(self) -> HunkKind:
        return self.wish.kind

    @property
    def note(self) -> str | None:
        """What a person should know of it before they take it."""
        return self.wish.note

    @property
    def is_refused(self) -> bool:
        return self.refusal is not None

    @property
    def counts(self) -> tuple[int, int]:
        """How many lines it adds, and how many it takes away."""
        body = self.diff[2:]
        return (
            sum(line.startswith("+") for line in body),
            sum(line.startswith("-") for line in body),
        )

    @property
    def preview(self) -> str:
        """What it adds, or else takes away: on one line that is safe to show."""
        body = self.diff[2:]
        for sign in ("+", "-"):
            found = [one[1:].strip() for one in body if one.startswith(sign) and one[1:].strip()]
            if found:
                return printable_line(f"{sign} {' '.join(found)}", _SHOWN)
        return ""


def hunks_of(scene: Scene) -> tuple[Hunk, ...]:
    """Everything that may be taken over, in the order of a workspace file. Reads only `scene`."""
    wishes = wishes_of(scene)
    trial = _Trial(scene, wishes)
    found = {one.path: _of_file(scene, one) if one.file else trial.of(one) for one in wishes}
    return tuple(_if_it_can(one, found, wishes) for one in found.values())


def checked(scene: Scene, document: Document, wishes: Sequence[Wish]) -> Document:
    """The document with the wishes true in it, if it may be written.

    Raises:
        LeakError: A secret would be in it.
        SchemaError: It would have an error that it does not have.
        EditError: It cannot be had without touching anything else.
        UsageError: The file says something else now at one of the places.
    """
    after = applied(document, wishes)
    refuse(scene, document, after)
    return after


def refuse(scene: Scene, document: Document, after: Document) -> None:
    """Return if the document may be written in the place of another.

    Raises:
        LeakError: A secret would be in it.
        SchemaError: It would have an error that it does not have.
    """
    from stui_workspace.errors import SchemaError
    from stui_workspace.runtime.editing import new_errors
    from stui_workspace.runtime.leaking import refuse_leaks

    if after.text != document.text:
        refuse_leaks(scene.file, document.content, after.content, FileKind.WORKSPACE)
        fresh = new_errors(document, after, FileKind.WORKSPACE)
        if fresh:
            raise SchemaError(fresh)


def differences(scene: Scene, wishes: Sequence[Wish]) -> tuple[tuple[Path, tuple[str, ...]], ...]:
    """What taking all of these would change, for each file: its unified difference.

    Raises:
        StuiError: It would be refused.
    """
    before = scene.document
    after = checked(scene, before, [one for one in wishes if one.file is None])
    compared = Compared(scene)
    found = [(scene.file, compared.documents(before, after))]
    found += [
        (one.file, one.diff) for wish in wishes if wish.file for one in (_of_file(scene, wish),)
    ]
    return tuple((path, lines) for path, lines in found if lines)


class _Trial:
    """Tries the wishes for the workspace file, all at once where that tells enough."""

    def __init__(self, scene: Scene, wishes: Sequence[Wish]) -> None:
        self._scene, self._wishes = scene, wishes
        self._document = scene.document
        self._compared = Compared(scene)
        self._errors: dict[NodePath, StuiError] = {}
        ours = [one for one in wishes if one.file is None and one.refusal is None]
        self._splices = self._look_at_once([one for one in ours if self._is_plain(one)])
        ours = [one for one in ours if one.path not in self._splices]
        self._look([one for one in ours if not one.only_by_name])
        for one in ours:
            if one.only_by_name:
                self._look([one])

    def _is_plain(self, wish: Wish) -> bool:
        """Whether it puts one text or number where another stands, and names nothing else."""
        path, before = wish.path, wish.before
        if path[0] not in ("buffers", "preferences") or path[-1] == "connection":
            return False
        is_scalar = not any(isinstance(one, (Mapping, list, tuple)) for one in (wish.value, before))
        return is_scalar and wish.kind is HunkKind.CHANGE

    def _look_at_once(self, wishes: Sequence[Wish]) -> dict[NodePath, tuple[Edit, ...]]:
        """What each would splice, if all may be written: most lists are long of such alone."""
        if not wishes or not self._compared.is_clean(self._document):
            return {}
        try:
            after, splices = replace_each(self._document, {one.path: one.value for one in wishes})
            refuse(self._scene, self._document, after)
        except StuiError:  # then it is found out which of them it is
            return {}
        return splices

    def _look(self, wishes: Sequence[Wish]) -> None:
        """Find those that may not be written: where all may be together, each may be alone."""
        try:
            if wishes:
                checked(self._scene, self._document, wishes)
        except StuiError as error:
            if len(wishes) == 1:
                self._errors[wishes[0].path] = error
                return
            half = len(wishes) // 2
            self._look(wishes[:half])
            self._look(wishes[half:])

    def of(self, wish: Wish) -> Hunk:
        needed = _needed(wish, self._wishes)
        names = tuple(format_key_path(one.path) for one in needed)
        hunk = Hunk(wish, self._scene.file, (), wish.refusal, wish.next_step, names)
        if wish.path in self._splices:
            text = apply_edits(self._document.text, self._splices[wish.path])
            return replace(hunk, diff=self._compared.clean_text(self._document, text))
        error = self._errors.get(wish.path)
        if error is not None:
            reason, step = _reason(error)
            hunk = replace(hunk, refusal=reason, next_step=step)
        before = self._document
        try:
            after = applied(before, (wish,))
            if after.text == before.text and not needed:
                return replace(hunk, refusal=hunk.refusal or _NOWHERE)
            needs_them = after.text == before.text
            if needs_them:
                before, after = applied(before, needed), applied(before, (wish, *needed))
        except StuiError as unfit:
            if hunk.is_refused:
                return hunk
            reason, step = _reason(unfit)
            return replace(hunk, refusal=reason, next_step=step)
        diff = self._compared.documents(before, after, is_clean=not hunk.is_refused)
        return replace(hunk, diff=diff, needs_them=needs_them)


def _if_it_can(hunk: Hunk, found: Mapping[NodePath, Hunk], wishes: Sequence[Wish]) -> Hunk:
    """The hunk, refused where all that it would say refers to what is refused."""
    if hunk.is_refused or not hunk.needs_them:
        return hunk
    for one in _needed(hunk.wish, wishes):
        if found[one.path].is_refused:
            reason = f"it needs {format_key_path(one.path)}, which cannot be taken"
            return replace(hunk, refusal=reason, next_step=found[one.path].next_step)
    return hunk


def _needed(wish: Wish, wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """The new things that a wish refers to."""
    names = set(_names(wish.value))
    section = "buffers" if wish.path[0] == "layout" else "connections"
    return tuple(
        one
        for one in wishes
        if one.kind is HunkKind.ADD
        and one.path[0] == section
        and len(one.path) == 2  # noqa: PLR2004 (a whole thing)
        and one.path[1] in names
        and one.refusal is None
    )


def _names(value: Plain) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from _names(below)
    elif isinstance(value, (list, tuple)):
        for below in value:
            yield from _names(below)


def _reason(error: StuiError) -> tuple[str, str | None]:
    if isinstance(error, LeakError):
        paths = [one.path for file in error.problems for one in file.diagnostics if one.path]
        places = ", ".join(f"`{format_key_path(path)}`" for path in paths[:3]) or "the file"
        return f"a secret would stand in {places}", error.next_step
    if isinstance(error, InvalidDocumentError) and error.diagnostics:
        first = error.diagnostics[0]
        return first.message, first.hint or error.next_step
    return str(error), error.next_step


def _of_file(scene: Scene, wish: Wish) -> Hunk:
    """A hunk of the file that a buffer names: a person's own text, written as it is."""
    path = scene.loaded.project.root / str(wish.file)
    before = wish.before if isinstance(wish.before, str) else ""
    after = wish.value if isinstance(wish.value, str) else ""
    diff = Compared(scene).texts(path, before, after)
    refusal, next_step = wish.refusal, wish.next_step
    if refusal is None and any(0xD800 <= ord(one) < 0xE000 for one in after):  # noqa: PLR2004
        refusal = "a text with half a character cannot be written"
    return Hunk(wish, path, diff, refusal, next_step)
