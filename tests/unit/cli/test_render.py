"""Diagnostics as text: exact, aligned in a terminal, and never a way in."""

from __future__ import annotations

import json
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.cli.excerpt import MAX_CELLS, excerpt_of, looks_secret
from stui_workspace.cli.paint import coloured
from stui_workspace.cli.render import Format, count_of, render
from stui_workspace.model.diagnostics import Diagnostic, FileProblems, Severity, Span

TEXT = "stui: 1\nname: a\n" + "\n" * 9 + "conections:\n  py: {kind: python}\n"
UNKNOWN = Diagnostic(
    "S104",
    "unknown key `conections`",
    Span(TEXT.index("con"), TEXT.index("con") + 10),
    hint="did you mean `connections`?",
    path=("conections",),
)


def problems(*found: Diagnostic, text: str = TEXT, file: str = "w.yaml") -> FileProblems:
    return FileProblems(Path(file), text, found)


def spot(text: str, part: str, **fields: object) -> FileProblems:
    start = text.index(part)
    return problems(Diagnostic("X100", "m", Span(start, start + len(part)), **fields), text=text)  # type: ignore[arg-type]


def test_in_full() -> None:
    assert render([problems(UNKNOWN)], Format.FULL) == (
        "error[S104]: unknown key `conections`\n"
        "  --> w.yaml:12:1\n"
        "   |\n"
        "12 | conections:\n"
        "   | ^^^^^^^^^^\n"
        "   = help: did you mean `connections`?\n"
    )


def test_concise_is_one_line() -> None:
    assert render([problems(UNKNOWN)], Format.CONCISE) == (
        "w.yaml:12:1: error[S104]: unknown key `conections` (did you mean `connections`?)\n"
    )


def test_json_is_an_array_with_everything() -> None:
    assert json.loads(render([problems(UNKNOWN)], Format.JSON)) == [
        {
            "file": "w.yaml",
            "line": 12,
            "column": 1,
            "end": {"line": 12, "column": 11},
            "code": "S104",
            "severity": "error",
            "message": "unknown key `conections`",
            "hint": "did you mean `connections`?",
            "path": "conections",
        }
    ]


def test_nothing_to_say() -> None:
    assert [render([], style) for style in (Format.FULL, Format.CONCISE, Format.GITHUB)] == [""] * 3
    assert json.loads(render([], Format.JSON)) == []


def test_github_escapes_what_its_commands_are_made_of() -> None:
    found = Diagnostic("S104", "50% of a:\nb, c", Span(0, 4), Severity.WARNING)
    assert render([problems(found, file="a,b:c%.yaml")], Format.GITHUB) == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=1,endLine=1,col=1,endColumn=5,title=S104"
        "::50%25 of a:%0Ab, c\n"
    )


def test_several_findings_are_told_apart() -> None:
    text = render([problems(UNKNOWN, UNKNOWN), problems(UNKNOWN, file="v.yaml")], Format.FULL)
    assert text.count("\n\nerror[S104]") == 2


def test_a_place_without_text_has_one_mark() -> None:
    at_end = Diagnostic("Y103", "m", Span(2, 2))
    text = render([problems(at_end, text="ab")], Format.FULL)
    assert text == "error[Y103]: m\n --> w.yaml:1:3\n  |\n1 | ab\n  |   ^\n"


def test_an_empty_file_has_a_place_too() -> None:
    text = render([problems(Diagnostic("Y103", "m", Span(0, 0)), text="")], Format.FULL)
    assert text == "error[Y103]: m\n --> w.yaml:1:1\n  |\n1 |\n  | ^\n"


@pytest.mark.parametrize(
    ("text", "part", "source", "marks"),
    [
        pytest.param("k: 漢字 x", "x", "k: 漢字 x", "        ^", id="wide characters"),
        pytest.param("k: 漢字", "漢字", "k: 漢字", "   ^^^^", id="marks under wide ones"),
        pytest.param("k: e\u0301 x", "x", "k: e\u0301 x", "     ^", id="a combining mark"),
        pytest.param("\tk: 1", "k", "    k: 1", "    ^", id="a tab"),
        pytest.param("k:\t1", "k:\t1", "k:    1", "^^^^^^^", id="a tab in the marked"),
        pytest.param("k: \x1b[31m", "[31m", "k: ␛[31m", "    ^^^^", id="a control character"),
        pytest.param("k: \u202ex", "x", "k: <U+202E>x", "           ^", id="an invisible one"),
        pytest.param("k: 1\r\nj: 2\r\n", "1", "k: 1", "   ^", id="CR LF"),
        pytest.param("k: |\n  a\n  b\n", "|\n  a\n", "k: |", "   ^", id="several lines"),
    ],
)
def test_marks_stand_under_what_they_mark(text: str, part: str, source: str, marks: str) -> None:
    rows = render([spot(text, part)], Format.FULL).split("\n")
    assert rows[3:5] == [f"1 | {source}", f"  | {marks}"]


