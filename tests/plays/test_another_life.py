"""What was lost with one life of a backend is never asked of the next, however often that comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from doubles.fake_backend import FakeBackends, Play
from doubles.outside import HandClock, services_in
from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.session import Session

TEXT = "stui: 1\nname: orders\nconnections:\n  image: {kind: python}\n"
WAITS = Play((Output("stdout", "on\n"),), Answer(Ending.OK, "done"), waits=True)


async def test_what_was_lost_with_one_life_is_not_asked_of_the_next(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".stui-workspace.yaml").write_text(TEXT, encoding="utf-8")
    clock, backends = HandClock(), FakeBackends({"wait": WAITS}, surviving={"image"})
    services = services_in(tmp_path / "home", clock, backends)
    session = Session.open(OpenRequest(tmp_path / "project"), services)
    await session.start()
    await session.connect("image")
    sent_to = session.connection("image").incarnation
    task = asyncio.create_task(session.evaluate("image", "wait"))
    await _pass_time(clock, 10)
    backends.restart("image", "the server ended while it ran")
    await _pass_time(clock, 10)
    entry = await task
    assert (entry.outcome, entry.incarnation) == ("lost", sent_to)
    assert session.connection("image").incarnation != sent_to
    for _ in range(3):
        backends.drop("image")
        await _pass_time(clock, 10)
    assert [one.asked for one in backends.made["image"][1:]] == [[], [], [], []]
    await session.close()


async def _pass_time(clock: HandClock, seconds: float) -> None:
    for _ in range(round(seconds * 2)):
        clock.advance(0.5)
        for _ in range(10):
            await asyncio.sleep(0)
