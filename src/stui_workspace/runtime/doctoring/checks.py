"""All checks in their order, less that of git, which `gitdriver.doctoring` adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.doctoring import files, keeping, projects, surroundings
from stui_workspace.runtime.doctoring.values import Case, Check, Finding, Looked

CHECKS: Final[tuple[Check, ...]] = (
    Check("workspace file", files.look_at_file),
    Check("sync tool", projects.look_at_sync),
    Check("connections", projects.look_at_extras),
    Check("backends", projects.look_at_backends),
    Check("approvals", projects.look_at_approvals),
    Check("sessions beside", projects.look_at_wishes),
    Check("keyring", projects.look_at_keyring),
    Check("schema", projects.look_at_schema),
    Check("environment", surroundings.look_at_environment),
    Check("watching", surroundings.look_at_watching),
    Check("disk", surroundings.look_at_disk),
    Check("rights", keeping.look_at_rights),
    Check("sessions", keeping.look_at_kept),
    Check("history", keeping.look_at_history),
    Check("left over", keeping.look_at_leftovers),
)


def examine(check: Check, case: Case) -> Looked:
    """What one check saw. Never raises for what it finds: what cannot be looked at is a finding."""
    try:
        return check.look(case)
    except (StuiError, OSError) as error:
        message = printable_line(f"{check.name} could not be looked at: {error}", 500)
        step = getattr(error, "next_step", None) or "look again; `stui paths` says where things are"
        return Looked("not looked at", (Finding("not-looked-at", message, step),))


def examine_all(
    checks: Sequence[Check], case: Case, begin: Callable[[Check], object]
) -> list[tuple[Check, Looked]]:
    """What all of them saw; `begin` is told of each before it looks."""
    seen = []
    for check in checks:
        begin(check)
        seen.append((check, examine(check, case)))
    return seen
