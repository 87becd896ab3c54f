"""`stui watch`: follow a workspace without a screen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stui_workspace.cli import completing
from stui_workspace.cli.exits import ClosedPipeError
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import project_argument, selection_options, services_now
from stui_workspace.cli.telling import tell
from stui_workspace.runtime.events import Event, Notice
from stui_workspace.runtime.request import OpenRequest, Start

if TYPE_CHECKING:
    import asyncio

    from stui_workspace.runtime.session import Session


@click.command()
@project_argument
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event.")
@click.option(
    "--session",
    metavar="NAME",
    shell_complete=completing.sessions,
    help="The session to go on with; else the last one that nobody has open.",
)
@click.option("--fresh", is_flag=True, help="Start a new session; the others are kept.")
@click.option("--no-connect", is_flag=True, help="Make no connection.")
@selection_options
def command(  # noqa: PLR0913 (one for each option)
    path: Path | None,
    *,
    as_json: bool,
    session: str | None,
    fresh: bool,
    no_connect: bool,
    environment: str | None,
    variables: tuple[tuple[str, str], ...],
) -> None:
    """Follow a workspace without a screen.

    Opens the session of the workbench and prints a line for each event: `opened`, `reloaded`
    with the changes by key path, `copy` for a conflict copy of a sync tool, `invalid`, `gone`,
    `saved`, `closed`. Ends on Ctrl-C or SIGTERM, after `closed`.

    Examples:
      stui watch
      stui watch --json --no-connect | jq -c 'select(.event == "reloaded")'
    """
    import asyncio

    if fresh and session is not None:
        raise click.UsageError("--fresh and --session exclude each other")
    services = services_now()
    project_at(path, services.home)
    request = OpenRequest(
        path or Path(),
        Start.FRESH if fresh else Start.CONTINUE,
        asked=True,
        session=session,
        connect=not no_connect,
        environment=environment,
        variables=dict(variables),
    )
    from stui_workspace.runtime.session import Session

    asyncio.run(_follow(Session.open(request, services), as_json=as_json))


async def _follow(session: Session, *, as_json: bool) -> None:
    import asyncio

    teller = _Teller(session, asyncio.Event(), as_json=as_json)
    _end_on_signals(teller.ended)
    session.subscribe(teller.tell)
    try:
        await session.start()
        await teller.ended.wait()
    finally:
        await session.close()
    if teller.is_deaf:
        raise ClosedPipeError


class _Teller:
    """Prints events as they come; a reader that has gone ends the session."""

    def __init__(self, session: Session, ended: asyncio.Event, *, as_json: bool) -> None:
        self._session = session
        self._as_json = as_json
        self._about = {"project": str(session.project.root), "session": session.id}
        self.ended = ended
        self.is_deaf = False

    def tell(self, event: Event) -> None:
        if isinstance(event, Notice):
            tell(event.text, kind="warning" if event.warning else "note")
            return
        line = self._line(event)
        if line is None or self.is_deaf:
            return
        try:
            click.echo(line)
            sys.stdout.flush()
        except BrokenPipeError:
            self.is_deaf = True
            self.ended.set()

    def _line(self, event: Event) -> str | None:
        from stui_workspace.cli.event_lines import json_line, record_of, words_of

        if not self._as_json:
            return words_of(event, self._about, self._session.clock())
        record = record_of(event, self._about)
        return None if record is None else json_line(record)


def _end_on_signals(ended: asyncio.Event) -> None:
    import asyncio
    import signal

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ended.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
