"""A pad with what would rebuild a backend that started anew: nothing of it is evaluated here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stui_workspace.model.printable import printable_line

if TYPE_CHECKING:
    from stui_workspace.runtime.receipts.rebuilding import Rebuild
    from stui_workspace.tui.workbench import Workbench

NOTHING = "There is nothing that would rebuild it."


def open_rebuild(bench: Workbench, rebuild: Rebuild | None) -> None:
    """Put it into a new pad, and go there from whichever screen is up."""
    if rebuild is None or not rebuild.code:
        bench.say(NOTHING)
        return
    name = rebuild.connection
    spec = bench.session.connection(name).spec
    pad = bench.session.add_buffer(
        title=f"rebuild {printable_line(name, 30)}",
        text=rebuild.code,
        connection=name,
        language="python" if spec.kind == "python" else None,
    )
    while bench.app.screen is not bench:
        bench.app.pop_screen()
    bench.arranging.show(pad)
    bench.say("nothing was evaluated: look through it, and run what you need")
