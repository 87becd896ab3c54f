"""`stui vault merge`: take in what copies of the vault have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli.options import PATH, json_option, services_now
from stui_workspace.cli.progress import Progress
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.cli.vault_copies import copies_beside, put_aside
from stui_workspace.cli.vault_given import Given, accept_option, key_options
from stui_workspace.cli.vault_keys import another_passphrase, looked, place_now, with_key
from stui_workspace.cli.vault_merge_words import copy_line, lines_of, record_of
from stui_workspace.secrets.vault import Key, MergeReport, Outcome, merge_copies, unlock

_MERGED: Final = "merged-vaults"


@click.command("merge")
@click.argument("copies", nargs=-1, type=PATH, metavar="[COPIES]...")
@click.option("--keep", is_flag=True, help="Leave the copies where they are.")
@accept_option
@json_option
@key_options
def merge(
    copies: tuple[Path, ...], *, given: Given, keep: bool, accept: bool, as_json: bool
) -> int:
    """Take in what copies of the vault have, secret by secret.

    Without COPIES, those that a sync tool left beside the vault. The later value of each secret
    wins; where neither side knew of the other's value, both are kept, and you decide. Afterwards
    the copies beside the vault are moved to the state folder, encrypted as they are. Exits 1 where
    a copy could not be read.

    Examples:
      stui vault merge
      stui vault merge /media/ada/stick/vault
      stui vault merge --json | jq -r '.conflicts[].kept_as'
    """
    place = place_now()
    looked(place)
    services = services_now()
    found = copies or copies_beside(place, services.fs)
    if not found:
        tell("no copy of the vault lies beside it")
        return Status.DONE
    report = _merged(given, found, accept=accept)
    if as_json:
        put_json(record_of(report))
    else:
        for what, name in lines_of(report):
            put(f"{what}: {name}")
        for one in report.copies:
            tell(copy_line(one))
    if report.conflicts and not as_json:
        tell_next("`stui secret` shows both; remove the one that is wrong")
    if not keep:
        _put_aside(report)
    return Status.DONE if report.is_complete else Status.FINDINGS


def _merged(given: Given, copies: Sequence[Path], *, accept: bool) -> MergeReport:
    """What merging did; where a copy has a passphrase of its own, a person is asked for it."""
    place = place_now()
    used: list[Key] = []

    def merged(key: Key) -> MergeReport:
        report = merge_copies(place, key, copies, accept_rollback=accept)
        used.append(key)
        return report

    report = with_key(given, merged)
    unopened = [one.path for one in report.copies if one.outcome is Outcome.UNOPENED]
    other = another_passphrase(given, unopened[0]) if unopened else None
    if other is None:
        return report
    with Progress("deriving the keys"):
        return _both(report, unlock(place, used[-1]).merge(unopened, (other,)))


def _both(first: MergeReport, second: MergeReport) -> MergeReport:
    """One report of two merges, the second of what the first could not open."""
    again = {one.path for one in second.copies}
    return MergeReport(
        (*(one for one in first.copies if one.path not in again), *second.copies),
        first.added + second.added,
        first.updated + second.updated,
        first.removed + second.removed,
        first.conflicts + second.conflicts,
        first.revived + second.revived,
        first.slots_added + second.slots_added,
        first.slots_removed + second.slots_removed,
        first.slots_kept + second.slots_kept,
        has_new_key=first.has_new_key or second.has_new_key,
    )


def _put_aside(report: MergeReport) -> None:
    """Move the copies beside the vault that are of no more use to where no sync tool looks."""
    services, place = services_now(), place_now()
    done = (Outcome.MERGED, Outcome.NOTHING_NEW, Outcome.OLDER_KEY)
    for one in report.copies:
        if one.outcome not in done or one.path.absolute().parent != place.real.parent:
            continue
        target = put_aside(
            one.path, services.locations.state / _MERGED, services.fs, services.clock()
        )
        tell(f"moved {one.path.name} to {target}")
