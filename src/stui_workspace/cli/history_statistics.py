"""`stui history stats`: what is used most, where, and at which hours."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from stui_workspace.cli.history_options import Narrowed, narrowing_options
from stui_workspace.cli.history_words import moment_words, record_of
from stui_workspace.cli.options import json_option, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.runtime.searching.counting import Statistics

_BAR: Final = 24
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_SHOWN: Final = 12


@click.command("stats")
@narrowing_options
@click.option(
    "--top",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Print so many of the inputs that are used most.",
)
@json_option
def show_statistics(narrowed: Narrowed, top: int, *, as_json: bool) -> None:
    """Count the history: what is used most, by connection, and at which hours of the day.

    Examples:
      stui history stats
      stui history stats --workspace --since 4w
      stui history stats --json | jq '.hours'
    """
    from stui_workspace.runtime.searching.counting import count_history
    from stui_workspace.runtime.searching.finding import Searcher, workspace_names

    services = services_now()
    with Searcher(services) as searcher, Progress("indexing the history") as progress:
        searcher.refresh(progress)
        counted = count_history(searcher, narrowed.within(services), top)
    names = workspace_names(services)
    if as_json:
        put_json(_record_of(counted, names))
        return
    if not counted.entry_count:
        tell("nothing of that kind is in the history")
        return
    _put_sums(counted)
    _put_top(counted)
    _put_connections(counted, services.clock())
    _put_shares("by machine", counted.machines, {})
    _put_shares("by workspace", counted.workspaces, names)
    _put_hours(counted.hours)


def _record_of(counted: Statistics, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "entries": counted.entry_count,
        "inputs": counted.text_count,
        "failed": counted.failed_count,
        "first": counted.first,
        "last": counted.last,
        "top": [record_of(one, names) for one in counted.top],
        "connections": [asdict(one) for one in counted.connections],
        "machines": [{"machine": name, "count": count} for name, count in counted.machines],
        "workspaces": [
            {"workspace": name, "name": names.get(name), "count": count}
            for name, count in counted.workspaces
        ],
        "hours": list(counted.hours),
    }


def _put_sums(counted: Statistics) -> None:
    put(f"{counted.entry_count:,} entries, {counted.text_count:,} different inputs")
    share = 100 * counted.failed_count / counted.entry_count
    put(f"{counted.failed_count:,} failed ({share:.0f} %)")
    put(f"from {moment_words(counted.first)} to {moment_words(counted.last)}")


def _put_top(counted: Statistics) -> None:
    width = shutil.get_terminal_size((100, 24)).columns
    put("\nmost used")
    for one in counted.top:
        put(f"  {one.count:>7,}  {printable_line(one.code.rstrip(), max(width - 12, 20))}")


def _put_connections(counted: Statistics, now: float) -> None:
    put("\nby connection")
    for one in counted.connections[:_SHOWN]:
        name = printable_line(one.connection, 20)
        last = format_ago(now - one.last)
        put(
            f"  {one.count:>7,}  {name:20}  {one.text_count:,} different,"
            f" {one.failed_count:,} failed, last {last}"
        )


def _put_shares(title: str, counts: tuple[tuple[str, int], ...], names: Mapping[str, str]) -> None:
    if len(counts) > 1:
        put(f"\n{title}")
        for name, count in counts[:_SHOWN]:
            put(f"  {count:>7,}  {printable_line(names.get(name) or name or '(none)', 40)}")


def _put_hours(hours: tuple[int, ...]) -> None:
    most = max(hours, default=0)
    if most:
        put("\nby hour of the day")
        for hour, count in enumerate(hours):
            put(f"  {hour:02}  {_bar(count / most):{_BAR}}  {count:,}".rstrip())


def _bar(share: float) -> str:
    eighths = round(share * _BAR * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
