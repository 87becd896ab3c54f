"""`stui history forget` and `stui history undo`: take inputs out of the history, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.history_options import Narrowed, narrowing_options
from stui_workspace.cli.history_words import moment_words
from stui_workspace.cli.options import json_option, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put_json, tell, tell_next
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.history import Entry
    from stui_workspace.runtime.searching.forgetting import Forgotten

_SHOWN: Final = 8


@click.command("forget")
@click.argument("query", nargs=-1)
@click.option("--id", "ids", multiple=True, metavar="ID", help="This use alone. Can be repeated.")
@narrowing_options
@click.option("--before", metavar="WHEN", help="Only what is older: `52w`, or a date.")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and do nothing.")
@click.option("--for-good", is_flag=True, help="Keep no copy to bring it back from.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def forget_inputs(
    query: tuple[str, ...],
    ids: tuple[str, ...],
    narrowed: Narrowed,
    before: str | None,
    **how: bool,
) -> int:
    """Forget inputs with all words of QUERY in them, in any order; `--all` for all that there is.

    Their lines are taken out of this machine's files, on the disk as well. Files of other machines
    in a synced folder are never written to: what stands there stays, and is not shown any more on
    any machine. A copy is kept for 30 days, for `stui history undo`; a secret is better forgotten
    with `--for-good`. Texts, transcripts and snapshots of sessions are not the history: they stay.

    Examples:
      stui history forget --dry-run "select * from users"
      stui history forget --id 5f2c9a41d0b3e877
      stui history forget --before 52w
      stui history forget --conn stage --for-good
    """
    from stui_workspace.runtime.searching.forgetting import Choice, chosen, forget_entries

    typed = " ".join(query)
    if not typed.strip() and not ids and before is None and narrowed.is_unsaid:
        raise UsageError("nothing says what to forget", "name a part of it, or `--all`")
    services = services_now()
    within = narrowed.within(services, before)
    choice = Choice(typed, ids=frozenset(ids) or None, within=within)
    with Progress("reading the history") as progress:
        found = chosen(services, choice, progress)
    if how["as_json"] and how["dry_run"]:
        put_json([_record_of(one) for one in found])
        return Status.DONE
    if not found:
        tell("nothing of that kind is in the history")
        if how["as_json"]:
            put_json({"forgotten": 0, "lines": 0, "elsewhere": 0, "copy": None})
        return Status.FINDINGS
    if how["dry_run"]:
        _tell_chosen(found)
        tell(f"{_many(found)} would be forgotten; nothing was done")
        return Status.DONE
    if not how["yes"] and not _may_forget(found, for_good=how["for_good"]):
        tell("nothing was forgotten")
        return Status.FINDINGS
    with Progress("forgetting"):
        done = forget_entries(services, found, for_good=how["for_good"])
    if how["as_json"]:
        put_json(_outcome_of(done))
    else:
        _tell_done(done)
    return Status.DONE


@click.command("undo")
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
def undo_forgetting(path: Path | None) -> None:
    """Bring back what was forgotten last, or what is in FILE.

    Said again, it brings back what was forgotten before that.

    Examples:
      stui history undo
    """
    from stui_workspace.runtime.searching.forgetting import bring_back_last

    with Progress("bringing back"):
        source, count = bring_back_last(services_now(), path)
    many = "an entry is" if count == 1 else f"{count:,} entries are"
    tell(f"{many} back, from {source.name}")


def _may_forget(found: Sequence[Entry], *, for_good: bool) -> bool:
    """Whether the person at the terminal agrees.

    Raises:
        UsageError: There is none.
    """
    person = asker()
    if person is None:
        raise UsageError("nobody is here to be asked", "`--yes` forgets without asking")
    _tell_chosen(found)
    return agrees(person, f"Forget {_many(found)}{' for good' if for_good else ''}?")


def _tell_chosen(found: Sequence[Entry]) -> None:
    counts: dict[str, int] = {}
    for one in found:
        counts[one.code] = counts.get(one.code, 0) + 1
    for code, count in list(counts.items())[:_SHOWN]:
        often = f" ({count}x)" if count > 1 else ""
        tell(f"  {printable_line(code.rstrip(), 90)}{often}")
    if len(counts) > _SHOWN:
        tell(f"  and {len(counts) - _SHOWN:,} more")
    newest, oldest = max(one.at for one in found), min(one.at for one in found)
    tell(f"  from {moment_words(oldest)} to {moment_words(newest)}")


def _tell_done(done: Forgotten) -> None:
    erased = done.erased
    one = erased.forgotten_count == 1
    many = "1 entry is" if one else f"{erased.forgotten_count:,} entries are"
    lines = "1 line" if erased.line_count == 1 else f"{erased.line_count:,} lines"
    tell(f"{many} forgotten; {lines} went from this machine's files")
    if erased.elsewhere_count:
        tell(
            f"{erased.elsewhere_count:,} of them stand in files of other machines, which only those"
            " write: there they stay, unseen",
            kind="note",
        )
        tell_next("`stui history forget` of the same on that machine takes the lines out, too")
    if done.copy is not None:
        tell_next(f"`stui history undo` brings it back; a copy is kept for 30 days: {done.copy}")


def _many(found: Sequence[Entry]) -> str:
    return "1 entry" if len(found) == 1 else f"{len(found):,} entries"


def _record_of(entry: Entry) -> dict[str, object]:
    return asdict(entry)


def _outcome_of(done: Forgotten) -> dict[str, object]:
    return {
        "forgotten": done.erased.forgotten_count,
        "lines": done.erased.line_count,
        "elsewhere": done.erased.elsewhere_count,
        "copy": None if done.copy is None else str(done.copy),
    }
