"""The receipt as rows to read. Pure, and safe to show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from stui_workspace.model.printable import printable_line
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.runtime.receipts.rebuilding import Rebuild
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint

OUTCOME_SIGNS: Final = {
    Outcome.OK: ("✓", "good"),
    Outcome.CHANGED: ("△", "warn"),
    Outcome.MISSING: ("✗", "bad"),
    Outcome.REFUSED: ("⊘", "warn"),
    Outcome.FAILED: ("✗", "bad"),
    Outcome.WAITING: ("…", "accent"),
}
"""Shape and style of each outcome; its word stands beside it."""

_KINDS: Final = {"buffer": "pad"}
_MEANINGS: Final = {
    Outcome.OK: "It is back as it was.",
    Outcome.CHANGED: "It is back, and not quite as it was.",
    Outcome.MISSING: "There is nothing to restore it from.",
    Outcome.REFUSED: "It waits for your word.",
    Outcome.FAILED: "It did not come back.",
    Outcome.WAITING: "It is not known yet.",
}
_OFFERS: Final = {
    Remedy.READ: "reads it again",
    Remedy.CONNECT: "tries to connect now",
    Remedy.BRING_BACK: "brings yours back, over the file's",
    Remedy.SAVE: "makes the session what it is now",
    Remedy.SNAPSHOT: "takes it from the newest snapshot that has it whole",
}
_LABEL: Final = 6
_MOST_LINES: Final = 200
"""Lines of what would rebuild a backend that are shown; the pad gets all of them."""


def called(item: str) -> str:
    """What people call an item: `pad scratch`, `connection py`, `layout`."""
    kind, _, name = item.partition("/")
    return f"{_KINDS.get(kind, kind)} {printable_line(name, 40)}" if name else printable_line(kind)


def item_row(item: Restored, paint: Paint, width: int) -> Content:
    """An item in two lines: its outcome as a shape and what it is; the word and why."""
    sign, style = OUTCOME_SIGNS[item.outcome]
    why = f" · {printable_line(item.reason, 200)}" if item.reason else ""
    second = Content.assemble(
        (f"  {item.outcome}", getattr(paint, style)), (why, paint.muted)
    ).truncate(max(width, 1), ellipsis=True)
    first = Content.assemble((f"{sign} ", getattr(paint, style)), (called(item.item), paint.strong))
    return Content.assemble(first.truncate(max(width, 1), ellipsis=True), "\n", second)


def note_of(receipt: Receipt) -> str:
    """What stands behind the title of the list: `5 of 6 · crashed`."""
    crash = " · crashed" if receipt.after_crash else ""
    return f"{receipt.restored_count} of {len(receipt.items)}{crash}" if receipt.items else ""


def item_rows(item: Restored, rebuild: Rebuild | None = None) -> Iterator[Row]:
    """Everything about one item."""
    sign, style = OUTCOME_SIGNS[item.outcome]
    yield Row(((f"{sign} {item.outcome}", style), (f"  {_MEANINGS[item.outcome]}", "muted")), 2)
    if item.reason:
        yield _field("Why", item.reason)
    if item.next_step:
        yield Row((("→ ", "accent"), (printable_line(item.next_step, 400), "text")), hang=2)
    if item.kept:
        yield _field("Kept", item.kept)
    if item.remedy in _OFFERS:
        yield _blank()
        yield Row((("r ", "title"), (_OFFERS[item.remedy], "text")), hang=2)
    if rebuild is not None:
        yield from rebuild_rows(rebuild)


def rebuild_rows(rebuild: Rebuild) -> Iterator[Row]:
    """What is gone with a life of a backend, and what would bring it back."""
    count = rebuild.gone_count
    yield _blank()
    yield Row((("What is gone", "title"),))
    what = f"{count} evaluation{'' if count == 1 else 's'}, made in the backend before this one  "
    yield Row(((what, "text"), (printable_line(rebuild.life, 40), "muted")), hang=2)
    yield _blank()
    if not rebuild.code:
        yield Row((("Nothing is known that would rebuild it.", "muted"),))
        return
    yield Row((("What would rebuild it", "title"),))
    yield Row((("Nothing of it runs by itself.", "muted"),))
    yield Row(
        (
            ("b ", "title"),
            ("opens a pad with it, ", "text"),
            ("c ", "title"),
            ("copies it", "text"),
        )
    )
    yield _blank()
    for snippet in rebuild.setup:
        title = printable_line(snippet.title or snippet.id, 60)
        yield Row(((f"set up · {title}", "second"),))
        yield from _code_rows(snippet.source)
    if rebuild.setup and rebuild.inputs:
        yield Row((("evaluated", "second"),))
    shown = 0
    for source in rebuild.inputs:
        rows = list(_code_rows(source))
        shown += len(rows)
        if shown > _MOST_LINES:
            yield Row((("… the pad has the rest", "muted"),))
            return
        yield from rows


def _code_rows(source: str) -> Iterator[Row]:
    for line in source.rstrip().splitlines():
        yield Row((("  ", "text"), (printable_line(line, 400), "code")), hang=4)


def _field(name: str, value: str) -> Row:
    return Row(((f"{name:<{_LABEL}}", "muted"), (printable_line(value, 400), "text")), hang=_LABEL)


def _blank() -> Row:
    return Row((("", "text"),))
