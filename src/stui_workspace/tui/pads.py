"""Pads as a person works with them: typing, saving, new ones, recalled inputs and snippets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from stui_workspace import layout
from stui_workspace.layout import PANELS, Node
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.runtime.views import BufferView
from stui_workspace.tui.editor import Editor
from stui_workspace.tui.keys import key_of, shown_key

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Recalled:
    """An input that was recalled into a pad, and where it is among the inputs."""

    buffer: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    steps: int
    """How many inputs back from the newest: 1 is the newest."""


class Pads:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._recalled: Recalled | None = None
        self._closed: list[BufferView] = []

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "save-pad": self.save,
            "new-pad": self.new,
            "rename-pad": self.rename,
            "close-pad": self.close,
            "reopen-pad": self.reopen,
            "revert-pad": self.revert,
            "recall-older": lambda: self.recall(1),
            "recall-newer": lambda: self.recall(-1),
        }

    def typed(self, editor: Editor) -> None:
        """Give the session the text of a pad that was typed in."""
        view = self._bench.view(editor.buffer)
        source = editor.source
        if view is not None and not editor.read_only and view.text != source:
            was_modified = view.modified
            self._bench.session.edit(editor.buffer, source)
            now = self._bench.view(editor.buffer)
            if now is not None and now.modified != was_modified:
                self._bench.retitle()

    def moved(self, editor: Editor) -> None:
        """Give the session the cursor of a pad, once it is where it was left."""
        view = self._bench.view(editor.buffer)
        if view is None or not editor.is_restored:
            return
        start, end = editor.selection
        place = (end, None if start == end else start, editor.first_visible())
        state = view.state
        if place != (state.cursor, state.anchor, state.scroll):
            self._bench.session.place_cursor(editor.buffer, *place)
        self._bench.show_status()

    def save(self) -> None:
        """Write the pad in use to the workspace file, or to the file that it names."""
        view = self._used()
        if view is None:
            return
        if view.spec is not None and not view.modified:
            self._bench.say(f"{printable_line(view.title, 40)} is as it is in the file.")
            return
        self._bench.session.save_buffer(view.id)
        self._bench.retitle()
        self._bench.say(f"saved {printable_line(view.title, 40)}")

    def new(self, text: str = "") -> None:
        """A new pad beside the one in use, for the same connection."""
        bench, view = self._bench, self._used()
        name = bench.session.add_buffer(
            text=text,
            connection=view.connection if view else None,
            language=view.language if view else None,
        )
        self._put_up(name)

    def _put_up(self, name: str) -> None:
        bench = self._bench
        beside = bench.last_pad or None
        self._arrange_both(lambda tree: layout.add(tree, name, beside))
        bench.go_to(name)

    def _arrange_both(self, change: Callable[[Node], Node]) -> None:
        """Change the wide and the narrow form alike: a pad is there at every width."""
        variant = self._bench.variant
        narrow = change(variant.narrow) if variant.narrow is not None else None
        self._bench.session.arrange(replace(variant, wide=change(variant.wide), narrow=narrow))
        self._bench.show_arrangement()

    def rename(self) -> None:
        """Ask for another title of the pad in use."""
        from stui_workspace.tui.screens.questions import Prompt

        bench, view = self._bench, self._used()
        if view is None:
            return

        def named(title: str | None) -> None:
            if title:
                bench.session.describe_buffer(view.id, title=title)
                bench.retitle()

        bench.app.push_screen(Prompt("Rename the pad", view.title), named)

    def close(self) -> None:
        """Close a pad of the session's own, so that it can be had back; others leave the screen."""
        bench, view = self._bench, self._used()
        if view is None:
            return
        if view.spec is not None:
            bench.arranging.hide(view.id)
            return
        next_one = bench.arranging.after_closing(view.id)
        self._closed.append(view)
        self._arrange_both(lambda tree: layout.close(tree, view.id) or tree)
        bench.session.close_buffer(view.id)
        bench.board.forget(view.id)
        bench.show_arrangement()
        bench.go_to(next_one or next(iter(bench.board.shown()), ""))
        bench.say(f"closed {printable_line(view.title, 40)}; {key_of('reopen-pad')} brings it back")

    def reopen(self) -> None:
        """Bring back the pad that was closed last."""
        if not self._closed:
            self._bench.say("No pad was closed.")
            return
        view = self._closed.pop()
        name = self._bench.session.add_buffer(
            title=view.state.title,
            text=view.text,
            connection=view.connection,
            language=view.language,
        )
        self._put_up(name)

    def revert(self) -> None:
        """Take the file's text; undo in the pad brings back what was there."""
        bench, view = self._bench, self._used()
        if view is None or view.spec is None:
            bench.say("This pad has no file behind it.")
            return
        bench.session.revert_buffer(view.id)
        editor = bench.editor(view.id)
        if editor is not None:
            editor.replace_source(bench.session.buffer(view.id).text)
        bench.retitle()
        bench.say(f"back at the file's text; {shown_key('ctrl+z')} brings yours back")

    def insert(self, text: str) -> None:
        """Put a text into the pad in use, in place of what is selected."""
        bench, editor = self._bench, self._bench.editor()
        if editor is None or editor.read_only:
            bench.say("There is no pad to put it into.", warning=True)
            return
        start, end = sorted(editor.selection)
        result = editor.replace(text, start, end, maintain_selection_offset=False)
        editor.move_cursor(result.end_location)
        bench.go_to(editor.buffer)

    def recall(self, step: int) -> None:
        """Put an older or newer input where the cursor is, in place of the one recalled before."""
        bench, editor, view = self._bench, self._bench.editor(), self._used()
        connection = bench.evaluating.connection_of(view) if view is not None else None
        if editor is None or editor.read_only or connection is None:
            return
        inputs = list(dict.fromkeys(reversed(bench.session.recall(connection))))
        before = self._standing(editor)
        steps = min(max((before.steps if before else 0) + step, 0), len(inputs))
        if not inputs or (before is None and steps == 0):
            bench.say("No inputs yet." if not inputs else "This is the newest.")
            return
        start, end = (before.start, before.end) if before else sorted(editor.selection)
        text = inputs[steps - 1] if steps else ""
        result = editor.replace(text, start, end, maintain_selection_offset=False)
        editor.move_cursor(result.end_location)
        self._recalled = Recalled(editor.buffer, start, result.end_location, text, steps)

    def _standing(self, editor: Editor) -> Recalled | None:
        """What was recalled last, while it still stands there and the cursor is at its end."""
        last = self._recalled
        if last is None or last.buffer != editor.buffer or editor.cursor_location != last.end:
            return None
        return last if editor.between(last.start, last.end) == last.text else None

    def _used(self) -> BufferView | None:
        bench = self._bench
        return bench.view(bench.current if bench.current not in PANELS else bench.last_pad)
