"""Asking at the terminal: a real one, and never standard input."""

from __future__ import annotations

import os
import pty
import threading
from collections.abc import Iterator

import pytest

from stui_workspace.cli import asking
from stui_workspace.cli.asking import Asker, agrees, asker, choose


class Person:
    """Sits at the other end of a terminal, and answers when asked."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        self.seen = ""

    def sits_there(self) -> Asker:
        return asking._Terminal(self.slave)

    def answers(self, text: str) -> threading.Thread:
        """Types `text` as soon as a question is on the screen."""

        def type_it() -> None:
            while not self.seen.endswith("] "):
                self.seen += os.read(self.master, 4096).decode()
            os.write(self.master, text.encode())

        thread = threading.Thread(target=type_it)
        thread.start()
        return thread


@pytest.fixture
def person() -> Iterator[Person]:
    one = Person()
    yield one
    os.close(one.master)
    os.close(one.slave)


@pytest.mark.parametrize(
    ("typed", "is_yes"),
    [
        ("y\n", True),
        ("YES\n", True),
        ("n\n", False),
        ("\n", False),
        ("yeah, why not\n", False),
        ("\x04", False),
    ],
    ids=["y", "YES", "n", "Enter", "words", "end of input"],
)
def test_only_a_clear_yes_is_one(person: Person, typed: str, *, is_yes: bool) -> None:
    thread = person.answers(typed)
    assert agrees(person.sits_there(), "Approve it?") == is_yes
    thread.join()
    assert person.seen.endswith("Approve it? [y/N] ")


def test_what_was_typed_before_is_thrown_away(person: Person) -> None:
    os.write(person.master, b"y\n")
    thread = person.answers("n\n")
    assert not agrees(person.sits_there(), "Approve it?")
    thread.join()


def test_a_question_cannot_speak_to_the_terminal(person: Person) -> None:
    thread = person.answers("n\n")
    agrees(person.sits_there(), "run \x1b[8mrm\u202e?")
    thread.join()
    assert "run ␛[8mrm<U+202E>?" in person.seen


def test_without_a_terminal_nobody_is_asked() -> None:
    assert asker() is None
    assert choose("Which?", ["a", "b"]) is None


@pytest.mark.parametrize(
    ("typed", "index"), [("2\n", 1), ("0\n", None), ("3\n", None), ("b\n", None), ("\n", None)]
)
def test_choosing_by_number(
    person: Person, monkeypatch: pytest.MonkeyPatch, typed: str, index: int | None
) -> None:
    monkeypatch.setattr(asking, "_TERMINAL", os.ttyname(person.slave))
    thread = person.answers(typed)
    assert choose("Which?", ["a", "b"]) == index
    thread.join()
    assert "1  a" in person.seen
