"""The last receipt of each session: a small file beside what is kept of it, read by anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.whole import TooLargeError, read_whole

MOST_ITEMS: Final = 1000
"""So many are written; a session with more has its first ones on the receipt."""
_MOST_BYTES: Final = 4 << 20
_LONGEST: Final = 400
"""Characters of a text that are kept."""
_DAMAGED: Final = "the receipt is damaged"
_AGAIN: Final = "the next start of the session writes it anew"


def save_receipt(folder: WorkspaceFolder, receipt: Receipt, fs: FileSystem) -> None:
    """Make `receipt` the last one of its session, durably when this returns.

    What it says must not hold a secret: the caller has seen to that.

    Raises:
        DiskError: It was not written; the one before is still there.
    """
    content = json.dumps(plain_of(receipt), indent=1, sort_keys=True) + "\n"
    save_own(fs, folder.receipt_of(receipt.session), content.encode())


def load_receipt(folder: WorkspaceFolder, session: str, fs: FileSystem) -> Receipt | None:
    """The last receipt of a session; None where none was written.

    What of it this stui does not know is left out.

    Raises:
        DiskError: It cannot be read, or is no receipt.
    """
    path = folder.receipt_of(session)
    try:
        content = read_whole(fs, path, _MOST_BYTES)
        found = None if content is None else json.loads(content)
    except (TooLargeError, ValueError, RecursionError) as error:
        raise DiskError(path, _DAMAGED, _AGAIN) from error
    if content is None:
        return None
    if not isinstance(found, dict):
        raise DiskError(path, _DAMAGED, _AGAIN)
    return _receipt_in(found, session)


def plain_of(receipt: Receipt) -> dict[str, object]:
    """The receipt as JSON has it, here and on the command line."""
    return {
        "session": receipt.session,
        "at": receipt.at,
        "after_crash": receipt.after_crash,
        "seconds": receipt.seconds,
        "restored": receipt.restored_count,
        "headline": receipt.headline,
        "items": [_plain_item(one) for one in receipt.items[:MOST_ITEMS]],
    }


def _plain_item(one: Restored) -> dict[str, object]:
    return {
        "item": _cut(one.item),
        "outcome": str(one.outcome),
        "reason": _cut(one.reason),
        "next_step": _cut(one.next_step),
        "kept": _cut(one.kept),
        "remedy": None if one.remedy is None else str(one.remedy),
    }


def _cut(text: str | None) -> str | None:
    return None if text is None else text[:_LONGEST]


def _receipt_in(found: Mapping[str, object], session: str) -> Receipt:
    items = found.get("items")
    rows = [_item_in(one) for one in items] if isinstance(items, list) else []
    return Receipt(
        session,
        tuple(one for one in rows if one is not None),
        found.get("after_crash") is True,
        _number(found.get("seconds")),
        _number(found.get("at")),
    )


def _item_in(found: object) -> Restored | None:
    """An item; None where what is written is none that this stui knows."""
    if not isinstance(found, dict):
        return None
    name, outcome = found.get("item"), found.get("outcome")
    if not isinstance(name, str) or outcome not in tuple(Outcome):
        return None
    remedy = found.get("remedy")
    return Restored(
        name,
        Outcome(outcome),
        _text(found.get("reason")),
        _text(found.get("next_step")),
        _text(found.get("kept")),
        Remedy(remedy) if remedy in tuple(Remedy) else None,
    )


def _text(found: object) -> str | None:
    return found if isinstance(found, str) else None


def _number(found: object) -> float:
    is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
    try:
        return float(found) if is_number and isfinite(found) else 0.0  # type: ignore[arg-type]
    except OverflowError:
        return 0.0
