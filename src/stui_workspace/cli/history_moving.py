"""`stui history export` and `stui history import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli.history_options import Narrowed, narrowing_options
from stui_workspace.cli.options import json_option, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put_foreign, put_json, tell, tell_next
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.runtime.searching.taking_in import Plan

_KINDS = ("bash", "zsh", "fish", "python", "ipython", "ptpython", "jsonl")
_SHOWN = 5


@click.command("export")
@click.argument("query", nargs=-1)
@narrowing_options
@click.option("--before", metavar="WHEN", help="Only what is older: `52w`, or a date.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "text", "shell"]),
    default="jsonl",
    show_default=True,
    help="All that is known; for people; or as bash keeps its history.",
)
def export_history(
    query: tuple[str, ...], narrowed: Narrowed, before: str | None, form: str
) -> None:
    """Print the history, the oldest first: all of it, or inputs with all words of QUERY in them.

    Examples:
      stui history export > history.jsonl
      stui history export --workspace --format text | less
    """
    from stui_workspace.runtime.searching.giving_out import Form, entries_oldest_first, written

    services = services_now()
    within = narrowed.within(services, before)
    with Progress("reading the history"):
        entries = entries_oldest_first(services, " ".join(query), within)
    for text in written(entries, Form(form)):
        put_foreign(text.encode("utf-8", "backslashreplace").decode("utf-8"))


@click.command("import")
@click.option(
    "--from",
    "kind",
    type=click.Choice(_KINDS),
    required=True,
    help="Which program wrote the file; `jsonl` for an export of this one.",
)
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--as", "connection", metavar="NAME", help="The connection that it goes under.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken in, and do nothing.")
@json_option
def import_history(
    kind: str, path: Path | None, connection: str | None, *, dry_run: bool, as_json: bool
) -> int:
    """Take in the history of another program, from FILE or from where it keeps it.

    Taking the same in twice adds nothing, and what was forgotten stays so. What has the form of a
    secret is taken out. The file itself is only read.

    Examples:
      stui history import --from ipython --dry-run
      stui history import --from zsh
      stui history import --from python notes.history --as py
      stui history import --from jsonl history.jsonl
    """
    from stui_workspace.runtime.searching.taking_in import default_file, plan_taking_in, take_in

    services = services_now()
    source = path or default_file(kind, services.environ)
    if source is None:
        raise UsageError(f"no file is usual for {kind}", "name the file")
    with Progress("reading"):
        plan = plan_taking_in(services, kind, source, connection)
    with Progress("taking in"):
        new_count = len(plan.new) if dry_run else take_in(services, plan)
    if as_json:
        put_json(_record_of(plan, new_count, dry_run=dry_run))
    else:
        _tell(plan, new_count, dry_run=dry_run)
    return Status.DONE


def _tell(plan: Plan, new_count: int, *, dry_run: bool) -> None:
    for entry in plan.new[-_SHOWN:] if dry_run else ():
        tell(f"  {printable_line(entry.code, 90)}")
    done = "would be taken in" if dry_run else "taken in"
    tell(f"{new_count:,} entries {done} from {plan.path}")
    counts = (
        (plan.known_count, "were there already"),
        (plan.forgotten_count, "were forgotten, and stay so"),
        (plan.unread_count, "could not be read as inputs"),
        (plan.secret_count, "had a secret in them, which was taken out"),
    )
    for count, what in counts:
        if count:
            tell(f"{count:,} {what}", kind="note")
    if dry_run and new_count:
        tell_next("the same without `--dry-run` takes them in")


def _record_of(plan: Plan, new_count: int, *, dry_run: bool) -> dict[str, object]:
    return {
        "file": str(plan.path),
        "from": plan.kind,
        "new": new_count,
        "known": plan.known_count,
        "forgotten": plan.forgotten_count,
        "unread": plan.unread_count,
        "secrets": plan.secret_count,
        "dry_run": dry_run,
    }
