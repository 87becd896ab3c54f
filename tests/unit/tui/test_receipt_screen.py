"""The receipt on the screen: what came back, why not, and trying that again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.model.session import Waiting
from stui_workspace.model.workspace import SnippetSpec
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.receipts.rebuilding import Rebuild
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.receipt.screen import ReceiptScreen
from stui_workspace.tui.receipt.words import OUTCOME_SIGNS, called, item_rows
from support.workbench import SMALL, Bench, opened, workspace

HOSTILE = "[red]x[/]\x1b[31m"
NOTES = Restored(
    "buffer/notes", Outcome.FAILED, "notes.md is not there", "bring its file back",
    "where its cursor stood", Remedy.READ,
)  # fmt: skip
LAYOUT = Restored("layout", Outcome.CHANGED, "another one", "arrange it", None, Remedy.BRING_BACK)
STAGE = Restored("connection/stage", Outcome.REFUSED, "not approved", "y", None, Remedy.CONNECT)
NEW_LIFE = Restored("connection/py", Outcome.CHANGED, "a new start", "b", None, Remedy.REBUILD)
RECEIPT = Receipt(
    "main", (Restored("preferences", Outcome.OK), LAYOUT, NOTES, STAGE, NEW_LIFE), after_crash=True
)
REBUILD = Rebuild("py", "old-life", 3, (SnippetSpec("s", "import x", "Imports"),), ("a = 1",))


def session(**changes: object) -> FakeSession:
    given = {"receipt": RECEIPT, "rebuilds": {"py": REBUILD}, **changes}
    return FakeSession(workspace(), **given)  # type: ignore[arg-type]


async def marked(bench: Bench, item: str) -> ReceiptScreen:
    """The screen with that item marked."""
    await bench.press("f4")
    screen = bench.app.screen
    assert isinstance(screen, ReceiptScreen)
    screen.mark(item)
    await bench.settle()
    return screen


def test_every_outcome_has_a_sign_of_its_own_or_a_word_beside_it() -> None:
    assert set(OUTCOME_SIGNS) == set(Outcome)


async def test_what_is_not_well_is_marked_first() -> None:
    async with opened(session()) as bench:
        await bench.press("f4")
        await bench.settle()
        screen = bench.app.screen
        assert isinstance(screen, ReceiptScreen)
        assert screen.marked == "layout"
        await bench.press("up")
        screen.follow()
        await bench.settle()
        assert screen.marked == "preferences", "a person went elsewhere"


def test_text_of_others_is_shown_as_it_stands() -> None:
    item = Restored(f"connection/{HOSTILE}", Outcome.REFUSED, HOSTILE, HOSTILE, HOSTILE)
    rebuild = replace(REBUILD, life=HOSTILE, inputs=(HOSTILE,))
    text = "".join(row.text for row in item_rows(item, rebuild)) + called(item.item)
    assert "\x1b" not in text
    assert "[red]x[/]" in text


@pytest.mark.parametrize("size", [SMALL, (120, 36)])
async def test_each_item_has_its_outcome_and_the_marked_one_all_that_is_known(
    size: tuple[int, int],
) -> None:
    async with opened(session(), size=size) as bench:
        await marked(bench, "buffer/notes")
        text = bench.text
    for words in ("3 of 5", "✓ preferences", "✗ pad notes", "⊘ connection"):
        assert words in text
    for words in ("bring its file back", "where its cursor stood", "r reads it again"):
        assert words in text


async def test_an_empty_receipt_says_so() -> None:
    async with opened(session(receipt=Receipt("main"))) as bench:
        await bench.press("f4")
        assert "There was nothing to restore." in bench.text
        await bench.press("r", "a", "b", "c", "escape")
        assert bench.app.screen is bench.screen


async def test_a_receipt_that_is_not_complete_is_followed() -> None:
    waiting = replace(RECEIPT, items=(Restored("connection/py", Outcome.WAITING),))
    async with opened(session(receipt=waiting)) as bench:
        screen = await marked(bench, "connection/py")
        assert "… connection py" in bench.text
        bench.session.receipt = waiting.having(Restored("connection/py", Outcome.OK))
        screen.follow()
        await bench.settle()
        assert "✓ connection py" in bench.text


async def test_a_pad_is_read_again_and_what_came_of_it_is_said() -> None:
    back = Restored("buffer/notes", Outcome.OK)
    async with opened(session(comes_back={"buffer/notes": back})) as bench:
        await marked(bench, "buffer/notes")
        await bench.press("r")
        assert bench.session.called("restore_again") == [("buffer/notes",)]
        assert "pad notes is back" in bench.toasts
        assert "✓ pad notes" in bench.text


async def test_enter_does_the_same_as_r() -> None:
    async with opened(session(comes_back={"layout": Restored("layout", Outcome.OK)})) as bench:
        await marked(bench, "layout")
        await bench.press("enter")
        assert bench.session.called("restore_again") == [("layout",)]


async def test_what_cannot_be_had_is_an_error_that_is_said() -> None:
    async with opened(session()) as bench:
        await marked(bench, "buffer/notes")
        await bench.press("r")
        assert "no snapshot has it whole" in bench.toasts


async def test_all_are_tried_but_whose_layout_is_shown_is_asked_for_by_itself() -> None:
    back = Restored("buffer/notes", Outcome.OK)
    async with opened(session(comes_back={"buffer/notes": back})) as bench:
        bench.session.approved.add("stage")
        await marked(bench, "layout")
        await bench.press("a")
        assert bench.session.called("restore_again") == [("buffer/notes",)]
        assert bench.session.called("connect") == [("stage",)]


async def test_a_connection_that_waits_for_consent_is_asked_about() -> None:
    async with opened(session()) as bench:
        await marked(bench, "connection/stage")
        await bench.press("r")
        assert type(bench.app.screen).__name__ == "Consent"
        assert bench.session.called("grant") == []


async def test_a_connection_that_is_being_tried_is_tried_at_once() -> None:
    async with opened(session()) as bench:
        bench.session.become("stage", ConnectionState.RECONNECTING, "refused")
        await marked(bench, "connection/stage")
        await bench.press("r")
        assert bench.session.called("retry") == [("stage",)]


async def test_what_is_gone_with_a_life_is_listed_and_a_pad_opens_with_it_unevaluated() -> None:
    async with opened(session()) as bench:
        await marked(bench, "connection/py")
        for words in ("3 evaluations", "old-life", "set up · Imports", "import x", "a = 1"):
            assert words in bench.text
        await bench.press("b")
        assert bench.app.screen is bench.screen
        assert bench.editor.text == "import x\na = 1\n"
        pad = bench.session.buffer(bench.screen.last_pad)
        assert (pad.connection, pad.title) == ("py", "rebuild py")
        assert bench.session.called("evaluate") == []
        assert "nothing was evaluated" in bench.toasts


async def test_it_can_be_copied() -> None:
    async with opened(session()) as bench:
        await marked(bench, "connection/py")
        await bench.press("c")
        assert bench.app.clipboard == "import x\na = 1\n"


async def test_what_has_nothing_to_rebuild_says_so() -> None:
    async with opened(session(rebuilds={})) as bench:
        await marked(bench, "connection/py")
        await bench.press("b")
        assert "nothing that would rebuild it" in bench.toasts
        assert bench.session.called("add_buffer") == []


async def test_the_footer_offers_only_what_can_be_done() -> None:
    async with opened(session(), size=(120, 30)) as bench:
        screen = await marked(bench, "preferences")
        assert [screen.offers(name) for name in ("choose", "try-all", "rebuild")] == [
            False, True, False,
        ]  # fmt: skip
        screen.mark("connection/py")
        await bench.settle()
        assert [screen.offers(name) for name in ("choose", "rebuild")] == [False, True]


async def test_the_connections_screen_opens_the_same_pad() -> None:
    async with opened(session()) as bench:
        await bench.press("alt+k")
        bench.app.screen.query_one(Listing).mark("py")
        await bench.press("b")
        assert bench.app.screen is bench.screen
        assert bench.editor.text == REBUILD.code
        assert bench.session.called("evaluate") == []
        await bench.press("alt+k", "down", "b")
        assert "nothing that would rebuild it" in bench.toasts


async def test_what_waits_is_shown_as_wide_as_there_is_room_at_once() -> None:
    code = "orders.count_by_day_and_customer()"
    async with opened(session(waiting=[Waiting("1", "stage", code, 0.0)])) as bench:
        await bench.press("alt+k", "down")
        await bench.settle()
        assert code in bench.text
