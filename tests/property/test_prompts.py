"""Prompts are found however the bytes come, and everything else is output, once and in order."""

from __future__ import annotations

import codecs
import itertools
import re
from math import inf

from hypothesis import example, given
from hypothesis import strategies as st

from stui_workspace.connections.prompts.escapes import bare, place_in
from stui_workspace.connections.prompts.reader import LINE_LIMIT, Expect, PromptReader, Quiet, Stand

GREETING = b"Some REPL 1.0\n"
QUIET = Quiet()
COLOURS = ("", "\x1b[1m", "\x1b[32;1m", "\x1b[0m", "\x1b]0;title\x07", "\x01\x1b[31m\x02")

prompts = st.sampled_from([">>> ", "sqlite> ", "> ", "# ", "irb(main):001:0> ", "ü> ", "In [1]: "])
pieces = st.sampled_from(
    ["a", "Zeile", "日本", "🐍", " ", "\t", "\r", "50%", ">", ">>", "#", "\x1b[1m", "\x1b[", "\x07"]
)
lines = st.lists(pieces, max_size=6).map(lambda parts: "".join(parts) + "\n")
outputs = st.lists(lines | st.just("\r\n") | st.just("\n"), max_size=6).map("".join)
cuts = st.lists(st.integers(0, 400), max_size=40)


def cut(content: bytes, places: list[int]) -> list[bytes]:
    """The bytes in pieces."""
    at = sorted({0, len(content), *(place for place in places if place < len(content))})
    return [content[start:end] for start, end in itertools.pairwise(at)]


def plain(text: str) -> str:
    """As it is passed on: line ends are newlines, and a carriage return is one."""
    return re.sub(r"\r+(\n?)", lambda match: match[1] or "\r", text)


def known(prompt: str, written: str | None = None) -> PromptReader:
    """A reader that knows the prompt of its REPL, to which a line was sent."""
    reader = PromptReader(written)
    reader.feed(GREETING + prompt.encode(), 0.0)
    assert reader.standing(QUIET.changed) is Stand.READY
    reader.settle(Stand.READY)
    reader.sent("", 0.0)
    return reader


@given(prompts, outputs, st.sampled_from(COLOURS), st.sampled_from(COLOURS), cuts)
def test_the_prompt_is_found_and_all_before_it_is_output(
    prompt: str, output: str, before: str, after: str, places: list[int]
) -> None:
    reader = known(prompt)
    content = f"{output}{before}{prompt}{after}".encode()
    heard = "".join(reader.feed(piece, 1.0) for piece in cut(content, places))
    assert reader.standing(1.0) is None
    assert reader.standing(1.0 + QUIET.known) is Stand.READY
    assert heard + reader.settle(Stand.READY) == plain(output)


@given(prompts, outputs, st.sampled_from(["x", "ein Wert", "日本", "\x1b[1mfett\x1b[0m"]), cuts)
def test_a_prompt_after_other_text_on_its_line_is_found_after_a_while(
    prompt: str, output: str, rest: str, places: list[int]
) -> None:
    reader = known(prompt)
    content = f"{output}{rest}{prompt}".encode()
    heard = "".join(reader.feed(piece, 1.0) for piece in cut(content, places))
    assert reader.standing(1.0 + QUIET.known) is None
    assert reader.standing(1.0 + QUIET.short) is Stand.READY
    assert heard + reader.settle(Stand.READY) == plain(output) + rest


@given(prompts, outputs, cuts)
def test_a_prompt_with_another_number_is_the_same(
    prompt: str, output: str, places: list[int]
) -> None:
    reader = known(prompt)
    content = (output + re.sub("[0-9]+", "42", prompt)).encode()
    heard = "".join(reader.feed(piece, 1.0) for piece in cut(content, places))
    assert reader.standing(1.0 + QUIET.known) is Stand.READY
    assert heard + reader.settle(Stand.READY) == plain(output)


