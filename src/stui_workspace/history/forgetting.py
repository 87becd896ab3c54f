"""Taking entries out of the log, so that neither a crash nor a copy brings them back.

First it is written down which ones are forgotten; from then on nobody sees them. Only then are the
segments of this machine written anew without them, one after the other. A crash in between leaves
lines that nobody sees; the next time that something is forgotten they go, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.history.forgotten import FORGOTTEN, latest_in, lines_of, said_in
from stui_workspace.history.log import HistoryLog
from stui_workspace.history.segments import (
    MOST_BYTES,
    Entry,
    append_lines,
    entry_of,
    month_in,
)
from stui_workspace.model.records import dataclass
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.whole import TooLargeError, read_whole

_TICK: Final = 0.001


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of entries that were to be forgotten."""

    forgotten_count: int
    """That nobody sees any more."""
    line_count: int
    """Lines that are gone from this machine's files."""
    elsewhere_count: int
    """Entries whose lines stay in files of other machines, unseen."""


def matching(
    log: HistoryLog,
    fits: Callable[[Entry], bool],
    progress: Callable[[int], object] = lambda _count: None,
) -> list[Entry]:
    """The entries that are to be forgotten: read from the log itself, never from an index.

    Raises:
        DiskError: The history cannot be read.
    """
    found = []
    for count, entry in enumerate(log.entries()):
        if count % 1000 == 0:
            progress(count)
        if fits(entry):
            found.append(entry)
    return found


def forget(log: HistoryLog, ids: Collection[str], now: float) -> Erased:
    """Forget the entries of those ids, and take their lines out of this machine's files.

    Raises:
        DiskError: It could not be done, or not to its end; what is forgotten is not seen again.
    """
    wanted = set(ids)
    own = log.own_folder()
    with log.held():
        at = max(now, latest_in(log.fs, log.folders(), wanted) + _TICK)
        if wanted:
            append_lines(log.fs, own / FORGOTTEN, lines_of(wanted, at))
        hidden = said_in(log.fs, log.folders())
        erased = [_erase(log, own / name, hidden) for name in _written_here(log, own)]
    gone = set().union(*erased)
    return Erased(len(wanted), sum(map(len, erased)), len(wanted - gone))


def bring_back(log: HistoryLog, entries: Iterable[Entry], now: float) -> int:
    """Take entries into the log again that were forgotten, and say how many are new to it.

    Raises:
        DiskError: It could not be done.
    """
    wanted = {entry.id: entry for entry in entries}
    with log.held():
        hidden = said_in(log.fs, log.folders())
        back = [name for name in wanted if name in hidden]
        if back:
            at = max(now, max(hidden[name] for name in back) + _TICK)
            lines = lines_of(back, at, is_back=True)
            append_lines(log.fs, log.own_folder() / FORGOTTEN, lines)
    return log.take_in(wanted.values())


def _written_here(log: HistoryLog, own: Path) -> list[str]:
    with explained(own):
        return [name for name in log.fs.names(own) if month_in(name) is not None]


def _erase(log: HistoryLog, path: Path, hidden: Collection[str]) -> set[str]:
    """Write a segment anew without what is hidden, and return the ids of what went."""
    try:
        content = read_whole(log.fs, path, MOST_BYTES) or b""
    except TooLargeError:
        return set()
    gone: set[str] = set()
    kept: list[bytes] = []
    for line in content.split(b"\n"):
        entry = entry_of(line)
        if entry is not None and entry.id in hidden:
            gone.add(entry.id)
        else:
            kept.append(line)
    if gone:
        _write(log, path, b"\n".join(kept))
    return gone


def _write(log: HistoryLog, path: Path, content: bytes) -> None:
    if content.strip():
        save_own(log.fs, path, content)
        return
    try:
        log.fs.remove(path)
    except OSError as error:
        raise DiskError(path, "it could not be deleted", "check who may write there") from error
