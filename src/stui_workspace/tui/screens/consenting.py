"""The card that asks for consent: what a connection would run, reach, reveal; old against new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable, printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.connecting.approvals import Review
from stui_workspace.trust import Capability, Changed
from stui_workspace.tui.keys import shown_key
from stui_workspace.tui.screens.card import Careful
from stui_workspace.tui.themes import Paint, paint_of

Pieces = Iterator[tuple[str, Style]]

_HEADINGS: Final = {
    Capability.EXEC: "Runs",
    Capability.CONNECT: "Reaches",
    Capability.SECRET: "Reveals",
}
_FROM_A_FILE: Final = "The workspace file comes from whoever wrote it. On this machine, "
_TYPED_HERE: Final = "Nothing is reached or started before you approve it. On this machine, "
_LINES_OF_SNIPPET: Final = 6
_VALUE: Final = 160
_AROUND_ROWS: Final = 4
"""Border, padding and the line of keys."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the card is about."""

    review: Review
    is_typed_here: bool = False
    """Whether it is no file's, but what the person typed."""


class Consent(Careful):
    """Shows what a connection would do, and gives whether a person approves. The default is no.

    Where there is more than fits, a yes counts only once all of it was on the screen.
    """

    DEFAULT_CSS = """
    Consent {
        & #what { height: 1fr; background: $surface; scrollbar-size-vertical: 1; }
        & #changed { border-left: outer $warning; padding-left: 1; }
        & > #card { height: 92%; border: heavy $warning; border-title-color: $warning; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "agree", "Approve", show=False),
        Binding("n,enter", "refuse", "Do not approve", show=False),
        Binding("down,pagedown,space", "show_more", "More", show=False),
        Binding("up,pageup", "show_less", "Less", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "do not approve"), ("a", "approve"))

    def __init__(self, asked: Asked, now: Callable[[], float]) -> None:
        """A card; `now` is a clock in seconds, of any start."""
        super().__init__(now)
        self._asked = asked
        name = printable_line(asked.review.claim.connection, 40)
        what = "changed" if asked.review.changed else "needs your approval"
        self.TITLE_TEXT = f"Connection {name} {what}"  # type: ignore[misc]  # of this card alone
        self._is_all_seen = False
        self._is_fitted = False

    def body(self) -> Iterable[Widget]:
        yield VerticalScroll(*self._parts(), id="what", can_focus=False)

    def _parts(self) -> Iterator[Static]:
        paint, review = paint_of(self.app), self._asked.review
        yield Static(Content.assemble(*_opening(self._asked, paint)))
        if review.claim.refusals:
            yield Static(Content.assemble(*_refused(review.claim.refusals, paint)))
        if review.changed:
            words = Content.assemble(*_changes(review, paint))
            yield Static(words, id="changed")
        yield Static(Content.assemble(*_powers(review, paint)))
        snippets = list(_snippets(review, paint))
        if snippets:
            yield Static(Content.assemble(*snippets))
        if not review.claim.refusals:
            last = "Approve it only if you expect this. If any of it changes, you are asked again."
            yield Static(Content.assemble((last, paint.muted)))

    def on_mount(self) -> None:
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Make the card as high as what it says, if the screen is."""
        what = self.query_one("#what", VerticalScroll)
        wanted = max(one.virtual_region_with_margin.bottom for one in what.children)
        room = int(self.size.height * 0.94)
        self.query_one("#card").styles.height = min(wanted + _AROUND_ROWS, room)
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        """Note whether the end of it is on the screen, and say so where it is not."""
        what = self.query_one("#what", VerticalScroll)
        self._is_fitted = True
        self._is_all_seen = self._is_all_seen or what.scroll_target_y >= what.max_scroll_y
        self.query_one("#keys", Static).update(self.key_words())

    def key_words(self) -> Content:
        paint = paint_of(self.app)
        if self._asked.review.claim.refusals:
            return Content.assemble((shown_key("enter"), paint.title), (" close", paint.muted))
        if self._is_all_seen:
            return super().key_words()
        if not self._is_fitted:
            return Content.assemble(
                (shown_key("enter"), paint.title), (" do not approve", paint.muted)
            )
        more = [(shown_key("space"), paint.title), (" there is more   ", paint.warn)]
        return Content.assemble(
            *more, (shown_key("enter"), paint.title), (" do not approve", paint.muted)
        )

    def action_show_more(self) -> None:
        self.query_one("#what", VerticalScroll).scroll_page_down(animate=False)
        self.call_after_refresh(self._look)

    def action_show_less(self) -> None:
        self.query_one("#what", VerticalScroll).scroll_page_up(animate=False)

    def action_agree(self) -> None:
        if not self._is_all_seen:
            self.action_show_more()
        elif not self._asked.review.claim.refusals:
            super().action_agree()


def _opening(asked: Asked, paint: Paint) -> Pieces:
    review = asked.review
    yield _TYPED_HERE if asked.is_typed_here else _FROM_A_FILE, paint.text
    yield printable_line(review.claim.connection, 40), paint.strong
    yield " would be allowed to do this:", paint.text


def _refused(refusals: Sequence[str], paint: Paint) -> Pieces:
    yield "It cannot be approved:", paint.bad
    for one in refusals:
        yield f"\n  ✗ {printable_line(one)}", paint.text


def _powers(review: Review, paint: Paint) -> Pieces:
    """What it would do, in three parts; only those that there is something in."""
    lead = ""
    for capability, heading in _HEADINGS.items():
        texts = [one.text for one in review.claim.powers if one.capability is capability]
        if texts:
            yield f"{lead}{heading}", paint.title
            lead = "\n"
        for text in texts:
            yield f"\n  ▸ {printable_line(text, 400)}", paint.text


def _changes(review: Review, paint: Paint) -> Pieces:
    """Old against new, each in a line of its own."""
    when = ""
    if review.approved_at is not None:
        when = f" on {moment_text(review.approved_at, '%Y-%m-%d at %H:%M')}"
    yield f"Other than what you approved{when}:", paint.warn + paint.strong
    for one in review.changed:
        yield from _change(one, paint)
    if review.runs_on:
        yield "\nIt goes on as you approved it until you approve this.", paint.muted


def _change(one: Changed, paint: Paint) -> Pieces:
    if one.is_hidden or (one.old is None and one.new is None):
        yield f"\n  △ {printable_line(one.text, _VALUE)}", paint.text
        return
    yield f"\n  {one.path}", paint.strong
    if one.old is not None:
        yield f"\n    - {printable_line(one.old, _VALUE)}", paint.muted
    if one.new is not None:
        yield f"\n    + {printable_line(one.new, _VALUE)}", paint.warn


def _snippets(review: Review, paint: Paint) -> Pieces:
    """What would be evaluated when it starts, as far as there is room for it."""
    lead = ""
    for name, text in review.claim.sources.items():
        yield f"{lead}Snippet {printable_line(name, 40)}", paint.title
        lead = "\n"
        if text is None:
            yield "\n  there is none of that name", paint.muted
            continue
        lines = printable(text.strip("\n")).expandtabs(4).split("\n")
        for line in lines[:_LINES_OF_SNIPPET]:
            yield f"\n  │ {line[:_VALUE]}", paint.code
        more = len(lines) - _LINES_OF_SNIPPET
        if more > 0:
            yield (
                f"\n  and {more} more line{'' if more == 1 else 's'}: `stui trust show`",
                paint.muted,
            )
