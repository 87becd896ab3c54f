"""The search of the history: typed into at once, narrowed by keys, and nothing lost by accident."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input

from doubles.fake_history import FakeHistory
from doubles.fake_session import FakeSession
from stui_workspace.history import Entry, Query
from stui_workspace.runtime.searching.finding import Wanted
from stui_workspace.runtime.searching.showing import in_view, lines_in_view
from stui_workspace.tui.screens import card
from stui_workspace.tui.searching.asking import Forgetting
from stui_workspace.tui.searching.screen import HistorySearch
from support.workbench import Bench, opened, workspace

NOW = 1_000_000.0


def entry(code: str, ago: float, **how: object) -> Entry:
    given = {"workspace": "w1", "machine": "laptop", "id": f"{abs(hash(code)):016x}"[:16], **how}
    return Entry(NOW - ago, str(given.pop("on", "py")), code, **given)  # type: ignore[arg-type]


PAST = [
    entry("select customer", 60.0),
    entry("select customer", 90.0, id="2"),
    entry("import pandas", 3600.0, on="stage", machine="desktop"),
    entry("def total(x):\n    return customer(x)", 7200.0, workspace="w2", ok=False),
]


@asynccontextmanager
async def searching(
    history: FakeHistory | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Bench, FakeHistory]]:
    """The search, opened over a workbench."""
    session = FakeSession(workspace())
    session.past_inputs = history or FakeHistory(list(PAST), names={"w1": "orders"})
    async with opened(session, size) as bench:
        await bench.press("ctrl+r")
        await settled(bench)
        assert isinstance(bench.app.screen, HistorySearch)
        yield bench, session.past_inputs


async def settled(bench: Bench) -> None:
    for _ in range(4):
        await bench.pilot.pause()


async def press(bench: Bench, *keys: str) -> None:
    await bench.press(*keys)
    await settled(bench)


def marked(bench: Bench) -> str | None:
    screen = bench.app.screen
    assert isinstance(screen, HistorySearch)
    return screen.marked.code if screen.marked is not None else None


async def test_the_last_inputs_are_there_at_once() -> None:
    async with searching() as (bench, _):
        assert marked(bench) == "select customer"
        assert "3 of 3 inputs" in bench.text
        assert (
            "any connection Alt+W any workspace Alt+M any machine Alt+E any outcome" in bench.text
        )
        assert "1 min ago  on py  in orders  at laptop  2 times" in bench.text


async def test_what_is_typed_narrows_the_list_without_another_key() -> None:
    async with searching() as (bench, history):
        await press(bench, *"pnds")
        assert marked(bench) == "import pandas"
        assert history.wanted[-1].typed == "pnds"
        assert "1 of 3 inputs" in bench.text
        await press(bench, "z")
        assert marked(bench) is None
        assert "Nothing fits" in bench.text


async def test_enter_puts_it_into_the_last_pad() -> None:
    async with searching() as (bench, history):
        await press(bench, *"pandas", "enter")
        assert bench.app.screen is bench.screen
        assert "import pandas" in bench.editor.source
        assert history.is_closed


async def test_another_key_copies_it_into_a_new_pad() -> None:
    async with searching() as (bench, _):
        before = len(bench.session.buffers())
        await press(bench, *"total", "ctrl+n")
        new = bench.session.buffers()[before:]
        assert [one.text for one in new] == ["def total(x):\n    return customer(x)"]


async def test_escape_changes_nothing() -> None:
    async with searching() as (bench, history):
        source = bench.editor.source
        await press(bench, *"sel", "escape")
        assert bench.app.screen is bench.screen
        assert bench.editor.source == source
        assert history.is_closed


async def test_the_arrows_and_the_same_key_again_mark_others_while_one_types() -> None:
    async with searching() as (bench, _):
        await press(bench, "down")
        assert marked(bench) == "import pandas"
        await press(bench, "ctrl+r")
        assert marked(bench) == "def total(x):\n    return customer(x)"
        assert "    return customer(x)" in bench.text
        await press(bench, "pageup")
        assert marked(bench) == "select customer"
        assert bench.app.focused is bench.app.screen.query_one(Input)


@pytest.mark.parametrize(
    ("key", "word", "left"),
    [
        ("alt+c", "only py", ["select customer", "def total(x):\n    return customer(x)"]),
        ("alt+w", "this workspace", ["select customer", "import pandas"]),
        ("alt+m", "this machine", ["select customer", "def total(x):\n    return customer(x)"]),
        ("alt+e", "failed only", ["def total(x):\n    return customer(x)"]),
    ],
)
async def test_a_key_narrows_and_widens_and_words_say_which(
    key: str, word: str, left: list[str]
) -> None:
    async with searching() as (bench, history):
        assert word not in bench.text
        await press(bench, key)
        assert word in bench.text
        screen = bench.app.screen
        assert isinstance(screen, HistorySearch)
        results = await history.search(history.wanted[-1])
        assert [one.code for one in results.found] == left
        assert f"{len(left)} of 3 inputs" in bench.text
        await press(bench, key)
        assert word not in bench.text
        assert "3 of 3 inputs" in bench.text


async def test_forgetting_asks_and_no_is_the_usual_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "ARMED_AFTER", 0.0)
    async with searching() as (bench, history):
        await press(bench, "alt+x")
        assert isinstance(bench.app.screen, Forgetting)
        assert "select customer" in bench.text
        await press(bench, "enter")
        assert history.forgotten == []
        await press(bench, "alt+x", "y")
        assert history.forgotten == ["select customer"]
        assert "`stui history undo` brings it back" in bench.toasts
        assert marked(bench) == "import pandas"


async def test_a_history_that_is_indexed_the_first_time_says_how_far_it_is() -> None:
    history = FakeHistory(new=list(PAST), steps=[(1, 4)], gate=asyncio.Event())
    async with searching(history) as (bench, _):
        assert "indexing, 25 %" in bench.text
        assert "indexed for the first time" in bench.text
        await press(bench, *"cust")  # nothing waits for it
        assert len(history.wanted) == 1
        assert history.gate is not None
        history.gate.set()
        await settled(bench)
        assert marked(bench) == "select customer"
        assert history.wanted[-1].typed == "cust"


async def test_what_is_typed_while_a_search_goes_on_is_searched_for_next() -> None:
    history = FakeHistory(list(PAST))
    async with searching(history) as (bench, _):
        gate = asyncio.Event()
        real = history.search

        async def slow(wanted: Wanted) -> object:
            await gate.wait()
            return await real(wanted)

        history.search = slow  # type: ignore[method-assign,assignment]
        count = len(history.wanted)
        await press(bench, *"pandas")
        gate.set()
        await settled(bench)
        assert marked(bench) == "import pandas"
        assert [one.typed for one in history.wanted[count:]] == ["p", "pandas"]


async def test_damaged_files_are_said() -> None:
    history = FakeHistory(list(PAST), damaged=(("laptop/2026-06.jsonl", 2),))
    async with searching(history) as (bench, _):
        assert "a damaged file" in bench.text


async def test_an_empty_history_says_so() -> None:
    async with searching(FakeHistory()) as (bench, _):
        assert "Nothing was evaluated yet." in bench.text
        await press(bench, "enter", "alt+x", "down")
        assert isinstance(bench.app.screen, HistorySearch)


async def test_without_a_connection_there_is_none_to_narrow_to() -> None:
    session = FakeSession(workspace(connections={}, buffers={}))
    async with opened(session, (80, 24)) as bench:
        await press(bench, "ctrl+r", "alt+c")
        assert "no connection" in bench.toasts


async def test_what_a_terminal_would_obey_is_pictured() -> None:
    history = FakeHistory([entry("print('\x1b[31m\u202e[bold]red')\n\x07", 5.0, on="\x1b[2J")])
    async with searching(history) as (bench, _):
        await press(bench, *"red")
        assert "\x1b" not in bench.text
        assert "␛[31m<U+202E>[bold]red" in bench.text


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_themes_and_help_and_all_sizes(size: tuple[int, int]) -> None:
    async with searching(size=size) as (bench, _):
        await press(bench, "f12", "f1")
        assert not isinstance(bench.app.screen, HistorySearch)
        await press(bench, "escape")
        assert isinstance(bench.app.screen, HistorySearch)
        assert marked(bench) == "select customer"
        assert max(map(len, bench.text.split("\n"))) == size[0]


def test_a_long_input_is_cut_so_that_what_was_sought_is_in_view() -> None:
    code = "word " * 50 + "target" + " tail" * 50
    places = frozenset(range(250, 256))
    pieces = in_view(code, places, 40)
    assert "target" in [text for text, is_marked in pieces if is_marked]
    assert len("".join(text for text, _ in pieces)) <= 40
    assert pieces[0] == ("…", False)
    assert pieces[-1] == ("…", False)


def test_a_short_input_is_shown_whole() -> None:
    assert in_view("  a b\n", frozenset({2}), 40) == [("a", True), (" b", False)]


def test_the_lines_of_an_input_keep_their_marks() -> None:
    assert Query.read("b").words == ("b",)
    assert lines_in_view("a\nb c\n\n", frozenset({2}), 9) == [
        [("a", False)],
        [("b", True), (" c", False)],
    ]
