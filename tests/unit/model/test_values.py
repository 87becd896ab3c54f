from __future__ import annotations

import pytest

from stui_workspace.model.durations import format_age, parse_duration
from stui_workspace.model.receipt import Outcome, Receipt, Restored
from stui_workspace.model.values import ABSENT, Plain, same

ALL_DIFFERENT: list[Plain] = [None, False, True, 0, 1, 1.0, "", "1", "true", [], {}, [1], {"a": 1}]


@pytest.mark.parametrize("one", range(len(ALL_DIFFERENT)))
def test_yaml_values_that_python_confuses_are_told_apart(one: int) -> None:
    alike = [n for n, value in enumerate(ALL_DIFFERENT) if same(ALL_DIFFERENT[one], value)]
    assert alike == [one]


def test_nothing_is_not_null() -> None:
    assert same(ABSENT, ABSENT)
    assert not same(ABSENT, None)


def test_nan_is_itself_and_key_order_does_not_matter() -> None:
    nan = float("nan")
    assert same({"a": nan, "b": [1, {"c": None}]}, {"b": [1, {"c": None}], "a": float("nan")})
    assert not same([1, 2], [2, 1])
    assert not same({"a": 1}, {"a": 1, "b": None})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30.0), ("5m", 300.0), ("1.5h", 5400.0), ("never", float("inf"))],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "s", "-1s", "1 s", "1d", "1e3s", "5s\n", "٣s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="500ms"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (59.9, "59 s"), (60, "1 min"), (7300, "2 h"), (2e5, "2 d")]
)
def test_ages(seconds: float, text: str) -> None:
    assert format_age(seconds) == text


def test_a_receipt_counts_what_is_back() -> None:
    items = (
        Restored("layout", Outcome.OK),
        Restored("buffer/scratch", Outcome.CHANGED, "the file moved on"),
        Restored("connection/image", Outcome.REFUSED, "not approved", "stui trust grant"),
    )
    assert Receipt("main", items, after_crash=True).headline == "restored 2 of 3 after a crash"
    assert Receipt("main").headline == "fresh start"
