"""The events of a session as lines: JSON for programs, words for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from stui_workspace.cli.render import count_of, records_of
from stui_workspace.model.moments import CLOCK, moment_text
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.receipt import Outcome, Receipt
from stui_workspace.runtime.events import (
    Closed,
    CopyFound,
    Event,
    Gone,
    Invalid,
    Opened,
    Reloaded,
    ReviewNeeded,
    Saved,
)


def record_of(event: Event, about: Mapping[str, str]) -> dict[str, object] | None:  # noqa: PLR0911 (a case each)
    """The event as JSON has it; None for those that are nobody's business but a screen's.

    Args:
        event: What happened.
        about: What `opened` says of the session besides its receipt.
    """
    match event:
        case Opened(receipt):
            return {"event": "opened", **about, "receipt": _receipt(receipt)}
        case Reloaded(changes):
            listed = [{"path": format_key_path(c.path), "kind": str(c.kind)} for c in changes]
            return {"event": "reloaded", "changes": listed}
        case Invalid(problems):
            found = [record for file in problems for record in records_of(file)]
            return {"event": "invalid", "diagnostics": found}
        case Gone():
            return {"event": "gone"}
        case CopyFound(name, action, reason, conflicts):
            told = {"name": name, "action": action, "reason": reason}
            return {"event": "copy", **told, "conflicts": list(conflicts)}
        case ReviewNeeded(name, changed, refusals):
            told = {"connection": name, "changed": changed}
            return {"event": "review", **told, "refusals": list(refusals)}
        case Saved(at, items_count):
            return {"event": "saved", "at": at, "items": items_count}
        case Closed():
            return {"event": "closed"}
        case _:
            return None


def json_line(record: Mapping[str, object]) -> str:
    """The record on one line of ASCII."""
    return json.dumps(record)


def words_of(event: Event, about: Mapping[str, str], now: float) -> str | None:
    """The event in words, behind the time of day; None for those that only a screen shows."""
    text = _words(event, about)
    if text is None:
        return None
    return f"{moment_text(now, CLOCK)} {printable_line(text, 2000)}"


def _words(event: Event, about: Mapping[str, str]) -> str | None:  # noqa: PLR0911 (a case each)
    match event:
        case Opened(receipt):
            waiting = sum(one.outcome is Outcome.WAITING for one in receipt.items)
            later = f", {waiting} still connecting" if waiting else ""
            what = f"opened {about['project']}, session {about['session']}"
            return f"{what}: {receipt.headline}{later}"
        case Reloaded(changes):
            listed = ", ".join(f"{format_key_path(c.path)} {c.kind}" for c in changes)
            return f"reloaded: {listed or 'nothing changed'}"
        case Invalid(problems):
            first = next((record for file in problems for record in records_of(file)), None)
            where = f", first {first['file']}:{first['line']}: {first['message']}" if first else ""
            return f"invalid: {count_of(problems)}{where}; the last good state stays"
        case Gone():
            return "gone: the file was deleted; the session stays"
        case CopyFound(name, action, reason, conflicts):
            where = f": {', '.join(conflicts)}" if conflicts else ""
            return f"copy {name} {action}: {reason}{where}"
        case ReviewNeeded(name, changed):
            return f"review {name}: {changed}; it goes on as it was approved"
        case Saved(_, items_count):
            return f"saved {items_count} item{'' if items_count == 1 else 's'}"
        case Closed():
            return "closed"
        case _:
            return None


def _receipt(receipt: Receipt) -> dict[str, object]:
    items = [{**asdict(one), "outcome": str(one.outcome)} for one in receipt.items]
    return {
        "headline": receipt.headline,
        "after_crash": receipt.after_crash,
        "seconds": round(receipt.seconds, 6),
        "items": items,
    }