@given(st.binary(max_size=200) | outputs.map(str.encode), cuts, st.booleans(), prompts)
@example(b"\r\r\n\r", [1, 2], True, "> ")
@example(b"\xe2\x82", [1], False, "> ")
def test_nothing_is_lost_and_nothing_comes_twice(
    content: bytes, places: list[int], is_shown: bool, prompt: str
) -> None:
    """Also where it is shown line by line as it stands, and whatever the bytes are."""
    reader = known(prompt)
    heard = ""
    for at, piece in enumerate(cut(content, places)):
        heard += reader.feed(piece, float(at))
        if is_shown:
            heard += reader.show(at + 0.5)
    heard += reader.end()
    assert heard == plain(codecs.decode(content, "utf-8", "replace"))


@given(st.binary(max_size=300), cuts, prompts, st.sampled_from(list(Expect)))
def test_it_is_due_when_there_is_something_to_see(
    content: bytes, places: list[int], prompt: str, expect: Expect
) -> None:
    reader = known(prompt)
    reader.expect = expect
    for piece in cut(content, places):
        reader.feed(piece, 1.0)
    while (due := reader.due()) is not None:
        assert due > 1.0
        stand = reader.standing(due)
        shown = reader.show(due)
        assert stand or shown or reader.due() != due
        if stand:
            reader.settle(stand)
    assert reader.standing(inf) is None


@given(prompts, outputs, cuts)
def test_an_echo_is_taken_away_once_the_repl_has_shown_that_it_echoes(
    prompt: str, output: str, places: list[int]
) -> None:
    reader = known(prompt)
    for code, value, expected in (("6 * 7", "42\n", "42\n"), ("5", "5\n", "5\n"), ("x", "", "")):
        reader.sent(code, 1.0)
        content = f"{code}\r\n{value}{prompt}".encode()
        heard = "".join(reader.feed(piece, 1.0) for piece in cut(content, places))
        assert reader.standing(2.0) is Stand.READY
        assert heard + reader.settle(Stand.READY) == expected


@given(prompts, cuts, st.sampled_from(["5", "'abc'", "x", "f(x)", "[1, 2]"]))
def test_a_value_that_looks_like_an_echo_is_kept(prompt: str, places: list[int], code: str) -> None:
    reader = known(prompt)
    for blank in ("", "\n", "\r\n\n"):
        reader.sent(code, 1.0)
        content = f"{code}\n{blank}{prompt}".encode()
        heard = "".join(reader.feed(piece, 1.0) for piece in cut(content, places))
        assert reader.standing(2.0) is Stand.READY
        assert heard + reader.settle(Stand.READY) == f"{code}\n{plain(blank)}"


@given(prompts, st.sampled_from(COLOURS[:4]))
def test_a_prompt_that_drips_in_is_not_shown(prompt: str, colour: str) -> None:
    reader = known(prompt)
    heard = ""
    for at, piece in enumerate((f"ja\n{prompt}").encode()):
        heard += reader.feed(bytes([piece]), float(at)) + reader.show(at + QUIET.show)
    heard += reader.feed(colour.encode(), 100.0)
    assert reader.standing(101.0) is Stand.READY
    assert heard + reader.settle(Stand.READY) == "ja\n"


@given(
    st.integers(1, 4000),
    st.integers(1, 40),
    st.sampled_from(["x", "\x1b[1m", "\r", "\x00"]),
    st.booleans(),
)
def test_a_line_that_never_ends_is_not_gathered(
    size: int, count: int, text: str, is_shown: bool
) -> None:
    reader = known("> ")
    heard = ""
    for at in range(count):
        heard += reader.feed((text * size).encode(), float(at))
        heard += reader.show(at + 0.5) if is_shown else ""
    assert len(reader._line) <= LINE_LIMIT
    assert heard + reader.end() == plain(text * size * count)


@given(st.text(max_size=30), st.integers(0, 30))
def test_a_place_among_bare_characters_is_one_in_the_text(text: str, count: int) -> None:
    count = min(count, len(bare(text)))
    place = place_in(text, count)
    assert len(bare(text[:place])) >= count or count == 0
    assert bare(text).startswith(bare(text[:place])[:count])