def test_a_long_line_is_cut_around_the_marks() -> None:
    text = "k: " + "a" * 100_000 + " here " + "b" * 100_000
    found = excerpt_of(text, Span(100_004, 100_008))
    assert len(found.source) <= MAX_CELLS
    assert found.source[found.indent : found.indent + found.marks] == "here"
    assert (found.source[0], found.source[-1]) == ("…", "…")


_LETTERS = st.sampled_from(["a", "漢", "e\u0301", "é", "ｶ", "\t", "-", "ก", "\x1b"])


@given(st.lists(_LETTERS, max_size=120), st.lists(_LETTERS, max_size=80), st.text("ab"))
def test_a_terminal_shows_the_marks_under_the_text(
    before: list[str], marked: list[str], after: str
) -> None:
    start, part = len("".join(before)), "<" + "".join(marked) + ">"
    found = excerpt_of("".join(before) + part + after, Span(start, start + len(part)))
    screen = pyte.Screen(2 * MAX_CELLS, 1)
    pyte.Stream(screen).feed(found.source)
    shown = [screen.buffer[0][column].data for column in range(screen.columns)]
    assert screen.cursor.x <= MAX_CELLS
    assert shown.index("<") == found.indent
    if ">" in shown:  # a long one is cut
        assert shown.index(">") == found.indent + found.marks - 1


@pytest.mark.parametrize("style", list(Format))
def test_no_style_lets_a_file_speak_to_the_terminal(style: Format) -> None:
    evil = "\x1b]52;c;aGk=\x07\x9b31m\u202e\r"
    found = Diagnostic("X100", f"m {evil}", Span(0, 3), hint=f"h {evil}")
    text = render([problems(found, text=f"k: {evil}\n", file=f"f{evil}.yaml")], style)
    assert not any(one in text for one in "\x1b\x07\x9b\u202e\r")
    assert style in (Format.FULL, Format.JSON) or text.count("\n") == 1


class TestSecrets:
    def test_a_concealed_line_is_not_shown(self) -> None:
        text = render([spot("credential: hunter2\n", "hunter2", conceal=True)], Format.FULL)
        assert text == (
            "error[X100]: m\n"
            " --> w.yaml:1:13\n"
            "  = note: the line is not shown: a secret may stand in it\n"
        )

    def test_nor_with_another_finding_of_the_same_line(self) -> None:
        text = "url: tcp://h, pin: hunter2\n"
        secret = Diagnostic("X100", "m", Span(19, 26), conceal=True)
        other = Diagnostic("X101", "m", Span(0, 3))
        for style in Format:
            assert "hunter2" not in render([problems(other, secret, text=text)], style)

    def test_nor_any_line_of_a_concealed_block(self) -> None:
        text = "key: |\n  hunter2\n  hunter3\n"
        secret = Diagnostic("X100", "m", Span(5, len(text)), conceal=True)
        other = Diagnostic("X101", "m", Span(text.index("hunter3"), len(text) - 1))
        assert "hunter" not in render([problems(other, secret, text=text)], Format.FULL)

    @pytest.mark.parametrize(
        "text",
        [
            "credential: @hunter2",
            "password : @hunter2",
            '"api_key": @hunter2',
            "  - {token: a, b: @hunter2}",
            "access_token: @hunter2",
            "url: @tcp://ada:hunter2@host",
            "credential:\n  @hunter2",
            "credential: |\n\n  hunter1\n  @hunter2",
        ],
    )
    def test_nor_a_line_that_looks_secret_where_nothing_parsed(self, text: str) -> None:
        place = text.index("@")
        assert looks_secret(text, place)
        shown = render(
            [problems(Diagnostic("Y103", "m", Span(place, place)), text=text)], Format.FULL
        )
        assert "hunter" not in shown

    @pytest.mark.parametrize(
        "text", ["name: a", "a:\n  b: c", "keyring: a", "title: the secret of x"]
    )
    def test_other_lines_are_shown(self, text: str) -> None:
        assert not looks_secret(text, len(text))


def test_colour_changes_nothing_but_the_colour() -> None:
    import re

    text = render([problems(UNKNOWN)], Format.FULL, coloured)
    assert "\x1b[1;31m" in text
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == render([problems(UNKNOWN)], Format.FULL)


def test_a_count_for_people() -> None:
    warning = Diagnostic("S104", "m", Span(0, 0), Severity.WARNING)
    assert count_of([problems(UNKNOWN, warning), problems(warning)]) == "1 error and 2 warnings"
