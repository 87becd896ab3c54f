"""`stui session diff`: what differs between two states of a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.kept_names import (
    item_called,
    session_with_snapshots,
    snapshot_named,
    store_at,
    word_for,
)
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.paint import Paint
from stui_workspace.cli.session_restore import entry_at
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, stdout_paint, tell
from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.model.moments import SECOND, moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.taking_back import Comparison, ItemDifference, Kind, Past
from stui_workspace.storage.sessions.items import ItemProblem
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.index import SnapshotEntry
from stui_workspace.storage.snapshots.store import SnapshotStore

_MOST: Final = 3
_LOOKS: Final = {
    Kind.ADDED: ("+", "good"),
    Kind.REMOVED: ("-", "error"),
    Kind.CHANGED: ("~", "warning"),
}
_SIGNS: Final = {
    "+": "good",
    "-": "error",
    "~": "warning",
    ">": "frame",
    "@": "frame",
    " ": "dim",
}
_LINE: Final = 400
_INDENT: Final = "    "
_NOW: Final = "now"


@click.command("diff")
@click.argument("words", nargs=-1, metavar="[NAME] [A] [B]", shell_complete=completing.snapshots)
@project_option
@click.option("--at", "at", metavar="WHEN", help="Instead of A: the state at that time.")
@click.option("--only", multiple=True, metavar="ITEM", help="This item alone. Can be repeated.")
@json_option
def diff_session(
    words: tuple[str, ...],
    path: Path | None,
    *,
    at: str | None,
    only: tuple[str, ...],
    as_json: bool,
) -> int:
    """Say what differs between two states of the session NAME, or of the last one.

    A and B are snapshots, as `stui session log` lists them; the beginning of an id is enough.
    Without B, A is compared with the session as it is kept now; without A, too, it is the last
    snapshot that is not the state of now. WHEN and ITEM are as for `stui session restore`.

    Prints each item that differs: + added, - removed, ~ changed; below it the lines of a text,
    the panels of the layout (> moved), keys, or evaluations. Secrets are not shown. Where the
    cursor stood counts, too. Exits 1 if the two differ. Reads only: the session may be open.

    Examples:
      stui session diff
      stui session diff 4f1c 9a03 --only buffers.scratch
      stui session diff main --at "yesterday 17:00" --json
    """
    items = [item_called(one) for one in only]
    store = store_at(path)
    name, snapshots = _parted(words, store, at)
    session = session_with_snapshots(store, name, path)
    pair = _pair(store, session, snapshots, at)
    past = Past(store.folder, session, services_now(), _sources(path))
    pair, found = _compared(past, pair)
    chosen = _narrowed(found, items)
    if as_json:
        put_json(_record_of(session, pair, chosen))
    else:
        _tell(pair, chosen)
    return Status.FINDINGS if chosen.differences or chosen.problems else Status.DONE


@dataclass(frozen=True, slots=True)
class _Pair:
    """What is compared."""

    before: SnapshotEntry
    after: SnapshotEntry | None = None
    """None for the session as it is now."""
    otherwise: SnapshotEntry | None = None
    """What to compare instead, where `before` is the state of now."""


def _parted(
    words: Sequence[str], store: SessionStore, at: str | None
) -> tuple[str | None, list[str]]:
    """The name of the session, where there is one, and those of the snapshots."""
    names = {name for one in store.list() for name in (one.id, one.meta.name)}
    rest = list(words)
    is_named = bool(rest) and (rest[0] in names or len(rest) + (at is not None) == _MOST)
    name = rest.pop(0) if is_named else None
    if len(rest) + (at is not None) >= _MOST:
        raise UsageError("two states can be compared, and no more", "`stui session log` lists them")
    return name, rest


def _pair(store: SessionStore, session: str, names: Sequence[str], at: str | None) -> _Pair:
    log = SnapshotStore(store.folder.snapshots_of(session), services_now().fs).log()
    found = [snapshot_named(log, one, session) for one in names if one != _NOW]
    if at is not None:
        found.insert(0, entry_at(log, at, session))
    match found:
        case [before, after]:
            return _Pair(before, after)
        case [before]:
            return _Pair(before)
    if not log:
        raise NotFoundError("snapshot of session", session, "one is taken when something changes")
    return _Pair(log[-1], otherwise=log[-2] if len(log) > 1 else None)


def _compared(past: Past, pair: _Pair) -> tuple[_Pair, Comparison]:
    found = past.compare(pair.before.id, None if pair.after is None else pair.after.id)
    if found.differences or found.problems or pair.otherwise is None:
        return pair, found
    return _Pair(pair.otherwise), past.compare(pair.otherwise.id)


def _sources(path: Path | None) -> dict[str, str]:
    """The texts of the workspace's buffers, where its files can be read: no pad is without one."""
    from stui_workspace.cli.finding import project_at
    from stui_workspace.runtime.files import look
    from stui_workspace.runtime.loading import Selection

    services = services_now()
    try:
        found = look(project_at(path, services.home), services, Selection())
    except StuiError:
        return {}
    return {name: source.text for name, source in found.sources.items() if source.problem is None}


def _narrowed(found: Comparison, items: Sequence[str]) -> Comparison:
    if not items:
        return found

    def is_meant(name: str) -> bool:
        return any(name == one or (one.endswith("/") and name.startswith(one)) for one in items)

    return Comparison(
        tuple(one for one in found.differences if is_meant(one.item)),
        tuple(one for one in found.problems if is_meant(one.item)),
    )


def _record_of(session: str, pair: _Pair, found: Comparison) -> dict[str, object]:
    return {
        "session": session,
        "before": {"id": pair.before.id, "at": pair.before.at},
        "after": None if pair.after is None else {"id": pair.after.id, "at": pair.after.at},
        "differences": [_difference_record(one) for one in found.differences],
        "problems": [_problem_record(one) for one in found.problems],
    }


def _difference_record(one: ItemDifference) -> dict[str, object]:
    return {
        "item": word_for(one.item),
        "kind": str(one.kind),
        "summary": one.summary,
        "lines": [{"sign": line.sign, "text": line.text} for line in one.lines],
    }


def _problem_record(one: ItemProblem) -> dict[str, object]:
    return {"item": word_for(one.item), "reason": one.reason}


def _tell(pair: _Pair, found: Comparison) -> None:
    paint = stdout_paint()
    if found.differences:
        put(paint("strong", f"--- {_title(pair.before)}"))
        put(paint("strong", f"+++ {_title(pair.after)}"))
    for one in found.differences:
        for line in _lines(one, paint):
            put(line)
    for problem in found.problems:
        tell(f"{word_for(problem.item)}: {problem.reason}", kind="warning")
    if not found.differences:
        tell(f"nothing differs between {_title(pair.before)} and {_title(pair.after)}")


def _title(entry: SnapshotEntry | None) -> str:
    if entry is None:
        return "the session as it is now"
    return f"snapshot {entry.id} of {moment_text(entry.at, SECOND)}"


def _lines(one: ItemDifference, paint: Paint) -> Iterator[str]:
    sign, role = _LOOKS[one.kind]
    name = printable_line(word_for(one.item), _LINE)
    summary = f"  {printable_line(one.gist)}" if one.gist else ""
    yield f"{paint(role, sign)} {paint('strong', name)}{paint('dim', summary)}"
    for line in one.more:
        text = printable_line(line.text, _LINE)
        yield _INDENT + paint(_SIGNS[line.sign], f"{line.sign} {text}".rstrip())
