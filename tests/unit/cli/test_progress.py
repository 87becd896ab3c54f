"""A line for what takes long: in a terminal alone, only once people notice, and gone after."""

from __future__ import annotations

import io
import sys
from threading import Event
from typing import TYPE_CHECKING

import pytest

from stui_workspace.cli.progress import Progress

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Written(io.BytesIO):
    """Says when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.news = Event()

    def write(self, content: ReadableBuffer) -> int:
        count = super().write(content)
        self.news.set()
        return count


class Terminal(io.TextIOWrapper):
    def __init__(self) -> None:
        self.content = Written()
        super().__init__(self.content, encoding="utf-8", write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def text(self) -> str:
        return self.content.getvalue().decode()

    def waits_for_news(self) -> bool:
        """Whether something is written soon."""
        found = self.content.news.wait(10)
        self.content.news.clear()
        return found


def at_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal as standard error. No fixture: pytest puts its own there before each test."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return made


def test_what_takes_long_is_said_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    with Progress("looking", noticed=0.0) as progress:
        assert terminal.waits_for_news()
        progress.at("looking: \x1b[2Jgit")
        assert terminal.waits_for_news()
    text = terminal.text
    assert "looking" in text
    assert "\x1b[2J" not in text
    assert text.endswith("\r\x1b[K")


def test_nothing_is_said_of_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    with Progress("looking", noticed=60.0):
        pass
    assert terminal.text == ""


def test_nothing_is_said_to_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    made = io.StringIO()
    monkeypatch.setattr(sys, "stderr", made)
    progress = Progress("looking", noticed=0.0)
    with progress:
        assert progress._thread is None
    assert made.getvalue() == ""


def test_it_is_gone_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)

    def fail() -> None:
        with Progress("looking", noticed=0.0):
            assert terminal.waits_for_news()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert terminal.text.endswith("\r\x1b[K")


def test_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_terminal(monkeypatch)
    progress = Progress("indexing", noticed=0.0)
    progress(1, 4)
    with progress:
        assert terminal.waits_for_news()
    progress = Progress("reading", noticed=0.0)
    progress(12345)
    with progress:
        assert terminal.waits_for_news()
    assert "indexing 25 %" in terminal.text
    assert "reading 12,345" in terminal.text
