"""A connection that changes in the file while it is in use goes on as it was approved.

The files and the grants are real, the watcher is; the backends are a test's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from doubles.fake_backend import FakeBackends
from doubles.outside import HandClock, services_in
from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.runtime.events import ConnectionState, Event, Reloaded, ReviewNeeded
from stui_workspace.runtime.loading import load
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.storage.project import find_project
from stui_workspace.trust import GrantStore, claim_of

FILE = ".stui-workspace.yaml"
A, B, C = "tcp://127.0.0.1:5551", "tcp://127.0.0.1:5552", "tcp://127.0.0.1:5553"
PATIENCE = 30.0


def text_of(url: str, more: str = "", snippet: str = "hello()") -> str:
    return (
        "stui: 1\nname: orders\nconnections:\n"
        f"  image: {{kind: stui, url: '{url}', setup: [hi], reconnect: {{base: 100ms}}{more}}}\n"
        f"snippets:\n  hi: {{source: '{snippet}'}}\n"
    )


@dataclass
class Desk:
    """One open session, the addresses that were reached from it, and another program's hand."""

    folder: Path
    backends: FakeBackends = field(default_factory=FakeBackends)
    reached: list[str | None] = field(default_factory=list)
    seen: list[Event] = field(default_factory=list)
    reviews: list[ReviewNeeded] = field(default_factory=list)
    """All that were ever asked for."""
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.project = self.folder / "project"
        self.project.mkdir()
        self.write(text_of(A))
        self._news = asyncio.Event()

    def write(self, text: str) -> None:
        temporary = self.project / "edited.tmp"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.project / FILE)

    def _make(self, spec: ConnectionSpec, setting: Setting) -> Backend:
        self.reached.append(spec.url)
        return self.backends(spec, setting)

    @property
    def services(self) -> Services:
        return services_in(self.folder / "home", self.clock, self._make)

    def _note(self, event: Event) -> None:
        self.seen.append(event)
        if isinstance(event, ReviewNeeded):
            self.reviews.append(event)
        self._news.set()

    async def open(self) -> None:
        self.session = Session.open(OpenRequest(self.project), self.services)
        self.session.subscribe(self._note)
        await self.session.start()

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self._news.clear()
                await self._news.wait()

    async def until_told(self, kind: type[Event]) -> Event:
        """The next event of that kind; those before it are forgotten."""
        await self.until(lambda: any(isinstance(one, kind) for one in self.seen))
        while not isinstance(event := self.seen.pop(0), kind):
            pass
        return event

    async def edit(self, text: str) -> None:
        """Another program changes the file, and the session has seen it."""
        self.seen.clear()
        self.write(text)
        await self.until_told(Reloaded)

    @property
    def state(self) -> ConnectionState:
        return self.session.connection("image").state

    @property
    def is_online(self) -> bool:
        return self.state is ConnectionState.ONLINE

    @property
    def watched(self) -> set[Path]:
        return set(self.session._follower._watched(self.services))

    @property
    def to_review(self) -> str | None:
        return self.session.connection("image").to_review

    def grant_elsewhere(self) -> None:
        """`stui trust grant`, in another program."""
        project = find_project(self.project, self.folder)
        loaded = load(project, self.services)
        spec, snippets = loaded.workspace.connections["image"], loaded.workspace.snippets
        assert project.file is not None
        claim = claim_of(project.file, project.root, spec, snippets, search_path="")
        self._store().grant(claim, self.clock())

    def revoke_elsewhere(self) -> None:
        self._store().revoke(self.project / FILE)

    def _store(self) -> GrantStore:
        return GrantStore(self.services.locations.workspace(self.project))

    async def turns(self) -> None:
        """Let everything happen that needs no time."""
        for _ in range(200):
            await asyncio.sleep(0)

    async def fall(self) -> None:
        """Let the link fall, and the waits before the next tries pass."""
        self.backends.drop("image")
        for _ in range(40):
            await self.turns()
            self.clock.advance(0.5)
        await self.turns()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with the connection approved and online."""
    one = Desk(tmp_path)
    await one.open()
    one.session.grant(one.session.claim("image"))
    await one.session.connect("image")
    assert one.reached == [A]
    yield one
    await one.session.close()


async def test_a_new_address_waits_and_the_old_one_goes_on(desk: Desk) -> None:
    desk.seen.clear()
    desk.write(text_of(B))
    told = await desk.until_told(ReviewNeeded)
    assert told == ReviewNeeded("image", f"url changed: {A} -> {B}")
    assert (desk.state, desk.to_review) == (ConnectionState.ONLINE, f"url changed: {A} -> {B}")
    assert desk.session.connection("image").spec.url == A
    assert (await desk.session.evaluate("image", "1 + 1")).outcome == "ok"
    assert desk.reached == [A]


async def test_it_is_told_once_for_each_form_and_cosmetic_edits_are_silent(desk: Desk) -> None:
    await desk.edit(text_of(A, ", title: Image, notes: mine"))
    assert desk.session.connection("image").spec.title == "Image"
    assert desk.reviews == []
    for url, title in ((B, "One"), (B, "Two"), (C, "Two"), (C, "Three")):
        await desk.edit(text_of(url, f", title: {title}"))
    assert [one.changed for one in desk.reviews] == [f"url changed: {A} -> {url}" for url in (B, C)]
    assert desk.reached == [A]
    assert desk.to_review == f"url changed: {A} -> {C}"


async def test_a_cosmetic_edit_asks_nothing_although_the_approval_was_revoked(desk: Desk) -> None:
    desk.revoke_elsewhere()
    await desk.edit(text_of(A, ", title: Image"))
    assert (desk.reviews, desk.to_review) == ([], None)
    assert desk.session.connection("image").spec.title == "Image"


async def test_going_back_takes_the_question_away(desk: Desk) -> None:
    await desk.edit(text_of(B))
    await desk.edit(text_of(A))
    assert desk.to_review is None
    assert desk.reached == [A]


async def test_a_link_that_falls_meanwhile_goes_back_to_what_was_approved(desk: Desk) -> None:
    await desk.edit(text_of(B))
    await desk.fall()
    assert (desk.state, desk.reached) == (ConnectionState.ONLINE, [A, A])
    assert desk.to_review is not None


async def test_a_restart_meanwhile_is_of_what_was_approved(desk: Desk) -> None:
    await desk.edit(text_of(B))
    await desk.session.restart("image")
    assert (desk.state, desk.reached) == (ConnectionState.ONLINE, [A, A])


async def test_a_change_while_the_link_is_down_waits_too(desk: Desk) -> None:
    desk.backends.refusals["image"] = "nobody listens"
    desk.backends.drop("image")
    await desk.until(lambda: desk.state is ConnectionState.RECONNECTING)
    await desk.edit(text_of(B))
    assert desk.state is ConnectionState.RECONNECTING
    del desk.backends.refusals["image"]
    for _ in range(100):
        desk.clock.advance(0.5)
        await desk.turns()
    assert desk.is_online
    assert set(desk.reached) == {A}


async def test_a_revoked_grant_is_not_used_for_going_back(desk: Desk) -> None:
    await desk.edit(text_of(B))
    desk.revoke_elsewhere()
    assert desk.state is ConnectionState.ONLINE  # what runs goes on until it ends
    await desk.fall()
    assert (desk.state, desk.reached) == (ConnectionState.NEEDS_YOU, [A])
    await desk.session.connect("image")
    assert (desk.state, desk.reached) == (ConnectionState.NEEDS_YOU, [A])


async def test_without_a_change_a_revoked_grant_is_not_used_either(desk: Desk) -> None:
    desk.revoke_elsewhere()
    await desk.fall()
    assert (desk.state, desk.reached) == (ConnectionState.NEEDS_YOU, [A])


async def test_after_a_disconnect_the_new_form_is_what_is_asked_about(desk: Desk) -> None:
    await desk.edit(text_of(B))
    await desk.session.disconnect("image")
    await desk.session.connect("image")
    assert (desk.state, desk.reached) == (ConnectionState.NEEDS_YOU, [A])
    assert desk.session.connection("image").spec.url == B


async def test_an_approval_here_switches(desk: Desk) -> None:
    await desk.edit(text_of(B))
    review = desk.session.review("image")
    assert (review.runs_on, [one.text for one in review.changed]) == (
        True,
        [f"url changed: {A} -> {B}"],
    )
    desk.session.grant(review.claim)
    await desk.until(lambda: desk.reached == [A, B] and desk.state is ConnectionState.ONLINE)
    assert (desk.to_review, desk.session.connection("image").spec.url) == (None, B)


async def test_an_approval_in_another_program_switches(desk: Desk) -> None:
    await desk.edit(text_of(B))
    desk.grant_elsewhere()
    await desk.until(lambda: desk.reached == [A, B] and desk.state is ConnectionState.ONLINE)
    assert desk.to_review is None


async def test_what_would_say_that_it_was_approved_is_watched(desk: Desk) -> None:
    before = desk.watched
    await desk.edit(text_of(B))
    (awaited,) = desk.watched - before
    assert not awaited.exists()
    desk.grant_elsewhere()
    assert awaited.exists()
    await desk.until(lambda: desk.reached == [A, B])
    assert desk.watched == before


async def test_what_was_shown_is_what_is_approved(desk: Desk) -> None:
    await desk.edit(text_of(B))
    shown = desk.session.review("image").claim
    await desk.edit(text_of(C))
    desk.session.grant(shown)
    await desk.turns()
    assert desk.reached == [A]
    assert desk.to_review == f"url changed: {A} -> {C}"


async def test_a_form_that_was_approved_before_is_taken_without_a_word(desk: Desk) -> None:
    await desk.edit(text_of(B))
    desk.session.grant(desk.session.claim("image"))
    await desk.until(lambda: desk.state is ConnectionState.ONLINE and len(desk.reached) == 2)
    desk.seen.clear()
    desk.write(text_of(A))
    await desk.until(lambda: desk.reached == [A, B, A] and desk.state is ConnectionState.ONLINE)
    assert len(desk.reviews) == 1


async def test_another_text_of_a_snippet_waits_and_the_old_one_is_offered(desk: Desk) -> None:
    await desk.edit(text_of(A, snippet="evil()"))
    assert desk.to_review == "snippets.hi changed (1 line, now 1 line)"
    assert [one.source for one in desk.session.setup("image")] == ["hello()"]
    await desk.fall()
    assert (desk.state, desk.reached) == (ConnectionState.ONLINE, [A, A])
    desk.session.grant(desk.session.claim("image"))
    assert [one.source for one in desk.session.setup("image")] == ["evil()"]
    assert (desk.state, desk.reached) == (ConnectionState.ONLINE, [A, A])


@pytest.mark.parametrize(
    ("before", "after", "holds"),
    [("confirm", "free", Guard.CONFIRM), ("free", "read-only", Guard.READ_ONLY)],
)
async def test_of_two_guards_the_stricter_one_holds_meanwhile(
    desk: Desk, before: str, after: str, holds: Guard
) -> None:
    await desk.edit(text_of(A, f", title: Image, guard: {before}"))
    desk.session.grant(desk.session.claim("image"))
    assert desk.session.connection("image").spec.guard.value == before
    await desk.edit(text_of(B, f", guard: {after}"))
    assert desk.session.connection("image").spec.guard is holds
    assert (await desk.session.evaluate("image", "drop()")).outcome == "refused"
    await desk.edit(text_of(A, f", guard: {before}"))
    assert desk.session.connection("image").spec.guard.value == before


async def test_a_new_name_is_another_connection(desk: Desk) -> None:
    await desk.edit(text_of(A).replace("image:", "picture:"))
    await desk.session.connect("picture")
    assert desk.session.connection("picture").state is ConnectionState.NEEDS_YOU
    assert desk.reached == [A]
    await desk.edit(text_of(B))
    await desk.session.connect("image")
    assert (desk.state, desk.reached) == (ConnectionState.NEEDS_YOU, [A])


async def test_a_form_that_nothing_can_allow_says_so(desk: Desk) -> None:
    desk.seen.clear()
    desk.write(text_of(A, ", env: {LD_PRELOAD: ./x}"))
    told = await desk.until_told(ReviewNeeded)
    assert isinstance(told, ReviewNeeded)
    assert told.refusals == ("`env.LD_PRELOAD` decides which code is loaded",)
    assert told.changed == "env.LD_PRELOAD added (value not shown)"
    assert desk.state is ConnectionState.ONLINE


async def test_of_the_embedded_python_only_a_new_power_waits(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("stui: 1\nname: o\nconnections:\n  image: {kind: python, guard: free}\n")
    await desk.open()
    await desk.session.connect("image")
    await desk.edit("stui: 1\nname: o\nconnections:\n  image: {kind: python, offline: drop}\n")
    assert desk.session.connection("image").spec.offline == "drop"
    await desk.edit("stui: 1\nname: o\nconnections:\n  image: {kind: python, python: ./evil}\n")
    evil = Path(desk.project.resolve(), "evil")
    assert desk.to_review == f"python added: {evil}; offline changed: drop -> ask"
    await desk.fall()
    assert (desk.state, len(desk.reached)) == (ConnectionState.ONLINE, 2)
    assert desk.session.connection("image").spec.python is None
    await desk.session.close()


# What a person types themselves.

OWN = ConnectionSpec("own", "stui", url=B)


def is_approved(desk: Desk, name: str) -> bool:
    return desk.session.unapproved(name) is None


@pytest.mark.parametrize("where", ["session", "overlay", "workspace"])
async def test_a_connection_that_a_person_typed_needs_no_second_yes(desk: Desk, where: str) -> None:
    desk.seen.clear()
    assert desk.session.save_connection(OWN, where) == "own"
    if where != "session":
        await desk.until_told(Reloaded)
    assert is_approved(desk, "own")
    await desk.session.connect("own")
    assert desk.reached == [A, B]


async def test_a_change_of_theirs_to_what_they_had_approved_needs_none_either(desk: Desk) -> None:
    desk.seen.clear()
    typed = ConnectionSpec("image", "stui", url=B)
    desk.session.save_connection(typed, "workspace")
    await desk.until(lambda: desk.reached == [A, B] and desk.is_online)
    assert desk.reviews == []


async def test_what_they_type_over_what_nobody_approved_is_asked_about(desk: Desk) -> None:
    desk.revoke_elsewhere()
    desk.session.save_connection(ConnectionSpec("image", "stui", url=B), "workspace")
    await desk.until(lambda: desk.to_review is not None)
    assert not is_approved(desk, "image")


async def test_what_the_files_make_of_it_is_asked_about(desk: Desk) -> None:
    await desk.edit(text_of(A).replace("name: orders", "name: orders\nvars: {port: '5553'}"))
    desk.seen.clear()
    typed = ConnectionSpec("own", "stui", url="tcp://127.0.0.1:${port}")
    desk.session.save_connection(typed, "workspace")
    await desk.until_told(Reloaded)
    assert desk.session.connection("own").spec.url == C
    assert not is_approved(desk, "own")
