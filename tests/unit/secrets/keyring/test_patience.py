"""A call that never returns is given up; one that asks a person is given more time."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from doubles.outside import HandClock
from stui_workspace.secrets.keyring.patience import Limits, Patience, PromptRefusedError, run

HANGS = """
import threading
from stui_workspace.secrets.keyring.patience import Limits, Patience, run
try:
    run(threading.Event().wait, Patience(Limits(0.1), may_prompt=False))
except TimeoutError:
    print("given up")
"""


def patience(seconds: float = 0.1, prompt: float = 60.0, *, may_prompt: bool = False) -> Patience:
    return Patience(Limits(seconds, prompt), may_prompt=may_prompt)


def test_what_comes_in_time_is_returned_or_raised() -> None:
    assert run(lambda: 42, patience(60.0)) == 42
    with pytest.raises(ZeroDivisionError):
        run(lambda: 1 / 0, patience(60.0))


def test_what_does_not_is_given_up() -> None:
    hangs = threading.Event()
    with pytest.raises(TimeoutError):
        run(hangs.wait, patience())
    hangs.set()


def test_what_was_given_up_does_not_keep_a_program_from_ending() -> None:
    done = subprocess.run(
        (sys.executable, "-c", HANGS), check=True, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("given up\n", "")


def test_a_call_that_asks_a_person_is_waited_for_beyond_the_limit() -> None:
    waiting = patience(may_prompt=True)
    is_given_up = threading.Event()

    def asks() -> str:
        waiting.asks()
        assert not is_given_up.wait(0.3)  # thrice the limit
        return "unlocked"

    assert run(asks, waiting) == "unlocked"


def test_time_is_longer_from_the_first_question_on_and_only_once() -> None:
    clock = HandClock()
    waiting = Patience(Limits(5.0, 120.0), may_prompt=True, clock=clock)
    clock.advance(4.0)
    assert (waiting.rest(), waiting.seconds) == (1.0, 5.0)
    waiting.asks()
    assert (waiting.rest(), waiting.seconds) == (120.0, 120.0)
    clock.advance(119.0)
    waiting.asks()
    assert waiting.rest() == 1.0
    clock.advance(1.0)
    with pytest.raises(TimeoutError):
        waiting.check()


def test_nobody_is_asked_where_nobody_may_be_nor_when_nobody_waits_any_more() -> None:
    with pytest.raises(PromptRefusedError):
        patience().asks()
    clock = HandClock()
    late = Patience(Limits(5.0, 120.0), may_prompt=True, clock=clock)
    clock.advance(5.0)
    with pytest.raises(TimeoutError):
        late.asks()
    assert late.rest() == 0.0
