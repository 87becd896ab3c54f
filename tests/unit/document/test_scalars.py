"""What scalars say: the core schema, and our own reading of the five styles."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from stui_workspace.document import Limits, Scalar, parse
from stui_workspace.document.nodes import Node, children
from stui_workspace.document.resolve import is_number, resolve
from stui_workspace.document.trivia import column_of
from stui_workspace.document.unfold import unfold

CONSTRUCTS = sorted((Path(__file__).parent.parent.parent / "corpus/constructs").glob("*.yaml"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nULL", "nULL"),
        ("true", True), ("False", False), ("TRUE", True), ("yes", "yes"), ("no", "no"), ("on", "on"),
        ("y", "y"), ("0", 0), ("-0", 0), ("+7", 7), ("007", 7), ("1_000", "1_000"), ("0o17", 15),
        ("0o8", "0o8"), ("-0x1", "-0x1"), ("0xfF", 255), ("0b1", "0b1"), ("1.", 1.0), (".5", 0.5),
        ("1e3", 1000.0), ("1.5E-3", 0.0015), ("1.2.3", "1.2.3"), ("12:30", "12:30"), (".", "."),
        ("1e", "1e"), ("-", "-"), ("+", "+"), (".inf", math.inf), ("-.INF", -math.inf),
        (".Inf", math.inf), ("inf", "inf"), ("2026-01-01", "2026-01-01"), ("\u0661", "\u0661"),
        ("1\n", "1\n"), (".e3", ".e3"),
    ],
)  # fmt: skip
def test_core_schema(text: str, value: Any) -> None:
    found = resolve(text)
    assert (type(found), found) == (type(value), value)


def test_not_a_number_and_very_long_ones() -> None:
    assert math.isnan(float(resolve(".nan") or 0))
    assert resolve("1" * 5000) == math.inf
    assert resolve("-" + "1" * 5000) == -math.inf
    assert resolve("x" + "1" * 5000) == "x" + "1" * 5000
    assert resolve("-" * 5000) == "-" * 5000
    assert is_number("0x1f")
    assert not is_number("1.2.3")


def _scalars(text: str, node: Node | None, outer: int) -> list[tuple[Scalar, int]]:
    if isinstance(node, Scalar):
        return [(node, outer)]
    if node is None:
        return []
    inner = outer if getattr(node, "flow", True) else column_of(text, node.body)
    return [found for child in children(node) for found in _scalars(text, child, inner)]


@pytest.mark.parametrize("path", CONSTRUCTS, ids=lambda path: path.stem)
def test_our_own_reading_of_scalars_is_the_parsers(path: Path) -> None:
    document = parse(path.read_bytes(), Limits.anything())
    for scalar, outer in _scalars(document.text, document.root, -1):
        written = document.text[scalar.body : scalar.end]
        said = unfold(written, scalar.style, outer)
        if scalar.end == len(document.text):
            said = said.removesuffix("\n") if not scalar.text.endswith("\n") else said
        assert said == scalar.text, written


@pytest.mark.parametrize(
    ("written", "style", "text"),
    [
        ("a\tb", "plain", "a\tb"),
        ("a\t\n\n  b", "plain", "a\nb"),
        ("'a\t\n b''c '", "single", "a b'c "),
        ('"a\\\n   b \\t\\x41\\u00e9\\U0001F600\\/ \n c"', "double", "ab \tA\u00e9\U0001f600/ c"),
        ('"a\\  \n b"', "double", "a  b"),
        ("|2\n    a\n  b", "literal", "  a\nb\n"),
        ("|-\n\n a\n\n", "literal", "\na"),
        ("|+\n a\n\n", "literal", "a\n\n\n"),
        (">\n a\n b\n\n c\n  d\n e", "folded", "a b\nc\n d\ne\n"),
        (">1-\n  a\n b", "folded", " a\nb"),
        ("|", "literal", ""),
        (">+\n\n", "folded", "\n\n"),
    ],
)
def test_reading_a_style(written: str, style: str, text: str) -> None:
    assert unfold(written, style, -1) == text
    assert unfold(written.replace("\n", "\r\n"), style, -1) == text
