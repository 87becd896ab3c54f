"""`stui conn hold`: the backends that go on when stui has ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.durations import format_age
from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.connections.holding.holders import Holder


@click.group(name="hold")
def hold() -> None:
    """List and end the backends that are held.

    A connection with `hold: true` has a backend that goes on when the workbench is closed, until
    it is ended here, or nobody comes for it in seven days.

    Examples:
      stui conn hold ls
      stui conn hold stop py
    """


@hold.command("ls")
@json_option
@project_option
def list_holders(*, as_json: bool, path: Path | None) -> None:
    """List the backends of this project that are held.

    Examples:
      stui conn hold ls
      stui conn hold ls --json | jq -r '.[].connection'
    """
    found = _holders(path)
    if as_json:
        put_json([_record_of(one) for one in found])
        return
    now = services_now().clock()
    for one in found:
        name, backend = printable_line(one.connection, 40), printable_line(one.backend, 60)
        age = format_age(now - one.began)
        put(f"{name:16}  {backend}, held for {age}, pid {one.process.pid}")
    if not found:
        tell("no backend of this project is held")


@hold.command("stop")
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--all", "everything", is_flag=True, help="End all of them.")
@project_option
def stop_holders(names: tuple[str, ...], *, everything: bool, path: Path | None) -> Status:
    """End the backends that are held of the connections NAME, with all that they have in memory.

    Examples:
      stui conn hold stop py
      stui conn hold stop --all
    """
    from stui_workspace.connections.holding.holders import stop

    if bool(names) == everything:
        raise UsageError("name connections, or give --all", "`stui conn hold ls` lists them")
    found = _holders(path)
    known = {one.connection for one in found}
    for name in names:
        if name not in known:
            raise NotFoundError("held connection", name, "`stui conn hold ls` lists them")
    failed_count = 0
    for one in found:
        if everything or one.connection in names:
            shown = f"`{printable_line(one.connection, 40)}` (pid {one.process.pid})"
            if stop(one):
                tell(f"ended {shown}")
            else:
                failed_count += 1
                tell(f"{shown} does not end", kind="error")
                tell_next("look at the process, and end it by hand")
    return Status.FINDINGS if failed_count else Status.DONE


def _holders(path: Path | None) -> tuple[Holder, ...]:
    from stui_workspace.connections.holding.holders import holders

    services = services_now()
    root = project_at(path, services.home).root
    return holders(services.locations.workspace(root).backends)


def _record_of(one: Holder) -> dict[str, object]:
    return {
        "connection": one.connection,
        "kind": one.kind,
        "backend": one.backend,
        "url": one.url,
        "pid": one.process.pid,
        "began": one.began,
    }
