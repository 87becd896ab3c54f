"""A Textual app whose text comes back after a crash: python app.py [FOLDER]."""

import sys
from contextlib import AsyncExitStack

from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Static, TextArea

from stui_workspace import Event, StuiError, events, open_session, words_of


class Host(App[None]):
    BINDINGS = [("ctrl+s", "save", "Save")]  # noqa: RUF012 (Textual's own way)

    def compose(self) -> ComposeResult:
        yield TextArea()
        yield Static(markup=False)

    async def on_mount(self) -> None:
        self.closing = AsyncExitStack()
        opening = open_session(*sys.argv[1:], listener=self.told)
        self.session = await self.closing.enter_async_context(opening)
        self.show()

    async def on_unmount(self) -> None:
        await self.closing.aclose()

    def show(self) -> None:
        pad, text = self.query_one(TextArea), self.session.buffer("notes").text
        pad.border_title = self.session.workspace.name
        if pad.text != text:
            pad.load_text(text)

    @on(TextArea.Changed)
    def keep(self) -> None:
        self.session.edit("notes", self.query_one(TextArea).text)

    def action_save(self) -> None:
        try:
            self.session.save_buffer("notes")
        except StuiError as error:
            self.say(f"{error}; {error.next_step}")

    def told(self, event: Event) -> None:
        if isinstance(event, events.Reloaded):
            self.show()
        if words := words_of(event):
            self.say(words)

    def say(self, words: str) -> None:
        for line in self.query(Static):  # none where the app is closing
            line.update(words)


if __name__ == "__main__":
    Host().run()
