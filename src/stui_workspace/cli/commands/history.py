"""`stui history`: search what was evaluated, count it, forget it, give it out, take more in."""

from __future__ import annotations

import shutil

import click

from stui_workspace.cli.history_forgetting import forget_inputs, undo_forgetting
from stui_workspace.cli.history_moving import export_history, import_history
from stui_workspace.cli.history_options import Narrowed, narrowing_options
from stui_workspace.cli.history_statistics import show_statistics
from stui_workspace.cli.history_words import line_of, record_of, tell_standing
from stui_workspace.cli.options import json_option, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell


@click.group(name="history")
def command() -> None:
    """Search what was evaluated, and decide what is kept of it.

    It is the history of all your machines whose folders are here, by a sync of your own.

    Examples:
      stui history search "group by"
      stui history search --failed --since 2d
      stui history stats
      stui history forget "select * from users"
      stui history import --from ipython
    """


command.add_command(show_statistics)
command.add_command(forget_inputs)
command.add_command(undo_forgetting)
command.add_command(export_history)
command.add_command(import_history)


@command.command("search")
@click.argument("query", nargs=-1)
@narrowing_options
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    help="Print at most so many.",
)
@json_option
def search_history(query: tuple[str, ...], narrowed: Narrowed, limit: int, *, as_json: bool) -> int:
    """Find inputs by a few letters of them; without QUERY, the last ones.

    Where the whole QUERY stands in an input comes first, then where all its words do in any order,
    then where their letters do, in order, with others between. Among equals the last used comes
    first, and what is used often counts as newer. Case counts once QUERY has an upper case letter.
    Each input is printed once; exits 1 when there is none.

    Examples:
      stui history search cust order
      stui history search slctcust --workspace
      stui history search --failed --since 2d
      stui history search import --json | jq -r '.[0].code'
    """
    from stui_workspace.history import Query
    from stui_workspace.history.forgotten import unreadable_in
    from stui_workspace.history.matching import marked
    from stui_workspace.runtime.connecting.inputs import history_of
    from stui_workspace.runtime.searching.finding import Searcher, Wanted, workspace_names

    services = services_now()
    typed = " ".join(query)
    with Searcher(services) as searcher, Progress("indexing the history") as progress:
        searcher.refresh(progress)
        results = searcher.search(Wanted(typed, narrowed.within(services), limit))
    tell_standing(results, unreadable_in(services.fs, history_of(services).folders()))
    if as_json:
        names = workspace_names(services)
        put_json([record_of(one, names) for one in results.found])
        return Status.DONE if results.found else Status.FINDINGS
    now, width = services.clock(), shutil.get_terminal_size((100, 24)).columns
    sought = Query.read(typed)
    for one in results.found:
        put(line_of(one, now, width, marked(sought, one.code)))
    if results.has_more:
        tell(f"there are more; `--limit {limit * 4}` shows them", kind="note")
    if not results.found:
        tell(f"nothing found among {results.entry_count:,} entries")
    return Status.DONE if results.found else Status.FINDINGS
