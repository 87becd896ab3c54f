"""Asking hunk by hunk, as `git add -p` does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stui_workspace.cli.asking import Asker
from stui_workspace.cli.own_words import asked_in, editor_command
from stui_workspace.cli.promote_words import reasons_of
from stui_workspace.cli.telling import put, stdout_paint, tell, tell_next
from stui_workspace.cli.text_difference import painted_difference
from stui_workspace.errors import StuiError
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.runtime.promoting.hunks import Hunk
from stui_workspace.runtime.promoting.rewording import can_reword, text_of, value_in
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import Project

_HELP: Final = """\
  y  take this one over
  n  leave it in the session
  e  edit it first, then take it over
  a  take this one and all that follow; what removes something is left
  d  leave this one and all that follow
  q  quit; nothing is written, whatever was answered before
  ?  this help
"""


class QuitError(Exception):
    """The person wants nothing to be written."""


@dataclass
class Answers:
    """What a person said to the hunks."""

    paths: list[NodePath] = field(default_factory=list)
    edited: dict[NodePath, Plain] = field(default_factory=dict)


@dataclass(frozen=True)
class Questions:
    """Asks one person about the hunks of one session."""

    person: Asker
    project: Project
    services: Services

    def about(self, hunks: Sequence[Hunk]) -> Answers:
        """What is to be taken.

        Raises:
            QuitError: Nothing.
        """
        answers = Answers()
        for at, hunk in enumerate(hunks):
            answer = self._one(hunk, f"({at + 1}/{len(hunks)})", answers)
            if answer == "a":
                answers.paths += [
                    one.path for one in hunks[at:] if not (one.is_refused or one.wish.only_by_name)
                ]
            if answer in ("a", "d"):
                break
        return answers

    def _one(self, hunk: Hunk, count: str, answers: Answers) -> str:
        put(painted_difference(hunk.diff, stdout_paint()))
        for reason in reasons_of(hunk):
            tell(reason, kind="warning" if hunk.is_refused else "note")
        may_edit = can_reword(hunk.wish) and hunk.wish.refusal is None
        letters = ("" if hunk.is_refused else "y,") + "n," + ("e," if may_edit else "") + "a,d,q,?"
        while True:
            question = f"{count} Take over {hunk.name} [{letters}]? "
            answer = (self.person.ask(question) or "q")[:1].lower()
            if answer == "q":
                raise QuitError
            if answer == "e" and may_edit and self._edit(hunk, answers):
                return answer
            if answer == "y" and not hunk.is_refused:
                answers.paths.append(hunk.path)
                return answer
            if answer in ("n", "a", "d"):
                return answer
            if answer not in ("e", "y"):
                put(_HELP)

    def _edit(self, hunk: Hunk, answers: Answers) -> bool:
        """Whether the person wrote something that can be taken."""
        folder = self.services.locations.workspace(self.project.root).path
        try:
            text = asked_in(editor_command(), text_of(hunk.wish), folder, self.services)
            answers.edited[hunk.path] = value_in(hunk.wish, text)
        except StuiError as error:
            tell(str(error), kind="error")
            if error.next_step:
                tell_next(error.next_step)
            return False
        answers.paths.append(hunk.path)
        return True
