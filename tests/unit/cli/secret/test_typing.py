"""Typing a secret at a terminal: nothing of it is shown, and nothing of it is lost."""

from __future__ import annotations

import os
import pty
import termios
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from stui_workspace.cli import asking
from stui_workspace.cli.secret_asking import HiddenAsker, _HiddenTerminal, hidden_asker
from stui_workspace.errors import UsageError

QUESTION = "Value: "


class Keyboard:
    """The other end of a terminal that is asked in a thread."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.shown = b""
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(1)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def asker(self) -> HiddenAsker:
        return _HiddenTerminal(self.slave)

    def asks(self) -> Future[str | None]:
        """Asks, and returns once the question is on the screen."""
        answer = self._pool.submit(self.asker.ask_hidden, QUESTION)
        self.shows(QUESTION.encode())
        return answer

    def shows(self, text: bytes) -> None:
        """Returns once that is on the screen."""
        with self._changed:
            assert self._changed.wait_for(lambda: text in self.shown, 30)

    def types(self, keys: bytes) -> None:
        """Types, as fast as the terminal takes it."""
        while keys:
            keys = keys[os.write(self.master, keys[:1024]) :]

    def end(self) -> None:
        """Close it; all that was shown has been read then."""
        self._pool.shutdown()
        if self._reader.is_alive():
            os.close(self.slave)
            self._reader.join(30)
            os.close(self.master)

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self.master, 4096)
            except OSError:
                return
            with self._changed:
                self.shown += piece
                self._changed.notify_all()


@pytest.fixture
def keyboard() -> Iterator[Keyboard]:
    one = Keyboard()
    yield one
    one.end()


def answered(keyboard: Keyboard, keys: bytes) -> str | None:
    answer = keyboard.asks()
    keyboard.types(keys)
    return answer.result(30)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (b"hunter2\r", "hunter2"),
        (b"hunter2\n", "hunter2"),
        (b"  two words \r", "  two words "),
        ("ÄÖ\N{SNOWMAN}\r".encode(), "ÄÖ\N{SNOWMAN}"),
        (b"hunterx\x7f2\r", "hunter2"),
        (b"hunterx\x082\r", "hunter2"),
        ("hunter\N{SNOWMAN}\x7f2\r".encode(), "hunter2"),
        (b"\x7f\x7fa\r", "a"),
        (b"wrong\x15hunter2\r", "hunter2"),
        (b"a\x04b\r", "a\x04b"),
        (b"a\x1ab\r", "a\x1ab"),
        (b"\x04", None),
        (b"\r", None),
        (b"x" * 20_000 + b"\r", "x" * 20_000),
    ],
    ids=str.split(
        "Enter LF blanks letters DEL backspace DEL-of-a-letter too-many-DEL ctrl-U ctrl-D-within "
        "ctrl-Z-stops-nobody ctrl-D nothing longer-than-a-line-of-the-kernel"
    ),
)
def test_what_is_typed(keyboard: Keyboard, keys: bytes, answer: str | None) -> None:
    assert (answered(keyboard, keys) or None) == answer


def test_nothing_of_it_is_shown(keyboard: Keyboard) -> None:
    answered(keyboard, b"hunter2\r")
    keyboard.end()
    assert b"hunter" not in keyboard.shown
    assert keyboard.shown.endswith(b"Value: \r\n")


def test_the_terminal_is_as_it_was_before(keyboard: Keyboard) -> None:
    answered(keyboard, b"hunter2\r")
    assert termios.tcgetattr(keyboard.slave) == keyboard.before


@pytest.mark.parametrize(
    "pasted",
    [b"one\ntwo\nthree\n", b"one\r\ntwo\r\n", b"one two three\n" * 4000],
    ids=["LF", "CR LF", "more than a terminal holds"],
)
def test_more_than_one_line_is_refused_and_the_shell_gets_none_of_it(
    keyboard: Keyboard, pasted: bytes
) -> None:
    answer = keyboard.asks()
    keyboard.types(pasted)
    with pytest.raises(UsageError, match="more than one line") as caught:
        answer.result(30)
    assert "one" not in str(caught.value).replace("more than one line", "")
    assert termios.tcgetattr(keyboard.slave) == keyboard.before
    os.set_blocking(keyboard.slave, False)
    with pytest.raises(BlockingIOError):
        os.read(keyboard.slave, 1)


def test_what_was_typed_before_the_question_is_no_answer(keyboard: Keyboard) -> None:
    keyboard.types(b"typed ahead\n")
    keyboard.shows(b"typed ahead\r\n")  # the terminal has it then
    assert answered(keyboard, b"hunter2\r") == "hunter2"


def test_letters_that_are_none(keyboard: Keyboard) -> None:
    answer = keyboard.asks()
    keyboard.types(b"\xff\xfe\r")
    with pytest.raises(UsageError, match="no UTF-8 text"):
        answer.result(30)


def test_far_too_much_ends(keyboard: Keyboard) -> None:
    answer = keyboard.asks()
    writer = threading.Thread(target=keyboard.types, args=(b"x" * 100_000,))
    writer.start()
    found = answer.result(30)
    writer.join(30)
    assert found is not None
    assert 64 << 10 < len(found) <= 100_000


def test_a_terminal_that_goes_away() -> None:
    master, slave = pty.openpty()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(_HiddenTerminal(slave).ask_hidden, QUESTION)
        assert os.read(master, 4096)
        os.close(master)
        assert answer.result(30) is None
    os.close(slave)


def test_nobody_where_there_is_no_terminal() -> None:
    assert not asking._TERMINAL.exists()
    assert hidden_asker() is None
