"""How the program ends: well, whatever ends it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.errors import NotFoundError
from stui_workspace.runtime.request import Start
from stui_workspace.tui.app import WorkbenchApp, _end
from stui_workspace.tui.screens.questions import AfterCrashes
from stui_workspace.tui.workbench import Workbench
from support.workbench import opened, workspace


@dataclass(frozen=True)
class Crashes:
    crash_count: int = 2
    session: str = "main"
    saved: float = 1_700_000_000.0


async def ended_by(buggy: Callable[[], object]) -> WorkbenchApp:
    """An app that was ended by what F8 did."""
    app = WorkbenchApp(FakeSession(workspace()))
    with suppress(Exception):  # Textual raises it again for tests
        async with app.run_test() as pilot:
            screen = app.screen
            assert isinstance(screen, Workbench)
            screen.doers = {**screen.doers, "interrupt": buggy}
            await pilot.press("f8")
            await pilot.pause()
    return app


async def test_a_bug_ends_the_program_without_a_word_about_anybodys_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def buggy() -> None:
        secret = "hunter2"  # noqa: F841, S105 (what a crash screen would show)
        raise ZeroDivisionError("in the works")

    app = await ended_by(buggy)
    assert isinstance(app.bug, ZeroDivisionError)
    assert app._exit_renderables == []
    assert "hunter2" not in "".join(capsys.readouterr())


async def test_a_bug_in_something_that_goes_on_beside_the_screen_is_the_same() -> None:
    async def buggy() -> None:
        raise ZeroDivisionError("in the works")

    app = await ended_by(buggy)
    assert isinstance(app.bug, ZeroDivisionError)
    assert app._exit_renderables == []


async def test_after_a_bug_the_session_is_saved_but_says_no_goodbye() -> None:
    session = FakeSession(workspace())
    await _end(session, after_bug=True)
    assert [call[0] for call in session.calls] == ["save", "disconnect", "disconnect"]


async def test_otherwise_it_is_closed() -> None:
    session = FakeSession(workspace())
    await _end(session, after_bug=False)
    assert session.calls == [("close",)]


async def test_an_error_of_the_session_is_said_and_nothing_ends() -> None:
    async with opened() as bench:

        def refused() -> None:
            raise NotFoundError("connection", "[red]x", "look at the file")

        bench.screen.doers = {**bench.screen.doers, "interrupt": refused}
        await bench.press("f8")
        assert bench.toasts == "no connection `[red]x`\n→ look at the file"


@pytest.mark.parametrize(
    ("key", "start"), [("c", Start.CONTINUE), ("s", Start.SAFE), ("f", Start.FRESH)]
)
async def test_after_crashes_the_session_is_opened_as_chosen(key: str, start: Start) -> None:
    asked: list[Start] = []

    def reopen(chosen: Start) -> FakeSession:
        asked.append(chosen)
        return FakeSession(workspace())

    app = WorkbenchApp(None, Crashes(), reopen)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert isinstance(app.screen, AfterCrashes)
        await pilot.press(key)
        await pilot.pause()
        await pilot.pause()
        assert asked == [start]
        assert isinstance(app.screen, Workbench)
        assert app.screen.current == "scratch"


async def test_nothing_is_opened_if_nothing_is_chosen() -> None:
    app = WorkbenchApp(None, Crashes(), lambda _start: FakeSession(workspace()))
    async with app.run_test() as pilot:
        await pilot.press("escape")
        await pilot.pause()
    assert (app.session, app.return_value) == (None, 0)


async def test_what_cannot_be_opened_is_told_to_the_caller() -> None:
    def reopen(_start: Start) -> FakeSession:
        raise NotFoundError("session", "main")

    app = WorkbenchApp(None, Crashes(), reopen)
    async with app.run_test() as pilot:
        await pilot.press("c")
        await pilot.pause()
    assert isinstance(app.refusal, NotFoundError)
    assert app.return_value == 1


async def test_no_colour_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(size=(80, 24)) as bench:
        await bench.press("x")
        assert "┏━ Scratch ● │ Notes ━" in bench.text, "where the keyboard is, and what is unsaved"
        assert "● modified" in bench.text
