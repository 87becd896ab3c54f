"""The card that says which sessions would go, before they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.model.sizes import format_size
from stui_workspace.runtime.sessions.pruning import Plan, Weighed
from stui_workspace.tui.screens.card import Careful
from stui_workspace.tui.scrollback import Row, Scrollback

_AROUND_ROWS = 6


class PruneCard(Careful):
    """Asks whether what a rule names may go."""

    DEFAULT_CSS = """
    PruneCard {
        & > #card { width: 90; height: auto; }
        & Scrollback { height: auto; max-height: 100%; margin-bottom: 1; }
    }
    """
    TITLE_TEXT = "Remove sessions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "agree", "Remove", show=False),
        Binding("n,enter", "refuse", "Keep", show=False),
    ]

    def __init__(self, plan: Plan, now: Callable[[], float]) -> None:
        super().__init__(now)
        self._plan = plan
        self.KEYS = (  # type: ignore[misc]  # nothing to agree to where nothing would go
            (("y", f"remove {counted(plan)}"), ("n", "keep all"), ("escape", "close"))
            if plan.going
            else (("escape", "close"),)
        )
        self._at = now()

    def body(self) -> Iterable[Widget]:
        return (Scrollback(),)

    def on_mount(self) -> None:
        found = self.query_one(Scrollback)
        rows = list(plan_rows(self._plan, self._at))
        found.put("rows", rows)
        found.styles.height = min(len(rows), max(self.app.size.height - _AROUND_ROWS - 4, 4))
        found.focus()
        found.call_after_refresh(found.scroll_home, animate=False)

    def action_agree(self) -> None:
        if self._plan.going:
            super().action_agree()


def counted(plan: Plan) -> str:
    """How many sessions would go, and how much that is."""
    count = len(plan.going)
    return f"{count} session{'' if count == 1 else 's'} ({format_size(plan.bytes)})"


def plan_rows(plan: Plan, now: float) -> Iterator[Row]:
    """What would go, and what stays all the same with the reason."""
    if not plan.going:
        yield Row((("No session would go by this rule.", "text"),))
    for one in plan.going:
        yield Row((("✗ ", "warn"), *_about(one, now)), hang=2)
    if plan.staying:
        if plan.going:
            yield Row((("", "text"),))
        yield Row((("These stay all the same", "title"),))
    for one in plan.staying:
        yield Row((("○ ", "muted"), *_about(one, now), (f"  {one.spared}", "muted")), hang=2)


def _about(one: Weighed, now: float) -> tuple[tuple[str, str], ...]:
    name = printable_line(one.session.meta.name or one.id, 40)
    when = "" if one.session.problem else f"  saved {format_ago(now - one.session.meta.saved)}"
    return (name, "text"), (f"{when}  {format_size(one.bytes)}", "muted")
