"""What is chosen from a list: commands, panels, layouts, snippets; and the pages to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from stui_workspace.layout import PANELS, variant_names
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.keys import ACTIONS, key_of, shown_key
from stui_workspace.tui.panels.listing import Connections, History, Listing, Snippets
from stui_workspace.tui.themes import DARK, LIGHT, other_of

if TYPE_CHECKING:
    from stui_workspace.tui.screens.chooser import Choice
    from stui_workspace.tui.workbench import Workbench


class Choosing:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "palette": self.palette,
            "go-to": self.go_to,
            "choose-layout": self.layout,
            "choose-theme": self.theme,
            "toggle-theme": self.toggle_theme,
            "toggle-wrap": lambda: self._toggle("wrap"),
            "toggle-line-numbers": lambda: self._toggle("line_numbers"),
            "insert-snippet": self.snippet,
            "clear-transcript": self.clear,
            "receipt": self.receipt,
            "problems": self.problems,
            "help": self.help,
            "save-session": self.save_session,
            "quit": self.quit,
        }

    def choose(self, title: str, choices: Iterable[Choice], then: Callable[[str], object]) -> None:
        """Ask at once, before the next key, and go on with what is chosen."""
        from stui_workspace.tui.screens.chooser import Chooser

        def chosen(key: str | None) -> None:
            if key is not None:
                self._bench.trying(then, key)

        self._bench.app.push_screen(Chooser(title, choices), chosen)

    def palette(self) -> None:
        """Everything by name: the actions, and what the workspace has."""
        from stui_workspace.tui.screens.chooser import Choice

        actions = [
            Choice(action.name, action.title, action.group, _keys(action.keys))
            for action in ACTIONS
            if action.name != "palette"
        ]
        self.choose("Commands", actions, self._bench.perform)

    def go_to(self) -> None:
        """Any pad or panel, on the screen or not."""
        from stui_workspace.tui.screens.chooser import Choice

        bench = self._bench
        on_screen = set(bench.board.shown())
        pads = [
            Choice(view.id, view.title, "pad", _where(view.id, on_screen))
            for view in bench.session.buffers()
        ]
        panels = [
            Choice(name, name.capitalize(), "panel", _where(name, on_screen)) for name in PANELS
        ]
        self.choose("Go to", [*pads, *panels], bench.arranging.show)

    async def connection(self, views: Sequence[ConnectionView]) -> str | None:
        """One of the connections."""
        from stui_workspace.tui.screens.chooser import Choice, Chooser

        choices = [Choice(view.name, view.name, view.spec.kind, view.state) for view in views]
        return await self._bench.app.push_screen_wait(Chooser("Evaluate this pad on", choices))

    def layout(self) -> None:
        """One of the layouts of the file."""
        from stui_workspace.tui.screens.chooser import Choice

        bench = self._bench
        names = variant_names(bench.session.workspace.layout)
        if not names:
            bench.say("The file has no layouts; the built-in one is shown.")
            return
        shown = bench.variant.name
        choices = [Choice(name, name, hint="shown" if name == shown else "") for name in names]
        self.choose("Layout", choices, self._use_layout)

    def _use_layout(self, name: str) -> None:
        self._bench.session.choose_layout(name)
        self._bench.show_arrangement()
        self._bench.find_current()

    def theme(self) -> None:
        """One of the themes, ours first."""
        from stui_workspace.tui.screens.chooser import Choice

        app = self._bench.app
        names = sorted(app.available_themes, key=lambda name: (name not in (DARK, LIGHT), name))
        choices = [Choice(name, name, hint="in use" if name == app.theme else "") for name in names]
        self.choose("Theme", choices, self._bench.following.use_theme)

    def toggle_theme(self) -> None:
        """Our dark theme or our light one."""
        app = self._bench.app
        self._bench.following.use_theme(other_of(app.theme, is_dark=app.current_theme.dark))

    def _toggle(self, key: str) -> None:
        session = self._bench.session
        session.prefer(key, not getattr(session.preferences, key))
        self._bench.following.prefer()

    def snippet(self) -> None:
        """One of the workspace's snippets, put into the pad in use."""
        from stui_workspace.tui.screens.chooser import Choice

        bench = self._bench
        snippets = {snippet.id: snippet for snippet in bench.session.snippets()}
        if not snippets:
            bench.say("The workspace has no snippets.")
            return
        choices = [
            Choice(one.id, one.title or one.id, one.connection or "") for one in snippets.values()
        ]
        self.choose(
            "Insert a snippet", choices, lambda name: bench.pads.insert(snippets[name].source)
        )

    def clear(self) -> None:
        """Forget what was shown; the history keeps the inputs."""
        self._bench.session.clear_transcript()
        self._bench.following.wipe()
        step = (
            f"{key_of('search-history')} finds what was evaluated; {key_of('timeline')} goes back"
        )
        self._bench.say(f"cleared the transcript and the results\n→ {step}")

    def receipt(self) -> None:
        """What was restored."""
        from stui_workspace.tui.receipt import show_receipt

        show_receipt(self._bench)

    def problems(self) -> None:
        """All that is wrong in the file."""
        from stui_workspace.tui.findings import finding_rows
        from stui_workspace.tui.screens.pages import ProblemsScreen

        session = self._bench.session
        rows = list(finding_rows(session.problems, session.project.root))
        if not rows:
            self._bench.say("Nothing is wrong in the file.")
            return
        self._bench.app.push_screen(ProblemsScreen(rows))

    def help(self) -> None:
        """All keys."""
        from stui_workspace.tui.screens.pages import HelpScreen, help_rows

        self._bench.app.push_screen(HelpScreen(help_rows()))

    def save_session(self) -> None:
        """Write the session now."""
        if self._bench.session.save_as_it_is():
            self._bench.say("saved the session")
        else:
            step = f"{key_of('palette')} and `doctor` say what is wrong; what is typed stays here"
            self._bench.say(f"the session could not be saved\n→ {step}", warning=True)
        self._bench.show_status()

    async def quit(self) -> None:
        """End the session well, and the program."""
        await self._bench.app.run_action("app.leave")

    def marked_connection(self) -> str | None:
        """The connection that is marked in its panel, while that has the keyboard."""
        focused = self._bench.focused
        return focused.marked if isinstance(focused, Connections) else None

    def from_list(self, listing: Listing, what: str, key: str) -> None:
        """Do what was asked about one row of a list."""
        bench = self._bench
        match listing, what:
            case Connections(), _:
                bench.connecting.asked(what, key)
            case History(), "choose":
                bench.pads.insert(key)
            case Snippets(), "choose":
                found = [one.source for one in bench.session.snippets() if one.id == key]
                if found:
                    bench.pads.insert(found[0])


def _keys(keys: Sequence[str]) -> str:
    return "  ".join(shown_key(key) for key in keys[:1])


def _where(name: str, on_screen: set[str]) -> str:
    return "" if name in on_screen else "not shown"
