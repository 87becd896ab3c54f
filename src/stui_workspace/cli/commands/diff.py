"""`stui diff`: say what differs between two versions of a file, by key path."""

from __future__ import annotations

from pathlib import Path

import click

from stui_workspace.cli.difference_lines import lines_of, record_of, summary_of
from stui_workspace.cli.options import file_option, json_option, services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, stdout_paint, tell, tell_next
from stui_workspace.cli.versions import Version, versions_of
from stui_workspace.merge.differing import Difference, Kind, differences
from stui_workspace.merge.policy import Policy
from stui_workspace.model.printable import printable_line

_MOST = 2


@click.command()
@click.argument("versions", nargs=-1, metavar="[OLD [NEW]]")
@file_option
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="List each place that differs in format only: quotes, brackets, white space.",
)
@json_option
def command(
    versions: tuple[str, ...], *, file: Path | None, everything: bool, as_json: bool
) -> int:
    """Say what differs between two versions of a file, by key path.

    OLD and NEW are files, or git revisions: HEAD~1, a branch, a tag, REV:PATH for another file, and
    OLD..NEW for two revisions. Without NEW, the file on the disk is the new one; without both, it
    is compared with HEAD. The file is the workspace file, unless one is named.

    Prints a line for each difference: + added, - removed, ~ changed or renamed, > moved, # a
    comment, = another format. Items of lists are known by their keys, so that what moved is not
    taken for new. Secrets are not shown. Exits 1 if the two differ.

    Examples:
      stui diff
      stui diff main..feature
      stui diff old.yaml new.yaml --json
    """
    if len(versions) > _MOST:
        raise click.UsageError("two versions can be compared, and no more")
    before, after = versions_of(versions, file, services_now())
    found = differences(before.document, after.document, Policy.published())
    if as_json:
        put_json(_records(before, after, found))
    else:
        _show(before, after, found, everything=everything)
    return Status.FINDINGS if found else Status.DONE


def _records(before: Version, after: Version, found: tuple[Difference, ...]) -> dict[str, object]:
    return {
        "before": before.label,
        "after": after.label,
        "differences": [record_of(one, before.text, after.text) for one in found],
    }


def _show(
    before: Version, after: Version, found: tuple[Difference, ...], *, everything: bool
) -> None:
    listed = [one for one in found if everything or one.kind is not Kind.FORMAT]
    paint = stdout_paint()
    if listed:
        put(paint("strong", f"--- {_name(before)}"))
        put(paint("strong", f"+++ {_name(after)}"))
    for line in lines_of(listed, paint):
        put(line)
    if found:
        tell(summary_of(found))
    if len(listed) < len(found):
        tell_next("`--all` lists what differs in format, too")


def _name(version: Version) -> str:
    label = printable_line(version.label)
    return label if version.document is not None else f"{label} (not there)"
