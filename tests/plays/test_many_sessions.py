"""Real sessions, several of them: which are kept and known, and what is done while one is open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from stui_workspace.errors import UsageError
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.session import Session
from stui_workspace.storage.known_projects import known_projects
from stui_workspace.storage.trash.trash import KEPT_SECONDS
from support.kept_sessions import Shelf, shelf_in


class Desk:
    """A project in which sessions are opened."""

    def __init__(self, folder: Path) -> None:
        self.shelf: Shelf = shelf_in(folder)
        self.open_now: list[Session] = []

    async def open(self, start: Start = Start.CONTINUE) -> Session:
        request = OpenRequest(self.shelf.project.root, start, asked=True)
        session = Session.open(request, self.shelf.services)
        self.open_now.append(session)
        await session.start()
        return session

    def known(self) -> list[tuple[str, float]]:
        services = self.shelf.services
        found = known_projects(services.locations, services.fs)
        return [(one.name, one.opened) for one in found]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    for session in desk.open_now:
        await session.close()


async def test_a_project_is_known_once_something_of_it_is_kept(desk: Desk) -> None:
    session = await desk.open()
    assert desk.known() == []
    await session.close()
    assert desk.known() == []
    session = await desk.open()
    session.edit("scratch", "typed")
    assert session.save()
    now = desk.shelf.services.clock()
    assert desk.known() == [("orders", now)]
    await session.close()
    desk.shelf.services.clock.advance(60.0)  # type: ignore[attr-defined]
    session = await desk.open()
    assert session.save()
    assert desk.known() == [("orders", now + 60.0)]


async def test_the_one_that_is_open_is_renamed_where_it_is_open(desk: Desk) -> None:
    session = await desk.open()
    session.edit("scratch", "typed")
    assert session.save()
    with pytest.raises(UsageError, match="open in another stui"):
        desk.shelf.catalogue.rename("main", "elsewhere")
    assert session.rename(" my work ") == "my work"
    assert session.name == "my work"
    await session.close()
    assert desk.shelf.catalogue.named("my work").id == "main"
    again = await desk.open()
    assert again.name == "my work"
    assert again.buffer("scratch").text == "typed"


async def test_a_session_that_was_named_is_kept_though_nothing_was_typed(desk: Desk) -> None:
    session = await desk.open()
    session.rename("later")
    await session.close()
    assert desk.shelf.ids == ["main"]


async def test_it_is_told_which_is_open(desk: Desk) -> None:
    session = await desk.open()
    session.edit("scratch", "typed")
    assert session.save()
    assert session.catalogue().details("main").is_open
    await session.close()
    assert not desk.shelf.catalogue.details("main").is_open


async def test_removed_and_brought_back_it_opens_as_it_was_left(desk: Desk) -> None:
    session = await desk.open()
    session.edit("scratch", "typed")
    await session.close()
    desk.shelf.catalogue.remove(["main"])
    fresh = await desk.open()
    assert fresh.buffer("scratch").text == "1 + 1"
    await fresh.close()
    desk.shelf.catalogue.undo()
    again = await desk.open()
    assert again.buffer("scratch").text == "typed"


async def test_closing_a_session_empties_the_trash_of_what_is_old(desk: Desk) -> None:
    desk.shelf.keep("old")
    desk.shelf.catalogue.remove(["old"])
    session = await desk.open()
    desk.shelf.services.clock.advance(KEPT_SECONDS + 60.0)  # type: ignore[attr-defined]
    assert len(desk.shelf.catalogue.removed()) == 1
    await session.close()
    assert desk.shelf.catalogue.removed() == ()


async def test_a_clone_opens_with_all_that_the_original_has(desk: Desk) -> None:
    session = await desk.open()
    session.edit("scratch", "typed")
    assert session.save()
    made = session.catalogue().clone("main", "second")
    request = OpenRequest(desk.shelf.project.root, session=made.id)
    second = Session.open(request, desk.shelf.services)
    desk.open_now.append(second)
    await second.start()
    assert second.buffer("scratch").text == "typed"
    second.edit("scratch", "other")
    assert session.buffer("scratch").text == "typed"
