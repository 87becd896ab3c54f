"""What goes on: a workspace that is followed, and a session that is open."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from stui_workspace.api.places import services_here
from stui_workspace.runtime.events import Event
from stui_workspace.runtime.loading import Selection
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.session import Session
from stui_workspace.runtime.sightings import Seen, sightings
from stui_workspace.storage.project import find_project


async def watch_file(
    path: str | os.PathLike[str] = ".",
    *,
    environment: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> AsyncGenerator[Seen, None]:
    """What a workspace says now, and then each time that it says something else. Never ends.

    Follows the file, its overlay, and the files that it names, without a session: nothing is
    restored, written or merged. A file that is being written is waited for. Take the iterator into
    `contextlib.aclosing` where you leave it early.

    Args:
        path: A folder, from which the file is looked for upwards, or the file itself.
        environment: One of the file's `environments`.
        variables: Values for `${name}`, before those of the files.

    Raises:
        NotFoundError: There is no such folder or environment.
        UsageError: Two workspace files in one folder.
    """
    services = services_here()
    selection = Selection(environment, variables or {})
    async for seen in sightings(find_project(Path(path), services.home), services, selection):
        yield seen


@asynccontextmanager
async def open_session(
    where: OpenRequest | str | os.PathLike[str] = ".",
    *,
    listener: Callable[[Event], None] | None = None,
) -> AsyncIterator[Session]:
    """A session, restored and running within the block: saved, followed, merged, connected.

    Args:
        where: A folder in a project or a workspace file; or a request that says more.
        listener: Told of every event, `Opened` first and `Closed` last, on this event loop. What it
            raises goes to the loop's exception handler, and keeps nothing from being saved.

    Raises:
        NotFoundError: There is no such folder, session or environment.
        UsageError: Two workspace files in one folder, or the session is open elsewhere.
    """
    request = where if isinstance(where, OpenRequest) else OpenRequest(Path(where))
    session = Session.open(request, services_here())
    if listener is not None:
        session.subscribe(_guarded(listener))
    await session.start()
    try:
        yield session
    finally:
        await session.close()


def _guarded(listener: Callable[[Event], None]) -> Callable[[Event], None]:
    loop = asyncio.get_running_loop()

    def told(event: Event) -> None:
        try:
            listener(event)
        except Exception as error:  # noqa: BLE001 (it is another program's, and told to its loop)
            what = f"the listener of a session failed at {type(event).__name__}"
            loop.call_exception_handler({"message": what, "exception": error})

    return told
