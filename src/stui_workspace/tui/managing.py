"""What a person does about the session itself: each opens a screen of its own.

A screen is loaded when it is first asked for; the workbench starts without any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


class Managing:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "sessions": self.sessions,
            "timeline": self.timeline,
            "conflicts": self.conflicts,
            "search-history": self.search_history,
            "promote": self.promote,
            "freeze": self.freeze,
            "settings": self.settings,
            "doctor": self.doctor,
            "notices": self.notices,
        }

    def sessions(self) -> None:
        """The sessions of this project, and of others."""
        from stui_workspace.tui.sessions import show_sessions

        show_sessions(self._bench)

    def timeline(self) -> None:
        """The snapshots of this session, and going back to one."""
        from stui_workspace.tui.timeline import show_timeline

        show_timeline(self._bench)

    def conflicts(self) -> None:
        """What merges left to be settled, and what they did by themselves."""
        from stui_workspace.tui.conflicts import show_conflicts

        show_conflicts(self._bench)

    def search_history(self) -> None:
        """Everything evaluated before, by a few letters of it."""
        from stui_workspace.tui.searching import show_history

        show_history(self._bench)

    def promote(self) -> None:
        """What of the session may become the workspace file's."""
        from stui_workspace.tui.promoting import show_promoting

        show_promoting(self._bench)

    def freeze(self) -> None:
        """The session as a workspace file of its own."""
        from stui_workspace.tui.promoting import ask_freezing

        ask_freezing(self._bench)

    def settings(self) -> None:
        """Every setting, and where its value is from."""
        from stui_workspace.tui.settings import show_settings

        show_settings(self._bench)

    def doctor(self) -> None:
        """What is wrong around the workspace, and what to do."""
        from stui_workspace.tui.doctor import show_doctor

        show_doctor(self._bench)

    def notices(self) -> None:
        """What was said at the edge of the screen, with its next steps."""
        from stui_workspace.tui.notices import show_notices

        show_notices(self._bench)
