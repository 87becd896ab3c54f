"""The words on frames, banner and messages: made of what the session says, safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from stui_workspace.layout import PANELS
from stui_workspace.model.paths import format_key_path
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.events import Change
from stui_workspace.runtime.views import BufferView, ConnectionView
from stui_workspace.tui.connecting.words import (
    guard_of,
    guarded_name,
    last_trip,
    state_detail,
)
from stui_workspace.tui.findings import counted, first_finding
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.status import Status, saved_words
from stui_workspace.tui.tabs import Tab
from stui_workspace.tui.themes import Paint

_PANEL_TITLES: Final = {name: name.capitalize() for name in PANELS}
_CHANGES_NAMED: Final = 3
_CONFLICT_MARKERS: Final = "Y119"


def tab_of(name: str, view: BufferView | None, spec: ConnectionSpec | None = None) -> Tab:
    """The tab of a panel, or of a pad with a sign of how it stands to its file.

    Args:
        name: Of the pad or panel.
        view: The pad; None for a panel.
        spec: The connection that the pad is evaluated on, for its guard.
    """
    if view is None:
        return Tab(name, _PANEL_TITLES.get(name) or printable_line(name, 30))
    mark = "!" if view.problem else "△" if view.outdated else "●" if view.modified else ""
    guard = guard_of(spec) if spec else None
    return Tab(name, printable_line(view.title, 30), mark, guard.text if guard else "")


def note_of(
    view: BufferView | None, paint: Paint, spec: ConnectionSpec | None = None
) -> Content | None:
    """What stands on the lower line of a pad's frame: its language and its connection."""
    if view is None:
        return None
    if view.problem:
        return Content.assemble((printable_line(view.problem, 60), paint.warn))
    language = printable_line(view.language, 24) if view.language else ""
    guard = guard_of(spec) if spec else None
    if spec is not None and guard is not None:
        style = getattr(paint, guard.style) + paint.strong
        between = " · " if language else ""
        return Content.assemble((language + between, paint.muted), (guarded_name(spec), style))
    parts = [each for each in (language, view.connection) if each]
    text = " · ".join(printable_line(each, 24) for each in parts)
    return Content.assemble((text, paint.muted)) if text else None


def status_of(
    session: LiveSession,
    view: BufferView | None,
    connection: str | None,
    cursor: tuple[int, int] | None,
) -> Status:
    """What the status line says of a session and of the pad in use."""
    live = next((one for one in session.connections() if one.name == connection), None)
    guard = guard_of(live.spec) if live else None
    saved_at = session.saved_at
    return Status(
        workspace=session.workspace.name or session.project.root.name,
        session=session.receipt.headline,
        file=_file_words(session),
        connection=live.name if live else "",
        state=live.state if live else None,
        detail=_detail(live, session.clock()) if live else "",
        waiting_count=live.waiting_count if live else 0,
        guard=guard.text if guard else "",
        cursor=cursor,
        modified=bool(view and view.modified),
        outdated=bool(view and view.outdated),
        saved=saved_words(None if saved_at is None else session.clock() - saved_at),
    )


def _detail(live: ConnectionView, now: float) -> str:
    """The one number that matters now: a countdown, a length of time, or the round trip."""
    return state_detail(live, now, brief=True) or last_trip(live)


def banner_of(session: LiveSession, paint: Paint) -> Content | None:
    """What keeps the files from being used, in two lines; None while nothing does."""
    found = first_finding(session.problems, session.project.root)
    if found is not None:
        place, what, hint = found
        more = counted(session.problems) - 1
        rest = f" and {more} more" if more else ""
        return Content.assemble(
            (f"✗ {place}  ", paint.bad),
            (what, paint.strong),
            (f"  → {hint}" if hint else "", paint.text),
            (
                f"\n  {_meanwhile(session)} {key_of('problems')} shows it all{rest}.",
                paint.muted,
            ),
        )
    if session.file_gone:
        return Content.assemble(
            ("✗ The workspace file was deleted.", paint.bad),
            ("  The session stays as it is.", paint.text),
        )
    return None


def _meanwhile(session: LiveSession) -> str:
    """What is shown while the files cannot be used as they are."""
    codes = {one.code for each in session.problems for one in each.diagnostics}
    if codes == {_CONFLICT_MARKERS}:
        return f"{key_of('conflicts')} settles them; nothing else is written to it until then."
    return "The last good state stays."


def reload_words(changes: Sequence[Change]) -> str:
    """Which keys of the file changed, in one line."""
    paths = list(dict.fromkeys(format_key_path(change.path) for change in changes))
    named = ", ".join(printable_line(path, 60) for path in paths[:_CHANGES_NAMED])
    more = len(paths) - _CHANGES_NAMED
    return f"reloaded: {named}" + (f" and {more} more" if more > 0 else "")


def _file_words(session: LiveSession) -> str:
    count = counted(session.problems)
    if count:
        return f"{count} problem{'' if count == 1 else 's'} in the file"
    return "the file is gone" if session.file_gone else ""
