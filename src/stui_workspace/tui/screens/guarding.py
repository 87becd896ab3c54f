"""The card that asks before something is evaluated on a connection that matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from stui_workspace.model.printable import printable, printable_line
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.tui.connecting.words import kind_and_address
from stui_workspace.tui.screens.card import Careful
from stui_workspace.tui.themes import paint_of

_LINES_SHOWN: Final = 8


class Guarded(Careful):
    """Shows where some code would be evaluated, and gives whether it is to be. Enter is no."""

    DEFAULT_CSS = """
    Guarded {
        & > #card { border: heavy $warning; border-title-color: $warning; }
        & #where { background: $warning 14%; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "agree", "Evaluate", show=False),
        Binding("n,enter", "refuse", "Do not", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "do not"), ("y", "evaluate it"))

    def __init__(
        self, spec: ConnectionSpec, environment: str | None, code: str, now: Callable[[], float]
    ) -> None:
        """A card about some code for a connection; `now` is a clock in seconds, of any start."""
        super().__init__(now)
        self.TITLE_TEXT = f"Evaluate on {printable_line(spec.title or spec.name, 40)}?"  # type: ignore[misc]
        self._spec = spec
        self._environment = environment
        self._code = code

    def body(self) -> Iterable[Widget]:
        paint = paint_of(self.app)
        spec = self._spec
        where = [(printable_line(spec.name, 40), paint.warn + paint.strong)]
        if self._environment:
            where.append(("  in environment ", paint.text))
            where.append((printable_line(self._environment, 40), paint.warn + paint.strong))
        where.append((f"\n{kind_and_address(spec)}", paint.muted))
        yield Static(Content.assemble(*where), id="where")
        lines = printable(self._code.strip("\n")).expandtabs(4).split("\n")
        shown = [("\n" if at else "") + f"│ {line}" for at, line in enumerate(lines[:_LINES_SHOWN])]
        more = len(lines) - _LINES_SHOWN
        rest = f"\n  and {more} more line{'s' if more > 1 else ''}" if more > 0 else ""
        yield Static(Content.assemble(("".join(shown), paint.code), (rest, paint.muted)))
        last = "The file guards this connection: you are asked each time."
        yield Static(Content.assemble((last, paint.muted)))
