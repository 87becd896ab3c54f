"""Writing something else than any side has: what the card begins with, and when it is taken."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

from stui_workspace.errors import SchemaError, StuiError
from stui_workspace.merge import Written
from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.settling import shown
from stui_workspace.runtime.settling.settlement import fitting, is_broken
from stui_workspace.runtime.settling.showing import HIDDEN
from stui_workspace.tui.merging.cards import Writing
from stui_workspace.tui.merging.sitting import Sitting, State

if TYPE_CHECKING:
    from stui_workspace.tui.merging.asking import Asking

_EMPTY = "write a value: `null` for none, '' for an empty text"


class OwnWords:
    def __init__(self, screen: Asking) -> None:
        self._screen = screen

    def ask(self) -> None:
        """Let the person write.

        Raises:
            UsageError: Nothing can be written there, such as an order.
        """
        sitting = self._screen.sitting
        conflict = sitting.current
        fitting(conflict, Written("x"))
        card = Writing(
            printable_line(f"Write {conflict.path}"),
            text_to_begin_with(sitting),
            self._taken,
            is_yaml=conflict.aspect == "value",
        )
        self._screen.app.push_screen(card)

    def _taken(self, text: str) -> str | None:
        """Settle it with that; a sentence where it cannot be."""
        screen, before = self._screen, self._screen.sitting
        is_value = before.current.aspect == "value"
        if is_value and not text.strip():
            return _EMPTY
        try:
            after, found = screen.decided(Written(text.rstrip("\n")))
        except SchemaError as error:
            return _sentence(error.diagnostics[0])
        except StuiError as error:
            step = f": {error.next_step}" if error.next_step else ""
            return f"{error}{step}"
        if found:
            return _sentence(found[0])
        screen.show(after)
        return None


def _sentence(one: Diagnostic) -> str:
    return f"{one.message}: {one.hint}" if one.hint else one.message


def text_to_begin_with(sitting: Sitting) -> str:
    """What was written before, or the side that was taken, or ours; nothing of a secret."""
    conflict = sitting.current
    seen = shown(conflict, sitting.settlement.policy)
    choice = sitting.settlement.choices.get(str(conflict.path))
    if isinstance(choice, Written) and not seen.is_hidden:
        return choice.text
    texts = [seen.ours, seen.theirs, seen.base]
    if sitting.state(conflict) is State.THEIRS:
        texts = [seen.theirs, seen.ours, seen.base]
    text = next((one for one in texts if one is not None), "")
    text = "" if HIDDEN in text else text.rstrip("\n")
    return _readable(text) if conflict.aspect == "value" else text


def _readable(text: str) -> str:
    """A value as it can be read by itself: below a `|` the lines are indented."""
    first, newline, rest = text.partition("\n")
    indented = first + newline + indent(rest, "  ")
    is_worse = not newline or not is_broken(text.encode("utf-8", "surrogatepass"))
    return text if is_worse or is_broken(indented.encode("utf-8", "surrogatepass")) else indented
