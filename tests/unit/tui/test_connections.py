"""The panel and the screen of connections: what they show, what they repaint, what keys do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from doubles.fake_session import Answer, FakeEpisode, FakeSession
from stui_workspace.errors import DiskError
from stui_workspace.model.workspace import ConnectionSpec, Guard, SnippetSpec
from stui_workspace.runtime.events import ConnectionState, Returned
from stui_workspace.tui.connecting.screen import ConnectionsScreen
from stui_workspace.tui.keys import BY_NAME, CONNECTING
from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Group
from stui_workspace.tui.panels.listing import Connections
from stui_workspace.tui.screens.chooser import Chooser
from stui_workspace.tui.scrollback import Scrollback
from support.workbench import LARGE, SMALL, Bench, opened, workspace

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param((120, 36), id="120x36")]
S = ConnectionState


def session(**changes: Any) -> FakeSession:
    """One with a connection that is down, one that evaluates and one at rest."""
    specs = {
        "py": ConnectionSpec("py", "python"),
        "image": ConnectionSpec("image", "stui", url="tcp://127.0.0.1:5557"),
        "stage": ConnectionSpec("stage", "python", guard=Guard.CONFIRM),
    }
    made = FakeSession(workspace(connections=specs), approved={*specs}, **changes)
    now = made.now
    made.links["py"] = replace(made.links["py"], state=S.BUSY, since=now, busy_since=now)
    made.links["image"] = replace(
        made.links["image"],
        state=S.RECONNECTING,
        attempts=2,
        retry_at=now + 5,
        reason="the server closed the link",
        trips=(0.0008,),
        incarnation="b",
    )
    made.episodes["image"] = (
        FakeEpisode(now - 60, None, "open", None, 2, "b"),
        FakeEpisode(now - 600, now - 60, "lost", "no answer for 30 s", 0, "a"),
    )
    return made


def panel(bench: Bench) -> Connections:
    return next(iter(bench.screen.panels(Connections)))


def screen_of(bench: Bench) -> ConnectionsScreen:
    found = bench.app.screen
    assert isinstance(found, ConnectionsScreen)
    return found


def details_of(bench: Bench) -> str:
    return screen_of(bench).query_one("#details").query_one(Scrollback).plain


def painted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lines of the panel each paint from now on takes; -1 for all of it."""
    found: list[int] = []
    shown = panel(bench)
    refresh = shown.refresh

    def noted(*regions: Any, **options: Any) -> Any:
        found.append(sum(region.height for region in regions) if regions else -1)
        return refresh(*regions, **options)

    monkeypatch.setattr(shown, "refresh", noted)
    return found


async def test_a_second_paints_only_the_rows_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(session(), LARGE) as bench:
        found = painted(bench, monkeypatch)
        bench.session.now += 1
        bench.screen.following.tick()
        await bench.pilot.pause()
        assert "busy 1 s" in bench.text
        assert "next try in 4 s" in bench.text
        rows = [content.plain.count("\n") + 1 for content in prompts(panel(bench))[:2]]
        assert found == rows, "and not the third one, which is as it was"


def prompts(shown: Connections) -> list[Any]:
    return [option.prompt for option in shown.options]


async def test_nothing_is_painted_while_all_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(size=LARGE) as bench:
        bench.session.become("py", S.ONLINE, heard_at=bench.session.now)
        await bench.settle()
        bench.screen.following.tick()
        found = painted(bench, monkeypatch)
        for _ in range(5):
            bench.session.now += 1
            bench.screen.following.tick()
        assert found == []


async def test_a_round_trip_is_seen_without_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(size=LARGE) as bench:
        bench.session.become("py", S.ONLINE)
        await bench.settle()
        bench.session.links["py"] = replace(bench.session.links["py"], trips=(0.0008,))
        bench.screen.following.tick()
        await bench.pilot.pause()
        assert "0.8 ms" in bench.text


async def test_a_row_that_grows_moves_the_others_and_the_mark_stays() -> None:
    async with opened(size=LARGE) as bench:
        await bench.press("alt+left", "down")
        bench.session.become("py", S.RECONNECTING, "a long story of why it fell", retry_at=1.0)
        await bench.settle()
        assert panel(bench).marked == "stage"
        assert "a long story of why it" in bench.text


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("d", ("disconnect", "image")),
        ("r", ("restart", "image")),
        ("i", ("interrupt", "image")),
        ("t", ("retry", "image")),
        ("c", ("disconnect", "image")),
        ("f", ("favour", "image", True)),
    ],
)
async def test_keys_of_the_panel_and_of_the_screen(key: str, call: tuple[object, ...]) -> None:
    for on_screen in (False, True):
        async with opened(session()) as bench:
            await bench.press("alt+left", "down", *(["enter"] if on_screen else []), key)
            assert isinstance(bench.app.screen, ConnectionsScreen) == on_screen
            await bench.settle()
            assert call in bench.session.calls


