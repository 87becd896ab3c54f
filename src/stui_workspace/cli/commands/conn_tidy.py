"""`stui conn tidy`: end the backends that a stui left running when it was ended itself."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import project_option, services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import tell
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line


@click.command("tidy")
@click.option("--yes", is_flag=True, help="Do not ask.")
@project_option
def tidy(*, yes: bool, path: Path | None) -> int:
    """End the backends that were left running.

    A stui that is killed cannot end what it started. Those of this project whose stui is gone are
    ended here, with all that they hold in memory; held ones (`hold: true`) are none of them. Asks
    at the terminal; without one, `--yes` is needed. `stui doctor` lists them.

    Examples:
      stui conn tidy
      stui conn tidy --yes
    """
    from stui_workspace.connections.orphans import end_orphan, orphans

    services = services_now()
    found = orphans(services.locations.workspace(project_at(path, services.home).root).backends)
    if not found:
        tell("nothing was left running")
        return Status.DONE
    person = None if yes else asker()
    if not yes and person is None:
        raise UsageError("nobody is here to be asked", "`--yes` ends them without asking")
    left_count = 0
    for one in found:
        name = f"{printable_line(one.what, 100)} (process {one.process.pid})"
        if person is not None and not agrees(person, f"End {name}?"):
            left_count += 1
        elif end_orphan(one):
            tell(f"ended {name}")
        else:
            left_count += 1
            tell(f"{name} did not end", kind="warning")
    return Status.FINDINGS if left_count else Status.DONE
