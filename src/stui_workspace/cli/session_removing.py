"""`stui session rm`, `undo` and `prune`: what goes, and how it comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.resuming import aligned
from stui_workspace.cli.session_catalogue import catalogue_at
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.errors import UsageError
from stui_workspace.model.durations import format_ago, parse_duration
from stui_workspace.model.printable import printable_line
from stui_workspace.model.sizes import format_size, parse_size
from stui_workspace.runtime.sessions.catalogue import Catalogue
from stui_workspace.runtime.sessions.pruning import Plan, Rule, Weighed
from stui_workspace.storage.trash.removals import Removal

_UNDO = "`stui session undo` brings {} back, for 30 days"
_DAYS = {"d": 86400.0, "w": 7 * 86400.0}


def _age(_context: click.Context, _parameter: click.Parameter, text: str | None) -> float | None:
    """`30d`, `2w`, `12h`, as seconds."""
    if text is None:
        return None
    number, unit = text[:-1], text[-1:]
    if unit in _DAYS and number.isascii() and number.isdecimal() and len(number) < 6:  # noqa: PLR2004 (of any calendar)
        return float(number) * _DAYS[unit]
    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.BadParameter("expected an age such as 30d, 2w or 12h") from error


def _size(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_size(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("rm")
@click.argument("names", nargs=-1, required=True, shell_complete=completing.sessions)
@project_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove_sessions(names: tuple[str, ...], path: Path | None, *, yes: bool) -> int:
    """Remove sessions with all that is kept of them; `stui session undo` brings them back.

    Asks at the terminal; without one, `--yes` is needed. A session that is open is not removed.
    What was removed is deleted for good after 30 days.

    Examples:
      stui session rm main-2
      stui session rm main-2 main-3 --yes
    """
    catalogue = catalogue_at(path)
    found = list({one.id: one for one in map(catalogue.named, names)})
    person = None if yes else asker()
    if not yes and person is None:
        raise UsageError("nobody is here to be asked", "`--yes` removes without asking")
    agreed = [one for one in found if person is None or agrees(person, f"Remove session `{one}`?")]
    if agreed:
        for each in catalogue.remove(agreed):
            tell(f"removed session `{each.id}`")
        tell_next(_UNDO.format("it" if len(agreed) == 1 else "them"))
    return Status.FINDINGS if len(agreed) < len(found) else Status.DONE


@click.command("undo")
@click.argument("name", required=False, shell_complete=completing.removed_sessions)
@click.option("--list", "listing", is_flag=True, help="List what can be brought back.")
@project_option
@json_option
def undo_removal(name: str | None, path: Path | None, *, listing: bool, as_json: bool) -> None:
    """Bring back the sessions that were removed last, or the one called NAME.

    All that one `rm` or `prune` removed comes back at once. A session whose id was given to another
    one meanwhile comes back under a new one.

    Examples:
      stui session undo
      stui session undo main-2
      stui session undo --list
    """
    catalogue = catalogue_at(path)
    if listing:
        _list_removed(catalogue, as_json=as_json)
        return
    back = catalogue.undo(name)
    if as_json:
        put_json([{"id": one.session, "was": one.was} for one in back])
        return
    for one in back:
        as_what = "" if one.session == one.was else f" as `{one.session}`"
        tell(f"session `{one.was}` is back{as_what}")


def _list_removed(catalogue: Catalogue, *, as_json: bool) -> None:
    found = catalogue.removed()
    if as_json:
        put_json([{"id": one.session, "name": one.name, "removed": one.at} for one in found])
        return
    for row in aligned([_removed_cells(one, catalogue.clock()) for one in found]):
        put(row)
    if not found:
        tell("no session is in the trash")


def _removed_cells(one: Removal, now: float) -> tuple[str, ...]:
    when = "an unknown time ago" if one.at is None else format_ago(now - one.at)
    name = printable_line(one.name) if one.name != one.session else ""
    return one.session, f"removed {when}", name


@click.command("prune")
@click.option("--older", metavar="AGE", callback=_age, help="Not saved for so long: 30d, 2w, 12h.")
@click.option("--keep", metavar="N", type=click.IntRange(0), help="All but the last N saved.")
@click.option("--larger", metavar="SIZE", callback=_size, help="More than so much: 500k, 10M.")
@click.option("--unsaved", is_flag=True, help="Also sessions with unsaved texts.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@project_option
@json_option
def prune_sessions(path: Path | None, *, as_json: bool, **given: Any) -> int:
    """Remove the sessions of which all that is given is true; `stui session undo` brings them back.

    Says first what would go, and asks. Never the newest session, never one that is open or cannot
    be read, and one with unsaved texts only with `--unsaved`.

    Examples:
      stui session prune --older 30d --dry-run
      stui session prune --older 30d --keep 10
      stui session prune --larger 10M --unsaved --yes
    """
    catalogue = catalogue_at(path)
    rule = Rule(given["older"], given["keep"], given["larger"], given["unsaved"])
    plan = catalogue.plan(rule)
    if given["dry_run"]:
        _show(plan, as_json=as_json, is_done=False)
        return Status.DONE
    if plan.going and not given["yes"]:
        person = asker()
        if person is None:
            raise UsageError("nobody is here to be asked", "`--dry-run` shows, `--yes` removes")
        _show(plan, as_json=False, is_done=False)
        if not agrees(person, f"Remove {_counted(plan)}?"):
            return Status.FINDINGS
    done = catalogue.prune(plan, rule) if plan.going else plan
    _show(done, as_json=as_json, is_done=True)
    return Status.DONE


def _show(plan: Plan, *, as_json: bool, is_done: bool) -> None:
    now = services_now().clock()
    if as_json:
        put_json(
            {
                "removed" if is_done else "would_remove": [_record_of(one) for one in plan.going],
                "kept": [_record_of(one) for one in plan.staying],
            }
        )
        return
    verb = "removed" if is_done else "would go"
    cells = [(verb, *_cells(one, now)) for one in plan.going]
    cells += [("stays", *_cells(one, now)) for one in plan.staying]
    for row in aligned(cells):
        put(row)
    if not plan.going:
        tell("nothing was removed" if is_done else "nothing would be removed")
    elif is_done:
        tell(f"removed {_counted(plan)}")
        tell_next(_UNDO.format("all of it"))
    else:
        tell(f"would remove {_counted(plan)}")


def _counted(plan: Plan) -> str:
    count = len(plan.going)
    return f"{count} session{'' if count == 1 else 's'} of {format_size(plan.bytes)}"


def _cells(one: Weighed, now: float) -> tuple[str, ...]:
    saved = "-" if one.session.problem else f"saved {format_ago(now - one.session.meta.saved)}"
    return one.id, saved, format_size(one.bytes), one.spared or ""


def _record_of(one: Weighed) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.session.meta.name,
        "saved": one.session.meta.saved,
        "bytes": one.bytes,
        "reason": one.spared,
    }
