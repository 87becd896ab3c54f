"""The session of the demo without a terminal: acts, tells what happens, and gives cues.

    python tools/demo_session.py first|again PROJECT

A line that begins with @ is a cue for tools/demo.py: `@edit` to edit the file, `@kill` to end
this process without a goodbye.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TypeVar

from stui_workspace import OpenRequest, Receipt, Session, open_session
from stui_workspace.layout import Direction, resize
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.receipt import Outcome
from stui_workspace.runtime.events import ConnectionChanged, ConnectionState, Reloaded, Saved

SECONDS = 10.0
WIDTH = 120
EVALUATED = ("numbers", "words")
CURSOR = (2, 7)
TYPED = "largest = max(orders)  # typed, and saved nowhere\n"
E = TypeVar("E")
MARKS = {Outcome.OK: "✓", Outcome.CHANGED: "△", Outcome.FAILED: "✗", Outcome.MISSING: "✗"}


def say(text: str) -> None:
    print(text, flush=True)


def check(came_back: object, what: str) -> None:
    """End the play where something did not come back."""
    if not came_back:
        sys.exit(f"demo: not back as it was: {what}")


class Events:
    """What a session tells, to be waited for."""

    def __init__(self, session: Session) -> None:
        self._told: asyncio.Queue[object] = asyncio.Queue()
        session.subscribe(self._told.put_nowait)

    async def next(self, kind: type[E]) -> E:
        """The next event of that kind; others are passed over."""
        while True:
            event = await self._told.get()
            if isinstance(event, kind):
                return event


async def first(project: Path) -> None:
    """A day at the workbench that ends badly."""
    async with open_session(OpenRequest(project)) as session:
        events = Events(session)
        titles = ", ".join(view.title for view in session.buffers())
        say(f"1. Open the workspace: {session.receipt.headline}; the pads are {titles}.")
        say("2. Evaluate two pads in a live Python of their own.")
        for name in EVALUATED:
            view = session.buffer(name)
            entry = await session.evaluate("py", view.text)
            say(f"     {view.title:<8} → {entry.result}")
        say("3. Make the results larger, type into a pad, and save nothing.")
        shown = session.arrangement(WIDTH)
        session.arrange(shown.having(resize(shown.tree, "results", Direction.UP)))
        session.edit("numbers", session.buffer("numbers").text + TYPED)
        session.place_cursor("numbers", CURSOR)
        say("4. Meanwhile somebody edits the file: a pad gets another title.")
        say("@edit")
        reloaded = await events.next(Reloaded)
        paths = ", ".join(format_key_path(change.path) for change in reloaded.changes)
        kept = "kept" if TYPED in session.buffer("numbers").text else "LOST"
        say(f"     {paths} changed: {session.buffer('words').title}; what was typed is {kept}")
        say("5. A moment later the power goes.")
        while session.is_modified:
            await events.next(Saved)
        say("@kill")
        await asyncio.Event().wait()


async def again(project: Path) -> None:
    """The next morning. Fails where something did not come back."""
    async with open_session(OpenRequest(project)) as session:
        events = Events(session)
        while session.connection("py").state is not ConnectionState.ONLINE:
            await events.next(ConnectionChanged)
        say(f"6. Open it again: {session.receipt.headline}.")
        tell_receipt(session.receipt)
        view = session.buffer("numbers")
        inputs = session.recall("py")
        say("7. And there it is:")
        for text in view.text.rstrip().split("\n"):
            say(f"     | {text}")
        line, column = view.state.cursor
        say(f"     The cursor stands in line {line + 1}, column {column + 1}.")
        say(f"     {len(inputs)} inputs can be recalled, and a new Python is online.")
        check(TYPED in view.text, "what was typed")
        check(view.state.cursor == CURSOR, "the cursor")
        check(len(inputs) == len(EVALUATED), "the history")
    say("\nNothing was lost. In a terminal, `make demo` opens this workbench.")


def tell_receipt(receipt: Receipt) -> None:
    for item in receipt.items:
        reason = f": {item.reason}" if item.reason else ""
        say(f"     {MARKS.get(item.outcome, '·')} {item.item}{reason}")


def main(act: str, project: str) -> None:
    async def acting() -> None:
        async with asyncio.timeout(SECONDS):
            await (first if act == "first" else again)(Path(project))

    asyncio.run(acting())


if __name__ == "__main__":
    main(*sys.argv[1:])
