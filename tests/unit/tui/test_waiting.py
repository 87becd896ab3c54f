"""What takes long is said in the line of keys, and only then; the keyboard stays free."""

from __future__ import annotations

import asyncio

import pytest

from stui_workspace.errors import UsageError
from stui_workspace.tui import doing
from stui_workspace.tui.hints import KeyLine
from support.workbench import Bench, opened


@pytest.fixture(autouse=True)
def noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doing, "NOTICED", 0.01)


async def until(bench: Bench, words: str) -> None:
    """Wait until the line of keys says so."""
    async with asyncio.timeout(10):
        while words not in bench.screen.query_one(KeyLine).wait_words:
            await bench.pilot.pause(0.01)


async def test_it_is_said_while_it_lasts_and_the_keyboard_is_free() -> None:
    async with opened() as bench:
        gate = asyncio.Event()
        bench.screen.work(gate.wait(), "rebuilding the index")
        await until(bench, "rebuilding the index")
        await bench.pilot.press("a")
        assert bench.editor.source.startswith("a")
        await bench.pilot.pause()
        assert "rebuilding the index…" in bench.text.splitlines()[-1]
        assert "F5 eval" in bench.text.splitlines()[-1]
        gate.set()
        await bench.settle()
        assert bench.screen.query_one(KeyLine).wait_words == ""


async def test_it_is_gone_after_an_error() -> None:
    async def fail(gate: asyncio.Event) -> None:
        await gate.wait()
        raise UsageError("no such thing")

    async with opened() as bench:
        gate = asyncio.Event()
        bench.screen.work(fail(gate), "looking")
        await until(bench, "looking")
        gate.set()
        await bench.settle()
        assert bench.screen.query_one(KeyLine).wait_words == ""
        assert "no such thing" in bench.toasts


async def test_of_two_things_the_other_stays() -> None:
    async with opened() as bench:
        first, second = asyncio.Event(), asyncio.Event()
        bench.screen.work(first.wait(), "one")
        await until(bench, "one")
        bench.screen.work(second.wait(), "two")
        await until(bench, "two")
        second.set()
        await until(bench, "one")
        first.set()
        await bench.settle()
