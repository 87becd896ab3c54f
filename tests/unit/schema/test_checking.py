"""What is wrong with a file: found all at once, underlined to the character, in our own words."""

from __future__ import annotations

import pytest

from stui_workspace.document import parse
from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.values import Plain
from stui_workspace.schema import FileKind, check, newer_format
from stui_workspace.schema.checking import MOST_FINDINGS
from support.checked import HEAD, checked, said, spots


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD, id="the smallest"),
        pytest.param("# a comment\n---\nstui: 1 # one\nname: 'x'\n...\n", id="with markers"),
        pytest.param("{stui: 1, name: x}\n", id="flow"),
        pytest.param(HEAD + "connections:\nbuffers:\nlayout:\nvars:\n", id="empty sections"),
        pytest.param(HEAD + "buffers:\n  scratch:\n", id="a buffer that says nothing"),
        pytest.param(HEAD + "x-anything: [1, {a: no}, 12:30, ~]\n", id="keys of one's own"),
        pytest.param(HEAD + "extensions: {a: {b: {c: [1.10, yes]}}}\n", id="extensions"),
        pytest.param(HEAD + "layout: {a: {row: [results, history]}}\n", id="panels only"),
        pytest.param(HEAD + "connections: {a: &a {kind: python}, b: *a}\n", id="aliases"),
    ],
)
def test_a_good_file_has_no_findings(text: str) -> None:
    assert checked(text, strict=True) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("stui: 1\nnam: x\n", ["S101 1:1", "S104 2:1 nam"], id="keys"),
        pytest.param(
            HEAD + "connections:\n  py: {}\n  nb:\n    kernel: python3\n",
            ["S101 4:3 py", "S101 5:3 nb"],
            id="a missing key is shown at the name of its map",
        ),
        pytest.param(HEAD + "buffers: [a]\n", ["S102 3:10 [a]"], id="a list for a map"),
        pytest.param(
            HEAD + "connections: {py: {kind: python, setup: load}}\n",
            ["S102 3:41 load"],
            id="a text for a list",
        ),
        pytest.param(
            HEAD + "preferences: {wrap: 'true', tab_width: '4'}\n",
            ["S102 3:21 'true'", "S102 3:40 '4'"],
            id="quotes",
        ),
        pytest.param(
            HEAD + "connections: {py: {kind: python, guard: fre}}\n",
            ["S103 3:41 fre"],
            id="a choice",
        ),
        pytest.param(
            HEAD + "connections: {py: {kind: pyhton}}\n", ["S119 3:26 pyhton"], id="nearly a kind"
        ),
        pytest.param(
            HEAD + "connections: {py: {kind: Python}}\n", ["S111 3:26 Python"], id="no kind at all"
        ),
        pytest.param(
            HEAD + "restore: {include: [layout, bufers]}\n", ["S103 3:29 bufers"], id="in a list"
        ),
        pytest.param(
            HEAD + "preferences: {them: nord}\nhistory: {kep: 1}\n",
            ["S104 3:15 them", "S104 4:11 kep"],
            id="unknown keys below",
        ),
        pytest.param(
            HEAD + "buffers: {'a b': {}, -a: {}}\n", ["S107 3:11 'a b'", "S107 3:22 -a"], id="names"
        ),
        pytest.param(HEAD + "vars: {a-b: c}\n", ["S107 3:8 a-b"], id="names of variables"),
        pytest.param(HEAD + "preferences: {tab_width: 99}\n", ["S108 3:26 99"], id="a range"),
        pytest.param("stui: 1\nname: ''\n", ["S109 2:7 ''"], id="an empty text"),
        pytest.param(HEAD + "layout: {a: {tabs: []}}\n", ["S109 3:20 []"], id="an empty list"),
        pytest.param(
            HEAD + "autosave: {journal: 1, snapshot: 0s}\n",
            ["S110 3:21 1", "S110 3:34 0s"],
            id="lengths of time",
        ),
        pytest.param(
            HEAD + "connections: {a: {kind: python, color: '#12'}}\n",
            ["S111 3:40 '#12'"],
            id="a form",
        ),
        pytest.param(
            HEAD + "layout:\n  a:\n    panel: results\n    tabs: [history]\n",
            ["S112 6:5 tabs"],
            id="two places in one",
        ),
        pytest.param(
            HEAD + "layout:\n  a:\n    row: [{size: 2}, {tabs: [results]}]\n",
            ["S112 5:11 {size: 2}"],
            id="no place",
        ),
        pytest.param(HEAD + "layout:\n  a: {size: 2}\n", ["S112 4:3 a"], id="a layout of nothing"),
        pytest.param(
            HEAD + "buffers: {a: {file: a.md, source: b}}\n", ["S114 3:27 source"], id="both"
        ),
        pytest.param(HEAD + "history: {ignore: ['(']}\n", ["S116 3:20 '('"], id="a pattern"),
        pytest.param(
            HEAD + "connections: {a: {kind: stui, credential: hunter2}}\n",
            ["S120 3:43 hunter2"],
            id="a secret",
        ),
        pytest.param("", ["S101 1:1", "S101 1:1"], id="nothing at all"),
        pytest.param("# only this\n", ["S101 1:1", "S101 1:1"], id="only a comment"),
    ],
)
def test_each_problem_is_underlined_where_it_stands(text: str, expected: list[str]) -> None:
    assert spots(text) == expected


