"""Each key does what the table says, at the smallest and at a large size."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from doubles.fake_session import Answer, FakeSession
from stui_workspace.layout import Leaf, Row, group_of
from stui_workspace.model.session import BufferState
from stui_workspace.runtime.events import ConnectionState, CopyFound, Notice
from stui_workspace.tui.app import WorkbenchApp
from stui_workspace.tui.keys import ACTIONS, BY_NAME
from stui_workspace.tui.screens.chooser import Chooser
from stui_workspace.tui.screens.consenting import Consent
from stui_workspace.tui.screens.questions import Prompt
from support.workbench import LARGE, SMALL, Bench, opened, workspace

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param(LARGE, id="200x50")]


async def done(name: str, bench: Bench, *keys: str) -> None:
    """Press what the table says for an action, and then some."""
    await bench.press(BY_NAME[name].keys[0], *keys)


@pytest.mark.parametrize("size", SIZES)
class TestEvaluating:
    async def test_evaluate(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("evaluate", bench)
            assert bench.session.called("evaluate") == [("py", "one")]
            assert "✓ 1 py  one" in bench.text
            assert "→ 42" in bench.text

    async def test_a_result_is_said_where_no_panel_shows_it(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("evaluate", bench)
            assert "42" not in bench.toasts
            await done("zoom", bench)
            await done("evaluate", bench)
            assert "→ 42\n^O goes on to the results" in bench.toasts

    async def test_evaluate_all(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("x")
            await done("evaluate-all", bench)
            assert bench.session.called("evaluate") == [("py", "xone\ntwo\nthree\n")]

    async def test_interrupt(self, size: tuple[int, int]) -> None:
        session = FakeSession(workspace())
        session.gate = asyncio.Event()
        async with opened(session, size) as bench:
            await done("evaluate", bench)
            assert "… 1 py  running  one" in bench.text
            assert "py busy" in bench.text
            await done("interrupt", bench)
            session.gate = None
            await bench.settle()
            assert "■ 1 py  interrupted  one" in bench.text

    async def test_copy_or_interrupt(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("shift+right", "shift+right")
            await done("copy-or-interrupt", bench)
            assert bench.app.clipboard == "on"

    async def test_connect_and_disconnect(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("connect", bench)
            await done("connect", bench)
            assert [call[0] for call in bench.session.calls if "connect" in str(call[0])] == [
                "connect",
                "disconnect",
            ]

    async def test_restart(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("restart", bench)
            assert bench.session.called("restart") == [("py",)]

    async def test_choose_the_connection_of_a_pad(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("choose-connection", bench, "down", "enter")
            assert bench.session.buffer("scratch").connection == "stage"


@pytest.mark.parametrize("size", SIZES)
class TestPads:
    async def test_save(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("x")
            assert "Scratch ●" in bench.text
            await done("save-pad", bench)
            assert bench.session.called("save_buffer") == [("scratch",)]
            assert "Scratch ●" not in bench.text

    async def test_what_cannot_be_saved_says_why(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("ctrl+n", "x")
            await done("save-pad", bench)
            assert "this session's own\n→ add it to the file" in bench.toasts

    async def test_new_and_close_and_back(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("new-pad", bench, "a", "b")
            assert bench.screen.current == "pad-1"
            assert bench.session.buffer("pad-1").text == "ab"
            assert bench.session.buffer("pad-1").connection == "py"
            await done("close-pad", bench)
            assert bench.screen.current == "scratch"
            assert "pad-1" not in bench.screen.board.panes
            await done("reopen-pad", bench)
            assert bench.session.buffer(bench.screen.current).text == "ab"

    async def test_closing_a_pad_of_the_file_keeps_its_text(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("x")
            await done("close-pad", bench)
            assert "scratch" not in bench.screen.board.shown()
            assert bench.session.buffer("scratch").text == "xone\ntwo\nthree\n"

    async def test_rename(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("rename-pad", bench)
            assert isinstance(bench.app.screen, Prompt)
            await bench.press(*["backspace"] * 7, "H", "i", "enter")
            assert bench.session.buffer("scratch").title == "Hi"
            assert "━ Hi │ Notes" in bench.text

    async def test_revert_and_undo(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("x")
            await done("revert-pad", bench)
            assert bench.session.buffer("scratch").modified is False
            assert bench.editor.source == "one\ntwo\nthree\n"
            await bench.press("ctrl+z")
            assert bench.session.buffer("scratch").text == "xone\ntwo\nthree\n"

    async def test_recall(self, size: tuple[int, int]) -> None:
        session = FakeSession(workspace(), inputs=("first", "second", "second"))
        async with opened(session, size) as bench:
            await done("recall-older", bench)
            assert bench.editor.line(0) == "secondone"
            await done("recall-older", bench)
            await done("recall-older", bench)
            assert bench.editor.line(0) == "firstone"
            await done("recall-newer", bench)
            assert bench.editor.line(0) == "secondone"
            await done("recall-newer", bench)
            assert bench.editor.line(0) == "one"

    async def test_insert_a_snippet(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("insert-snippet", bench, "h", "e", "l", "enter")
            assert bench.editor.line(0) == "print('hello')one"


@pytest.mark.parametrize("size", SIZES)
class TestPanels:
    async def test_next_and_previous_panel_go_all_round(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            order = bench.screen.board.shown()
            seen = []
            for _ in order:
                await done("next-panel", bench)
                seen.append(bench.screen.current)
            assert sorted(seen) == sorted(order)
            await done("previous-panel", bench)
            assert bench.screen.current == seen[-2]

    async def test_tabs(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("next-tab", bench)
            assert bench.screen.current == "notes"
            assert bench.session.active == {"scratch|notes": "notes"}
            assert "# Notes" in bench.text
            await done("previous-tab", bench)
            assert (bench.screen.current, bench.session.focus) == ("scratch", "scratch")

    async def test_directions(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("go-down", bench)
            assert bench.screen.current == "results"
            await done("go-up", bench)
            assert bench.screen.current == "scratch"

    async def test_zoom(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("zoom", bench)
            pane = bench.screen.board.panes["scratch"]
            assert pane.region.size == bench.screen.board.size
            assert bench.session.zoomed == "scratch"
            await done("zoom", bench)
            assert pane.region.size != bench.screen.board.size
            assert bench.session.zoomed is None

    async def test_go_to_what_is_not_on_the_screen(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("go-to", bench, *"snippets", "enter")
            assert bench.screen.current == "snippets"
            assert "Say hello" in bench.text


@pytest.mark.parametrize("size", SIZES)
class TestArranging:
    async def test_resize(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            before = bench.screen.board.panes["scratch"].region
            await done("resize-down", bench)
            assert bench.screen.board.panes["scratch"].region.height > before.height
            assert bench.session.called("arrange")

    async def test_plain_keys_while_arranging(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            before = bench.screen.board.panes["scratch"].region
            await done("arrange", bench, "up", "up", "q")
            assert bench.screen.board.panes["scratch"].region.height < before.height
            assert "Esc" in bench.text.split("\n")[-1] or size == SMALL
            await bench.press("escape", "k")
            assert bench.editor.source == "kone\ntwo\nthree\n", "and then they are typed again"

    async def test_move_and_join_and_back(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("arrange", bench, "shift+right")
            tree = bench.screen.board.arrangement
            assert tree is not None
            assert group_of(tree, "scratch") == ("scratch",)
            await bench.press("ctrl+down")
            tree = bench.screen.board.arrangement
            assert tree is not None
            assert "results" in group_of(tree, "scratch")
            await bench.press("0", "escape")
            assert bench.session.called("reset_layout") == [()]
            assert group_of(bench.screen._tree(), "scratch") == ("scratch", "notes")

    async def test_hide(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("arrange", bench, "x", "escape")
            assert bench.screen.current == "notes"
            assert "scratch" not in bench.screen.board.shown()

    async def test_choose_a_layout(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("choose-layout", bench, *"side", "enter")
            assert bench.session.called("choose_layout") == [("side",)]
            assert bench.screen.board.shown() == ("scratch", "results")
            assert bench.screen.board.arrangement == Row((Leaf("scratch"), Leaf("results")))


@pytest.mark.parametrize("size", SIZES)
class TestWorkbench:
    @pytest.mark.parametrize(
        ("action", "shown"),
        [
            ("help", "Evaluate the selection or line"),
            ("palette", "Evaluate the whole pad"),
            ("receipt", "There was nothing to restore"),
        ],
    )
    async def test_screens(self, action: str, shown: str, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done(action, bench)
            assert shown in bench.text
            await bench.press("escape")
            assert len(bench.app.screen_stack) == 1

    async def test_toggle_the_theme(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await done("toggle-theme", bench)
            assert bench.app.theme == "stui-light"
            assert bench.session.called("prefer") == [("theme", "stui-light")]
            await done("toggle-theme", bench)
            assert bench.app.theme == "stui-dark"

    async def test_clear(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("f5")
            await done("clear-transcript", bench)
            assert bench.session.called("clear_transcript") == [()]
            assert "✓ 1 py" not in bench.text

    async def test_quit_closes_the_session_first(self, size: tuple[int, int]) -> None:
        async with opened(size=size) as bench:
            await bench.press("x")
            await done("quit", bench)
            assert bench.session.calls[-1] == ("close",)
            assert bench.session.buffer("scratch").text == "xone\ntwo\nthree\n"
            assert bench.app.return_value == 0


async def test_every_action_is_in_the_palette() -> None:
    async with opened() as bench:
        await bench.press("ctrl+p")
        assert isinstance(bench.app.screen, Chooser)
        assert {*bench.app.screen.titles} == {one.title for one in ACTIONS} - {
            BY_NAME["palette"].title
        }


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("light", lambda bench: bench.app.theme == "stui-light"),
        ("wholepad", lambda bench: bench.session.called("evaluate")),
        ("linenumbers", lambda bench: bench.session.own == {"line_numbers": False}),
        ("wraplong", lambda bench: bench.session.own == {"wrap": False}),
        ("savethesession", lambda bench: bench.session.called("save")),
        ("quit", lambda bench: bench.session.calls[-1] == ("close",)),
    ],
)
async def test_by_name(typed: str, seen: Callable[[Bench], object]) -> None:
    async with opened() as bench:
        await bench.press("ctrl+p", *typed, "enter")
        assert seen(bench)


async def test_the_first_paint_waits_for_nothing() -> None:
    """When the session starts its tasks or is asked for history, there is something to see."""
    layout = {"work": {"row": ["scratch", "history"]}}
    session = FakeSession(workspace(layout=layout))
    seen: list[tuple[str, str]] = []
    begin, recall = session.start, session.recall

    def line() -> str:
        return Bench(session, app, pilot).text.split("\n")[1][:12].strip("┃ ")

    async def start() -> None:
        seen.append(("start", line()))
        await begin()

    def recalled(connection: str) -> tuple[str, ...]:
        seen.append(("recall", line()))
        return recall(connection)

    session.start, session.recall = start, recalled  # type: ignore[method-assign]
    app = WorkbenchApp(session)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await pilot.pause()
    assert {what for what, _ in seen} == {"start", "recall"}
    assert {shown for _, shown in seen} == {"1  one"}


async def test_the_view_is_as_it_was_left() -> None:
    session = FakeSession(workspace(), focus="inspector", active={"results|inspector": "inspector"})
    session.states["notes"] = BufferState(text="kept")
    async with opened(session) as bench:
        assert bench.screen.current == "inspector"
        assert bench.screen.board.shown() == ("connections", "scratch", "inspector")


async def test_zoomed_as_it_was_left() -> None:
    async with opened(FakeSession(workspace(), focus="results", zoomed="results")) as bench:
        assert bench.screen.board.panes["results"].region.size == bench.screen.board.size


async def test_connections_panel() -> None:
    async with opened() as bench:
        await bench.press("alt+left", "c")
        assert bench.session.called("connect") == [("py",)]
        await bench.press("r", "i")
        assert bench.session.called("restart") == [("py",)]
        assert bench.session.called("interrupt") == [("py",)]
        bench.session.become("py", ConnectionState.RECONNECTING, "it ended")
        await bench.settle()
        assert "↻ py" in bench.text
        assert "reconnecting" in bench.text
        assert "it ended" in bench.text


async def test_history_panel_inserts_into_the_pad() -> None:
    session = FakeSession(workspace(), inputs=("alpha", "beta"))
    async with opened(session) as bench:
        await bench.press("alt+g", *"history", "enter", "up", "enter")
        assert bench.screen.current == "scratch"
        assert bench.editor.line(0) == "alphaone"


async def test_a_connection_that_needs_consent_is_asked_about_and_then_made() -> None:
    async with opened() as bench:
        await bench.press("alt+left", "down", "c")
        assert isinstance(bench.app.screen, Consent)
        assert "runs /usr/bin/python3" in bench.text
        await bench.press("a")
        assert bench.session.called("grant") == [], "not while it has just come up"
        bench.app.screen._armed_at = 0.0
        await bench.press("a")
        assert bench.session.called("grant") == [("stage",)]
        assert bench.session.connection("stage").state is ConnectionState.ONLINE


@pytest.mark.parametrize("key", ["enter", "escape", "n"])
async def test_no_consent_is_the_default(key: str) -> None:
    async with opened() as bench:
        await bench.press("alt+left", "down", "c")
        bench.app.screen._armed_at = 0.0  # type: ignore[attr-defined]
        await bench.press(key)
        assert bench.session.called("grant") == []
        assert bench.session.connection("stage").state is ConnectionState.NEEDS_YOU


async def test_evaluating_goes_on_after_the_consent() -> None:
    async with opened() as bench:
        bench.session.describe_buffer("scratch", connection="stage")
        await bench.press("f5")
        bench.app.screen._armed_at = 0.0  # type: ignore[attr-defined]
        await bench.press("a")
        assert [outcome.outcome for outcome in bench.session.transcript] == ["refused", "ok"]


async def test_output_streams_in_while_it_runs() -> None:
    session = FakeSession(workspace())
    session.gate = asyncio.Event()
    async with opened(session) as bench:
        await bench.press("f5")
        from stui_workspace.runtime.events import OutputArrived

        for text in ("first\nsec", "ond\n", "thi"):
            session.tell(OutputArrived(1, "stdout", text))
            bench.screen.following._feed.flush()
        await bench.settle()
        shown = [line.strip("│ ") for line in bench.text.split("\n")]
        assert [line[line.rfind("│") + 1 :].strip() for line in shown if "first" in line] == [
            "first"
        ]
        assert any(line.endswith("second") for line in shown)
        assert any(line.endswith("thi") for line in shown)
        session.answers = [Answer(output="first\nsecond\nthird\n", result=None)]
        session.gate.set()
        session.gate = None
        await bench.settle()
        assert any(line.strip("│ ").endswith("third") for line in bench.text.split("\n"))


async def test_a_notice_is_shown_as_it_stands() -> None:
    async with opened() as bench:
        bench.session.tell(Notice("[red]odd[/] \x1b[31m", "look at it", warning=True))
        await bench.settle()
        assert bench.toasts == "[red]odd[/] ␛[31m\n→ look at it"
        assert "[red]odd[/]" in bench.text


async def test_a_conflict_copy_is_told_with_what_to_do() -> None:
    async with opened() as bench:
        asked = CopyFound("w (1).yaml", "asked", "1 place waits", ("/a",), "`stui conflicts`")
        bench.session.tell(asked)
        bench.session.tell(CopyFound("w (2).yaml", "merged", "both sides changed it"))
        await bench.settle()
        assert "conflict copy w (1).yaml: 1 place waits\n→ Alt+X shows the places" in bench.toasts
        assert "merged conflict copy w (2).yaml: both sides changed it" in bench.toasts


async def test_a_click_on_a_tab_brings_it_up() -> None:
    async with opened() as bench:
        pane = bench.screen.board.panes["scratch"]
        title = bench.text.split("\n")[0]
        at = title.index("Notes") - pane.region.x
        assert await bench.pilot.click(pane, offset=(at, 0))
        await bench.settle()
        assert bench.screen.current == "notes"


async def test_a_click_on_a_key_does_what_it_says() -> None:
    async with opened() as bench:
        line = bench.text.split("\n")[-1]
        await bench.pilot.click("KeyLine", offset=(line.index("commands"), 0))
        await bench.settle()
        assert isinstance(bench.app.screen, Chooser)


async def test_what_a_connection_may_do_can_be_reviewed() -> None:
    async with opened() as bench:
        await done("review-powers", bench)
        assert bench.toasts == "This connection needs nobody's approval."
        await bench.press("alt+left", "down", "y")
        assert isinstance(bench.app.screen, Consent)
        bench.app.screen._armed_at = 0.0
        await bench.press("a")
        assert bench.session.called("grant") == [("stage",)]
        assert "approved" in bench.toasts
