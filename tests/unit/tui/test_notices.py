"""What is said at the edge of the screen: kept, counted, and shown again with its next step."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from stui_workspace.errors import DiskError
from stui_workspace.tui.notices.book import MOST, NoticeBook
from stui_workspace.tui.notices.screen import NoticesScreen
from support.workbench import SMALL, opened

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param((120, 36), id="120x36")]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_what_is_said_again_is_counted_and_comes_first() -> None:
    book = NoticeBook(Clock())
    book.note("saved", "information")
    book.note("lost\n→ find it", "warning")
    book.note("saved", "information")
    first, second = book.all()
    assert (first.text, first.count, first.first_at, first.at) == ("saved", 2, 101.0, 103.0)
    assert (second.text, second.step, second.severity) == ("lost", "find it", "warning")


def test_the_same_words_with_another_weight_are_something_else() -> None:
    book = NoticeBook(Clock())
    book.note("gone", "warning")
    assert book.note("gone", "error").count == 1


def test_it_is_bounded_and_the_oldest_go_first() -> None:
    book = NoticeBook(Clock())
    for number in range(MOST + 5):
        book.note(f"{number}", "information")
    assert [one.text for one in (book.all()[0], book.all()[-1])] == [str(MOST + 4), "5"]
    assert len(book.all()) == MOST


async def test_equal_notices_are_not_stacked() -> None:
    async with opened() as bench:
        for _ in range(3):
            bench.screen.say("saved the session")
            await bench.settle()
        assert bench.toasts == "saved the session  (3 times)"


@pytest.mark.parametrize("size", SIZES)
async def test_everything_said_can_be_read_again(size: tuple[int, int]) -> None:
    async with opened(size=size) as bench:
        bench.screen.say("closed Notes")
        path = bench.session.project.root
        bench.screen.say_error(DiskError(path, "the disk is full", "make room"))
        await bench.settle()
        bench.app.clear_notifications()
        await bench.press("alt+v")
        assert isinstance(bench.app.screen, NoticesScreen)
        assert "Notices 2" in bench.text
        assert "✗" in bench.text
        assert "→ make room" in bench.text
        await bench.press("down")
        assert "closed Notes" in bench.text
        await bench.press("x")
        assert "Nothing was said yet" in bench.text
        assert "Notices 0" in bench.text


async def test_brackets_in_what_is_said_are_shown_as_they_are() -> None:
    async with opened() as bench:
        bench.screen.say("closed [red]x[/red]")
        await bench.press("alt+v")
        assert "closed [red]x[/red]" in bench.text
        assert not bench.app.screen.query(Static)
