"""The classic traps of YAML, where text is expected and elsewhere."""

from __future__ import annotations

import pytest

from stui_workspace.model.diagnostics import Severity
from stui_workspace.schema.checking import MOST_LOOKS
from support.checked import HEAD, checked, said, spots

LOOKALIKES = ["no", "NO", "yes", "on", "Off", "12:30", "1:02:03", "1_000", "0b11"]
DATES = ["2026-11-24", "2026-1-2", "2026-11-24T10:00:00Z", "2026-11-24 10:00:00"]
NO_TRAPS = [
    "y",
    "N",
    "nor",
    "yes!",
    "on it",
    "12:99",
    "12:3x",
    "v1_000",
    "2026-11",
    "1.10.2",
    "a:b",
    "a::b",
]


@pytest.mark.parametrize("word", LOOKALIKES + DATES)
def test_what_others_read_otherwise_is_worth_a_warning(word: str) -> None:
    text = HEAD + f"buffers: {{a: {{title: {word} }}}}\n"
    [found] = checked(text)
    assert found.severity is Severity.WARNING
    assert found.code in ("T101", "T102", "T105")
    assert text[found.span.start : found.span.end] == word
    assert found.hint == "quote it, so that every reader takes it for text"


@pytest.mark.parametrize("word", NO_TRAPS)
def test_what_all_read_alike_is_not(word: str) -> None:
    assert checked(HEAD + f"buffers:\n  a:\n    title: {word}\n") == ()


@pytest.mark.parametrize("word", LOOKALIKES + DATES + ["1.10", "007", "~", "true", "null"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_settle_it(word: str, quote: str) -> None:
    assert checked(HEAD + f"buffers: {{a: {{title: {quote}{word}{quote}}}}}\n") == ()


@pytest.mark.parametrize("word", ["no", "12:30", "2026-11-24"])
def test_a_block_of_text_settles_it(word: str) -> None:
    assert checked(HEAD + f"buffers:\n  a:\n    source: |\n      {word}\n") == ()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1.10", "T103"),
        ("5", "T103"),
        ("1e3", "T103"),
        ("0x1F", "T103"),
        ("0123", "T104"),
        ("-007", "T104"),
        ("true", "T107"),
        ("False", "T107"),
        ("~", "T106"),
        ("null", "T106"),
        ("", "T106"),
        ("# one", "T106"),
    ],
)
def test_text_that_is_read_as_something_else_is_an_error(value: str, code: str) -> None:
    [found] = checked(HEAD + f"buffers:\n  a:\n    title: {value}\n")
    assert (found.code, found.severity) == (code, Severity.ERROR)


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        pytest.param(
            "vars: {v: 1.10}",
            "`v` must be text, and this is read as a number",
            "quote it: as a number, 1.10 is 1.1",
            id="version",
        ),
        pytest.param(
            "description: 0041",
            "`description` must be text, and as a number it loses its zeros",
            "quote it",
            id="zeros",
        ),
        pytest.param(
            "preferences: {wrap: off}",
            "`wrap` must be `true` or `false`, and this word is text",
            "write `false`",
            id="off",
        ),
        pytest.param(
            "history: {save: 'Yes'}",
            "`save` must be `true` or `false`, and this word is text",
            "write `true`",
            id="quoted yes",
        ),
        pytest.param(
            "description: #1 in orders",
            "`description` has no value",
            "a `#` begins a comment; quote the text if it is meant as one",
            id="a comment",
        ),
        pytest.param(
            "preferences: {theme: }",
            "`theme` has no value",
            "write a value, or remove the key",
            id="nothing",
        ),
        pytest.param(
            "preferences: {theme: ~}",
            "`theme` has no value",
            "quote it, if it is meant as text",
            id="~",
        ),
        pytest.param(
            "history:\n  ignore:\n    - pass:",
            "`ignore[0]` must be text, and the colon at its end makes it a key",
            "quote it",
            id="a colon",
        ),
        pytest.param(
            "connections: {a: {kind: }}",
            "`kind` has no value",
            "write a value, or remove the key",
            id="a choice",
        ),
    ],
)
def test_the_words_name_the_trap(line: str, message: str, hint: str) -> None:
    assert said(HEAD + line + "\n") == [(message, hint)]


def test_a_zero_before_a_number_is_a_warning() -> None:
    text = HEAD + "history: {keep: 0100}\n"
    [found] = checked(text)
    assert (found.code, found.severity) == ("T104", Severity.WARNING)
    assert checked(HEAD + "history: {keep: 0}\n") == ()


@pytest.mark.parametrize(
    "line", ["connections: {a: {kind: python, connect: on}}", "history: {per: yes}"]
)
def test_a_choice_is_no_place_for_a_trap(line: str) -> None:
    assert [one.code for one in checked(HEAD + line + "\n")] == ["S103"]


@pytest.mark.parametrize("line", ["x-a: {b: no, c: 12:30}", "extensions: {a: {b: 2026-01-01}}"])
def test_what_is_not_ours_is_left_alone(line: str) -> None:
    assert checked(HEAD + line + "\n") == ()


def test_what_is_wrong_already_gets_no_warning_on_top() -> None:
    assert spots(HEAD + "autosave: {journal: 12:30}\n") == ["S110 3:21 12:30"]


def test_the_number_of_looks_is_bounded() -> None:
    quoted = "".join(f"  a{number}: {{title: 'no'}}\n" for number in range(MOST_LOOKS))
    assert spots(HEAD + "buffers:\n" + quoted + "  z: {title: no}\n") == []
    assert spots(HEAD + "buffers:\n  z: {title: no}\n" + quoted) == ["T101 4:14 no"]
