"""The cards of the screen: a question, a value to write, the whole result, the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static, TextArea
from textual.widgets.text_area import Edit, EditResult, TextAreaTheme

from stui_workspace.model.printable import printable_line
from stui_workspace.tui.glyphs import from_editor, inserted, pictured, to_editor
from stui_workspace.tui.keys import Action, shown_key
from stui_workspace.tui.screens.card import Card, Sheet
from stui_workspace.tui.scrollback import Row, Scrollback
from stui_workspace.tui.themes import paint_of, syntax_styles

_THEME: Final = "stui"
_ACCEPT: Final = "ctrl+s"
_FEWEST_LINES: Final = 3
_MOST_LINES: Final = 12


class Sure(Card[bool]):
    """Asks a question that one key answers; anything else is a no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes", show=False),
        Binding("n", "dismiss(False)", "No", show=False),
    ]

    def __init__(self, title: str, question: str, yes: str) -> None:
        """A question with the word for what `y` does. All texts are shown as they stand."""
        super().__init__()
        self.TITLE_TEXT = title  # type: ignore[misc]  # one class for many questions
        self.KEYS = (("y", yes), ("n", "no"))  # type: ignore[misc]
        self._question = question

    def body(self) -> Iterable[Widget]:
        return (Static(Content(self._question)),)


class ValueArea(TextArea):
    """A small editor; what a terminal would obey is shown as a picture in it."""

    DEFAULT_CSS = """
    ValueArea {
        border: round $border-blurred; padding: 0 1; background: $surface; margin-bottom: 1;
        &:focus { border: round $border-blurred; }
    }
    """

    class Accepted(Message):
        def __init__(self, source: str) -> None:
            super().__init__()
            self.source = source

    def __init__(self, text: str, language: str | None) -> None:
        super().__init__(to_editor(text), tab_behavior="focus", soft_wrap=True)
        self._wanted_language = language

    @property
    def source(self) -> str:
        """The text as it was typed."""
        return from_editor(self.text)

    def on_mount(self) -> None:
        styles = syntax_styles(paint_of(self.app))
        self.register_theme(TextAreaTheme(_THEME, syntax_styles=styles))
        self.theme = _THEME
        if self._wanted_language is not None:
            self._colour(self._wanted_language)
        self.move_cursor(self.document.end)
        self.fit()

    def edit(self, edit: Edit) -> EditResult:
        edit.text = inserted(edit.text)
        result = super().edit(edit)
        self.fit()
        return result

    async def _on_key(self, event: events.Key) -> None:
        """Take the text only after all that was typed before it: a binding would come too early."""
        if event.key == _ACCEPT:
            event.stop()
            event.prevent_default()
            self.post_message(self.Accepted(self.source))
            return
        await super()._on_key(event)

    def get_line(self, line_index: int) -> Text:
        return Text(pictured(self.document.get_line(line_index)), end="", no_wrap=True)

    def fit(self) -> None:
        """Be as high as the text, within bounds."""
        lines = min(max(self.document.line_count, _FEWEST_LINES), _MOST_LINES)
        self.styles.height = lines + 2

    def _colour(self, language: str) -> None:
        from textual._tree_sitter import get_language

        if get_language(language) is not None:
            self.language = language


class Writing(Card[bool]):
    """A value to write; gives whether it was taken."""

    DEFAULT_CSS = """
    Writing #refusal { display: none; }
    Writing.-refused #refusal { display: block; }
    """
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = ((_ACCEPT, "take it"), ("escape", "leave it"))

    def __init__(
        self, title: str, text: str, take: Callable[[str], str | None], *, is_yaml: bool
    ) -> None:
        """A card that begins with `text`.

        Args:
            title: Where it is to stand; shown as it is.
            text: What to go on from.
            take: Takes what was written, or gives a sentence that says why not.
            is_yaml: Whether it is a value, and no comment.
        """
        super().__init__()
        self.TITLE_TEXT = title  # type: ignore[misc]  # one class for many places
        self._text = text
        self._take = take
        self._is_yaml = is_yaml

    def body(self) -> Iterable[Widget]:
        paint = paint_of(self.app)
        kind = "The value, as YAML" if self._is_yaml else "The comment; a # comes before each line"
        yield Static(Content.assemble((kind, paint.muted)))
        yield ValueArea(self._text, "yaml" if self._is_yaml else None)
        yield Static(id="refusal")

    def on_mount(self) -> None:
        self.query_one(ValueArea).focus()

    def on_value_area_accepted(self, message: ValueArea.Accepted) -> None:
        refusal = self._take(message.source)
        if refusal is None:
            self.dismiss(True)
            return
        paint = paint_of(self.app)
        text = Content.assemble(("✗ ", paint.bad), (printable_line(refusal, 400), paint.text))
        self.query_one("#refusal", Static).update(text)
        self.add_class("-refused")

    def action_put_away(self) -> None:
        self.dismiss(False)


class WholeResult(Sheet):
    """All of the result, at the place that is looked at."""

    TITLE_TEXT: ClassVar[str] = "Result"
    DEFAULT_CSS = "WholeResult > #card { width: 120; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,tab,q", "put_away", "Close", show=False, priority=True)
    ]

    def __init__(self, title: str, rows: Iterable[Row], first: int) -> None:
        """The rows, of which number `first` is to be seen."""
        super().__init__(rows)
        self.TITLE_TEXT = title  # type: ignore[misc]  # it says how many are open
        self._first = first

    def on_mount(self) -> None:
        # the sheet scrolls home after its first refresh, so this comes after that
        self.call_after_refresh(self.call_after_refresh, self._show_first)

    def _show_first(self) -> None:
        scrollback = self.query_one(Scrollback)
        scrollback.scroll_to(y=max(self._first - 3, 0), animate=False, force=True, immediate=True)


class MergingHelp(Sheet):
    TITLE_TEXT: ClassVar[str] = "Keys"

    def __init__(self, actions: Iterable[Action]) -> None:
        super().__init__(_key_rows(actions))


def _key_rows(actions: Iterable[Action]) -> Iterable[Row]:
    for action in actions:
        keys = "  ".join(shown_key(key) for key in action.keys)
        yield Row(((f"  {keys:<12}", "accent"), (action.title, "text")), hang=14)
    yield Row((("", "text"),))
    yield Row(
        (("  ?  is open: ", "text"), ("the result has ours there, or what was edited", "muted"))
    )
    yield Row((("  ✓  is settled: ", "text"), ("the word beside it says how", "muted")))
    yield Row((("  ▎  ", "text"), ("a line that the side has changed", "muted")))
