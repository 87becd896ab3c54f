"""`stui conflicts`: show what a merge left for a person to settle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli.conflict_words import blocks_of, records_of, tell_how
from stui_workspace.cli.finding import file_target, workspace_target
from stui_workspace.cli.options import PATH, json_option, services_now
from stui_workspace.cli.render import shown_path
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, stdout_paint, tell

if TYPE_CHECKING:
    from stui_workspace.runtime.settling import Standing


@click.command()
@click.argument("file", required=False, type=PATH, metavar="[FILE]")
@json_option
def command(file: Path | None, *, as_json: bool) -> int:
    """Show what a merge left for a person to settle.

    Both sides changed one thing, and not alike: prints where, why, and the three texts; until you
    settle it, the file has ours. FILE is any file that was merged, also one with conflict markers
    in it; else the workspace file is looked for upwards. What may be a secret is not shown.

    What you settle in the file by hand drops off the list. Exits 1 while anything is left.

    Examples:
      stui conflicts
      stui conflicts --json | jq -r '.[].path'
    """
    from stui_workspace.runtime.settling import conflicts_in

    services = services_now()
    target = workspace_target(None, services.home) if file is None else file_target(file)
    standing = conflicts_in(target.path, target.root, services)
    if as_json:
        put_json([record for merge in standing.merges for record in records_of(merge)])
    else:
        text = "\n".join(
            block for merge in standing.merges for block in blocks_of(merge, stdout_paint())
        )
        if text:
            put(text)
    _tell(standing, named=None if file is None else target.path)
    return Status.FINDINGS if standing.left_count else Status.DONE


def _tell(standing: Standing, *, named: Path | None) -> None:
    for problem in standing.problems:
        tell(problem, kind="warning")
    by_hand = [str(one.path) for merge in standing.merges for one in merge.by_hand]
    name = shown_path(standing.file)
    for path in by_hand:
        tell(f"{name}: `{path}` was settled by hand")
    count = standing.left_count
    if not count:
        tell(f"{name}: no conflicts")
        return
    tell(f"{name}: {count} conflict{'' if count == 1 else 's'}")
    tell_how(standing, named)
