"""Conflicts of the workspace file, settled in an open session; and what was merged by itself."""

from __future__ import annotations

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.document import parse
from stui_workspace.merge import Labels, Policy, Take, Written
from stui_workspace.merge.differing import differences
from stui_workspace.model.revision import Revision
from stui_workspace.runtime.events import CopyFound, Notice, Reloaded
from stui_workspace.runtime.settling import Settlement
from stui_workspace.runtime.syncing import Effect, Merged
from stui_workspace.tui.conflicts.asking import ConflictsScreen
from stui_workspace.tui.conflicts.merges import MergesScreen
from support.merging_screen import BASE, NAME, OURS, REMARK, SOURCE, THEIRS, sides_of
from support.workbench import SMALL, Bench, opened, workspace

COPY = "a.sync-conflict.yaml"
KEY = "ghp_" + "A1b2C3d4E5f6" * 3
LAST = Merged(Revision("aa"), 999_000.0, Revision("b"), Revision("t"), COPY, is_next=True)
BEFORE = Merged(Revision("bb"), 990_000.0, Revision("b"), Revision("t"), "old copy.yaml")
EFFECT = Effect(
    differences(parse(BASE.encode()), parse(THEIRS.encode()), Policy.published()),
    differences(parse(BASE.encode()), parse(OURS.encode()), Policy.published()),
)


def settlement(ours: str = OURS, theirs: str = THEIRS) -> Settlement:
    return Settlement(
        sides_of(ours=ours, theirs=theirs), Policy.published(), Labels("w", "known", COPY)
    )


def session(*merges: Settlement, merged: tuple[Merged, ...] = (LAST, BEFORE)) -> FakeSession:
    return FakeSession(workspace(), open_merges=list(merges), merged=merged, effects={COPY: EFFECT})


def asking(bench: Bench) -> ConflictsScreen:
    found = bench.app.screen
    assert isinstance(found, ConflictsScreen)
    return found


@pytest.mark.parametrize("size", [SMALL, (120, 36)])
async def test_it_asks_about_one_with_its_sides_and_the_result(size: tuple[int, int]) -> None:
    async with opened(session(settlement()), size=size) as bench:
        await bench.press("alt+x")
        for words in (NAME, "conflict 1 of 3", "mine", "orders", "yours", "name: mine", REMARK):
            assert words in bench.text


@pytest.mark.parametrize(("key", "take"), [("o", Take.OURS), ("t", Take.THEIRS), ("a", Take.BASE)])
async def test_one_key_settles_it_in_the_file_at_once(key: str, take: Take) -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", key)
        assert bench.session.called("settle") == [(NAME, take)]
        assert str(asking(bench).sitting.current.path) == REMARK


async def test_both_are_taken_where_that_makes_sense() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "b")
        assert "cannot have both" in bench.toasts
        await bench.press("s", "b")
        assert bench.session.called("settle") == [(REMARK, Take.BOTH)]


async def test_something_else_is_written() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "e", *["backspace"] * 4, *"all", "ctrl+s")
        assert bench.session.called("settle") == [(NAME, Written("all"))]


async def test_what_is_settled_is_taken_back_and_asked_about_again() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "o", "t", "u")
        assert bench.session.called("unsettle") == [()]
        assert str(asking(bench).sitting.current.path) == REMARK
        assert [str(one.path) for one in asking(bench).sitting.open] == [REMARK, SOURCE]


async def test_nothing_to_take_back_is_said() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "u")
        assert "resolution to take back" in bench.toasts


async def test_what_is_settled_is_not_settled_twice() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "o", "p", "t")
        assert bench.session.called("settle") == [(NAME, Take.OURS)]
        assert "settled already" in bench.toasts


async def test_skipping_leaves_it_open() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "s", "s", "s", "escape")
        assert bench.session.called("settle") == []
        assert bench.app.screen is bench.screen


