"""The screens to read: the receipt, all keys, all problems. Pure: values in, rows out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import ClassVar, Final

from stui_workspace.model.printable import printable_line
from stui_workspace.model.receipt import Outcome, Receipt, Restored
from stui_workspace.tui.keys import ACTIONS, LOCALS, Action, key_of, shown_key
from stui_workspace.tui.screens.card import Sheet
from stui_workspace.tui.scrollback import Row, Scrollback

OUTCOME_SIGNS: Final = {
    Outcome.OK: ("✓", "good"),
    Outcome.CHANGED: ("△", "warn"),
    Outcome.MISSING: ("✗", "bad"),
    Outcome.REFUSED: ("⊘", "warn"),
    Outcome.FAILED: ("✗", "bad"),
    Outcome.WAITING: ("…", "accent"),
}


class ReceiptScreen(Sheet):
    """The receipt, followed while connections are still being made."""

    TITLE_TEXT: ClassVar[str] = "What was restored"

    def __init__(self, receipt: Callable[[], Receipt]) -> None:
        super().__init__(())
        self._receipt = receipt
        self._shown: Receipt | None = None

    def on_mount(self) -> None:
        self._follow()
        self.set_interval(0.5, self._follow)

    def _follow(self) -> None:
        receipt = self._receipt()
        if receipt != self._shown:
            self._shown = receipt
            self.query_one(Scrollback).put("rows", receipt_rows(receipt))
            self.call_after_refresh(self.fit)


class HelpScreen(Sheet):
    TITLE_TEXT: ClassVar[str] = "Keys"


class ProblemsScreen(Sheet):
    TITLE_TEXT: ClassVar[str] = "What is wrong in the file"


def receipt_rows(receipt: Receipt) -> Iterator[Row]:
    """The headline, then each item with its outcome, why, and what to do."""
    yield Row(((receipt.headline, "strong"), (f"  in {receipt.seconds:.2f} s", "muted")))
    yield Row((("", "text"),))
    if not receipt.items:
        yield Row((("There was nothing to restore.", "muted"),))
    width = min(max((len(item.item) for item in receipt.items), default=0), 32)
    for item in receipt.items:
        yield from _item_rows(item, width)


def _item_rows(item: Restored, width: int) -> Iterator[Row]:
    mark, style = OUTCOME_SIGNS[item.outcome]
    name = printable_line(item.item, 32)
    reason = printable_line(item.reason, 400) if item.reason else ""
    hang = width + 14
    yield Row(
        (
            (f"{mark} ", style),
            (f"{name:<{width}}  ", "text"),
            (f"{item.outcome:<8}  ", style),
            (reason, "text"),
        ),
        hang,
    )
    if item.next_step:
        yield Row(
            (
                (" " * hang, "text"),
                ("→ ", "accent"),
                (printable_line(item.next_step, 400), "muted"),
            ),
            hang,
        )


def help_rows() -> Iterator[Row]:
    """All keys by group, from the table of actions."""
    for group, actions in groupby(ACTIONS, key=lambda action: action.group):
        yield Row(((group, "title"),))
        for action in actions:
            yield _key_row(_keys_of(action), action.title)
        yield Row((("", "text"),))
    for place, locals_ in groupby(LOCALS, key=lambda local: local.place):
        yield Row(((place, "title"),))
        for local in locals_:
            yield _key_row("  ".join(shown_key(key) for key in local.keys), local.title)
        yield Row((("", "text"),))


def key_rows(actions: Iterable[Action]) -> Iterator[Row]:
    """The keys of one screen, from its table of actions."""
    for action in actions:
        if action.keys:
            yield _key_row("  ".join(shown_key(key) for key in action.keys), action.title)


def _keys_of(action: Action) -> str:
    keys = [shown_key(key) for key in action.keys]
    if not keys and action.arranging:
        keys = [f"{key_of('arrange')} {shown_key(key)}" for key in action.arranging]
    return "  ".join(keys) or f"by name, {key_of('palette')}"


def _key_row(keys: str, title: str) -> Row:
    return Row(((f"  {keys:<24}", "accent"), (title, "text")), hang=26)
