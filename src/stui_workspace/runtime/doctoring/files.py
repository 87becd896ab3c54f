"""The check of the workspace file: whether there is one, and whether it can be used."""

from __future__ import annotations

from stui_workspace.errors import DiskError, StuiError
from stui_workspace.model.diagnostics import Severity
from stui_workspace.runtime.doctoring.values import Case, Finding, Looked
from stui_workspace.runtime.loading import load


def look_at_file(case: Case) -> Looked:
    """Whether the file can be used; what is wrong in it, `stui validate` says better."""
    if case.project.file is None:
        return Looked("there is no workspace file here or above")
    name = case.project.file.name
    try:
        load(case.project, case.services)
    except DiskError:
        raise
    except StuiError:
        message = f"{name} cannot be used"
        fix = "`stui validate` says what is wrong in it, and where"
        return Looked(message, (Finding("file-cannot-be-used", message, fix, Severity.ERROR),))
    return Looked(f"{name} can be used")
