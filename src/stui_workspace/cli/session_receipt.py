"""`stui session receipt`: what came back of a session when it was opened last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from stui_workspace.cli import completing
from stui_workspace.cli.kept_names import last_session, named_session, store_at
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, stdout_paint, tell, tell_next
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.storage.sessions.receipts import load_receipt, plain_of

_SIGNS: Final = {
    Outcome.OK: ("✓", "good"),
    Outcome.CHANGED: ("△", "warning"),
    Outcome.MISSING: ("✗", "error"),
    Outcome.REFUSED: ("⊘", "warning"),
    Outcome.FAILED: ("✗", "error"),
    Outcome.WAITING: ("…", "note"),
}
_LINE: Final = 400
_WIDEST: Final = 32


@click.command("receipt")
@click.argument("name", required=False, shell_complete=completing.sessions)
@project_option
@json_option
def show_receipt(name: str | None, path: Path | None, *, as_json: bool) -> int:
    """Show what came back of the session NAME, or of the last one, when it was opened last.

    Says of each item its outcome, why, what to do, and what of it is kept all the same. A session
    that is open elsewhere is not disturbed, and its receipt is as it stands now: connections come
    up one after the other. Exits 1 where something is missing, refused or failed.

    Examples:
      stui session receipt
      stui session receipt main-2 --json | jq '.items[] | select(.outcome != "ok")'
    """
    services = services_now()
    store = store_at(path)
    session = last_session(store, path) if name is None else named_session(store, name).id
    receipt = load_receipt(store.folder, session, services.fs)
    if as_json:
        put_json(None if receipt is None else plain_of(receipt))
    elif receipt is not None:
        for line in _lines(receipt, services.clock()):
            put(line)
    if receipt is None:
        tell(f"no receipt is kept of session `{session}`: it was not opened again so far")
        return Status.DONE
    _tell_what_helps(receipt)
    is_whole = receipt.restored_count == len(receipt.items)
    return Status.DONE if is_whole else Status.FINDINGS


def _lines(receipt: Receipt, now: float) -> Iterator[str]:
    paint = stdout_paint()
    when = f", {format_ago(max(now - receipt.at, 0.0))}" if receipt.at else ""
    yield paint("strong", f"{receipt.headline}{when}")
    width = min(max((len(one.item) for one in receipt.items), default=0), _WIDEST)
    for one in receipt.items:
        sign, role = _SIGNS[one.outcome]
        name = printable_line(one.item, _WIDEST)
        reason = printable_line(one.reason, _LINE) if one.reason else ""
        outcome = paint(role, f"{one.outcome:<8}")
        yield f"{paint(role, sign)} {name:<{width}}  {outcome}  {reason}".rstrip()
        yield from (f"{'':{width + 4}}{line}" for line in _more(one))


def _more(one: Restored) -> Iterator[str]:
    if one.next_step:
        yield f"→ {printable_line(one.next_step, _LINE)}"
    if one.kept:
        yield f"kept: {printable_line(one.kept, _LINE)}"


def _tell_what_helps(receipt: Receipt) -> None:
    session = receipt.session
    if any(one.remedy is Remedy.SNAPSHOT for one in receipt.items):
        tell_next(f"`stui session log {session}` lists the snapshots that an item can come from")
    if any(one.remedy not in (None, Remedy.SNAPSHOT) for one in receipt.items):
        tell_next("F4 in the workbench tries one again, and has what would rebuild a backend")
