"""`stui sync merges`: what was merged into the workspace file by itself, by key path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli.difference_lines import lines_of, plain_value
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.telling import put, put_json, stdout_paint, tell, tell_next
from stui_workspace.merge.differing import Difference, Kind
from stui_workspace.model.durations import format_ago
from stui_workspace.model.moments import SECOND, moment_text
from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.runtime.syncing import Effect, Merged

_DIGITS = 12
_INDENT = "    "


@click.command("merges")
@project_option
@json_option
def list_merges(path: Path | None, *, as_json: bool) -> None:
    """List what was merged into the workspace file by itself; the last merge first.

    Says of each with which copy, when, and by key path what came from the copy, and where the
    file's own stayed. Secrets are not shown. `stui sync undo` takes back the last one that stands.

    Examples:
      stui sync merges
      stui sync merges --json | jq -r '.[0].brought[].path'
    """
    from stui_workspace.runtime.syncing import effect_of, merges

    services = services_now()
    project = project_at(path, services.home)
    found = [(one, effect_of(one, project, services)) for one in merges(project, services)]
    if as_json:
        put_json([_record_of(one, effect) for one, effect in found])
        return
    for one, effect in found:
        _put(one, effect, services.clock())
    if not found:
        tell("nothing was merged by itself so far")
    elif any(one.is_next for one, _ in found):
        tell_next("`stui sync undo` takes back the last one that stands")


def _put(one: Merged, effect: Effect, now: float) -> None:
    paint = stdout_paint()
    when = f"{moment_text(one.at, SECOND)}  {format_ago(max(now - one.at, 0.0)):>12}"
    state = "  taken back" if one.is_taken_back else ""
    name = printable_line(one.copy or "a copy whose name is not known", 300)
    put(paint("strong", f"{one.revision[:_DIGITS]}  {when}  {name}{state}"))
    for title, part in (("from the copy", effect.brought), ("stayed", effect.stayed)):
        put(f"  {title}:")
        if part is None:
            put(f"{_INDENT}the versions that could tell are not kept any more")
            continue
        listed = [each for each in part if each.kind is not Kind.FORMAT]
        for line in lines_of(listed, paint):
            put(f"{_INDENT}{line}")
        if not listed:
            put(f"{_INDENT}nothing")


def _record_of(one: Merged, effect: Effect) -> dict[str, object]:
    return {
        "revision": one.revision,
        "at": one.at,
        "copy": one.copy,
        "before": one.before,
        "theirs": one.theirs,
        "taken_back": one.is_taken_back,
        "next_to_undo": one.is_next,
        "brought": _records(effect.brought),
        "stayed": _records(effect.stayed),
    }


def _records(found: Sequence[Difference] | None) -> list[dict[str, object]] | None:
    if found is None:
        return None
    return [
        {
            "kind": str(one.kind),
            "path": str(one.path),
            "before": plain_value(one.before),
            "after": plain_value(one.after),
            "sensitive": one.sensitive,
        }
        for one in found
    ]
