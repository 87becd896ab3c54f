"""What `stui doctor` looks at: each check gives the problems that it finds in a project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.gitdriver.looking import Problem, look, problems
from stui_workspace.model.printable import printable_line
from stui_workspace.repository.running import Git
from stui_workspace.storage.project import FILE_NAMES, Project
from stui_workspace.sync.skipping import skips_dot_files

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


def sync_problems(project: Project) -> Iterator[Problem]:
    """Whether the sync tool of this folder leaves the workspace file out."""
    if project.file is None or not project.file.name.startswith("."):
        return
    home = os.path.expanduser("~")  # noqa: PTH111 (Path's own raises where none is known)
    tool = skips_dot_files(project.root, Path(os.path.realpath(home)))
    if tool is not None:
        yield Problem(
            "sync-skips-file",
            f"this seems to be a folder of {tool}, which does not sync files that begin with a dot",
            f"rename {printable_line(project.file.name)} to {FILE_NAMES[1]}",
        )


CHECKS: Final[tuple[Check, ...]] = (git_problems, sync_problems)
