"""Bars above everything: what is to be known now, for as long as it is so."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.widget import Widget

from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.events import Returned
from stui_workspace.tui.connecting.words import WAITING
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.themes import Paint


class Bar(Widget):
    """Something to be known, above everything while it is so. It never takes the keyboard."""

    DEFAULT_CSS = """
    Bar {
        display: none;
        height: auto;
        max-height: 4;
        padding: 0 1;
        color: $foreground;
    }
    Bar.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.content = Content("")

    def show(self, content: Content | None) -> None:
        """Show a text; None takes the bar away."""
        self.content = content or Content("")
        self.set_class(content is not None, "-shown")
        self.refresh(layout=True)

    def render(self) -> Content:
        return self.content


class Banner(Bar):
    """What is wrong with the file."""

    DEFAULT_CSS = "Banner { background: $error 18%; }"


class ReturnedBar(Bar):
    """Which connections are back, where evaluations wait for a person to decide."""

    DEFAULT_CSS = "ReturnedBar { background: $warning 14%; }"


def returned_words(returned: Mapping[str, Returned], paint: Paint) -> Content | None:
    """What the bar says of connections that are back; None where there is nothing to decide."""
    if not returned:
        return None
    pieces = []
    for at, (name, event) in enumerate(returned.items()):
        lead = "\n" if at else ""
        pieces.append((f"{lead}{WAITING} {printable_line(name, 40)}", paint.warn + paint.strong))
        if event.same:
            pieces.append((" is back, the same as before.", paint.text))
        else:
            pieces.append((" is back as a new backend: ", paint.text))
            pieces.append(("what the last one held is gone.", paint.warn))
        count = event.waiting_count
        waits = "evaluation waits" if count == 1 else "evaluations wait"
        pieces.append((f"\n  {count} {waits}: ", paint.text))
        pieces.append((key_of("outbox"), paint.title))
        pieces.append((" decides", paint.text))
    return Content.assemble(*pieces)
