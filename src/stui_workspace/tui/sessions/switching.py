"""Going on in another session without leaving the program."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from stui_workspace.errors import UsageError
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.workbench import Workbench

if TYPE_CHECKING:
    from stui_workspace.tui.app import WorkbenchApp


def switch(bench: Workbench, wanted: OpenRequest) -> None:
    """Open another session; close the one that is open well, and show the other, beside.

    The new one is opened first: what cannot be opened costs nothing.

    Raises:
        StuiError: It cannot be opened; all is as it was.
    """
    app = cast("WorkbenchApp", bench.app)
    if app.open_session is None or app.is_replacing:
        raise UsageError("another session cannot be opened just now", "try again in a moment")
    session = app.open_session(wanted)
    app.replacing = asyncio.create_task(_replace(app, bench.session, session))


async def _replace(app: WorkbenchApp, before: LiveSession, session: LiveSession) -> None:
    app.session = session
    try:
        await before.close()
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        first = app.screen
        if not first._result_callbacks:  # noqa: SLF001 (textual gives the first screen none, and asks for one)
            first._push_result_callback(app, None)  # noqa: SLF001
        await app.switch_screen(Workbench(session))
    except Exception as error:  # noqa: BLE001 (a bug of ours, told as any other)
        app.tell_bug(error)
