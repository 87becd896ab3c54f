"""The doctor's look at git, and all of its checks together."""

from __future__ import annotations

import os
from typing import Final

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.gitdriver.looking import look, problems
from stui_workspace.model.printable import printable_line
from stui_workspace.repository.running import Git
from stui_workspace.runtime.doctoring.checks import CHECKS
from stui_workspace.runtime.doctoring.values import Case, Check, Finding, Looked
from stui_workspace.storage.project import FILE_NAMES


def look_at_git(case: Case) -> Looked:
    """What is wrong between git and this project; nothing outside a repository."""
    project = case.project
    if not any(os.path.lexists(above / ".git") for above in (project.root, *project.root.parents)):
        return Looked("no git repository")
    name = FILE_NAMES[0] if project.file is None else project.file.name
    try:
        seen = look(Git(project.root), [name])
    except NotFoundError as error:
        finding = Finding("git-missing", "git is not installed", error.next_step or "install git")
        return Looked("a git repository", (finding,))
    except UsageError as error:
        message = printable_line(str(error), 500)
        finding = Finding("git-refuses", message, error.next_step or "`git status` says more")
        return Looked("a git repository", (finding,))
    found = tuple(Finding(one.code, one.message, one.fix) for one in problems(seen))
    by = "meaning" if seen.is_active else "lines"
    hint = "" if seen.is_active or found else "; `stui git install` has it merge them by meaning"
    return Looked(f"git merges workspace files by {by}{hint}", found)


ALL_CHECKS: Final[tuple[Check, ...]] = (Check("git", look_at_git), *CHECKS)
"""All that the doctor looks at, in its order."""
