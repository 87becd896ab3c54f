"""What a check is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable

from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import Project


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal that a face has; what it says of itself."""

    encoding: str
    """As Python writes to it."""
    name: str
    """`TERM`."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is looked at."""

    project: Project
    services: Services
    terminal: Terminal | None = None
    """None where no person looks on."""


@dataclass(frozen=True, slots=True)
class Mend:
    """Something that mends a finding and loses nothing."""

    title: str
    """What it does, as an imperative."""
    do: Callable[[], str]
    """Does it, and gives what was done and how to undo it, in one line. Raises a `StuiError`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    code: str
    """Stable, for programs: `git-driver-missing`."""
    message: str
    """One clause, safe to show."""
    fix: str
    """What a person can do."""
    severity: Severity = Severity.WARNING
    mend: Mend | None = None
    """What the program can do; None where only a person can."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a check saw."""

    seen: str
    """In one line: what was looked at, and how it is."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    """One or two words: `git`."""
    look: Callable[[Case], Looked]
