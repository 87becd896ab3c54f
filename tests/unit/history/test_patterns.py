"""Patterns mean what `re` says they mean, and take no longer than the text is long."""

from __future__ import annotations

import re
import time
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stui_workspace.history.automaton import LONGEST_TEXT
from stui_workspace.history.patterns import RefusedPatternError, compile_pattern

ATOMS = ["a", "b", "A", ".", "[ab]", "[^a]", "[\\w-]", "[]a]", "[^]a]", r"\ "]
ATOMS += [r"\d", r"\s", r"\w", r"\W", r"\.", r"\n", r"\x61", r"\u0061", r"\061"]
ASSERTIONS = ["^", "$", r"\A", r"\Z", r"\b", r"\B"]
QUANTIFIERS = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{,2}", "{1,2}", "{0}"]

pieces = st.tuples(st.sampled_from(ATOMS), st.sampled_from(QUANTIFIERS)).map("".join)
sources = st.recursive(
    pieces | st.sampled_from(ASSERTIONS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map("|".join),
        st.tuples(
            st.sampled_from(["(", "(?:"]), inner, st.just(")"), st.sampled_from(QUANTIFIERS)
        ).map("".join),
    ),
    max_leaves=6,
)
# Never empty: there Python's opinion on `\\B` changed with 3.14.
texts = st.text(st.sampled_from("abA1 .\n]-é_"), min_size=1, max_size=8)


def as_re_says(source: str, text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.search(source, text) is not None


@settings(max_examples=300)
@given(st.sampled_from(["", "(?i)", "(?s)", "(?m)", "(?im)"]), sources, texts)
def test_a_pattern_finds_what_re_finds(flags: str, source: str, text: str) -> None:
    pattern = compile_pattern(flags + source)
    assert pattern.found_in(text) == as_re_says(flags + source, text)


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        (r"^\s", " hidden", True),
        (r"^\s", "if x:\n    y", False),
        (r"(?m)^\s", "if x:\n    y", True),
        ("password", "get_password()", True),
        ("(?i)PassWord", "PASSWORD", True),
        (r"api[_-]?key\s*=", "API_KEY = 1", False),
        (r"(?i)api[_-]?key\s*=", "API_KEY = 1", True),
        (r"^(ls|cd|pwd)\b", "cd ..", True),
        (r"^(ls|cd|pwd)\b", "lsof", False),
        (r"token\Z", "token\n", False),
        (r"token$", "token\n", True),
        (r"(?P<name>sk-\w{4,8})$", "sk-123456", True),
        ("", "", True),
        ("", "x", True),
        ("a{", "a{", True),
        ("a{x}", "a{x}", True),
        ("a{,}b", "aaab", True),
        ("x{,}", "", True),
        (r"(?m)^b", "ab", False),
        (r"(?m)^b", "a\nb", True),
        (r"(?m)a$", "a\nb", True),
        (r"a$", "a\nb", False),
        (r"^a{2,}$", "aaa", True),
        (r"^a{2,}$", "a", False),
        (r"^(ab){2,3}$", "ababab", True),
        (r"^(ab){2,3}$", "abababab", False),
        (r"^a{0}b$", "ab", False),
        (r"^(a|b)*c$", "abbac", True),
        (r"^(a|b*)+c$", "c", True),
        (r"(?s)^a.b$", "a\nb", True),
        (r"^a.b$", "a\nb", False),
    ],
)
def test_patterns_that_people_write(source: str, text: str, found: bool) -> None:
    assert compile_pattern(source).found_in(text) is found
    assert as_re_says(source, text) is found


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("(", "not a regular expression"),
        ("a**", "not a regular expression"),
        ("a{9999999999999}", "not a regular expression"),
        (r"(a)\1", "not supported"),
        (r"(?P<x>a)(?P=x)", "not supported"),
        (r"(?=a)b", "not supported"),
        (r"(?<!a)b", "not supported"),
        (r"(a)(?(1)b|c)", "not supported"),
        (r"(?i:a)", "not supported"),
        (r"(?>a)", "not supported"),
        (r"\N{DIGIT ONE}", "not supported"),
        ("a++", "possessive"),
        ("a{2}+", "possessive"),
        ("(?x) a", "flag x"),
        ("a" * 201, "longer than"),
        ("a{900}", "repeats too much"),
        ("((a{9}){9}){9}", "repeats too much"),
        ("(" * 50 + "a" + ")" * 50, "nested too deep"),
    ],
)
def test_what_cannot_be_searched_for_in_bounded_time_is_refused(source: str, reason: str) -> None:
    with pytest.raises(RefusedPatternError, match=reason) as caught:
        compile_pattern(source)
    assert source not in str(caught.value)


EVIL = [
    "(a+)+$",
    "(a|a)*$",
    "(a|aa)+$",
    "(a*)*b",
    "(.*)*(.*)*(.*)*=",
    ".*a.*b.*c.*d.*e.*f",
    "a?" * 50 + "a" * 50,
    "(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)$",
    r"(\w+\s?)*$",
]


@pytest.mark.parametrize("source", EVIL)
def test_no_pattern_takes_for_ever(source: str) -> None:
    """Each of these keeps `re` busy for minutes to ages on such a text."""
    text = "a" * (2 * LONGEST_TEXT - 1) + "!"
    pattern = compile_pattern(source)
    begin = time.process_time()
    pattern.found_in(text)
    assert time.process_time() - begin < 5.0


@given(st.text(max_size=20))
def test_any_pattern_is_compiled_or_refused(source: str) -> None:
    try:
        pattern = compile_pattern(source)
    except RefusedPatternError:
        return
    pattern.found_in(source)


def test_of_a_long_text_both_ends_are_looked_at() -> None:
    pattern = compile_pattern("password")
    filler = "x" * LONGEST_TEXT
    assert pattern.found_in("password" + filler * 3)
    assert pattern.found_in(filler * 3 + "password")
    assert not pattern.found_in(filler * 3)
    assert compile_pattern("^x*$").found_in(filler)
