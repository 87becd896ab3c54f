"""What goes into the history: the rules of the workspace, told when they cannot be used."""

from __future__ import annotations

import pytest

from stui_workspace.history import Refusal, refusals, should_keep
from stui_workspace.history.policy import LONGEST_CODE
from stui_workspace.model.workspace import HistoryPolicy

POLICY = HistoryPolicy(ignore=(r"^\s", "password"))


@pytest.mark.parametrize(
    ("code", "previous", "kept"),
    [
        pytest.param("1 + 1", None, True, id="code"),
        pytest.param(" 1 + 1", None, False, id="hidden by a blank before it"),
        pytest.param("connect(password=x)", None, False, id="ignored"),
        pytest.param("", None, False, id="nothing"),
        pytest.param(" \n", None, False, id="nothing to see"),
        pytest.param("1 + 1", "1 + 1", False, id="again"),
        pytest.param("1 + 1", "2", True, id="not again"),
        pytest.param("x" * (LONGEST_CODE + 1), None, False, id="a whole file"),
    ],
)
def test_what_is_kept(code: str, previous: str | None, kept: bool) -> None:
    assert should_keep(code, POLICY, previous) is kept


def test_a_history_that_is_off_keeps_nothing() -> None:
    assert not should_keep("1", HistoryPolicy(save=False))


def test_repeats_are_kept_where_they_are_wanted() -> None:
    assert should_keep("1", HistoryPolicy(dedupe="none"), "1")
    assert not should_keep("1", HistoryPolicy(dedupe="all"), "1")


def test_a_pattern_that_cannot_be_used_ignores_nothing_and_is_told() -> None:
    policy = HistoryPolicy(ignore=("(", "secret", r"(a)\1"))
    assert should_keep("aa (", policy)
    assert not should_keep("secret", policy)
    assert refusals(policy) == (
        Refusal(0, "it is not a regular expression"),
        Refusal(2, "looking around and referring back are not supported"),
    )
    assert refusals(POLICY) == ()
