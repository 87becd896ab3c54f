"""Bytes to documents: identity, both parsers alike, exact places."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stui_workspace.document import Document, Limits, Mapping, Sequence, decode, parse, read
from stui_workspace.document.events import has_c_parser
from stui_workspace.document.slices import slices
from stui_workspace.errors import NotFoundError, ParseError
from stui_workspace.model.diagnostics import Severity, Span

CORPUS = Path(__file__).parent.parent.parent / "corpus"
CONSTRUCTS = sorted((CORPUS / "constructs").glob("*.yaml"))
HOSTILE = sorted((CORPUS / "hostile").glob("*.yaml"))
ALSO = {
    "Y103-directive-only": {"Y105"},
    "Y109-digits": {"Y114", "Y117"},
    "Y114-huge-scalar": {"Y117"},
}
both = pytest.mark.parametrize("pure", [False, True], ids=["c", "pure"])
constructs = pytest.mark.parametrize("path", CONSTRUCTS, ids=lambda path: path.stem)


def test_the_corpus_is_large_enough_and_the_c_parser_is_there() -> None:
    assert len(CONSTRUCTS) >= 60
    assert len(HOSTILE) >= 50
    assert has_c_parser(), "or else the tests on both parsers would run on one"


@both
@constructs
def test_a_construct_comes_back_byte_for_byte(path: Path, *, pure: bool) -> None:
    content = path.read_bytes()
    document = parse(content, Limits.anything(), pure=pure)
    assert document.content == content
    pieces = list(slices(document))
    assert "".join(document.text[piece.start : piece.end] for piece in pieces) == document.text
    assert not [piece for piece in pieces if piece.kind == "unknown"]


@constructs
def test_both_parsers_give_the_same_tree(path: Path) -> None:
    content = path.read_bytes()
    for limits in (Limits.anything(), Limits()):
        fast, slow = read(content, limits), read(content, limits, pure=True)
        assert repr(fast.document and fast.document.root) == repr(
            slow.document and slow.document.root
        )
        assert fast.diagnostics == slow.diagnostics


@both
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_a_hostile_file_is_named_by_its_codes(path: Path, *, pure: bool) -> None:
    content = path.read_bytes()
    reading = read(content, pure=pure)
    assert {found.code for found in reading.diagnostics} == {
        path.name[:4],
        *ALSO.get(path.stem, ()),
    }
    assert reading.content == content
    assert all(found.span.end <= len(reading.text) for found in reading.diagnostics)
    errors = [found for found in reading.diagnostics if found.severity is Severity.ERROR]
    assert (reading.document is None) is bool(errors)


MIB = 1 << 20
LARGE = {
    "Y111": "a: 1\n" + "#" * MIB,
    "Y112 flow": "[" * 100_000,
    "Y112 flow maps": "{a: " * 100_000,
    "Y112 dashes": "- " * 100_000,
    "Y112 keys": "? " * 100_000,
    "Y113 items": "- a\n" * (MIB // 4),
    "Y113 flow items": "[" + "a," * (MIB // 2 - 2) + "]",
    "Y114 text": "a: |\n" + "  x\n" * 100_000,
    "Y103 quote": '"' + "a" * (MIB - 1),
    "Y102 nul": "\0" * MIB,
    "Y105 directives": "%A\n" * 300_000,
    "Y104 tags": "- !!str a\n" * 100_000,
    "Y106 keys": "a: 1\n" * 200_000,
    "Y114 blanks": "a: 'x" + " " * 100_000 + "\ty'\n",
    "Y113 one line": "{" + ",".join(f"\U0001f600{n}: [{'x' * 15}]" for n in range(25_000)) + "}",
    "Y118 dashes": "-" * 60_000,
}


@both
@pytest.mark.parametrize("name", LARGE)
def test_a_large_hostile_text_is_refused(name: str, *, pure: bool) -> None:
    reading = read(LARGE[name].encode(), pure=pure)
    assert name[:4] in {found.code for found in reading.diagnostics}
    assert reading.document is None
    assert len(reading.diagnostics) <= 101


@both
def test_blank_and_commented_megabytes_are_empty_documents(*, pure: bool) -> None:
    for text in ("\n" * MIB, "# c\n" * (MIB // 4), " " * MIB):
        document = parse(text, pure=pure)
        assert (document.root, document.plain()) == (None, None)


def test_no_message_repeats_a_value() -> None:
    for path in HOSTILE:
        for found in read(path.read_bytes()).diagnostics:
            shown = f"{found.message} {found.hint}"
            assert not any(word in shown for word in ("os.system", "red", "nothing", "text\nb"))


def test_all_that_can_be_known_is_told_at_once() -> None:
    reading = read(b"a: !!str 1\nb: .inf\na: *gone\n2: <<\n<<: x\n")
    codes = [found.code for found in reading.diagnostics]
    assert codes == ["Y104", "Y109", "Y106", "Y116", "Y115", "Y108"]


def test_a_duplicate_key_names_both_lines() -> None:
    (found,) = read(b"a: 1\nb: 2\na: 3\n").diagnostics
    assert found.message == "key `a` is written twice, on lines 1 and 3"
    assert found.span == Span(10, 11)


def test_control_characters_of_a_key_do_not_reach_a_message() -> None:
    (found,) = read(b'"\\u202ea": 1\n"\\u202ea": 2\n').diagnostics
    assert "\u202e" not in found.message


def test_parse_raises_with_the_diagnostics() -> None:
    with pytest.raises(ParseError) as caught:
        parse("a: b: c\n")
    (found,) = caught.value.diagnostics
    assert (found.code, found.span.start) == ("Y103", 4)


def test_a_half_character_in_a_text_is_refused_and_not_raised() -> None:
    with pytest.raises(ParseError):
        parse("a: \ud800\n")


def test_decoding_for_show_never_fails() -> None:
    assert decode(b"\xef\xbb\xbfa\xff") == "a\ufffd"


def test_undecodable_bytes_are_pointed_at() -> None:
    reading = read("\u00e9: ".encode() + b"\xff\n")
    assert reading.diagnostics[0].span == Span(3, 4)
    assert reading.text == "\u00e9: \ufffd\n"


TEXT = """\
a: 1  # one
"b c":
  - 'x'
  - &y |  # lit
    one

