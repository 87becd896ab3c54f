"""The timeline, on the past of a session on the disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from doubles.outside import HandClock, services_in
from stui_workspace.model.session import BufferState, LayoutState, SessionState
from stui_workspace.runtime.taking_back import Past
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.tui.screens.chooser import Chooser
from stui_workspace.tui.themes import DARK, LIGHT, THEMES
from stui_workspace.tui.timeline.screen import PAGE, TimelineScreen
from support.going_back import META, without_meta

FIRST = SessionState(
    META, buffers={name: BufferState(f"{name} one\n", ad_hoc=True) for name in ("a", "b", "c")}
)
SECOND = replace(
    FIRST,
    layout=LayoutState(focus="a"),
    buffers={**FIRST.buffers, "a": BufferState("a one\na two\n", ad_hoc=True)},
)
THIRD = replace(SECOND, preferences={"wrap": True})


class Scene:
    """A session with a past."""

    def __init__(self, folder: Path) -> None:
        self.clock = HandClock()
        self.services = services_in(folder, self.clock)
        self.place = self.services.locations.workspace(folder / "project")
        self.store = SessionStore(self.place)
        self.snapshots = SnapshotStore(self.place.snapshots_of("main"))
        self.past = Past(self.place, "main", self.services)

    def was(self, state: SessionState) -> str:
        """Save a state; a minute passes."""
        self.store.save(state)
        name = self.snapshots.put(without_meta(items_of(state)), self.clock.now)
        self.clock.now += 60.0
        return name

    @property
    def state(self) -> SessionState:
        return self.store.load("main").state


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


@pytest.fixture
def names(scene: Scene) -> list[str]:
    """The newest first."""
    return [scene.was(one) for one in (FIRST, SECOND, THIRD)][::-1]


class Show:
    """The screen, with a hand on its keyboard."""

    def __init__(self, app: App[None], pilot: Pilot[None], screen: TimelineScreen) -> None:
        self.app, self.pilot, self.screen = app, pilot, screen

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def toasts(self) -> str:
        return "\n".join(one.message for one in self.app._notifications)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        await self.pilot.pause()


@asynccontextmanager
async def shown(
    scene: Scene, size: tuple[int, int] = (120, 36), theme: str = DARK
) -> AsyncIterator[Show]:
    app: App[None] = App()
    screen = TimelineScreen(scene.past)
    async with app.run_test(size=size, notifications=True) as pilot:
        for one in THEMES:
            app.register_theme(one)
        app.theme = theme
        app.push_screen(screen)
        await pilot.pause()
        show = Show(app, pilot, screen)
        await show.settle()
        yield show


async def test_the_newest_first_with_what_each_changed(scene: Scene, names: list[str]) -> None:
    async with shown(scene) as show:
        lines = [line[2:46].strip(" ┃│") for line in show.text.splitlines()[1:7]]
        assert lines[0].startswith("1 min")
        assert lines[0].endswith("5 items")
        assert [lines[1], lines[3], lines[5]] == ["+preferences", "+layout ~a", "+a +b +c"]
        assert show.screen.marked == names[0]


async def test_details_say_what_differs_from_now(scene: Scene, names: list[str]) -> None:
    async with shown(scene) as show:
        assert "nothing differs" in show.text
        await show.press("end")
        assert "From then to now" in show.text
        assert "+ preferences" in show.text
        assert "+ a two" in show.text
        assert "▲" in show.text


async def test_compared_with_the_one_before_and_with_a_marked_one(
    scene: Scene, names: list[str]
) -> None:
    async with shown(scene) as show:
        await show.press("v")
        assert "From 19" in show.text
        assert "+ preferences" in show.text
        assert "~ pad a" not in show.text
        await show.press("end", "m")
        assert "◆ marked" in show.text
        await show.press("home")
        assert "~ pad a" in show.text
        await show.press("v")
        assert "From then to now" in show.text


async def test_all_of_it_comes_back_and_undo_and_redo(scene: Scene, names: list[str]) -> None:
    async with shown(scene) as show:
        await show.press("end", "r")
        assert scene.state.buffers == FIRST.buffers
        assert "u undoes it" in show.toasts
        assert show.screen.marked == names[2]
        assert show.screen.offers("undo")
        await show.press("u")
        assert scene.state.buffers == SECOND.buffers
        assert scene.state.preferences == {"wrap": True}
        await show.press("u")
        assert scene.state.buffers == FIRST.buffers


async def test_one_item_is_chosen_of_those_that_differ(scene: Scene, names: list[str]) -> None:
    async with shown(scene) as show:
        await show.press("end", "enter")
        assert isinstance(show.app.screen, Chooser)
        assert show.app.screen.titles == ["all of it", "layout", "preferences", "pad a"]
        await show.press("p", "a", "d", "enter")
        assert scene.state.buffers == FIRST.buffers
        assert scene.state.preferences == {"wrap": True}


async def test_one_pad(scene: Scene, names: list[str]) -> None:
    async with shown(scene) as show:
        await show.press("end", "b")
        assert isinstance(show.app.screen, Chooser)
        assert show.app.screen.titles == ["pad a"]
        await show.press("enter")
        assert scene.state.buffers == FIRST.buffers
        assert scene.state.layout == SECOND.layout


async def test_nothing_to_bring_back(scene: Scene, names: list[str]) -> None:
    async with shown(scene) as show:
        await show.press("enter")
        assert "nothing differs from now" in show.toasts
        await show.press("u")
        assert "nothing was taken back" in show.toasts


async def test_one_that_lost_most_items_is_marked_and_can_count(
    scene: Scene, names: list[str]
) -> None:
    scene.was(SessionState(META))
    async with shown(scene) as show:
        assert "! lost most items" in show.text
        assert show.screen.offers("confirm")
        await show.press("y")
        assert "it counts now" in show.toasts
        assert not scene.snapshots.log()[-1].shrunk
        assert not show.screen.offers("confirm")


async def test_a_session_that_is_open_elsewhere_says_so(scene: Scene, names: list[str]) -> None:
    lock = scene.store.acquire("main")
    assert lock is not None
    with lock:
        async with shown(scene) as show:
            await show.press("end", "r")
            assert "open in another stui" in show.toasts
    assert scene.state == THIRD


async def test_a_damaged_value_is_named(scene: Scene, names: list[str]) -> None:
    digest = scene.snapshots.log()[0].items["buffer/a"].encode()
    lines = scene.snapshots.path.read_bytes().split(b"\n")
    kept = [one for one in lines if digest not in one or b"snapshot" in one]
    scene.snapshots.path.write_bytes(b"\n".join(kept))
    async with shown(scene) as show:
        await show.press("end")
        assert "! pad a: its stored value is missing" in show.text
        await show.press("r")
        assert "pad a: its stored value is missing" in show.toasts
        assert scene.state.preferences == {}


async def test_no_snapshot_yet(scene: Scene) -> None:
    async with shown(scene) as show:
        assert "No snapshot is kept yet" in show.text
        await show.press("enter", "r", "b", "v", "m", "y")
        assert "nothing was taken back" not in show.toasts


async def test_thousands_are_shown_a_page_at_a_time_and_found_by_the_filter(scene: Scene) -> None:
    count = PAGE + 50
    for number in range(count):
        name = "needle" if number == 1 else f"pad-{number % 3}"
        state = SessionState(META, buffers={name: BufferState(f"{number}", ad_hoc=True)})
        scene.snapshots.put(without_meta(items_of(state)), scene.clock.now, confirmed=True)
        scene.clock.now += 1.0
    scene.store.save(state)
    async with shown(scene) as show:
        assert f"main · {count}" in show.text
        await show.press("end")
        assert "… 50 older" in show.text
        await show.press("enter", "end")
        assert "older" not in show.text.replace("Enter shows older", "")
        await show.press("slash", *"+needle"[1:])
        assert show.screen.marked in {one.id for one in scene.snapshots.log()[:3]}


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (40, 12)])
@pytest.mark.parametrize("theme", [DARK, LIGHT])
async def test_it_fits(scene: Scene, names: list[str], size: tuple[int, int], theme: str) -> None:
    async with shown(scene, size, theme) as show:
        lines = show.text.splitlines()
        assert len(lines) == size[1]
        assert "Timeline" in lines[0]
        await show.press("end", "v", "m", "tab", "down", "f12")


async def test_names_of_others_are_never_markup(scene: Scene) -> None:
    odd = "[bold]\x1b[31m"
    scene.was(SessionState(META, buffers={odd: BufferState("[red]x", title=odd, ad_hoc=True)}))
    scene.was(SessionState(META))
    async with shown(scene) as show:
        await show.press("end")
        assert "[bold]␛[31m" in show.text
        assert "[red]x" in show.text


def test_it_needs_no_more_of_a_session_than_it_says() -> None:
    from stui_workspace.tui.ports import LiveSession
    from stui_workspace.tui.timeline.source import Source

    def takes(source: Source) -> Any:
        return source

    def gives(session: LiveSession, past: Past) -> Any:
        return takes(session), takes(past)

    assert callable(gives)