async def test_favourites_first_is_a_toggle() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+left", "down", "f", "o")
        assert str(prompts(panel(bench))[0]).startswith("↻ image")
        assert panel(bench).marked == "image"
        assert "★" in bench.text
        await bench.press("o")
        assert str(prompts(panel(bench))[0]).startswith("◐ py")


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("try-now", ("retry", "image")),
        ("disconnect", ("disconnect", "image")),
        ("favour-connection", ("favour", "image", True)),
    ],
)
async def test_from_a_pad_it_is_the_pads_connection(name: str, call: tuple[object, ...]) -> None:
    async with opened(session()) as bench:
        bench.session.describe_buffer("scratch", connection="image")
        bench.screen.perform(name)
        await bench.settle()
        assert call in bench.session.calls


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_shows_the_marked_one(size: tuple[int, int]) -> None:
    async with opened(session(), size) as bench:
        await bench.press(BY_NAME["connections"].keys[0], "down")
        assert isinstance(bench.app.screen, ConnectionsScreen)
        assert bench.app.screen.marked == "image"
        text = bench.text
        for words in (
            "↻ reconnecting · attempt 3, next try in 5 s",
            "the server closed the link",
            "tcp://127.0.0.1:5557",
            "a new start: what the last",
            "usually 0.8 ms",
        ):
            assert words in text
        details = details_of(bench)
        assert "no answer for 30 s" in details
        await bench.press("down")
        assert "stage · confirm" in bench.text
        assert "It was never connected" in bench.text
        await bench.press("escape")
        assert len(bench.app.screen_stack) == 1


async def test_the_screen_counts_down_and_follows_what_is_told() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+k", "down")
        screen = bench.app.screen
        assert isinstance(screen, ConnectionsScreen)
        bench.session.now += 2
        screen.follow()
        await bench.settle()
        assert "next try in 3 s" in bench.text
        bench.session.become("image", S.ONLINE, retry_at=None, backend="Pharo 12")
        await bench.settle()
        assert "● online" in bench.text
        assert "Pharo 12" in bench.text
        assert screen.marked == "image"


async def test_the_screen_opens_at_the_connection_of_the_pad() -> None:
    async with opened(session()) as bench:
        bench.session.describe_buffer("scratch", connection="image")
        await bench.press("alt+k")
        assert screen_of(bench).marked == "image"


async def test_the_screen_goes_from_part_to_part() -> None:
    async with opened(session()) as bench:
        bench.session.put_into_outbox("image", "1 + 1")
        await bench.press("alt+k", "down")
        seen = []
        for _ in range(4):
            seen.append(type(bench.app.focused).__name__)
            await bench.press("tab")
        assert seen == ["List", "Details", "OutboxList", "List"]
        await bench.press("tab", "x")
        assert bench.session.called("discard_waiting") == [("1 + 1",)]
        assert type(bench.app.focused).__name__ == "List", "the list that is gone has it not"


async def test_everything_of_the_screen_is_in_its_palette() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+k", "ctrl+p")
        assert isinstance(bench.app.screen, Chooser)
        not_now = {"palette", "retry", "review", "set-up"}  # it evaluates, and all is well with it
        assert {*bench.app.screen.titles} == {
            one.title for one in CONNECTING if one.name not in not_now
        }
        await bench.press(*"favourite, or", "enter")
        assert bench.session.called("favour") == [("py", True)]


async def test_each_key_of_the_screen_does_something() -> None:
    async with opened(session()) as bench:
        screen = ConnectionsScreen(bench.screen.connecting)
        asked: list[str] = []

        def note(what: str, name: str) -> None:
            asked.append(what)

        bench.screen.connecting.asked = note  # type: ignore[method-assign]
        await bench.app.push_screen(screen)
        await bench.settle()
        own = {one.name for one in common_actions(Group.CONNECTING)}
        for action in CONNECTING:
            if action.name not in own:
                screen.action_perform(action.name)
        assert set(asked) | own == {action.name for action in CONNECTING}


