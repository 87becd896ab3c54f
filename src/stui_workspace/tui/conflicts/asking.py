"""Asking about what is in conflict in the workspace file; each answer is in the file at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content
from textual.message import Message

from stui_workspace.errors import UsageError
from stui_workspace.merge import Choice
from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.runtime.events import CopyFound, Event, Gone, Invalid, Reloaded
from stui_workspace.runtime.settling import OpenMerge, Standing
from stui_workspace.tui.keys import CONFLICTS, FOOTER_CONFLICTS, Action, shown_key
from stui_workspace.tui.merging.asking import Asking
from stui_workspace.tui.merging.sitting import Sitting, State
from stui_workspace.tui.themes import Paint

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_CHANGES: Final = (CopyFound, Gone, Invalid, Reloaded)
"""After these the conflicts may be others."""
_KEYS: Final = {action.name: shown_key(action.keys[0]) for action in CONFLICTS}


def ask_or_list(bench: Workbench) -> None:
    """Show the screen that asks; where there is nothing to ask, the list of merges.

    Raises:
        StuiError: The file, or what is kept of it, cannot be read.
    """
    from stui_workspace.tui.conflicts.merges import MergesScreen

    standing = bench.session.conflicts()
    merge = next(iter(asked_about(standing)), None)
    if merge is None:
        bench.app.push_screen(MergesScreen(bench))
    else:
        bench.app.push_screen(ConflictsScreen(bench, standing.file.name, merge))


def asked_about(standing: Standing) -> tuple[OpenMerge, ...]:
    """The merges in which something is left to choose, in the order in which they are asked."""
    return tuple(merge for merge in standing.merges if merge.left)


def sitting_of(merge: OpenMerge) -> Sitting:
    """A merge as it stands, at the first conflict that is open."""
    return Sitting.begun(merge.settlement, frozenset(str(one.path) for one in merge.by_hand))


class ConflictsScreen(Asking):
    ACTIONS: ClassVar[tuple[Action, ...]] = CONFLICTS
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_CONFLICTS

    class Told(Message):
        """The session told of something after which the conflicts may be others."""

    def __init__(self, bench: Workbench, name: str, merge: OpenMerge) -> None:
        super().__init__(sitting_of(merge), name)
        self._bench = bench
        self._has_settled = False
        self._end: Callable[[], None] = lambda: None
        self.doers = {
            **self.doers,
            "merges": self._merges,
            "palette": self._palette,
            "close": lambda: self.dismiss(None),
        }

    def on_mount(self) -> None:
        self._end = self._bench.session.subscribe(self._told)

    def on_unmount(self) -> None:
        self._end()

    # What becomes of an answer.

    def decided(self, choice: Choice) -> tuple[Sitting, tuple[Diagnostic, ...]]:
        before = self.sitting
        if before.state(before.current) is not State.OPEN:
            step = f"{_KEYS['undo']} takes back what was settled last"
            raise UsageError("that is settled already", step)
        after = before.decided(choice)
        done = self._bench.session.settle(str(before.current.path), choice)
        self._has_settled = True
        return self._or_next(after, done.standing), done.findings

    def _or_next(self, after: Sitting, standing: Standing) -> Sitting:
        """The merge, or the next one where nothing of it is left."""
        rest = asked_about(standing)
        if after.open or not rest:
            return after
        self.say("that merge is settled; another one waits", warning=False)
        return sitting_of(rest[0])

    def undo(self) -> None:
        done = self._bench.session.unsettle()
        merges = asked_about(done.standing)
        here = next((one for one in merges if set(done.paths) & set(one.paths)), None)
        if here is not None:
            self.show(_at(sitting_of(here), done.paths[0]))

    @property
    def can_undo(self) -> bool:
        return self._has_settled or bool(self.sitting.settlement.steps)

    def result_note(self, sitting: Sitting, paint: Paint) -> Content:
        if sitting.open:
            key, word = _KEYS["result"], " shows all of it"
        else:
            key, word = _KEYS["close"], " goes back: all of it is in the file"
        return Content.assemble((key, paint.title), (word, paint.muted))

    # What happens elsewhere.

    def _told(self, event: Event) -> None:
        if isinstance(event, _CHANGES):
            self.post_message(self.Told())

    def on_conflicts_screen_told(self) -> None:
        self.trying(self._follow)

    def _follow(self) -> None:
        """Show how the file stands now, where that is other than what is shown."""
        merges = asked_about(self._bench.session.conflicts())
        now = self.sitting
        same = [one for one in merges if one.settlement.sides == now.settlement.sides]
        if not merges:
            if now.open:  # it was settled elsewhere, or the file is another one
                paths = frozenset(str(one.path) for one in now.open)
                self.show(Sitting(now.settlement, now.conflicts, now.at, None, now.gone | paths))
            return
        found = sitting_of((same or list(merges))[0])
        if (found.settlement.steps, found.gone) != (now.settlement.steps, now.gone) or not same:
            self.show(_at(found, str(now.current.path)))

    # What else a person asks for.

    def _merges(self) -> None:
        from stui_workspace.tui.conflicts.merges import MergesScreen

        self.app.push_screen(MergesScreen(self._bench))

    def _palette(self) -> None:
        from stui_workspace.tui.screens.chooser import Choice as Row
        from stui_workspace.tui.screens.chooser import Chooser

        rows = [
            Row(one.name, one.title, hint=shown_key(one.keys[0]))
            for one in CONFLICTS
            if one.name != "palette" and (one.name != "undo" or self.can_undo)
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.action_perform(name)

        self.app.push_screen(Chooser("Commands", rows), chosen)


def _at(sitting: Sitting, path: str) -> Sitting:
    """At the conflict of that path, where it is open; else at the first open one."""
    paths = [str(one.path) for one in sitting.conflicts]
    if path not in paths:
        return sitting
    there = sitting.gone_to(paths.index(path))
    return there if there.state(there.current) is State.OPEN else sitting


def settle_rest(bench: Workbench) -> str:
    """Write what markers come to that leave nothing to choose, and what is to be said of it.

    Raises:
        StuiError: It was not written, and the file is as it was.
    """
    done = bench.session.settle_rest()
    return f"{done.standing.file.name} is written without markers"
