"""What the redactor takes out, and what it lets pass."""

from __future__ import annotations

import json

import pytest

from stui_workspace.secrets.redacting import TAKEN_OUT, Redactor
from stui_workspace.secrets.secret import Secret

VALUE = 'Kö-ni/g+ 7\n"x\\'


def knowing(*values: str) -> Redactor:
    redactor = Redactor()
    for value in values:
        redactor.remember(Secret(value))
    return redactor


def test_a_redactor_that_knows_nothing_returns_the_very_text() -> None:
    text = "plain" * 3
    assert Redactor().redact(text) is text


@pytest.mark.parametrize("value", ["", "a", "12345", "      ", "\n\n\n\n\n\n\n"])
def test_a_value_that_innocent_text_may_have_is_not_looked_for(value: str) -> None:
    redactor = knowing(value)
    text = f"def f():\n        return {value}12345 a\n\n\n\n\n\n\n"
    assert redactor.redact(text) == text
    assert redactor.is_idle


@pytest.mark.parametrize("written", [repr(VALUE), json.dumps(VALUE), str([VALUE])])
def test_a_value_between_quotes_is_found_as_a_result_shows_it(written: str) -> None:
    shown = knowing(VALUE).redact(written)
    assert TAKEN_OUT in shown
    assert "ni/g" not in shown


def test_lines_that_a_terminal_ended_in_its_own_way_are_found() -> None:
    assert knowing("first\nsecond").redact("$ first\r\nsecond\r\n") == f"$ {TAKEN_OUT}\r\n"


def test_the_longer_of_two_values_is_taken_out_as_a_whole() -> None:
    assert knowing("hunter2", "hunter2hunter3").redact("hunter2hunter3!") == f"{TAKEN_OUT}!"


def test_a_value_that_is_a_form_of_another_is_known_in_its_own_forms() -> None:
    inner = b"hunter22".hex()
    assert knowing("hunter22", inner).redact(inner.encode().hex()) == TAKEN_OUT


def test_a_prompt_is_not_held_back() -> None:
    stream = knowing("hunter22").stream()
    assert stream.feed(">>> ") == ">>> "
    assert stream.feed("print(hun") == "print("
    assert stream.feed("gry)") == "hungry)"


def test_what_is_held_back_comes_at_the_end() -> None:
    stream = knowing("hunter22").stream()
    assert stream.feed("hunter2") == ""
    assert stream.flush() == "hunter2"
    assert stream.flush() == ""


def test_a_value_that_becomes_known_is_found_in_what_comes_after() -> None:
    redactor = knowing("hunter22")
    stream = redactor.stream()
    assert stream.feed("-") == "-"
    redactor.remember(Secret("correct-horse"))
    assert stream.feed("correct-") + stream.feed("horse") == TAKEN_OUT
    assert (stream.count, redactor.taken_count) == (1, 1)


def test_a_redactor_shows_nothing_of_what_it_knows() -> None:
    redactor = knowing("hunter22")
    assert "hunter" not in repr(redactor)
    assert "hunter" not in repr(redactor.version)
    assert "hunter" not in repr(redactor.stream())


def test_it_says_when_it_knows_more() -> None:
    redactor = knowing("hunter22")
    before = redactor.version
    redactor.remember(Secret("hunter22"))
    assert redactor.version is before
    redactor.remember(Secret("hunter23"))
    assert redactor.version is not before
