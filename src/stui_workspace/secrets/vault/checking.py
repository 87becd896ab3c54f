"""Looking at everything in a vault, and around it."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import suppress

from stui_workspace.errors import DiskError
from stui_workspace.secrets.vault.contents import Contents, open_contents, opened_record
from stui_workspace.secrets.vault.entries import is_conflict_name
from stui_workspace.secrets.vault.errors import VaultError
from stui_workspace.secrets.vault.files import read_file
from stui_workspace.secrets.vault.format import read_lines
from stui_workspace.secrets.vault.places import Tools, VaultPlace
from stui_workspace.secrets.vault.reports import Report


def report_of(contents: Contents, place: VaultPlace, tools: Tools) -> Report:
    """What there is, and what is wrong with it."""
    live: list[str] = []
    removed_count = 0
    problems: list[str] = []
    for number, record in enumerate(contents.records.values(), len(contents.slots) + 2):
        entry = opened_record(record, contents.keys, contents.header.vault)
        if entry is None:
            problems.append(f"the record in line {number} does not hold what its line says")
        elif entry.is_live:
            live.append(entry.name)
        else:
            removed_count += 1
    return Report(
        len(live),
        removed_count,
        tuple(sorted(name for name in live if is_conflict_name(name))),
        tuple(problems),
        tuple(_notes(contents, place, tools)),
    )


def _notes(contents: Contents, place: VaultPlace, tools: Tools) -> Iterator[str]:
    with suppress(OSError):
        if sys.platform != "win32" and stat.S_IMODE(place.real.stat().st_mode) & (
            stat.S_IRWXG | stat.S_IRWXO
        ):
            yield "others on this machine may read or write the file: chmod 600 takes that away"
    try:
        content = read_file(place.backup, tools)
        if content is None:
            yield "there is no backup yet: it is made at the next change"
        else:
            open_contents(read_lines(content, tools.bounds), contents.keys.data)
    except (DiskError, VaultError) as error:
        yield f"the backup cannot be used: {error.reason}"
