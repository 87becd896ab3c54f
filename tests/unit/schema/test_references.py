"""Names that lead nowhere."""

from __future__ import annotations

import pytest

from stui_workspace.layout import PANELS as LAYOUT_PANELS
from stui_workspace.schema import FileKind
from stui_workspace.schema.references import PANELS
from support.checked import HEAD, checked, said, spots

BASE = (
    HEAD
    + """\
vars: {host: localhost}
connections: {py: {kind: python}, image: {kind: stui}}
snippets: {load: {source: a}}
buffers: {scratch: {}, notes: {}}
layout: {work: {row: [scratch]}}
"""
)


def test_the_panels_are_those_of_the_layout() -> None:
    assert PANELS == LAYOUT_PANELS


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            "connections: {py: {kind: python}}\nbuffers: {a: {connection: pi}}",
            ["R101 4:27 pi"],
            id="a connection of a buffer",
        ),
        pytest.param(
            "snippets: {a: {source: b, connection: py}}",
            ["R101 3:39 py"],
            id="a connection of a snippet",
        ),
        pytest.param(
            "connections: {py: {kind: python, setup: [one, two]}}\nsnippets: {two: {source: b}}",
            ["R102 3:42 one"],
            id="a snippet",
        ),
        pytest.param(
            "buffers: {a: }\nlayout: {w: {row: [a, b, {tabs: [history, c], size: 2}]}}",
            ["R103 4:23 b", "R103 4:43 c"],
            id="names in a layout",
        ),
        pytest.param(
            "layout: {w: {column: [{panel: log}, {buffer: pad}]}}",
            ["R103 3:31 log", "R103 3:46 pad"],
            id="a panel and a buffer",
        ),
        pytest.param(
            "layout: {w: {row: [results, {tabs: [history, results]}]}}",
            ["R104 3:46 results"],
            id="twice",
        ),
        pytest.param(
            "layout: {w: {row: [results], narrow: {tabs: [results, results]}}}",
            ["R104 3:55 results"],
            id="the narrow form counts on its own",
        ),
        pytest.param(
            "layout: {default: wrok, work: {panel: results}}", ["R105 3:19 wrok"], id="a layout"
        ),
        pytest.param("buffers: {results: {}}", ["R107 3:11 results"], id="a panel's name"),
        pytest.param(
            "connections: {a: {kind: stui, url: 'tcp://${host}:${port}'}}",
            ["R106 3:36 'tcp://${host}:${port}'"] * 2,
            id="variables",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_underlined(lines: str, expected: list[str]) -> None:
    assert spots(HEAD + lines + "\n") == expected


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("layout: {w: {row: [" + ", ".join(PANELS) + "]}}", id="panels"),
        pytest.param("vars: {a: b}\ndescription: ${a} and $${b} and $c and ${", id="variables"),
        pytest.param(
            "environments: {e: {vars: {a: b}}}\ndescription: ${a}", id="of an environment"
        ),
        pytest.param("buffers: {a: {source: '${HOME}'}}", id="code is left alone"),
        pytest.param("snippets: {a: {source: '${HOME}'}}", id="snippets, too"),
        pytest.param("x-a: ${b}\nextensions: {c: {d: '${e}'}}", id="what is not ours"),
        pytest.param(
            "environments: {e: {connections: {b: {kind: python}}}}\nbuffers: {a: {connection: b}}",
            id="a connection of an environment",
        ),
    ],
)
def test_other_names_are_good(lines: str) -> None:
    assert checked(HEAD + lines + "\n") == ()


def test_an_environment_may_use_what_the_file_has() -> None:
    text = (
        BASE + "environments: {e: {buffers: {more: {connection: py}, other: {connection: pi}}}}\n"
    )
    assert spots(text) == ["R101 8:74 pi"]


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        ("buffers: {a: {connection: imgae}}", "did you mean `image`?"),
        ("buffers: {a: {connection: zzz}}", "there are: `py`, `image`"),
        ("layout: {default: wrk}", "did you mean `work`?"),
        ("layout: {w: {row: [scrtch]}}", "did you mean `scratch`?"),
        ("layout: {w: {row: [result]}}", "did you mean `results`?"),
        ("description: ${hots}", "did you mean `host`?"),
        ("description: ${zzz}", "define it: `vars: {zzz: ...}`"),
    ],
)
def test_the_hint_knows_the_names_of_the_file(lines: str, hint: str) -> None:
    assert [one.hint for one in checked(lines + "\n", FileKind.OVERLAY, base=BASE)] == [hint]


def test_a_file_without_any_says_so() -> None:
    [(_, hint)] = said(HEAD + "buffers: {a: {connection: py}}\n")
    assert hint == "there are no connections in the file"


def test_an_overlay_alone_is_taken_on_trust() -> None:
    text = "buffers: {a: {connection: py}}\ndescription: ${host}\nlayout: {default: work}\n"
    assert checked(text, FileKind.OVERLAY) == ()
    assert checked(text, FileKind.OVERLAY, base=BASE) == ()


def test_an_overlay_alone_is_still_held_to_itself() -> None:
    text = "layout: {w: {row: [a, a]}}\n"
    assert spots(text, FileKind.OVERLAY) == ["R104 1:23 a"]