def test_line_ends_and_a_byte_order_mark_move_nothing() -> None:
    text = "stui: 1\r\nname: x\r\nbuffers: {a: {kind: cod}}\r\n"
    assert spots(text) == ["S103 3:21 cod"]
    document = parse(("\ufeff" + text).encode())
    assert [one.span for one in check(document.plain(), document)] == [
        one.span for one in checked(text)
    ]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param("name: x\n", "`stui` is missing", "add `stui: 1`", id="missing"),
        pytest.param(
            HEAD + "prefrences: {}\n",
            "unknown key `prefrences`",
            "did you mean `preferences`?",
            id="unknown",
        ),
        pytest.param(HEAD + "zzz: {}\n", "unknown key `zzz`", None, id="nothing is near"),
        pytest.param(
            HEAD + "connections: {a: {kind: jupiter}}\n",
            "no `kind` of that name comes with stui",
            "did you mean `jupyter`?",
            id="nearly a kind",
        ),
        pytest.param(
            HEAD + "connections: {a: {kind: stui, guard: fre}}\n",
            "`guard` must be `free`, `confirm` or `read-only`",
            "did you mean `free`?",
            id="a choice",
        ),
        pytest.param(
            HEAD + "connections: {a: {kind: stui, connect: AUTO}}\n",
            "`connect` must be `auto`, `lazy` or `manual`",
            "did you mean `auto`?",
            id="case",
        ),
        pytest.param(
            HEAD + "history: {keep: '5'}\n",
            "`keep` must be a whole number, not text",
            "remove the quotes",
            id="quoted number",
        ),
        pytest.param(
            HEAD + "history: {keep: [5]}\n",
            "`keep` must be a whole number, not a list",
            None,
            id="a list for a number",
        ),
        pytest.param(
            HEAD + "connections: {a: {kind: python, env: {A: [1]}}}\n",
            "`A` must be text or a whole number, not a list",
            None,
            id="two kinds",
        ),
        pytest.param(
            HEAD + "connections: [a]\n",
            "`connections` must be a map of keys and values, not a list",
            "write keys below it, each as `key: value`",
            id="a list for a map",
        ),
        pytest.param(
            HEAD + "autosave: {journal: 1}\n",
            "`journal` must be a length of time",
            "write a number with its unit: `500ms`, `30s`, `5m` or `2h`",
            id="no unit",
        ),
        pytest.param(
            HEAD + "preferences: {tab_width: 0}\n",
            "`tab_width` must be between 1 and 16",
            None,
            id="a range",
        ),
        pytest.param(
            HEAD + "layout: {a: {row: [{panel: results, size: 0}]}}\n",
            "`size` must be above 0 and at most 1000",
            None,
            id="above",
        ),
        pytest.param(
            HEAD + "layout: {a: {row: [{tabs: [history], row: [results]}]}}\n",
            "`row` stands beside another of `panel`, `buffer`, `tabs`, `row` and `column`",
            "a place has one of them",
            id="two places",
        ),
        pytest.param(
            HEAD + "buffers: {a: {file: ../b}}\n",
            "`file` must stay inside the project",
            "write a relative path without `..`, `~`, variables or a drive",
            id="a path",
        ),
        pytest.param(
            HEAD + "connections: {a: {kind: python, setup: [[]]}}\n",
            "`setup[0]` must be text, not a list",
            None,
            id="an item",
        ),
    ],
)
def test_the_words_say_what_to_do(text: str, message: str, hint: str | None) -> None:
    assert said(text) == [(message, hint)]


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "..",
        "../b",
        "a/../b",
        "a/..",
        "~/b",
        "$HOME/b",
        "a/$B",
        "C:/b",
        "C:\\b",
        "\\\\host\\b",
        "a\\..\\b",
        "b:stream",
        "a%20b",
        "${a}/b",
        "",
        "a\tb",
    ],
)
def test_a_path_stays_inside_the_project(path: str) -> None:
    plain: Plain = {"stui": 1, "name": "x", "buffers": {"a": {"file": path}}}
    found = check(plain, parse(b""))
    assert [one.code for one in found] == ["S113" if path else "S109"]


@pytest.mark.parametrize("path", [".", "b", "./b", "a/b.md", ".b", "..b", "a..b/c", "...", "a b"])
def test_a_path_inside_is_good(path: str) -> None:
    plain: Plain = {"stui": 1, "name": "x", "buffers": {"a": {"file": path}}}
    assert check(plain, parse(b"")) == ()


