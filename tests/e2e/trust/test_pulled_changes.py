"""A workspace that was approved, and then re-pointed by `git pull` while it is in use."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from stui_workspace.runtime.events import ConnectionState, Event, ReviewNeeded
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from support.pulled import Story

STUI = str(Path(sys.executable).with_name("stui"))
PATIENCE = 60.0

T = TypeVar("T", bound=Event)


class Watched:
    """A session in this process, and all that it tells."""

    def __init__(self, story: Story) -> None:
        services = Services.real(story.clone.environ)
        self.session = Session.open(OpenRequest(story.clone.root), services)
        self.seen: list[Event] = []
        self._news = asyncio.Event()
        self.session.subscribe(self._note)

    def _note(self, event: Event) -> None:
        self.seen.append(event)
        self._news.set()

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def until_state(self, state: ConnectionState) -> None:
        await self.until(lambda: self.session.connection("db").state is state)

    async def evaluated(self, code: str) -> str | None:
        entry = await self.session.evaluate("db", code)
        return entry.output.strip() or entry.result

    def told(self, kind: type[T]) -> list[T]:
        return [one for one in self.seen if isinstance(one, kind)]


@pytest.fixture
async def watched(story: Story) -> AsyncIterator[Watched]:
    one = Watched(story)
    await one.session.start()
    await one.until_state(ConnectionState.ONLINE)
    yield one
    await one.session.close()


async def test_a_session_stays_where_it_was_approved_to_be_until_a_person_says_yes(
    story: Story, watched: Watched
) -> None:
    assert await watched.evaluated("one") == "good one"
    story.push(story.text(story.evil.url))
    await watched.until(lambda: watched.told(ReviewNeeded))
    told = watched.told(ReviewNeeded)
    assert [one.changed for one in told] == [f"url changed: {story.good.url} -> {story.evil.url}"]
    assert await watched.evaluated("two") == "good two"

    before = story.good.count
    story.good.drop()
    await watched.until_state(ConnectionState.RECONNECTING)
    await watched.until_state(ConnectionState.ONLINE)
    assert await watched.evaluated("three") == "good three"
    await watched.session.restart("db")
    assert await watched.evaluated("four") == "good four"
    assert story.good.count >= before + 2
    assert story.evil.count == 0

    await asyncio.to_thread(story.grant)
    await watched.until(lambda: watched.session.connection("db").to_review is None)
    await watched.until_state(ConnectionState.ONLINE)
    assert await watched.evaluated("five") == "evil five"
    assert story.evil.count == 1


async def test_what_was_approved_before_is_gone_back_to_without_a_word(
    story: Story, watched: Watched
) -> None:
    story.push(story.text(story.evil.url))
    await watched.until(lambda: watched.told(ReviewNeeded))
    story.push(story.text(story.good.url, ", title: The data"))
    await watched.until(lambda: watched.session.connection("db").spec.title == "The data")
    assert watched.session.connection("db").to_review is None
    assert len(watched.told(ReviewNeeded)) == 1
    assert (story.good.count, story.evil.count) == (1, 0)


async def test_a_revoked_approval_ends_with_the_link(story: Story, watched: Watched) -> None:
    story.push(story.text(story.evil.url))
    await watched.until(lambda: watched.told(ReviewNeeded))
    story.clone.stui("trust", "revoke")
    assert await watched.evaluated("one") == "good one"
    story.good.drop()
    await watched.until_state(ConnectionState.NEEDS_YOU)
    assert (story.good.count, story.evil.count) == (1, 0)


def test_the_workbench_names_both_hosts_and_reaches_the_new_one_only_after_a_yes(
    story: Story,
) -> None:
    with story.terminal(STUI) as screen:
        screen.wait_for("hello")
        story.good.wait_for(lambda host: host.count == 1)
        screen.wait_for("online")
        story.push(story.text(story.evil.url))
        told = screen.wait_for("reviews the change")
        assert story.good.url in told
        assert story.evil.url in told

        screen.press("alt+y")
        on_card = (
            "Other than what you approved",
            f"- {story.good.url}",
            f"+ {story.evil.url}",
            "It goes on as you approved it",
        )
        screen.wait_for(lambda text: all(one in text for one in on_card), what="the card")
        screen.press("enter")
        screen.wait_for(lambda text: "Other than what you approved" not in text)

        screen.press("f5")
        screen.wait_for("good hello")
        story.good.drop()
        story.good.wait_for(lambda host: host.count == 2)
        assert story.evil.count == 0

        story.grant()
        story.evil.wait_for(lambda host: host.count == 1)
        screen.wait_for(lambda text: "online" in text)
        screen.press("f5")
        screen.wait_for("evil hello")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0


def test_a_workbench_that_is_started_after_the_pull_reaches_nobody(story: Story) -> None:
    story.push(story.text(story.evil.url))
    with story.terminal(STUI) as screen:
        screen.wait_for("needs you")
        screen.press("f5")
        screen.wait_for("Other than what you approved")
        screen.press("a", "escape")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    assert (story.good.count, story.evil.count) == (0, 0)
