"""What is wrong in a workspace file, and exactly where.

A `Diagnostic` is data. The core makes them, the faces show them: nothing here
prints, colours or exits, and nothing here knows the name of the file.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import dataclass, field


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The half-open range `[start, end)` of a text, in code points from 0.

    Lines and columns are for people, so they are computed when a diagnostic is
    shown (`position_at`) and never stored.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a range: [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem, with enough to show it and enough to search for it.

    Neither `message` nor `hint` ever holds a value of the file: a value may be
    a secret that was pasted in the wrong place. Keys and key paths are fine.
    """

    code: str
    """Stable and documented, `S104`. Never reused for another problem."""

    message: str
    """One clause in lower case, no full stop: "unknown key `comand`"."""

    span: Span
    severity: Severity = Severity.ERROR

    hint: str | None = None
    """What to do next, when we know; None rather than a guess."""

    path: NodePath | None = None
    """Where in the document, where there is a document."""

    conceal: bool = False
    """Whether the source line must not be shown: a secret may stand in it."""


@dataclass(frozen=True, slots=True)
class FileProblems:
    """The diagnostics of one file, with the text that their spans refer to."""

    file: Path
    text: str = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Whether the file cannot be used: warnings alone do not keep it from that."""
        return any(one.severity is Severity.ERROR for one in self.diagnostics)


def position_at(text: str, offset: int) -> tuple[int, int]:
    r"""The line and column of `offset`, both counted from 1, as editors do.

    >>> position_at("a: 1\nbb: 2\n", 5)
    (2, 1)
    """
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1
