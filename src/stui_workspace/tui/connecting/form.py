"""The form for a new connection: checked while it is typed, tried before it is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import ClassVar, Final, Protocol

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.runtime.connecting.approvals import Review
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.storage.project import OVERLAY_NAME
from stui_workspace.trust import Claim
from stui_workspace.tui.connecting.drafts import (
    ADDRESS,
    FIELDS,
    LABELS,
    Draft,
    Judgement,
    ReadAddress,
    judged,
)
from stui_workspace.tui.connecting.fields import FormRow, Options, text_row
from stui_workspace.tui.connecting.trying import trial_words
from stui_workspace.tui.connecting.words import kind_and_address, span
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.ports import Trial
from stui_workspace.tui.screens.card import Card
from stui_workspace.tui.screens.consenting import Asked, Consent
from stui_workspace.tui.themes import paint_of

PLACES: Final = {
    "session": "this session",
    "overlay": "my overlay",
    "workspace": "the workspace file",
}
"""Where a connection can be kept."""

_WAYS: Final = {way: way for way in FIELDS}
_GUARDS: Final = {guard.value: guard.value for guard in Guard}
_TYPED: Final = tuple(dict.fromkeys(name for names in FIELDS.values() for name in names))


class Keeper(Protocol):
    """What the form needs of a session."""

    def connections(self) -> tuple[ConnectionView, ...]: ...
    async def try_connection(self, spec: ConnectionSpec, /) -> Trial: ...
    def grant(self, claim: Claim, /) -> None: ...
    def save_connection(self, spec: ConnectionSpec, where: str, /) -> str: ...


class NewConnection(Card[None]):
    """Lets a person describe a connection, try it, and keep it. Escape keeps nothing."""

    TITLE_TEXT = "New connection"
    DEFAULT_CSS = """
    NewConnection {
        & #row-way, & #row-guard, & #row-place { margin-top: 0; }
        & #row-way { margin-bottom: 1; }
        & #row-place { margin-bottom: 1; }
        & #said { min-height: 1; }
        & #trial { display: none; }
        & #trial.-there { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "try", "Test", show=False, priority=True),
        Binding("ctrl+s", "keep", "Save", show=False, priority=True),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Before", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("tab", "next"),
        ("enter", "test"),
        ("ctrl+s", "save"),
        ("escape", "keep nothing"),
    )

    def __init__(
        self, session: Keeper, read: ReadAddress, saved: Callable[[str, str], object]
    ) -> None:
        """A form over a session.

        Args:
            session: What tries and keeps the connection.
            read: Reads an address.
            saved: Told the name of what was kept, and where.
        """
        super().__init__()
        self._session = session
        self._read = read
        self._saved = saved
        self._judgement = Judgement()
        self._tried: ConnectionSpec | None = None
        self._began = 0.0

    def body(self) -> Iterable[Widget]:
        yield FormRow("way", "By", Options(_WAYS))
        for name in _TYPED:
            yield text_row(name, *LABELS[name])
        yield text_row("name", *LABELS["name"])
        yield FormRow("guard", "Guard", Options(_GUARDS))
        yield FormRow("place", "Save to", Options(PLACES))
        yield Static(id="said")
        yield Static(id="trial")

    def on_mount(self) -> None:
        self.set_interval(1.0, self._count)
        self._fit()
        self._input(ADDRESS).focus()

    # What was typed.

    @property
    def draft(self) -> Draft:
        """What was typed and chosen so far."""
        values = {name: self._input(name).value for name in _TYPED}
        guard = Guard(self._options("guard").chosen)
        return Draft(self._options("way").chosen, values, self._input("name").value, guard)

    def on_input_changed(self) -> None:
        self._judge()

    def on_options_changed(self) -> None:
        self._fit()

    def on_input_submitted(self) -> None:
        self.action_try()

    def _fit(self) -> None:
        """Show the fields of the way that was chosen."""
        way = self._options("way").chosen
        for name in _TYPED:
            self.query_one(f"#row-{name}").display = name in FIELDS[way]
        self._judge()

    def _judge(self) -> None:
        draft = self.draft
        taken = {view.name for view in self._session.connections()}
        before, self._judgement = self._judgement, judged(draft, self._read, taken)
        spec = self._judgement.spec
        self._input("name").placeholder = spec.name if spec else ""
        for row in self.query(FormRow):
            row.accuse(wrong=row.key in self._judgement.problems)
        self._say_judgement()
        if self._judgement.spec != before.spec and self._tried is not None:
            self._tried = None
            self.query_one("#trial").remove_class("-there")

    def _say_judgement(self) -> None:
        paint, judgement = paint_of(self.app), self._judgement
        if judgement.problems:
            name, problem = next(iter(judgement.problems.items()))
            said = [
                ("✗ ", paint.bad),
                (f"{LABELS[name].name}: ", paint.strong),
                (printable_line(problem, 300), paint.text),
            ]
        elif judgement.spec is None:
            said = [("○ ", paint.faint), (judgement.missing, paint.muted)]
        else:
            said = [("✓ ", paint.good), (kind_and_address(judgement.spec), paint.muted)]
        self.query_one("#said", Static).update(Content.assemble(*said))

    # Trying.

    def action_try(self) -> None:
        """Try it as it is described now; what was typed stays, whatever comes of it."""
        spec = self._judgement.spec
        if spec is None:
            self._show_problem()
            return
        self._tried, self._began = spec, time.monotonic()
        self._count()
        self.run_worker(self._try(spec), group="trial", exclusive=True)

    async def _try(self, spec: ConnectionSpec) -> None:
        try:
            trial = await self._session.try_connection(spec)
            if trial.claim is not None and await self._approved(trial.claim):
                trial = await self._session.try_connection(spec)
        except StuiError as error:
            self._began = 0.0
            self._show_error(error)
            return
        self._began = 0.0
        if self._tried == spec:
            paint = paint_of(self.app)
            self._show_trial(Content.assemble(*trial_words(trial, paint)))

    async def _approved(self, claim: Claim) -> bool:
        card = Consent(Asked(Review(claim), is_typed_here=True), time.monotonic)
        if not await self.app.push_screen_wait(card):
            return False
        self._session.grant(claim)
        return True

    def _count(self) -> None:
        """Say how long it has been tried."""
        if self._began and self._tried is not None:
            paint = paint_of(self.app)
            seconds = time.monotonic() - self._began
            shown = f"trying… {span(seconds) if seconds >= 1 else ''}"
            self._show_trial(Content.assemble(("◌ ", paint.accent), (shown, paint.muted)))

    def _show_trial(self, content: Content) -> None:
        trial = self.query_one("#trial", Static)
        trial.update(content.rstrip())
        trial.add_class("-there")

    def _show_error(self, error: StuiError) -> None:
        paint = paint_of(self.app)
        pieces = [("✗ ", paint.bad), (printable_line(str(error), 300), paint.text)]
        if error.next_step:
            pieces += [("\n  → ", paint.accent), (printable_line(error.next_step), paint.muted)]
        self._show_trial(Content.assemble(*pieces))

    def _show_problem(self) -> None:
        """Go to what is wrong, or missing."""
        wrong = next(iter(self._judgement.problems), FIELDS[self.draft.way][0])
        self._input(wrong).focus()

    # Keeping.

    def action_keep(self) -> None:
        """Keep it where it was chosen to be kept, tried or not."""
        spec, place = self._judgement.spec, self._options("place").chosen
        if spec is None:
            self._show_problem()
            return
        try:
            name = self._session.save_connection(spec, place)
        except StuiError as error:
            self._show_error(error)
            return
        self.dismiss(None)
        self._saved(name, place)

    def _input(self, name: str) -> Input:
        return self.query_one(f"#row-{name}").query_one(Input)

    def _options(self, name: str) -> Options:
        return self.query_one(f"#row-{name}").query_one(Options)


def kept_words(name: str, where: str) -> str:
    """Where a connection was written, and how it is taken out again."""
    step = f"{key_of('palette')} and `forget` take it out again"
    if where != "session":
        file = f" --file {OVERLAY_NAME}" if where == "overlay" else ""
        step = f"`stui unset connections.{name}{file}` takes it out again"
    return f"{name} is kept in {PLACES[where]}\n→ {step}"
