"""What is said to the agent and by it: short, and nothing unknown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.secrets.vault.agent.terms import Limits
from stui_workspace.secrets.vault.agent.words import (
    LONGEST_LINE,
    LONGEST_ORDER,
    Answer,
    Gone,
    Held,
    Key,
    Order,
    Question,
    Refused,
    Wish,
    answer_line,
    answer_of,
    order_line,
    order_of,
    question_line,
    question_of,
)

KEY = bytes(range(32))
ORDER = Order("/state/vault-agent", "7f3a", KEY, Limits(60.5, 30))


@pytest.mark.parametrize("wish", list(Wish))
def test_a_question_comes_over(wish: Wish) -> None:
    question = Question(wish, "7f3a")
    line = question_line(question)
    assert question_of(line) == question
    assert len(line) <= LONGEST_LINE


@pytest.mark.parametrize("answer", [Key(KEY), Held("7f3a", 4711, 60.5, -1.0), Gone(), Refused()])
def test_an_answer_comes_over(answer: Answer) -> None:
    line = answer_line(answer)
    assert answer_of(line) == answer
    assert len(line) <= LONGEST_LINE


def test_an_order_comes_over() -> None:
    assert order_of(order_line(ORDER)) == ORDER


def test_the_key_is_not_shown() -> None:
    for shown in (repr(ORDER), repr(Key(KEY))):
        assert repr(KEY) not in shown
        assert "\\x01" not in shown


@given(st.binary(max_size=2 * LONGEST_LINE))
def test_whatever_is_said_nothing_breaks(said: bytes) -> None:
    question_of(said)
    answer_of(said)
    order_of(said)
    question_of(said + b"\n")
    answer_of(said + b"\n")
    order_of(said + b"\n")


QUESTION = {"stui-vault-agent": 1, "do": "key", "vault": "7f3a"}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b"[" * 900 + b"\n",
        json.dumps(QUESTION).encode(),
        json.dumps(QUESTION).encode() + b"\n\n",
        json.dumps(QUESTION).encode() + b"\n" + json.dumps(QUESTION).encode() + b"\n",
        json.dumps({**QUESTION, "vault": "v" * LONGEST_LINE}).encode() + b"\n",
        json.dumps({**QUESTION, "more": 1}).encode() + b"\n",
        json.dumps({**QUESTION, "stui-vault-agent": 2}).encode() + b"\n",
        json.dumps({**QUESTION, "do": "tell"}).encode() + b"\n",
        json.dumps({**QUESTION, "do": ["key"]}).encode() + b"\n",
        json.dumps({**QUESTION, "vault": None}).encode() + b"\n",
        json.dumps({**QUESTION, "vault": "ä"}, ensure_ascii=False).encode() + b"\n",
        json.dumps(QUESTION).encode().replace(b"1", b"1" * 500) + b"\n",
    ],
)
def test_what_is_no_question(line: bytes) -> None:
    assert question_of(line) is None


@pytest.mark.parametrize(
    "change",
    [
        {"key": ""},
        {"key": "not base64!"},
        {"key": "A" * 400},
        {"key": None},
        {"folder": ""},
        {"vault": ""},
        {"held": 0},
        {"held": float("inf")},
        {"held": float("nan")},
        {"unused": "60"},
        {"more": 1},
        {"folder": "f" * LONGEST_ORDER},
    ],
)
def test_what_is_no_order(change: dict[str, object]) -> None:
    plain = {**json.loads(order_line(ORDER)), **change}
    assert order_of(json.dumps(plain).encode() + b"\n") is None
