"""What `stui doctor` looks at: each check gives the problems that it finds in a project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.gitdriver.looking import Problem, look, problems
from stui_workspace.repository.running import Git
from stui_workspace.storage.project import FILE_NAMES, Project

Check: TypeAlias = Callable[[Project], Iterator[Problem]]


def findings_at(project: Project) -> list[Problem]:
    """All that the checks find, in their order."""
    return [problem for check in CHECKS for problem in check(project)]


def git_problems(project: Project) -> Iterator[Problem]:
    """What is wrong between git and this project; nothing outside a repository."""
    if not any(os.path.lexists(above / ".git") for above in (project.root, *project.root.parents)):
        return
    name = FILE_NAMES[0] if project.file is None else project.file.name
    try:
        yield from problems(look(Git(project.root), [name]))
    except NotFoundError as error:
        yield Problem("git-missing", "git is not installed", error.next_step or "install git")
    except UsageError as error:
        yield Problem("git-refuses", str(error), error.next_step or "`git status` says more")


CHECKS: Final[tuple[Check, ...]] = (git_problems,)
