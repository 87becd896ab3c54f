"""Forgetting inputs, and bringing back what was forgotten.

What is forgotten is first put into a file of its own, for a while, unless it is to go for good.
Lines in the files of other machines stay as they are, unseen: each file has one writer.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.history import Entry, Near, Query, Within
from stui_workspace.history.forgetting import Erased, bring_back, forget, matching
from stui_workspace.history.matching import nearness
from stui_workspace.history.segments import MOST_BYTES, entries_backwards
from stui_workspace.model.records import dataclass, field
from stui_workspace.runtime.connecting.inputs import history_of
from stui_workspace.runtime.searching.finding import Progress
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.whole import read_whole

KEPT_DAYS: Final = 30
"""So long a copy of what was forgotten is kept."""
_DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be forgotten."""

    typed: str = ""
    """Inputs with these words in them. Letters that stand apart are not enough to lose one."""
    codes: frozenset[str] | None = None
    """Exactly these inputs; None for no matter which."""
    ids: frozenset[str] | None = None
    """Uses of these ids alone."""
    within: Within = field(default_factory=Within)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What came of forgetting."""

    erased: Erased
    copy: Path | None
    """Where what was forgotten still is; None where it went for good."""


def chosen(
    services: Services, choice: Choice, progress: Progress = lambda _done, _all: None
) -> list[Entry]:
    """The entries that are to be forgotten, read from the log itself.

    Raises:
        DiskError: The history cannot be read.
    """
    query = Query.read(choice.typed)
    known: dict[str, bool] = {}

    def fits(entry: Entry) -> bool:
        if choice.ids is not None and entry.id not in choice.ids:
            return False
        if choice.codes is not None and entry.code not in choice.codes:
            return False
        if not choice.within.allows(entry):
            return False
        if entry.code not in known:
            known[entry.code] = nearness(query, entry.code, Near.WORDS) is not None
        return known[entry.code]

    return matching(history_of(services), fits, lambda count: progress(count, 0))


def forget_entries(
    services: Services, entries: Sequence[Entry], *, for_good: bool = False
) -> Forgotten:
    """Forget these entries; nobody sees them from now on.

    Raises:
        DiskError: It could not be done, or not to its end; what is forgotten is not seen again.
    """
    now = services.clock()
    copy = None if for_good or not entries else _put_aside(services, entries, now)
    erased = forget(history_of(services), {entry.id for entry in entries}, now)
    with suppress(DiskError):
        _sweep(services, now)
    _renew_index(services)
    return Forgotten(erased, copy)


def bring_back_last(services: Services, path: Path | None = None) -> tuple[Path, int]:
    """Bring back what was forgotten last, or what is in `path`; say from where, and how much.

    Raises:
        UsageError: Nothing is kept of what was forgotten.
        NotFoundError: There is no such file.
        DiskError: It could not be done.
    """
    kept = kept_copies(services)
    if path is None and not kept:
        raise UsageError("nothing that was forgotten is kept", "name an export of it, if you have")
    source = path or kept[-1]
    content = read_whole(services.fs, source, MOST_BYTES)
    if content is None:
        raise NotFoundError("file", str(source))
    entries = list(entries_backwards(content))
    log = history_of(services)
    before = log.forgotten().keys() & {entry.id for entry in entries}
    new_count = bring_back(log, entries, services.clock())
    if path is None or path in kept:
        with explained(source):
            services.fs.remove(source)
    return source, max(len(before), new_count)


def kept_copies(services: Services) -> list[Path]:
    """The files of what was forgotten, the oldest first.

    Raises:
        DiskError: They cannot be listed.
    """
    folder = _folder(services)
    with explained(folder):
        names = [name for name in services.fs.names(folder) if _number(name) is not None]
    return [folder / name for name in sorted(names, key=lambda name: _number(name) or 0)]


def lines_of(entries: Collection[Entry]) -> bytes:
    """Entries as the log has them, one a line."""
    lines = (json.dumps(asdict(entry), sort_keys=True).encode("ascii") for entry in entries)
    return b"".join(line + b"\n" for line in lines)


def _put_aside(services: Services, entries: Sequence[Entry], now: float) -> Path:
    taken = {_number(path.name) for path in kept_copies(services)}
    number = int(now * 1000)
    while number in taken:
        number += 1
    path = _folder(services) / f"{number}.jsonl"
    save_own(services.fs, path, lines_of(entries))
    return path


def _sweep(services: Services, now: float) -> None:
    """Delete what was kept long enough.

    Raises:
        DiskError: It could not be deleted.
    """
    for path in kept_copies(services):
        if (_number(path.name) or 0) / 1000 < now - KEPT_DAYS * _DAY:
            with explained(path):
                services.fs.remove(path)


def _renew_index(services: Services) -> None:
    """Take what was forgotten out of the index, where there is one."""
    from stui_workspace.runtime.searching.finding import Searcher, has_index

    if has_index(services):
        with Searcher(services) as searcher:
            searcher.refresh()


def _folder(services: Services) -> Path:
    return services.locations.state / "forgotten"


def _number(name: str) -> int | None:
    stem, dot, suffix = name.partition(".")
    is_ours = dot and suffix == "jsonl" and stem.isascii() and stem.isdecimal()
    return int(stem) if is_ours and len(stem) < len(str(1 << 63)) else None
