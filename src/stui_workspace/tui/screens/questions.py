"""The cards that ask: for a name, for a consent, and how to go on after crashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.request import Start
from stui_workspace.tui.ports import Crashes
from stui_workspace.tui.screens.card import Card, Careful
from stui_workspace.tui.themes import paint_of

_FROM_A_FILE: Final = "The workspace file came from whoever wrote it. On this machine, connection "
_TYPED_HERE: Final = (
    "Nothing is reached or started before you approve it. On this machine, connection "
)


class Prompt(Card[str]):
    """Gives the line that was typed; None where none was."""

    DEFAULT_CSS = """
    Prompt Input { border: tall $border-blurred; margin-bottom: 1; background: $surface; }
    Prompt Input:focus { border: tall $border; }
    """
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "take"), ("escape", "close"))

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self.TITLE_TEXT = title  # type: ignore[misc]  # one class for many prompts
        self._value = printable_line(value)

    def body(self) -> Iterable[Widget]:
        return (Input(self._value),)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class Consent(Careful):
    """Lists what a connection would do, and gives whether a person approves. The default is no."""

    TITLE_TEXT = "This connection needs your approval"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "agree", "Approve", show=False),
        Binding("n,enter", "refuse", "Do not approve", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "do not approve"), ("a", "approve"))

    def __init__(
        self,
        name: str,
        powers: Sequence[str],
        now: Callable[[], float],
        *,
        is_typed_here: bool = False,
    ) -> None:
        """A card about a connection.

        Args:
            name: Of the connection.
            powers: What it would do, each as one clause.
            now: A clock in seconds, of any start.
            is_typed_here: Whether it is no file's, but what the person typed.
        """
        super().__init__(now)
        self._is_typed_here = is_typed_here
        self._connection = name
        self._powers = powers

    def body(self) -> Iterable[Widget]:
        paint = paint_of(self.app)
        lines = [
            (_TYPED_HERE if self._is_typed_here else _FROM_A_FILE, paint.text),
            (printable_line(self._connection, 40), paint.strong),
            (" would be allowed to do this:", paint.text),
        ]
        powers = [
            (f"{'' if at == 0 else chr(10)}  ▸ {printable_line(power)}", paint.warn)
            for at, power in enumerate(self._powers)
        ]
        last = "Approve it only if you expect this. If any of it changes, you are asked again."
        yield Static(Content.assemble(*lines))
        yield Static(Content.assemble(*powers))
        yield Static(Content.assemble((last, paint.muted)))


class AfterCrashes(Card[Start]):
    """Asks how to go on after crashes in a row, and gives the way that was chosen."""

    TITLE_TEXT = "The last starts did not go well"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "choose('continue')", "Continue", show=False),
        Binding("s,enter", "choose('safe')", "Safe", show=False),
        Binding("f", "choose('fresh')", "Fresh", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("c", "continue"),
        ("s", "safe"),
        ("f", "fresh"),
        ("escape", "quit"),
    )

    def __init__(self, question: Crashes) -> None:
        super().__init__()
        self._question = question

    def body(self) -> Iterable[Widget]:
        paint = paint_of(self.app)
        question = self._question
        saved = datetime.fromtimestamp(question.saved).astimezone().strftime("%Y-%m-%d %H:%M")
        yield Static(
            Content.assemble(
                ("Session ", paint.text),
                (printable_line(question.session, 40), paint.strong),
                (f" ended badly {question.crash_count} times in a row. ", paint.text),
                (f"What it holds is safe, as saved at {saved}.", paint.text),
            )
        )
        yield Static(
            Content.assemble(
                ("Continue  ", paint.strong),
                ("try it once more\n", paint.muted),
                ("Safe      ", paint.strong),
                ("open the workspace without the session and its connections\n", paint.muted),
                ("Fresh     ", paint.strong),
                ("start a new session; the old one can be opened later", paint.muted),
            )
        )

    def action_choose(self, start: str) -> None:
        self.dismiss(Start(start))
