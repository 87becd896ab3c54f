"""What one merge knows and gathers: the sides, the answers given, the conflicts found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from stui_workspace.document.nodes import Node, Scalar
from stui_workspace.merge.engine.sides import Side
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.result import Choice, Conflict, Decision, Take
from stui_workspace.model.records import dataclass, field

T = TypeVar("T")

_SCALAR_DEPTH: Final = 2


class UnmergeableError(Exception):
    """Two changes cannot be put into one text here; the nearest value is a conflict."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What is written at one place on the three sides."""

    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(slots=True)
class Context:
    """One merge under way."""

    base: Side
    ours: Side
    theirs: Side
    choices: Mapping[str, Choice]
    kept: frozenset[int] = frozenset()
    """Nodes of the base that must stay though one side deleted them: others refer to them."""
    coarse: bool = False
    """Whether what both sides changed under the root is a conflict as a whole."""
    conflicts: list[Conflict] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def sides(self) -> tuple[Side, Side, Side]:
        """Base, ours, theirs."""
        return self.base, self.ours, self.theirs

    def decide(self, path: MergePath, took: str, why: str) -> None:
        """Note what became of a change."""
        self.decisions.append(Decision(path, took, why))

    def clash(
        self, path: MergePath, texts: Texts, reason: str, *, sensitive: bool = False
    ) -> Choice | None:
        """The answer given to a conflict; None where it is open, and then it is noted."""
        answer = self.choices.get(str(path))
        if answer is not None:
            took = answer.value if isinstance(answer, Take) else "both"
            self.decide(path, took, "so it was answered")
            return answer
        self.conflicts.append(
            Conflict(path, texts.base, texts.ours, texts.theirs, reason, sensitive)
        )
        self.decide(path, "conflict", reason)
        return None

    def mark(self) -> tuple[int, int]:
        """A point to fall back to."""
        return len(self.conflicts), len(self.decisions)

    def fall_back(self, mark: tuple[int, int]) -> None:
        """Forget what was noted since `mark`."""
        del self.conflicts[mark[0] :]
        del self.decisions[mark[1] :]


def three(base: T, ours: T, theirs: T) -> T:
    """Theirs where only they changed it, else ours."""
    return theirs if ours == base else ours


def side_of(answer: Choice | None) -> int:
    """Whose text an answer takes: ours, where it is another or none."""
    return {Take.THEIRS: 2, Take.BASE: 0}.get(answer, 1) if isinstance(answer, Take) else 1


Nodes = tuple[Node | None, Node | None, Node | None]
"""One value on the three sides."""


def text_of(side: Side, node: Node | None) -> str | None:
    """What is written for a value, as it would stand at the left margin; None for none."""
    if node is None:
        return None
    text = side.said(node.start, node.end)
    if "\n" not in text:
        return text
    first, *rest = text.split("\n")
    if isinstance(node, Scalar):  # its lines stand deeper than what is around it
        depths = [len(line) - len(line.lstrip(" ")) for line in rest if line.strip(" ")]
        column = min(depths, default=0) - _SCALAR_DEPTH
    else:
        column = node.start - (side.text.rfind("\n", 0, node.start) + 1)
    return "\n".join((first, *(_moved_left(line, column) for line in rest)))


def _moved_left(line: str, by: int) -> str:
    if by < 0:
        return " " * -by + line if line.strip(" ") else line
    return line[min(by, len(line) - len(line.lstrip(" "))) :]