# note
d: {e: [f, *y], g: }
h:
"""


@both
def test_places_are_exact(*, pure: bool) -> None:
    document = parse(TEXT, pure=pure)
    assert document.written(("a",)) == "1"
    assert document.written(("b c",)) == "- 'x'\n  - &y |  # lit\n    one"
    assert document.written(("b c", 1)) == "&y |  # lit\n    one"
    assert document.written(("d",)) == "{e: [f, *y], g: }"
    assert document.written(("d", "e", 1)) == "*y"
    assert document.written(("d", "g")) == document.written(("h",)) == ""
    assert document.span(("h",)) == Span(len(TEXT) - 1, len(TEXT) - 1)
    assert document.key_span(("b c",)) == Span(12, 17)
    assert document.key_span(("b c", 0)) == document.span(("b c", 0))
    assert document.span(("d", "none", "x")) == document.span(("d",))
    assert document.span(("none",)) == document.span(())
    assert document.written(("none",)) == ""


@both
def test_styles_and_values(*, pure: bool) -> None:
    document = parse(TEXT, pure=pure)
    paths = [("a",), ("b c",), ("b c", 0), ("b c", 1), ("d",), ("d", "e", 1), ("h",), ("none",)]
    assert [document.style(path) for path in paths] == [
        "plain",
        "block",
        "single",
        "literal",
        "flow",
        "alias",
        "plain",
        None,
    ]
    assert document.plain(("d", "e")) == ["f", "one\n"]
    assert document.plain(("h",)) is None
    with pytest.raises(NotFoundError):
        document.plain(("none",))


def test_a_path_goes_through_an_alias() -> None:
    document = parse("a: &a {b: [1]}\nc: *a\n")
    assert document.plain(("c", "b", 0)) == 1
    assert document.node(("c", "b", 1)) is None
    assert document.node(("c", 0)) is None
    assert document.node(("c", "b", 0, "x")) is None


def test_trees_are_values() -> None:
    one, other = parse(TEXT), parse(TEXT)
    assert one == other
    assert isinstance(one.root, Mapping)
    assert isinstance(one.root.entries[1].value, Sequence)


@pytest.mark.parametrize(
    ("text", "eol"), [("a: 1\n", "\n"), ("a: 1\r\n", "\r\n"), ("a: 1", "\n"), ("\na: 1\r\n", "\n")]
)
def test_the_line_end_is_that_of_the_first_line(text: str, eol: str) -> None:
    assert parse(text).eol == eol


def test_importing_the_document_loads_no_parser() -> None:
    loaded = "any(name.startswith('ruamel') for name in sys.modules)"
    code = f"import sys, stui_workspace.document; sys.exit({loaded})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_document_of_other_limits_keeps_them() -> None:
    document = parse("1: !x a\n", Limits.anything())
    assert isinstance(document, Document)
    assert document.limits == Limits.anything()
    assert document.plain() == {"1": "a"}
