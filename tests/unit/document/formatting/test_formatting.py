r"""The canonical style, construct by construct: before and after, and after that nothing more."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.document import Limits, parse
from stui_workspace.document.formatting import WIDTH, formatted
from stui_workspace.document.formatting.printer import Printer

EXAMPLES = sorted(Path(__file__).parents[4].glob("examples/*/.stui-workspace.yaml"))

INDENTATION = [
    ("maps", "a:\n     b:\n       c: 1\n", "a:\n  b:\n    c: 1\n"),
    ("lists", "a:\n- b\n-   c\n", "a:\n  - b\n  - c\n"),
    ("lists in lists", "a:\n- - b\n  -   c\n-\n  - d\n", "a:\n  - - b\n    - c\n  - - d\n"),
    ("maps in lists", "- a: 1\n  b: 2\n-\n   c: 3\n", "- a: 1\n  b: 2\n- c: 3\n"),
    ("a root that is indented", "  a: 1\n  b: 2\n", "a: 1\nb: 2\n"),
    ("values on their own lines", "a:\n   b\nc:\n  [d]\n", "a: b\nc: [d]\n"),
    ("several lines", "a: one\n     two\n\n     three\n", "a: one\n  two\n\n  three\n"),
    ("quoted lines", 'a: "one\n b \\\n   c"\n', 'a: "one\n  b \\\n  c"\n'),
    ("keys with a mark", "?   a\n:   b\n? - c\n:  - d\n", "? a\n: b\n? - c\n: - d\n"),
    ("tabs", "a:\t1\t# x\n", "a: 1  # x\n"),
]
SPACING = [
    ("colons", "a :   1\nb:    \n", "a: 1\nb:\n"),
    ("the ends of lines", "a: 1   \nb: 'c\n\n  d'  \n", "a: 1\nb: 'c\n\n  d'\n"),
    ("blank lines", "\n\na: 1\n\n\n\nb: 2\n\n\n", "a: 1\n\nb: 2\n"),
    ("no end of the last line", "a: 1", "a: 1\n"),
    ("CR LF", "a:   1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"),
    ("mixed line ends", "a: 1\nb: 2\r\n", "a: 1\nb: 2\n"),
    ("mixed line ends the other way", "a: 1\r\nb: 2\n", "a: 1\r\nb: 2\r\n"),
    ("byte order mark", "\ufeffa:  1\n", "\ufeffa: 1\n"),
    ("nothing", "", ""),
    ("only blank lines", "\n\n", ""),
    ("only comments", "\n# a\n\n\n # b\n", "# a\n\n# b\n"),
    ("markers", "---   # x\na:  1\n...\n# y\n", "---  # x\na: 1\n...\n# y\n"),
    ("a directive", "%YAML 1.2\n---\na:  1\n", "%YAML 1.2\n---\na: 1\n"),
]
QUOTES = [
    ("not needed", "a: 'b c'\n'd': \"e\"\n", "a: b c\nd: e\n"),
    (
        "other types",
        "a: '8'\nb: \"no\"\nc: 'null'\nd: '1:30'\n",
        'a: "8"\nb: "no"\nc: "null"\nd: "1:30"\n',
    ),
    ("signs", "a: 'b: c'\nd: '# e'\nf: '- g'\n", 'a: "b: c"\nd: "# e"\nf: "- g"\n'),
    ("nothing at all", "a: ''\n", 'a: ""\n'),
    ("between brackets", "a: ['b, c', 'd']\n", 'a: ["b, c", d]\n'),
    ("apostrophes", "a: 'it''s'\n", 'a: "it\'s"\n'),
    ("backslashes", "a: '^\\s'\nb: \"c\\\\d\"\n", "a: '^\\s'\nb: 'c\\d'\n"),
    ("quotes inside", 'a: "say \\"b\\""\n', "a: 'say \"b\"'\n"),
    ("both", 'a: "it\'s \\"b\\""\n', 'a: "it\'s \\"b\\""\n'),
    ("escapes", 'a: "b\\tc\\u00e9"\nd: "\\u00e9"\n', 'a: "b\\tc\\u00e9"\nd: é\n'),
    ("a tag", "a: !!str 'b'\n", "a: !!str 'b'\n"),
    ("plain stays", "a: 0x1F\nb: ~\nc: 1.10\nd: True\n", "a: 0x1F\nb: ~\nc: 1.10\nd: True\n"),
]
COMMENTS = [
    ("behind", "a: 1 # x\nb: 2    # y\n", "a: 1  # x\nb: 2  # y\n"),
    ("in one column", "a:  1    # x\nlong: 2  # y\n", "a: 1     # x\nlong: 2  # y\n"),
    ("in a column that is wider", "a: 1      # x\nlong: 2   # y\n", "a: 1      # x\nlong: 2   # y\n"),
    ("in a column that is too narrow", "a: 1    # x\nlong: 2 # y\n", "a: 1     # x\nlong: 2  # y\n"),
    ("alone, and wider", "a: 1      # x\nlong: 2  # y\n", "a: 1  # x\nlong: 2  # y\n"),
    ("in one column far apart", "a:    # x\n  b: 1\n  c:  # y\n", "a:    # x\n  b: 1\n  c:  # y\n"),
    ("in columns of their own", "a:     # x\n  b: 1\n  c:    # y\n", "a:  # x\n  b: 1\n  c:  # y\n"),
    ("going on", "a: 1 # x\n     # y\nb: 2\n", "a: 1  # x\n      # y\nb: 2\n"),
    ("above", "a:\n# x\n    b: 1\n", "a:\n  # x\n  b: 1\n"),
    ("at the end of a list", "a:\n    - b\n    # x\n# y\nc: 1\n", "a:\n  - b\n  # x\n# y\nc: 1\n"),
    ("deeper than all", "a:\n   b: 1\n     # x\nc: 2\n", "a:\n  b: 1\n    # x\nc: 2\n"),
    ("a section note", "a: 1\n\n\n# x\n\n\n# y\nb: 2\n", "a: 1\n\n# x\n\n# y\nb: 2\n"),
    ("behind a key", "a: # x\n   b: 1\n", "a:  # x\n  b: 1\n"),
    ("behind a dash", "- # x\n  a: 1\n", "-  # x\n  a: 1\n"),
    ("behind an anchor", "a: &b # x\n    c: 1\n", "a: &b  # x\n  c: 1\n"),
    ("between key and value", "a:\n     # x\n    b\n", "a:\n  # x\n  b\n"),
    ("behind a header", "a: |   # x\n    b\n", "a: |  # x\n  b\n"),
    ("below a text", "a: |\n    b\n  # x\nc: 1\n", "a: |\n  b\n # x\nc: 1\n"),
    ("of an editor", "# yaml-language-server: $schema=x\na:  1\n", "# yaml-language-server: $schema=x\na: 1\n"),
]  # fmt: skip
TEXTS = [
    ("literal", "a: |\n      b\n        c\n\n      d\n", "a: |\n  b\n    c\n\n  d\n"),
    ("folded", "a: >-\n    b\n    c\n", "a: >-\n  b\n  c\n"),
    ("blanks that are text", "a: |\n   b  \n    \n   c\n", "a: |\n  b  \n   \n  c\n"),
    ("blanks that are none", "a: |\n   b\n \n   c\n", "a: |\n  b\n\n  c\n"),
    ("an indicator that is needed", "a: |4\n      b\n    c\n", "a: |2\n    b\n  c\n"),
    ("an indicator that is not", "a: |4\n    b\n", "a: |\n  b\n"),
    ("lines kept at the end", "a: |+\n    b\n\n\nc: 1\n", "a: |+\n  b\n\n\nc: 1\n"),
    ("the end of the file", "a: |\n  b", "a: |-\n  b\n"),
    ("the end of the file, kept", "a: |+\n  b", "a: |-\n  b\n"),
    ("blanks behind it", "a: |2\n   b\n\t\nc: 1\n", "a: |2\n   b\nc: 1\n"),
    ("in a list", "-   |\n    b\n", "- |\n  b\n"),
]
LONG = ", ".join(["abcdefghi"] * 10)
ITEMS = "  - abcdefghi\n" * 10
BRACKETS = [
    ("inside", "a: { b : 1 ,c: [ d,e ] , }\n", "a: {b: 1, c: [d, e]}\n"),
    ("empty", "a: {  }\nb: [ ]\n", "a: {}\nb: []\n"),
    ("over several lines", "a: [b,\n  c]\n", "a:\n  - b\n  - c\n"),
    ("with comments", "a: [ # w\n  b,  # x\n  # y\n  c\n  # z\n  ]\n", "a:  # w\n  - b  # x\n  # y\n  - c\n  # z\n"),
    ("a comment behind the end", "a: {b: 1,\n  c: 2}  # x\n", "a:  # x\n  b: 1\n  c: 2\n"),
    ("a comment behind a comma", "a: [[b,\n  c], # x\n  d]\n", "a:\n  -  # x\n    - b\n    - c\n  - d\n"),
    ("inner ones that fit stay", "a: [[b, c],\n  {d: 1}]\n", "a:\n  - [b, c]\n  - {d: 1}\n"),
    ("too long", f"a: [{LONG}]\n", f"a:\n{ITEMS}"),
    ("too long, and a comment", f"a: [{LONG}]  # x\n", f"a:  # x\n{ITEMS}"),
    ("too long in a list", f"- [{LONG}]\n", "- " + ITEMS[2:]),
    ("a comment before all", "# w\n\n[\n\n# x\n\n a,\n b]\n", "# w\n\n# x\n\n- a\n- b\n"),
    ("a JSON file", '{"a": 1,\n "b": [1, 2]}\n', "a: 1\nb: [1, 2]\n"),
    ("anchors and aliases", "a: &x [1,\n 2]\nb: {*x : 1}\n", "a: &x\n  - 1\n  - 2\nb: {*x : 1}\n"),
    ("pairs", "a: [b: 1, c: 2]\nd: [e: 1,\n f: 2]\n", "a: [b: 1, c: 2]\nd:\n  - e: 1\n  - f: 2\n"),
    ("what has no other form", "a: [ # x\n    ]\nb: {? [c,\n d] : e}\n", "a: [ # x\n  ]\nb: {? [c,\n  d] : e}\n"),
]  # fmt: skip


def cases(*tables: list[tuple[str, str, str]]) -> list[object]:
    return [
        pytest.param(before, after, id=name) for table in tables for name, before, after in table
    ]


@pytest.mark.parametrize("pure", [False, True], ids=["fast parser", "pure parser"])
@pytest.mark.parametrize(
    ("before", "after"), cases(INDENTATION, SPACING, QUOTES, COMMENTS, TEXTS, BRACKETS)
)
def test_a_construct(before: str, after: str, *, pure: bool) -> None:
    result = formatted(parse(before, Limits.anything(), pure=pure))
    assert result.objection is None
    assert result.document.content.decode() == after
    assert formatted(result.document).document.content == result.document.content


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_says_the_same(file: Path) -> None:
    before = parse(file.read_bytes())
    after = formatted(before).document
    assert after.plain() == before.plain()
    assert formatted(after).document.text == after.text


def test_a_line_may_be_as_wide_as_it_is_said() -> None:
    inside = WIDTH - len("a: []")
    fitting, longer = (f"a: [{'x' * count}]\n" for count in (inside, inside + 1))
    assert formatted(parse(fitting)).document.text == fitting
    assert formatted(parse(longer)).document.text == f"a:\n  - {'x' * (inside + 1)}\n"


def test_one_scalar_has_no_style() -> None:
    before = parse("  'x'  ", Limits.anything())
    assert formatted(before).document is before


BROKEN = {
    "another value": lambda text: text.replace("1", "2"),
    "another type": lambda text: text.replace("1", '"1"'),
    "another order": lambda text: text.replace("c: d\ne: f", "e: f\nc: d"),
    "a lost entry": lambda text: text.replace("c: d\n", ""),
    "a lost comment": lambda text: text.replace("# x", ""),
    "another comment": lambda text: text.replace("# x", "# y"),
    "a comment twice": lambda text: text + "# x\n",
    "a lost anchor": lambda text: text.replace("&g ", ""),
    "another anchor": lambda text: text.replace("&g", "&h").replace("*g", "*h"),
    "an alias written out": lambda text: text.replace("*g", "h"),
    "a lost tag": lambda text: text.replace("!!str ", ""),
    "no YAML": lambda text: text + "[\n",
}


@pytest.mark.parametrize("plant", BROKEN.values(), ids=BROKEN)
def test_a_mistake_of_the_printer_is_never_let_out(
    plant: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parse("a:  1  # x\nc: d\ne: f\ng: &g h\ni: *g\nj: !!str k\n", Limits.anything())
    right = Printer.printed

    def wrong(self: Printer, *arguments: object) -> str:
        found = plant(right(self, *arguments))  # type: ignore[operator, arg-type]
        assert isinstance(found, str)
        return found

    assert formatted(before).objection is None
    monkeypatch.setattr(Printer, "printed", wrong)
    result = formatted(before)
    assert result.objection is not None
    assert result.document is before


def test_a_key_that_is_a_collection_stays_as_it_is_written() -> None:
    """It has no other name than that."""
    for text in ("{:}:\n", "[a,b]: 1\n", "x: {{a:  b}: 1}\n"):
        document = parse(text.encode(), Limits.anything())
        result = formatted(document)
        assert result.objection is None
        assert result.document.plain() == document.plain()