async def test_a_theme_that_is_chosen_there_is_kept() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+k")
        before = bench.app.theme
        await bench.press("f12")
        assert bench.app.theme != before
        assert bench.session.preferences.theme == bench.app.theme


async def test_the_list_is_narrowed_by_what_people_know_of_a_connection() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+k", "slash", *"reconn")
        assert screen_of(bench).marked == "image"
        assert "◐ py" not in bench.text
        await bench.press("enter", "t")
        assert bench.session.called("retry") == [("image",)]
        await bench.press("escape")
        assert isinstance(bench.app.screen, ConnectionsScreen), "the filter goes first"


async def test_a_log_that_cannot_be_read_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = session()

    def broken(name: str | None, limit: int) -> tuple[FakeEpisode, ...]:
        raise DiskError(fake.project.root, "it is not there")

    monkeypatch.setattr(fake, "connection_history", broken)
    async with opened(fake) as bench:
        await bench.press("alt+k")
        assert "it is not there" in details_of(bench)


async def test_the_theme_repaints_the_screen() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+k", "down", "f12")
        assert bench.app.theme == "stui-light"
        assert screen_of(bench).marked == "image"


async def test_a_connection_of_the_session_can_be_forgotten_and_no_other() -> None:
    async with opened(session()) as bench:
        bench.screen.perform("forget-connection")
        await bench.settle()
        assert "All connections are the file's" in bench.toasts
        bench.session.add_connection(ConnectionSpec("mine", "python"))
        bench.screen.perform("forget-connection")
        await bench.settle()
        await bench.press("enter")
        assert bench.session.called("forget_connection") == [("mine",)]


async def test_one_that_is_back_says_whether_it_is_the_same() -> None:
    async with opened(session()) as bench:
        bench.session.tell(Returned("image", same=True, waiting_count=0))
        await bench.settle()
        assert "image is back, the same as before" in bench.toasts
        bench.session.tell(Returned("py", same=False, waiting_count=0))
        await bench.settle()
        assert "py is back as a new backend: what the last one held is gone\n→ " in bench.toasts


async def test_one_that_needs_a_person_says_what_to_do_once() -> None:
    async with opened(session()) as bench:
        step = "mend the address"
        for _ in range(2):
            bench.session.become("image", S.NEEDS_YOU, "somebody else answered", next_step=step)
            await bench.settle()
        assert bench.toasts.count("image needs you: somebody else answered\n→ mend the") == 1


async def test_the_status_line_has_the_round_trip_or_the_countdown() -> None:
    async with opened(session(), LARGE) as bench:
        bench.session.describe_buffer("scratch", connection="image")
        bench.screen.show_status()
        await bench.settle()
        assert "↻ image reconnecting, next try in 5 s" in bench.text
        bench.session.become("image", S.ONLINE)
        await bench.settle()
        assert "● image online 0.8 ms" in bench.text


def with_set_up() -> FakeSession:
    snippets = {one: SnippetSpec(one, f"{one}()") for one in ("load", "index")}
    spec = ConnectionSpec("py", "python", setup=("load", "index"))
    return FakeSession(workspace(connections={"py": spec}, snippets=snippets), approved={"py"})


async def test_what_sets_a_new_life_up_is_offered_once_and_done_when_asked() -> None:
    async with opened(with_set_up()) as bench:
        for state in (S.ONLINE, S.BUSY, S.ONLINE):
            bench.session.become("py", state, incarnation="a")
            await bench.settle()
        assert bench.toasts.count("py has started\n→ Alt+S evaluates what sets it up") == 1
        assert bench.session.called("evaluate") == []
        await bench.press("alt+s")
        assert bench.session.called("evaluate") == [("py", "load()"), ("py", "index()")]
        assert "py is set up" in bench.toasts


async def test_setting_up_stops_where_it_fails() -> None:
    async with opened(with_set_up()) as bench:
        bench.session.answers = [Answer("error", "NameError")]
        await bench.press("alt+left", "s")
        assert bench.session.called("evaluate") == [("py", "load()")]
        assert "stopped at load; 1 more not evaluated" in bench.toasts


async def test_the_footer_names_what_can_be_done_about_the_marked_one() -> None:
    async with opened(session(), SMALL) as bench:
        await bench.press("alt+k")
        for name, there, absent in (("image", "t try now", "i stop"), ("py", "i stop", "t try")):
            screen_of(bench).mark(name)
            await bench.settle()
            footer = bench.text.splitlines()[-1]
            assert footer.startswith(" Esc back  c connect")
            assert there in footer
            assert absent not in footer
