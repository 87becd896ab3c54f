"""A pad that can be typed in: Textual's text area, made faithful to the text it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from difflib import SequenceMatcher
from typing import Any, ClassVar, Final, Protocol

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Selection, TextAreaTheme

from stui_workspace.model.session import BufferState
from stui_workspace.model.workspace import Preferences
from stui_workspace.runtime.views import BufferView
from stui_workspace.tui.glyphs import can_hold, from_editor, inserted, pictured, to_editor
from stui_workspace.tui.keys import BY_KEY
from stui_workspace.tui.themes import paint_of, syntax_styles

HIGHLIGHT_UP_TO: Final = 100_000
"""Characters; the whole text is looked through at each key, which must not be felt."""

COMPARED_LINES: Final = 4_000
"""Of the texts before and after an outside edit; of longer ones, the cursor keeps its row."""

_THEME: Final = "stui"
_COMMENTS: Final = {
    "smalltalk": ('"', '"'),
    "pharo": ('"', '"'),
    "javascript": ("// ", ""),
    "typescript": ("// ", ""),
    "rust": ("// ", ""),
    "c": ("// ", ""),
    "go": ("// ", ""),
    "java": ("// ", ""),
    "lua": ("-- ", ""),
    "sql": ("-- ", ""),
    "haskell": ("-- ", ""),
    "lisp": (";; ", ""),
    "scheme": (";; ", ""),
    "clojure": (";; ", ""),
    "markdown": ("> ", ""),
    "text": ("", ""),
}


class EditorHost(Protocol):
    """Who an editor tells, at once: by the time of the next key it is known."""

    def perform(self, name: str) -> None:
        """Do an action of the workbench."""

    def typed(self, editor: Editor) -> None:
        """The text is another."""

    def moved(self, editor: Editor) -> None:
        """The cursor, the selection or the first visible line is another."""


class Editor(TextArea):
    """The text of one buffer. What it holds is read with `source`, never with `text`."""

    DEFAULT_CSS = """
    Editor {
        border: none;
        padding: 0;
        background: $surface;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
        &:focus { border: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "edge('top')", "Start of the pad", show=False),
        Binding("ctrl+end", "edge('bottom')", "End of the pad", show=False),
        Binding("shift+tab", "outdent", "Outdent", show=False),
    ]

    def __init__(self, view: BufferView, host: EditorHost) -> None:
        self._joined: str | None = None
        self.buffer = view.id
        self.wanted_language = language_of(view)
        self.kind = view.kind
        self._host = host
        super().__init__(
            to_editor(view.text),
            tab_behavior="indent",
            read_only=not can_hold(view.text),
            show_line_numbers=True,
        )
        self.is_restored = False
        """Whether the scroll position is what it was, or was changed by a person since."""
        self._first_line = 0

    @property
    def source(self) -> str:
        """The text as the session knows it."""
        return from_editor(self.text)

    @property
    def text(self) -> str:
        """The text with stand-ins; joined once for each change, for it is asked for each line."""
        if self._joined is None:
            self._joined = self.document.text
        return self._joined

    @text.setter
    def text(self, value: str) -> None:
        self.load_text(value)

    def _build_highlight_map(self) -> None:
        self._joined = None  # every change of the text ends here
        super()._build_highlight_map()

    def restore(self, state: BufferState) -> None:
        """Put cursor, selection and scroll where they were; the last once there is a size."""
        self.selection = Selection(state.anchor or state.cursor, state.cursor)
        self._first_line = state.scroll

    def on_mount(self) -> None:
        self.repaint_syntax()
        self.app.theme_changed_signal.subscribe(self, self.repaint_syntax)
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        self.highlight()
        row = min(self._first_line, self.document.line_count - 1)
        y = self.wrapped_document.location_to_offset((row, 0)).y
        self.scroll_to(0, y, animate=False, force=True, immediate=True)
        self.is_restored = True

    def prefer(self, preferences: Preferences) -> None:
        """Take over what people prefer for all editors."""
        self.soft_wrap = preferences.wrap or self.kind == "markdown"
        self.show_line_numbers = preferences.line_numbers
        self.indent_width = max(preferences.tab_width, 1)

    def first_visible(self) -> int:
        """The first visible line of the text, wrapped or not."""
        offsets: Any = self.wrapped_document._offset_to_line_info  # noqa: SLF001 (no public way)
        at = min(int(self.scroll_offset.y), len(offsets) - 1)
        return int(offsets[at][0]) if offsets else 0

    def highlight(self) -> None:
        """Colour the syntax, where the grammar of the language is installed."""
        language = self.wanted_language
        if not language or language == self.language or len(self.text) > HIGHLIGHT_UP_TO:
            return
        from textual._tree_sitter import get_language

        if get_language(language) is None:
            return
        selection, scroll = self.selection, self.scroll_offset
        self.language = language
        self.selection = selection
        self.scroll_to(scroll.x, scroll.y, animate=False, force=True)

    def repaint_syntax(self, *_: object) -> None:
        """Take the colours of the app's theme."""
        self.register_theme(TextAreaTheme(_THEME, syntax_styles=syntax_styles(paint_of(self.app))))
        self.theme = _THEME

    def replace_source(self, text: str) -> None:
        """Show another text with the cursor kept beside what it was beside; it can be undone."""
        new = to_editor(text)
        if new == self.text:
            return
        self.read_only = not can_hold(text)
        newline = self.document.newline
        if _newline_of(new) != newline:
            self._load_keeping_place(new)
            return
        old, new = self.text.replace(newline, "\n"), new.replace(newline, "\n")
        start, old_end, new_end = _changed_part(old, new)
        top, bottom = _location(old, start), _location(old, old_end)
        rows = _moved_rows(old.split("\n"), new.split("\n"))
        place = [(rows(row), column) for row, column in self.selection]
        super().edit(Edit(new[start:new_end], top, bottom, maintain_selection_offset=True))
        self.selection = Selection(*place)

    def _load_keeping_place(self, text: str) -> None:
        selection, scroll = self.selection, self.scroll_offset
        self.load_text(text)
        self.selection = selection
        self.scroll_to(scroll.x, scroll.y, animate=False, force=True)

    def edit(self, edit: Edit) -> EditResult:
        edit.text = inserted(edit.text)
        result = super().edit(edit)
        self._host.typed(self)
        return result

    def undo(self) -> None:
        super().undo()
        self._host.typed(self)

    def redo(self) -> None:
        super().redo()
        self._host.typed(self)

    def action_copy(self) -> None:
        """Copy the selection; nothing happens where nothing is selected."""
        if self.selected_text:
            self.app.copy_to_clipboard(from_editor(self.selected_text))

    def action_cut(self) -> None:
        """Cut the selection, or the line."""
        if self.read_only:
            return
        start, end = sorted(self.selection)
        if start == end:
            start, end = (start[0], 0), min((start[0] + 1, 0), self.document.end)
        self.app.copy_to_clipboard(from_editor(self.get_text_range(start, end)))
        self.delete(start, end)

    def get_line(self, line_index: int) -> Text:
        return Text(pictured(self.document.get_line(line_index)), end="", no_wrap=True)

    def commented(self, text: str) -> str:
        """`text` as lines of comment in the language of the pad."""
        before, after = _COMMENTS.get(self.wanted_language or "", ("# ", ""))
        if self.kind == "text":
            before, after = "", ""
        return "".join(f"{before}{line}{after}\n" for line in text.split("\n"))

    def asked(self) -> tuple[str, int]:
        """What would be evaluated, the selection or else the line, and the row it ends on."""
        start, end = sorted(self.selection)
        if start == end:
            return from_editor(self.document.get_line(end[0])), end[0]
        row = end[0] - 1 if end[1] == 0 and end[0] > start[0] else end[0]
        return from_editor(self.selected_text), row

    def between(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The source between two locations; empty where they are not both there."""
        last = self.document.end
        return from_editor(self.get_text_range(start, end)) if max(start, end) <= last else ""

    def put_below(self, row: int, line: str, text: str) -> None:
        """Insert lines below the row that still reads `line`, the nearest one to `row`."""
        rows = [at for at in range(self.document.line_count) if self.line(at) == line]
        at = min(rows, key=lambda each: abs(each - row)) if rows else self.cursor_location[0]
        selection = self.selection
        if at + 1 < self.document.line_count:
            self.insert(text, (at + 1, 0), maintain_selection_offset=True)
        else:
            end = (at, len(self.document.get_line(at)))
            self.insert("\n" + text.removesuffix("\n"), end, maintain_selection_offset=True)
        if max(selection) <= (at + 1, 0):  # what stands before the new lines stays selected
            self.selection = selection

    def line(self, row: int) -> str:
        """One line of the source; empty past the end."""
        in_range = 0 <= row < self.document.line_count
        return from_editor(self.document.get_line(row)) if in_range else ""

    def action_edge(self, edge: str) -> None:
        self.move_cursor((0, 0) if edge == "top" else self.document.end)

    def action_outdent(self) -> None:
        start, end = sorted(self.selection)
        for row in range(start[0], end[0] + 1):
            line = self.document.get_line(row)
            blank = len(line) - len(line.lstrip(" "))
            width = 1 if line.startswith("\t") else min(blank, self.indent_width)
            if width:
                self.delete((row, 0), (row, width), maintain_selection_offset=True)

    def _watch_selection(self, previous_selection: Selection, selection: Selection) -> None:
        super()._watch_selection(previous_selection, selection)
        if self.is_mounted and previous_selection != selection:
            self._host.moved(self)

    def _watch_scroll_y(self) -> None:
        super()._watch_scroll_y()
        if self.is_mounted:
            self._host.moved(self)

    async def _on_key(self, event: events.Key) -> None:
        """Do all that a key does here and now, so that keys are obeyed in the order they came.

        Left to Textual, a bound key travels up to the app and back, and what is typed meanwhile
        overtakes it: F5 would evaluate a line that was not typed to its end.
        """
        doing = self._doing(event.key)
        if doing is None:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        await doing

    def _doing(self, key: str) -> Awaitable[object] | None:
        """What a key does that is not typed into the text."""
        if key in BY_KEY:
            return _at_once(self._host.perform, BY_KEY[key])
        if key == "escape":  # Textual would leave the pad
            return _at_once(self.move_cursor, self.cursor_location)
        if key == "tab" and self.selection.start != self.selection.end:
            return _at_once(self._indent)
        bindings = self._bindings.key_to_bindings.get(key, ())
        return self.run_action(bindings[0].action) if bindings else None

    def _indent(self) -> None:
        start, end = sorted(self.selection)
        last = end[0] - 1 if end[1] == 0 and end[0] > start[0] else end[0]
        for row in range(start[0], last + 1):
            if self.document.get_line(row):
                blank = "\t" if self.indent_type == "tabs" else " " * self.indent_width
                self.insert(blank, (row, 0), maintain_selection_offset=True)


async def _at_once(do: Callable[..., object], *arguments: object) -> None:
    do(*arguments)


def language_of(view: BufferView) -> str | None:
    """The language that a pad is coloured as."""
    return view.language or ("markdown" if view.kind == "markdown" else None)


def _newline_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"


def _location(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset), offset - start


def _moved_rows(old: Sequence[str], new: Sequence[str]) -> Callable[[int], int]:
    """Where a row of the old text is in the new one, or would be."""
    if len(old) + len(new) > COMPARED_LINES:
        return lambda row: row
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()

    def moved(row: int) -> int:
        for _, start, end, new_start, new_end in codes:
            if start <= row < end:
                return max(min(new_start + row - start, new_end - 1), new_start)
        return len(new) - 1

    return moved


def _changed_part(old: str, new: str) -> tuple[int, int, int]:
    """Where two texts begin to differ, and where the difference ends in each of them."""
    shortest = min(len(old), len(new))
    start = _longest(shortest, lambda length: old[:length] == new[:length])
    common = _longest(
        shortest - start,
        lambda length: old[len(old) - length :] == new[len(new) - length :],
    )
    return start, len(old) - common, len(new) - common


def _longest(limit: int, is_common: Callable[[int], bool]) -> int:
    """The greatest length up to `limit` that is common: found by halving, for texts are long."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if is_common(middle):
            low = middle
        else:
            high = middle - 1
    return low
