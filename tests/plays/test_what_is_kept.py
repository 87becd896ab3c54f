"""A session in which secrets are typed and said: they stay on the screen, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.connections.kinds import make_backend
from stui_workspace.runtime.events import EvaluationFinished, Event, Notice, OutputArrived, Saved
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.schema.leaks import NOT_KEPT
from stui_workspace.secrets.redacting import TAKEN_OUT
from stui_workspace.secrets.secret import Secret
from support.searching import files_with, marks_of

TOKEN = "ghp_" + "a1B2" * 9
VALUE = "correct-horse-9"
MARKS = (*marks_of(TOKEN), *marks_of(VALUE))
TEXT = """\
stui: 1
name: orders
connections:
  py: {kind: python, connect: lazy}
  away: {kind: socket, url: 'tcp://127.0.0.1:9', connect: manual, offline: keep}
buffers:
  scratch: {connection: py, source: '1 + 1'}
"""
PATIENCE = 30.0
OVERLAY = "stui: 1\nsession: {store: beside}\n"


class Story:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / ".stui-workspace.yaml").write_text(TEXT, encoding="utf-8")
        (self.project / ".stui-workspace.local.yaml").write_text(OVERLAY, encoding="utf-8")
        self.clock = HandClock()
        self.seen: list[Event] = []
        self.told: list[Notice] = []
        self._news = asyncio.Event()

    async def open(self) -> Session:
        session = Session.open(OpenRequest(self.project), self.services())
        session.subscribe(self._note)
        await session.start()
        return session

    def _note(self, event: Event) -> None:
        self.seen.append(event)
        self._news.set()

    def services(self) -> Services:
        return services_in(self.folder / "home", self.clock, make_backend)

    async def until_saved(self, seconds: float) -> None:
        """Let so much time pass, until everything is written down."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.clock.advance(seconds)
        async with asyncio.timeout(PATIENCE):
            while not any(isinstance(one, Saved) for one in self.seen):
                self._news.clear()
                await self._news.wait()
        self.told += self.notices()

    def notices(self) -> list[Notice]:
        return [one for one in self.seen if isinstance(one, Notice) and "secret" in one.text]


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    yield Story(tmp_path)
    await asyncio.sleep(0)


async def test_a_secret_in_a_pad_stays_on_the_screen_and_is_not_kept(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", f"token = '{TOKEN}'\nx = 1\n")
    assert session.save()
    assert TOKEN in session.buffer("scratch").text
    assert files_with(story.folder, MARKS) == []
    session.edit("scratch", f"token = '{TOKEN}'\nx = 2\n")
    assert session.save()
    [notice] = story.notices()
    assert "pad `scratch`" in notice.text
    await session.close()
    assert files_with(story.folder, MARKS) == []
    again = await story.open()
    assert again.buffer("scratch").text == f"token = '{NOT_KEPT}'\nx = 2\n"
    await again.close()


async def test_what_is_saved_by_itself_has_no_secret_either(story: Story) -> None:
    session = await story.open()
    for seconds in (1.0, 60.0):
        session.edit("scratch", f"token = '{TOKEN}' # {seconds}\n")
        story.seen.clear()
        await story.until_saved(seconds)
        kept = files_with(story.folder, [f"# {seconds}".encode()])
        assert kept, "it was written down"
    assert len(story.told) == 1
    await session.close()
    assert files_with(story.folder, MARKS) == []


async def test_what_is_typed_and_said_is_in_no_file(story: Story) -> None:
    session = await story.open()
    session._services.redactor.remember(Secret(VALUE))
    first = await session.evaluate("py", f"print('{VALUE}'[:7], end=''); print('{VALUE}'[7:])")
    assert VALUE not in first.output
    assert TAKEN_OUT in first.output
    assert "1 secret was taken out" in first.output
    second = await session.evaluate("py", f"b = '{VALUE}'.encode(); b, b.hex()")
    assert second.result == f"(b'{TAKEN_OUT}', '{TAKEN_OUT}')"
    third = await session.evaluate("py", f"raise ValueError('{VALUE}')")
    assert VALUE not in third.output
    await session.evaluate("py", f"token = '{TOKEN}'")
    said = [one.text for one in story.seen if isinstance(one, OutputArrived)]
    ended = [one.entry for one in story.seen if isinstance(one, EvaluationFinished)]
    assert VALUE not in "".join(said)
    assert VALUE not in "".join(f"{one.output}{one.result}" for one in ended)
    assert VALUE in ended[0].code, "what a person typed is shown as they typed it"
    assert session.save()
    assert len({one.text for one in story.notices()}) == 4
    await session.close()
    assert files_with(story.folder, MARKS) == []
    again = await story.open()
    assert again.recall("py")[-1] == f"token = '{NOT_KEPT}'"
    await again.close()


async def test_what_waits_is_not_kept_with_its_secret_and_goes_as_it_was_typed(
    story: Story,
) -> None:
    session = await story.open()
    session.grant(session.claim("away"))
    code = f"login {TOKEN}"
    entry = await session.evaluate("away", code)
    assert entry.outcome == "waiting"
    assert session.save()
    assert [one.code for one in session.outbox()] == [code]
    await session.close()
    assert files_with(story.folder, MARKS) == []
