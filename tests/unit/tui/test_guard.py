"""Connections that matter: asked about each time, or not evaluated on at all, and marked."""

from __future__ import annotations

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.model.workspace import ConnectionSpec, Guard
from stui_workspace.tui.screens.guarding import Guarded
from support.workbench import LARGE, SMALL, Bench, opened, workspace

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param(LARGE, id="200x50")]


def session(guard: Guard) -> FakeSession:
    spec = ConnectionSpec("py", "python", title="Live orders", guard=guard)
    return FakeSession(workspace(connections={"py": spec}, environment="staging"))


async def asked(bench: Bench, *keys: str) -> None:
    await bench.press(*keys)
    assert isinstance(bench.app.screen, Guarded)


@pytest.mark.parametrize("size", SIZES)
async def test_it_is_asked_before_each_evaluation(size: tuple[int, int]) -> None:
    async with opened(session(Guard.CONFIRM), size) as bench:
        for count in (1, 2):
            await asked(bench, "f5")
            assert "Evaluate on Live orders?" in bench.text
            assert "py  in environment staging" in bench.text
            assert "│ one" in bench.text
            bench.app.screen._armed_at = 0.0  # type: ignore[attr-defined]
            await bench.press("y")
            await bench.settle()
            assert bench.session.called("evaluate") == [("py", "one", "confirmed")] * count


@pytest.mark.parametrize("key", ["enter", "n", "escape"])
async def test_no_is_the_default(key: str) -> None:
    async with opened(session(Guard.CONFIRM)) as bench:
        await asked(bench, "f5")
        bench.app.screen._armed_at = 0.0  # type: ignore[attr-defined]
        await bench.press(key)
        await bench.settle()
        assert bench.session.called("evaluate") == []
        assert "Nothing was evaluated." in bench.toasts


async def test_a_yes_typed_ahead_is_none() -> None:
    async with opened(session(Guard.CONFIRM)) as bench:
        await asked(bench, "f5", "y")
        assert bench.session.called("evaluate") == []


async def test_long_code_is_shown_in_part() -> None:
    async with opened(session(Guard.CONFIRM)) as bench:
        bench.session.edit("scratch", "\n".join(f"line {n}" for n in range(30)))
        await asked(bench, "f6")
        assert "│ line 7" in bench.text
        assert "and 22 more lines" in bench.text


async def test_read_only_says_why_and_what_to_do() -> None:
    async with opened(session(Guard.READ_ONLY)) as bench:
        await bench.press("f5")
        assert "py is read-only: nothing is evaluated on it\n→ Alt+C chooses" in bench.toasts
        assert "⊘ 1 py  refused" in bench.text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("guard", [Guard.CONFIRM, Guard.READ_ONLY])
async def test_it_is_marked_in_words(guard: Guard, size: tuple[int, int]) -> None:
    async with opened(session(guard), size) as bench:
        first, *_, status, _keys = bench.text.split("\n")
        assert f"Scratch · {guard}" in first
        assert f"py · {guard} │ ○ idle" in status
        assert f"python · py · {guard}" in bench.text


async def test_free_ones_have_no_mark() -> None:
    async with opened(size=SMALL) as bench:
        assert "confirm" not in bench.text