async def test_when_all_is_settled_the_screen_says_so_and_everything_can_be_taken_back() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "o", "o", "o")
        assert "✓ nothing open" in bench.text
        assert "all of it is in the file" in bench.text
        assert "o ours" not in bench.text
        await bench.press("u")
        assert "1 open" in bench.text


async def test_after_one_merge_the_next_is_asked_about() -> None:
    other = settlement(OURS.replace("mine", "ours two"))
    async with opened(session(settlement(), other)) as bench:
        await bench.press("alt+x", "o", "o", "o")
        assert "another one waits" in bench.toasts
        assert asking(bench).sitting.settlement.sides == other.sides


async def test_what_was_settled_elsewhere_drops_off() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x")
        bench.session.open_merges[0] = bench.session.open_merges[0].take(NAME, Take.THEIRS)
        bench.session.tell(Reloaded(()))
        await bench.settle()
        assert [str(one.path) for one in asking(bench).sitting.open] == [REMARK, SOURCE]
        bench.session.open_merges.clear()
        bench.session.tell(Reloaded(()))
        await bench.settle()
        assert "✓ nothing open" in bench.text


async def test_no_secret_is_shown() -> None:
    ours = OURS.replace("name: mine", f"name: {KEY}")
    async with opened(session(settlement(ours))) as bench:
        await bench.press("alt+x")
        assert KEY not in bench.text
        await bench.press("r")
        assert KEY not in bench.text


async def test_without_conflicts_it_says_so_and_lists_what_was_merged() -> None:
    async with opened(session(), size=(120, 40)) as bench:
        await bench.press("alt+x")
        assert isinstance(bench.app.screen, MergesScreen)
        assert "Nothing is in conflict." in bench.text
        await bench.press("down")
        for words in (COPY, "What came from the copy", "/name", "orders → yours", "→ mine"):
            assert words in bench.text


async def test_nothing_at_all_was_merged() -> None:
    async with opened(session(merged=()), size=SMALL) as bench:
        await bench.press("alt+x")
        assert "Nothing is in conflict." in bench.text
        await bench.press("u")
        assert "no merge to take back" in bench.toasts


async def test_the_last_merge_is_taken_back_after_a_yes() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+x", "u", "n")
        assert bench.session.called("undo_merge") == []
        await bench.press("u", "y")
        assert bench.session.called("undo_merge") == [()]
        assert "stui sync restore" in bench.toasts
        assert "taken back" in bench.text
        assert bench.session.merges()[1].is_next


async def test_the_list_of_merges_is_behind_m_and_leads_back_to_the_questions() -> None:
    async with opened(session(settlement())) as bench:
        await bench.press("alt+x", "m")
        assert "3 conflicts to settle" in bench.text
        await bench.press("enter")
        asking(bench)
        await bench.press("escape")
        assert bench.app.screen is bench.screen


async def test_markers_that_leave_nothing_to_choose_are_written_away() -> None:
    same = settlement(OURS, OURS)
    one = session(same)
    one.marked = True
    async with opened(one) as bench:
        await bench.press("alt+x")
        assert "markers, and nothing to choose" in bench.text
        await bench.press("enter")
        assert bench.session.called("settle_rest") == [()]
        assert "Nothing is in conflict." in bench.text


@pytest.mark.parametrize(
    "event",
    [
        CopyFound(COPY, "asked", "2 places of it wait for you", ("/name",), "`stui conflicts`"),
        Notice("2 conflicts of a merge to settle", "`stui conflicts`", True, "conflicts"),
    ],
    ids=["a copy", "a merge"],
)
async def test_a_conflict_that_appears_names_the_key_that_settles_it(
    event: CopyFound | Notice,
) -> None:
    async with opened(session(settlement())) as bench:
        bench.session.tell(event)
        await bench.settle()
        assert "Alt+X" in bench.toasts


async def test_the_palette_has_every_action_of_the_screen() -> None:
    async with opened(session(settlement()), size=(120, 40)) as bench:
        await bench.press("alt+x", "ctrl+p")
        assert "What was merged by itself" in bench.text
        await bench.press("escape")
        asking(bench)