@pytest.mark.parametrize(
    ("key", "most"), [("name", 100), ("description", 1000), ("preferences.theme", 64)]
)
def test_a_text_may_be_as_long_as_it_says(key: str, most: int) -> None:
    section, _, inner = key.partition(".")
    for length in (most, most + 1):
        value: Plain = {inner: "x" * length} if inner else "x" * length
        found = check({"stui": 1, "name": "x", section: value}, parse(b""))
        assert [one.code for one in found] == ["S109"] * (length > most)


@pytest.mark.parametrize("ending", ["\n", "\r\n", " ", "\0"])
def test_the_end_of_a_pattern_is_the_end_of_the_text(ending: str) -> None:
    connection: dict[str, Plain] = {"kind": "python", "credential": "vault:a" + ending}
    plain: Plain = {
        "stui": 1,
        "name": "x",
        "connections": {"py": connection},
        "preferences": {"evaluation_timeout": "30s" + ending},
    }
    assert {one.code for one in check(plain, parse(b""))} == {"S110", "S120"}


def test_strict_makes_unknown_keys_errors() -> None:
    text = "stui: 1\nname: x\nnam: y\n"
    assert [one.severity for one in checked(text)] == [Severity.WARNING]
    assert [one.severity for one in checked(text, strict=True)] == [Severity.ERROR]


@pytest.mark.parametrize("kind", ["echo", "http-eval", "python-remote-2", "sql"])
def test_a_kind_that_is_like_none_may_come_with_a_plugin(kind: str) -> None:
    assert spots(HEAD + f"connections: {{a: {{kind: {kind}}}}}\n") == []


def test_everything_is_found_at_once_in_the_order_of_the_file() -> None:
    text = """\
name: 5
conections: {}
buffers:
  a: {connection: py, titel: no}
connections:
  b: {kind: x}
autosave: {journal: soon}
"""
    assert spots(text) == [
        "S101 1:1",
        "T103 1:7 5",
        "S104 2:1 conections",
        "R101 4:19 py",
        "S104 4:23 titel",
        "S111 6:13 x",
        "S110 7:21 soon",
    ]


def test_a_hundred_findings_are_enough() -> None:
    text = HEAD + "".join(f"key-{number}: 1\n" for number in range(300))
    found = spots(text)
    assert len(found) == MOST_FINDINGS
    assert found[0] == "S104 3:1 key-0"
    assert found[-1] == "S104 102:1 key-99"


def test_an_alias_is_reported_once_where_it_is_written() -> None:
    text = HEAD + "connections:\n  a: &a {kind: x}\n  b: *a\n"
    assert spots(text) == ["S111 4:16 x"]


@pytest.mark.parametrize(
    ("plain", "newer"),
    [({"stui": 2}, 2), ({"stui": 1}, None), ({"stui": True}, None), ({}, None), (None, None)],
)
def test_a_newer_format_is_known_by_its_number(plain: Plain, newer: int | None) -> None:
    assert newer_format(plain) == newer


def test_nothing_else_is_said_about_a_newer_file() -> None:
    text = "stui: 7\nlayers: {a: 1}\n"
    assert spots(text) == ["S105 1:7 7"]
    assert said(text)[0][0] == "format 7 is newer than this stui, which knows up to 1"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("stui: 0\ntitle: x\n", "bring it up to date: `stui migrate`"),
        ("stui: -1\n", "write `stui: 1`"),
    ],
)
def test_an_older_file_is_to_be_migrated(text: str, hint: str) -> None:
    assert [(one.code, one.hint) for one in checked(text)] == [("S106", hint)]


@pytest.mark.parametrize("number", ["'1'", "1.0", "true", "one", "[1]"])
def test_the_format_number_is_a_whole_number(number: str) -> None:
    assert [one.code for one in checked(f"stui: {number}\nname: x\n")] == ["S102"]


@pytest.mark.parametrize("kind", [FileKind.OVERLAY, FileKind.CONFIG])
@pytest.mark.parametrize("text", ["", "# nothing\n", "stui: 1\n", "preferences: {theme: nord}\n"])
def test_an_overlay_and_a_configuration_need_nothing(kind: FileKind, text: str) -> None:
    assert checked(text, kind) == ()


def test_an_overlay_may_say_a_part_of_a_connection() -> None:
    assert checked("connections: {image: {guard: confirm}}\n", FileKind.OVERLAY) == ()


def test_an_overlay_has_no_environments() -> None:
    assert spots("environments: {}\n", FileKind.OVERLAY) == ["S104 1:1 environments"]


def test_a_configuration_has_no_connections() -> None:
    assert spots("connections: {}\n", FileKind.CONFIG) == ["S104 1:1 connections"]


def test_a_session_is_checked_by_its_own_schema() -> None:
    text = "stui-session: 1\nmeta: {id: a, opens: -1, nam: b}\n"
    found = [one.split(" ", 1)[0] for one in spots(text, FileKind.SESSION)]
    assert found == ["S101"] * 5 + ["S108", "S104"]
    assert [one.code for one in checked("stui-session: 2\n", FileKind.SESSION)] == ["S105"]
