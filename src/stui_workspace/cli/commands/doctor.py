"""`stui doctor`: find what is wrong around a workspace, and say what to do."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli.doctoring import findings_at
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.git_words import record_of_problem, tell_problems_of_git
from stui_workspace.cli.options import json_option, project_argument, services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put_json, tell


@click.command()
@project_argument
@json_option
def command(path: Path | None, *, as_json: bool) -> Status:
    """Find what is wrong around a workspace, and say what to do.

    Looks at what surrounds the file, and changes nothing: whether git merges it by meaning,
    whether the folder's sync tool leaves it out, and what its connections need and lack.
    `stui validate` looks at the file itself. Exits 1 if anything was found.

    Examples:
      stui doctor
      stui doctor --json | jq -r '.[].fix'
    """
    services = services_now()
    found = findings_at(project_at(path, services.home))
    if as_json:
        put_json([record_of_problem(problem) for problem in found])
    else:
        tell_problems_of_git(found)
        if not found:
            tell("nothing is wrong here")
    return Status.FINDINGS if found else Status.DONE
