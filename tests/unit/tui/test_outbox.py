"""What was typed while a connection was down: in sight, and sent by a person alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from doubles.fake_session import Answer, FakeSession
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.runtime.events import ConnectionState, OutputArrived, Returned
from stui_workspace.tui.connecting.unsent import OutboxCard
from stui_workspace.tui.connecting.writing import Rewriting
from stui_workspace.tui.screens.guarding import Guarded
from support.workbench import SMALL, Bench, opened, workspace

S = ConnectionState
SIZES = [pytest.param(SMALL, id="80x24"), pytest.param((120, 36), id="120x36")]


def down(**changes: object) -> FakeSession:
    """A session whose connection `py` is down."""
    specs = {"py": ConnectionSpec("py", "python", **changes)}  # type: ignore[arg-type]
    session = FakeSession(workspace(connections=specs))
    session.links["py"] = replace(
        session.links["py"], state=S.RECONNECTING, reason="the link fell", incarnation="a"
    )
    return session


async def back(bench: Bench, *, same: bool) -> None:
    """Let `py` be online again."""
    life = "a" if same else "b"
    bench.session.become("py", S.ONLINE, incarnation=life, retry_at=None)
    count = len(bench.session.waiting)
    bench.session.tell(Returned("py", same=same, waiting_count=count))
    await bench.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_typed_while_down_stays_in_sight(size: tuple[int, int]) -> None:
    async with opened(down(), size) as bench:
        await bench.press("f5")
        assert "not sent to py: the link fell\n→ it waits, and nothing is sent" in bench.toasts
        assert "◇ py  waiting, not sent" in bench.text
        assert "│ one" in bench.text
        assert "Alt+Q edits, sends or discards it" in bench.text
        assert bench.session.transcript == ()


async def test_what_waits_stays_below_what_is_evaluated() -> None:
    session = down()
    async with opened(session) as bench:
        await bench.press("f5")
        bench.session.become("py", S.ONLINE)
        await bench.press("down", "f5")
        text = bench.text
        assert text.index("✓ 1 py  two") < text.index("◇ py  waiting")
        await bench.press("ctrl+l")
        assert "✓ 1 py" not in bench.text
        assert "◇ py  waiting" in bench.text, "it is no past that can be forgotten"


async def test_one_that_had_begun_when_the_link_was_found_down_is_not_shown_twice() -> None:
    async with opened(down()) as bench:
        from stui_workspace.model.session import TranscriptEntry
        from stui_workspace.runtime.events import EvaluationFinished, EvaluationStarted

        entry = TranscriptEntry(1, "py", "slow()", "running")
        bench.session.tell(EvaluationStarted(entry))
        await bench.settle()
        bench.session.put_into_outbox("py", "slow()")
        bench.session.tell(EvaluationFinished(replace(entry, outcome="waiting")))
        await bench.settle()
        assert bench.text.count("slow()") == 1


async def test_a_bar_tells_of_the_return_and_takes_no_key() -> None:
    async with opened(down()) as bench:
        await bench.press("f5")
        await back(bench, same=True)
        assert "◇ py is back, the same as before." in bench.text
        assert "1 evaluation waits: Alt+Q decides" in bench.text
        await bench.press("s", "x")
        assert bench.editor.line(0) == "sxone", "whoever types goes on typing"
        assert bench.session.called("send_waiting") == []


async def test_a_new_backend_is_told_plainly() -> None:
    async with opened(down()) as bench:
        await bench.press("f5")
        bench.session.waiting = [replace(one, incarnation="a") for one in bench.session.waiting]
        await back(bench, same=False)
        assert "py is back as a new backend: what the last one held is gone." in bench.text
        await bench.press("alt+q")
        assert isinstance(bench.app.screen, OutboxCard)
        assert "py is a new backend." in bench.text
        assert "are gone" in bench.text
        assert "for a backend that is gone" in bench.text


async def test_keeping_takes_the_bar_away_and_sends_nothing() -> None:
    async with opened(down()) as bench:
        await bench.press("f5")
        await back(bench, same=True)
        await bench.press("alt+q", "escape")
        assert "decides" not in bench.text
        assert "◇ py  waiting, not sent" in bench.text
        assert bench.session.called("send_waiting") == []


async def test_sending_one_and_then_the_rest() -> None:
    async with opened(down()) as bench:
        for code in ("first", "second", "third"):
            bench.session.put_into_outbox("py", code)
        await back(bench, same=True)
        await bench.press("alt+q", "down", "s")
        assert bench.session.called("send_waiting") == [("second",)]
        assert isinstance(bench.app.screen, OutboxCard)
        await bench.press("a")
        await bench.settle()
        assert [code for (code,) in bench.session.called("send_waiting")] == [
            "second",
            "first",
            "third",
        ]
        assert len(bench.app.screen_stack) == 1, "the card goes with the last one"
        assert "decides" not in bench.text


async def test_sending_all_stops_at_the_first_that_does_not_end_well() -> None:
    async with opened(down()) as bench:
        for code in ("first", "second", "third"):
            bench.session.put_into_outbox("py", code)
        bench.session.answers = [Answer(), Answer("error", "NameError")]
        await back(bench, same=True)
        await bench.press("alt+q", "a")
        await bench.settle()
        assert [one.code for one in bench.session.waiting] == ["third"]
        assert "The one before ended: error. 1 still waits." in bench.toasts


async def test_sending_while_it_is_down_keeps_it() -> None:
    async with opened(down()) as bench:
        bench.session.put_into_outbox("py", "first")
        await bench.press("alt+q", "s")
        await bench.settle()
        assert [one.code for one in bench.session.waiting] == ["first"]
        assert "not sent to py" in bench.toasts


async def test_editing_what_waits_does_not_send_it() -> None:
    async with opened(down()) as bench:
        bench.session.put_into_outbox("py", "first")
        await bench.press("alt+q", "enter")
        assert isinstance(bench.app.screen, Rewriting)
        await bench.press("s", "x", "ctrl+s")
        assert bench.session.called("rewrite_waiting") == [("firstsx",)]
        assert bench.session.called("send_waiting") == []
        assert "firstsx" in bench.text
        await bench.press("e", "y", "escape")
        assert bench.session.called("rewrite_waiting") == [("firstsx",)]


async def test_discarding_what_waits() -> None:
    async with opened(down()) as bench:
        bench.session.put_into_outbox("py", "first")
        await bench.press("alt+q", "x")
        await bench.settle()
        assert bench.session.called("discard_waiting") == [("first",)]
        assert "the input history has it" in bench.toasts
        assert len(bench.app.screen_stack) == 1


async def test_a_guarded_one_is_asked_about_before_it_is_sent() -> None:
    async with opened(down(guard=Guard.CONFIRM)) as bench:
        bench.session.put_into_outbox("py", "first")
        await back(bench, same=True)
        await bench.press("alt+q", "s")
        assert isinstance(bench.app.screen, Guarded)
        await bench.press("enter")
        assert bench.session.called("send_waiting") == []


async def test_where_the_file_lets_it_be_sent_nobody_is_asked() -> None:
    async with opened(down(offline="keep")) as bench:
        await bench.press("f5")
        assert "it is sent when the same backend is back" in bench.toasts
        await back(bench, same=True)
        assert "decides" not in bench.text
        assert "what waited is sent" in bench.toasts


async def test_nothing_waits() -> None:
    async with opened() as bench:
        await bench.press("alt+q")
        assert bench.toasts == "Nothing waits to be sent."


async def test_what_runs_while_the_link_falls_says_so_until_it_is_back() -> None:
    session = FakeSession(workspace())
    session.gate = asyncio.Event()
    async with opened(session, (120, 30)) as bench:
        await bench.press("f5")
        session.tell(OutputArrived(1, "stdout", "so far\n"))
        session.become("py", S.RECONNECTING, "the link fell")
        await bench.settle()
        assert "↻ 1 py  cut off  one" in bench.text
        assert "· the link fell while it ran; taken up again when it is back" in bench.text
        assert "so far" in bench.text
        session.become("py", S.BUSY)
        await bench.settle()
        assert "… 1 py  running  one" in bench.text
        assert "taken up again" not in bench.text
        assert "so far" in bench.text
        session.gate.set()
        session.gate = None
        await bench.settle()


async def test_words_of_ours_look_other_than_output() -> None:
    session = FakeSession(workspace())
    session.gate = asyncio.Event()
    async with opened(session, (120, 30)) as bench:
        await bench.press("f5")
        session.tell(OutputArrived(1, "stdout", "half a li"))
        session.tell(OutputArrived(1, "gap", "3 KiB are missing\n"))
        session.tell(OutputArrived(1, "note", "came while nobody listened"))
        session.tell(OutputArrived(1, "stdout", "ne\n"))
        bench.screen.following._feed.flush()
        await bench.settle()
        rows = [line.rstrip("│ ").rpartition("│")[2].strip() for line in bench.text.split("\n")]
        at = rows.index("half a li")
        assert rows[at + 1 : at + 4] == [
            "┄ 3 KiB are missing",
            "· came while nobody listened",
            "ne",
        ]
        session.gate.set()
        session.gate = None
        await bench.settle()


async def test_an_unknown_end_says_what_is_known() -> None:
    async with opened(size=(120, 30)) as bench:
        bench.session.answers = [Answer("unknown")]
        await bench.press("f5")
        assert "? 1 py  unknown  one" in bench.text
        assert "what became of it is not known; not repeated" in bench.text


async def test_a_new_backend_can_be_set_up_before_anything_is_sent() -> None:
    session = down(setup=("hello",))
    async with opened(session) as bench:
        bench.session.put_into_outbox("py", "first", "a")
        await back(bench, same=False)
        assert "what the last one held is gone" in bench.text
        await bench.press("alt+q")
        assert "p evaluates what sets it up." in bench.text
        await bench.press("p")
        await bench.settle()
        assert bench.session.called("evaluate") == [("py", "print('hello')")]
        assert [one.code for one in bench.session.waiting] == ["first"]
