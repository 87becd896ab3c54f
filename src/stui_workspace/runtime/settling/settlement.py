"""One merge and a person's answers to it, as a value: the model of a command and of a screen.

Nothing here touches a disk. Everything follows from the sides and the choices by merging again.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.merge import (
    Choice,
    Conflict,
    Labels,
    MergeResult,
    Policy,
    Take,
    Written,
    marked,
    merge3,
)
from stui_workspace.model.records import dataclass, replace
from stui_workspace.storage.conflicts.records import NO_LABELS, Sides

_REMARKS: Final = ("comment", "eol")
_ALWAYS: Final = "take ours, theirs or base"
_OR_BY_HAND: Final = "choose something else, or edit the file"
_ROOT: Final = "/"
_LIST_THEM: Final = "`stui conflicts` lists them"


@dataclass(frozen=True)
class Settlement:
    """A merge, and what a person chose so far. Choosing and undoing make new ones."""

    sides: Sides
    policy: Policy
    labels: Labels = NO_LABELS
    steps: tuple[Mapping[str, Choice], ...] = ()
    """What was chosen, by the path of the conflict; all that was chosen in one go is one step."""
    marker_size: int = 7

    @property
    def choices(self) -> dict[str, Choice]:
        """All that was chosen, by the path of the conflict."""
        return {path: choice for step in self.steps for path, choice in step.items()}

    @cached_property
    def result(self) -> MergeResult:
        """The merge with the choices in it."""
        sides = self.sides
        return merge3(
            sides.base, sides.ours, sides.theirs, policy=self.policy, choices=self.choices
        )

    @property
    def left(self) -> tuple[Conflict, ...]:
        """The conflicts that nobody has settled yet, in file order."""
        return self.result.conflicts

    @property
    def is_settled(self) -> bool:
        return not self.left

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """All conflicts of the merge, those that are settled included."""
        return self.left if not self.steps else replace(self, steps=()).left

    @property
    def text(self) -> bytes:
        """The document: the choices where there are some, the provisional value where not."""
        return self.result.text

    @cached_property
    def marked_text(self) -> bytes:
        """The document with conflict markers around what is left; `text` where nothing is."""
        if self.is_settled:
            return self.text
        rest = self._rest()
        sides = rest or self.sides
        return marked(
            sides.base,
            sides.ours,
            sides.theirs,
            policy=self.policy,
            choices={} if rest else self.choices,
            labels=self.labels,
            size=self.marker_size,
        )

    def _rest(self) -> Sides | None:
        """Three sides that differ in what is left and in nothing else; None where that fails.

        So what was chosen stands inside the markers of something else, too.
        """
        if not self.steps:
            return self.sides
        base, ours, theirs = (
            replace(self, steps=(*self.steps, {str(one.path): take for one in self.left})).text
            for take in (Take.BASE, Take.OURS, Take.THEIRS)
        )
        again = merge3(base, ours, theirs, policy=self.policy)
        paths = [{str(one.path) for one in left} for left in (again.conflicts, self.left)]
        is_same = again.text == self.text and paths[0] == paths[1]
        return Sides(base, ours, theirs) if is_same else None

    def conflict(self, path: str) -> Conflict:
        """The conflict of that path which is left.

        Raises:
            NotFoundError: There is none; with the nearest that there is.
        """
        return conflict_of(path, self.left)

    def take(self, path: str, choice: Choice) -> Settlement:
        """The merge with one conflict settled.

        Args:
            path: As `str(conflict.path)` has it.
            choice: What to take; a text of one's own is YAML, or a comment for a comment's aspect.

        Raises:
            NotFoundError: No such conflict is left.
            UsageError: It cannot be settled in this way.
        """
        return self.take_all({path: choice})

    def take_all(self, choices: Mapping[str, Choice]) -> Settlement:
        """The merge with several conflicts settled in one step.

        Raises:
            NotFoundError: One of them is not left.
            UsageError: One of them cannot be settled in this way.
        """
        step = {path: fitting(self.conflict(path), choice) for path, choice in choices.items()}
        if not step:
            return self
        after = replace(self, steps=(*self.steps, step))
        still = {str(one.path) for one in after.left}
        for path, choice in step.items():
            if path in still or self._has_no_effect(path, choice):
                raise UsageError(_cannot(path, choice), _ALWAYS)
        if _ROOT not in step and after.is_worse_than(self):
            raise UsageError("with that the file would not be YAML any more", _OR_BY_HAND)
        return after

    def is_worse_than(self, before: Settlement) -> bool:
        """Whether a choice made a text that cannot be read, or none that can be merged at all."""
        if is_broken(self.text):
            return not is_broken(before.text)
        return any(str(one.path) == _ROOT for one in self.left) and not any(
            str(one.path) == _ROOT for one in before.left
        )

    def _has_no_effect(self, path: str, choice: Choice) -> bool:
        """Whether the place stays as it is, though it was to have something else than a side."""
        if isinstance(choice, Take) and choice is not Take.BOTH:
            return False
        ours = self.conflict(path).ours
        if isinstance(choice, Written) and ours is not None and choice.text.strip() == ours.strip():
            return False
        return replace(self, steps=(*self.steps, {path: choice})).text == self.text

    def can_take(self, path: str, choice: Choice) -> bool:
        """Whether the conflict is left, and can be settled in this way."""
        try:
            self.take(path, choice)
        except (NotFoundError, UsageError):
            return False
        return True

    def undo(self) -> Settlement:
        """The merge without the last step; the same where there is none."""
        return replace(self, steps=self.steps[:-1]) if self.steps else self


def conflict_of(path: str, conflicts: tuple[Conflict, ...]) -> Conflict:
    """The one of that path.

    Raises:
        NotFoundError: There is none; with the nearest that there is.
    """
    by_path = {str(one.path): one for one in conflicts}
    if path in by_path:
        return by_path[path]
    near = get_close_matches(path, list(by_path), n=1)
    raise NotFoundError("conflict", path, f"did you mean `{near[0]}`?" if near else _LIST_THEM)


def fitting(conflict: Conflict, choice: Choice) -> Choice:
    """The choice in the form that the merge takes: each line of a comment begins with `#`.

    Raises:
        UsageError: It cannot stand there.
    """
    if not isinstance(choice, Written):
        if choice is Take.BOTH and not _has_room_for_both(conflict):
            raise UsageError(_cannot(str(conflict.path), choice), _ALWAYS)
        return choice
    if conflict.aspect in _REMARKS:
        return Written(_as_comment(choice.text, one_line=conflict.aspect == "eol"))
    if conflict.aspect != "value":
        raise UsageError(f"`{conflict.path}` is taken from a side, not written")
    _check_yaml(choice.text, str(conflict.path))
    return choice


def _has_room_for_both(conflict: Conflict) -> bool:
    """Whether ours and then theirs can make sense: comments, lists and texts of several lines."""
    sides = (conflict.ours, conflict.theirs)
    if conflict.aspect != "value":
        return conflict.aspect in _REMARKS
    return all(side is not None and ("\n" in side or side.startswith("[")) for side in sides)


def _as_comment(text: str, *, one_line: bool) -> str:
    lines = [line.strip() for line in text.strip("\r\n").splitlines()]
    if one_line and len(lines) > 1:
        raise UsageError("a comment at the end of a line has one line")
    return "\n".join(line if line.startswith("#") else f"# {line}".rstrip() for line in lines)


def _check_yaml(text: str, path: str) -> None:
    if is_broken(text.encode("utf-8", "surrogatepass")):
        raise UsageError(f"what was written for `{path}` is not YAML", "quote it if it is a text")


def is_broken(content: bytes) -> bool:
    """Whether some bytes are no YAML of any kind."""
    from stui_workspace.document import Limits, read

    return read(content, Limits.anything()).document is None


def _cannot(path: str, choice: Choice) -> str:
    if choice is Take.BOTH:
        return f"`{path}` cannot have both"
    return f"`{path}` cannot be settled so"
