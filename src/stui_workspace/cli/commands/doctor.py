"""`stui doctor`: find what is wrong around a workspace, and say what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import json_option, project_argument, services_now
from stui_workspace.cli.paint import is_terminal
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.errors import StuiError

if TYPE_CHECKING:
    from stui_workspace.runtime.doctoring.values import Case, Check, Finding, Looked, Mend


@click.command()
@project_argument
@click.option("--all", "everything", is_flag=True, help="Say what was looked at, too.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing anything.")
@json_option
def command(path: Path | None, *, everything: bool, fix: bool, as_json: bool) -> Status:
    """Find what is wrong around a workspace, and say what to do.

    Looks at what surrounds the file: git, the sync tool, what connections need and lack,
    approvals, the keyring, editors, Python and terminal, the disk, and whether all that is kept
    of sessions and history is there. `stui validate` looks at the file itself.

    Changes nothing, unless --fix is given: that mends what loses nothing (rights, copies of the
    schema, what crashes left), and says what it did. Exits 1 if anything is wrong.

    Examples:
      stui doctor
      stui doctor --fix
      stui doctor --json | jq -r '.[].fix'
    """
    services = services_now()
    from stui_workspace.runtime.doctoring.values import Case, Terminal

    terminal = None
    if is_terminal(sys.stdout):
        terminal = Terminal(sys.stdout.encoding or "", os.environ.get("TERM", ""))
    case = Case(project_at(path, services.home), services, terminal)
    seen = _seen(case)
    if fix and _mended(seen):
        seen = _seen(case)
    found = [(check, one) for check, looked in seen for one in looked.findings]
    if as_json:
        problems = [record_of_finding(check, one) for check, one in found]
        put_json({"looked": _looked(seen), "problems": problems} if everything else problems)
    else:
        if everything:
            for check, looked in seen:
                put(f"{check.name}: {looked.seen}")
        tell_found([one for _, one in found])
        if case.project.file is None:
            tell_next("no workspace file is here or above: `stui init` begins one")
    return Status.FINDINGS if found else Status.DONE


def _seen(case: Case) -> list[tuple[Check, Looked]]:
    from stui_workspace.gitdriver.doctoring import ALL_CHECKS
    from stui_workspace.runtime.doctoring.checks import examine_all

    with Progress("looking") as progress:
        return examine_all(ALL_CHECKS, case, lambda check: progress.at(f"looking: {check.name}"))


def _mended(seen: Iterable[tuple[Check, Looked]]) -> bool:
    """Mend what can be mended; whether there was anything."""
    mends: dict[str, Mend] = {
        one.mend.title: one.mend for _, looked in seen for one in looked.findings if one.mend
    }
    for mend in mends.values():
        try:
            tell(mend.do())
        except StuiError as error:
            tell(f"{mend.title}: {error}", kind="error")
            if error.next_step:
                tell_next(error.next_step)
    return bool(mends)


def _looked(seen: Iterable[tuple[Check, Looked]]) -> list[dict[str, str]]:
    return [{"check": check.name, "seen": looked.seen} for check, looked in seen]


def tell_found(found: Iterable[Finding]) -> None:
    """Say what is wrong, each with what to do about it."""
    is_well = True
    for one in found:
        is_well = False
        tell(one.message, kind=str(one.severity))
        tell_next(one.fix)
        if one.mend is not None:
            tell_next("`stui doctor --fix` does it")
    if is_well:
        tell("nothing is wrong here")


def record_of_finding(check: Check, finding: Finding) -> dict[str, object]:
    """A finding as JSON has it."""
    return {
        "code": finding.code,
        "message": finding.message,
        "fix": finding.fix,
        "severity": str(finding.severity),
        "check": check.name,
        "mend": None if finding.mend is None else finding.mend.title,
    }
