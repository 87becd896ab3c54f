"""Output that comes faster than anybody reads: bounded, in order, and the end is in view."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from doubles.fake_session import FakeSession
from stui_workspace.runtime.events import OutputArrived
from stui_workspace.tui.feed import GATHERED
from stui_workspace.tui.panels.records import output_rows
from stui_workspace.tui.panels.running import Arrived, Results
from stui_workspace.tui.scrollback import ROW_LIMIT, Row
from support.workbench import SMALL, opened, workspace


async def test_a_burst_of_50_000_lines_is_bounded_and_its_last_line_is_shown() -> None:
    session = FakeSession(workspace())
    session.gate = asyncio.Event()
    async with opened(session, SMALL) as bench:
        await bench.press("f5")
        feed = bench.screen.following._feed
        results = next(iter(bench.screen.panels(Results)))
        most = 0
        for number in range(50_000):
            session.tell(OutputArrived(1, "stdout", f"line {number:05} of a burst\n"))
            most = max(most, feed.length)
        assert most <= 2 * GATHERED + 100
        feed.flush()
        await bench.settle()
        assert "line 49999 of a burst" in bench.text
        assert len(results.rows) <= ROW_LIMIT
        assert "… 1 py  running  one" in results.rows[0].text
        assert "lines are not shown" in results.rows[1].text
        session.gate.set()
        session.gate = None
        await bench.settle()
        assert "→ 42" in bench.text


async def test_a_burst_on_two_streams_in_turn_is_no_worse() -> None:
    session = FakeSession(workspace())
    session.gate = asyncio.Event()
    async with opened(session, SMALL) as bench:
        await bench.press("f5")
        for number in range(50_000):
            session.tell(OutputArrived(1, ("stdout", "stderr")[number % 2], f"line {number}\n"))
        bench.screen.following._feed.flush()
        await bench.settle()
        assert "line 49999" in bench.text
        session.gate.set()
        session.gate = None
        await bench.settle()


texts = st.text(alphabet="ab\n", max_size=30)


def shown(pieces: Iterable[tuple[str, str]], frames: int) -> list[Row]:
    """The rows of some output that comes in so many frames."""
    several, rows, unfinished = list(pieces), [Row((("head", "text"),))], ""
    size = max(len(several) // frames, 1)
    for start in range(0, len(several), size):
        arrived = Arrived(unfinished)
        for stream, text in several[start : start + size]:
            arrived.add(stream, text)
        unfinished = arrived.unfinished
        rows = [*(rows[:-1] if arrived.is_over_last else rows), *arrived.rows]
    return rows[1:]


@given(texts, st.lists(st.integers(0, 30), max_size=6), st.integers(1, 6))
def test_it_makes_no_difference_in_which_pieces_output_comes(
    text: str, cuts: list[int], frames: int
) -> None:
    ends = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [("stdout", text[start:end]) for start, end in pairwise(ends)]
    whole = list(output_rows(text, "stdout"))
    if not whole[-1].text.strip():
        whole.pop()  # after the last newline: nothing of that line is there
    assert shown(pieces, frames) == whole


@given(st.lists(st.tuples(st.sampled_from(["stdout", "gap", "note"]), texts), max_size=6))
def test_words_of_ours_never_stand_in_a_line_of_output(pieces: list[tuple[str, str]]) -> None:
    rows = shown(pieces, 3)
    texts_of = {row.pieces[0][0].strip(): row for row in rows}
    assert set(texts_of) <= {"", "┄", "·"}
    output = "".join(text for stream, text in pieces if stream == "stdout").replace("\n", "")
    assert "".join(row.pieces[1][0] for row in rows if row.pieces[0][0] == "    ") == output
