"""Settling: look when it is quiet, and look anyway when it never is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doubles.no_time import run
from stui_workspace.watch import settle

QUIET, LONGEST = 0.05, 1.5
TICK = 1e-6


async def story(events: Sequence[float]) -> tuple[float, bool]:
    """When `settle` returned, and whether the flag was set again by then."""
    loop = asyncio.get_running_loop()
    wake = asyncio.Event()
    for at in events:
        loop.call_at(at, wake.set)
    await settle(wake, quiet=QUIET, longest=LONGEST)
    return loop.time(), wake.is_set()


def test_one_event_is_one_look_after_the_quiet() -> None:
    at, set_again = run(story([1.0]))
    assert (at, set_again) == (1.0 + QUIET, False)


def test_the_quiet_is_counted_from_the_last_event() -> None:
    """A program that empties the file and writes it at once is waited for once, not twice."""
    at, set_again = run(story([1.0, 1.001, 1.03]))
    assert at == pytest.approx(1.03 + QUIET)
    assert not set_again


def test_what_was_heard_before_is_not_waited_for() -> None:
    async def told_already() -> float:
        wake = asyncio.Event()
        wake.set()
        await settle(wake, quiet=QUIET)
        return asyncio.get_running_loop().time()

    assert run(told_already()) == pytest.approx(QUIET)


def test_a_file_that_is_written_for_ever_is_looked_at_all_the_same() -> None:
    at, set_again = run(story([n * 0.01 for n in range(1000)]))
    assert LONGEST <= at <= LONGEST + QUIET
    assert set_again


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30).map(sorted))
@example([0.0, QUIET])
@example([0.0, QUIET - TICK])
def test_nothing_happened_for_a_while_before_a_look(events: list[float]) -> None:
    at, set_again = run(story(events))
    if not set_again:
        last = max(event for event in events if event <= at)
        assert at - last >= QUIET - TICK


@given(st.lists(st.floats(0, 5), min_size=1, max_size=50).map(sorted))
def test_every_event_is_followed_by_a_look(events: list[float]) -> None:
    async def follow() -> list[float]:
        loop = asyncio.get_running_loop()
        wake, looks = asyncio.Event(), list[float]()
        for at in events:
            loop.call_at(at, wake.set)
        while not looks or looks[-1] < events[-1] or wake.is_set():
            await settle(wake, quiet=QUIET, longest=LONGEST)
            looks.append(loop.time())
        return looks

    looks = run(follow())
    assert looks[-1] >= events[-1]
    assert len(looks) <= len(events)
