"""Keeping a copy of a session beside its workspace, for as long as the workspace asks for it.

The session itself is always kept in the state folder; the copy is one more, for other machines.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from stui_workspace.errors import StuiError
from stui_workspace.model.records import replace
from stui_workspace.model.session import BufferState, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.runtime.events import Notice
from stui_workspace.runtime.loading import Loaded
from stui_workspace.runtime.services import Services
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.machines import Machine, this_machine
from stui_workspace.storage.project import SESSIONS_BESIDE
from stui_workspace.storage.sessions.items import items_of

if TYPE_CHECKING:
    from stui_workspace.storage.sessions.own_copy import OwnCopy

Wanted = Callable[[], bool | None]
"""Whether a copy is wanted; None where the file that says so cannot be read."""


class Mirror:
    """Writes the copy when there is something new in it. Calls may come from several threads."""

    def __init__(self, own: Callable[[], OwnCopy], wanted: Wanted, folder: Path) -> None:
        self._make_own = own
        self._known: OwnCopy | None = None
        self._folder = folder
        self._wanted = wanted
        self._turn = Lock()
        self._copied: Mapping[str, Plain] | None = None
        """What the copy has in it, less what is no reason to write it anew."""
        self._may_be_there = True
        self._complaint: str | None = None
        self._is_closed = False

    def copy(self, state: SessionState) -> Notice | None:
        """Bring the copy up to date, and return what a person should know, once for each trouble.

        Cursors and times alone are no reason to write while the session is open: a sync tool
        would have no rest.
        """
        with self._turn:
            if self._is_closed:  # what comes now was taken before the last one
                return None
            self._is_closed = state.meta.closed
            try:
                self._bring_up_to_date(state)
            except StuiError as error:
                return self._complain(error)
            self._complaint = None
            return None

    @property
    def _own(self) -> OwnCopy:
        if self._known is None:
            self._known = self._make_own()
        return self._known

    def _bring_up_to_date(self, state: SessionState) -> None:
        wanted = self._wanted()
        if wanted:
            contents = _contents(state)
            if contents != self._copied or state.meta.closed:
                self._own.put(state)
                self._copied = contents
                self._may_be_there = True
        elif wanted is False and self._may_be_there:
            if self._known is not None or os.path.lexists(self._folder):
                self._own.withdraw()
            self._may_be_there, self._copied = False, None

    def _complain(self, error: StuiError) -> Notice | None:
        text = f"no copy for other machines: {error}"
        if text == self._complaint:
            return None
        self._complaint = text
        next_step = error.next_step or "the session is kept on this machine all the same"
        return Notice(text, next_step, warning=True)


def mirror_of(
    session: str, root: Path, folder: WorkspaceFolder, services: Services, wanted: Wanted
) -> Mirror:
    """The mirror of an open session of the project at `root`."""

    def own() -> OwnCopy:
        from stui_workspace.storage.sessions.own_copy import OwnCopy

        def machine() -> Machine:
            return this_machine(services.machine, services.locations.state, services.fs)

        return OwnCopy(root, folder, session, machine, services.fs)

    return Mirror(own, wanted, root / SESSIONS_BESIDE)


def copy_wanted(loaded: Loaded, is_agreed: Callable[[], bool]) -> bool | None:
    """Whether copies of the sessions of a workspace belong beside it; None where nobody says so.

    The user's own files decide. What the workspace file says is a wish, which counts once a person
    agreed to it: a file from elsewhere does not decide where this machine keeps what was typed.

    Args:
        loaded: The workspace as it is now.
        is_agreed: Whether a person did, asked only where it matters.
    """
    if loaded.document is None:
        return None
    if loaded.workspace.session_store != "beside":
        return False
    return True if loaded.own_store == "beside" or is_agreed() else None


def unanswered_wish(loaded: Loaded, *, wanted: bool | None) -> Notice | None:
    """What to say where the file wishes for copies and nobody agreed; None elsewhere."""
    if loaded.document is None or wanted is not None:
        return None
    return Notice(
        "the workspace file asks for copies of your sessions beside it; none is kept so far",
        "`stui trust` asks you; `session: {store: local}` in your overlay says no for good",
    )


def _contents(state: SessionState) -> Mapping[str, Plain]:
    """What is worth telling other machines as soon as it changes."""
    still = {
        name: replace(buffer, cursor=(0, 0), anchor=None, scroll=0)
        for name, buffer in state.buffers.items()
    }
    changed = {name: buffer for name, buffer in still.items() if buffer != BufferState()}
    layout = replace(state.layout, focus=None, active={}, zoomed=None)
    contents = items_of(replace(state, buffers=changed, layout=layout))
    del contents["meta"]
    return contents
