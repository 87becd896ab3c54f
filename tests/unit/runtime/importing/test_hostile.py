"""Broken, huge and hostile files: an error with its place, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.importing import imported
from stui_workspace.runtime.importing.jsonc import DEEPEST, LARGEST, read_json
from stui_workspace.runtime.loading import check_content
from stui_workspace.schema import FileKind

BROKEN = {
    "a.code-workspace": [
        (b"", "1:1: it ends in the middle"),
        (b"{", "1:2: it ends in the middle"),
        (b'{"folders": [}', "1:14: `}` closes nothing"),
        (b'{"a" 1}', "1:6: expected `:`"),
        (b'{"a": 1 "b": 2}', "1:9: a comma is missing"),
        (b"{a: 1}", "1:2: this is not JSON"),
        (b'{"a": 1}\n\n x', "3:2: this is not JSON"),
        (b'{"a": 1}\n{}', "2:1: something stands behind the end"),
        (b'{"a": "\\q"}', "1:7: this text has an escape"),
        (b'{"a":\n "\xff"}', "2:1: this is not UTF-8"),
        (b'{"a": /* never', "1:7: this is not JSON"),
        (b'{"a": ' + b"9" * 500 + b"}", "1:7: this number is too long"),
        (b"[" * (DEEPEST + 5), f"1:{DEEPEST + 1}: it is nested deeper"),
        (b"[1, 2]", "of no program that is known"),
        (b"{,}", "1:2: `,` stands where it cannot"),
    ],
    "a.yaml": [
        (b"a: [", "a.yaml:1:"),
        (b"a: b: c\n", "a.yaml:1:5"),
        (b"a: \xff", "a.yaml:1:4"),
        (b"a: !!python/object/apply:os.system [id]\n", "a.yaml:1:4"),
        (b"a: 1\n---\nb: 2\n", "a.yaml:2:"),
        (b"x" * (2 << 20), "a.yaml:1:1"),
        (b"{" * 500, "a.yaml:1:"),
        (b"", "of no program that is known"),
        (b"just: a map\n", "of no program that is known"),
        (b"- a\n", "of no program that is known"),
    ],
}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        pytest.param(name, content, words, id=f"{name}-{number}")
        for name, cases in BROKEN.items()
        for number, (content, words) in enumerate(cases)
    ],
)
def test_what_cannot_be_read_says_where(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UsageError) as found:
        imported(content, name, "s")
    assert words in str(found.value)


def test_aliases_that_explode_are_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(UsageError):
        imported("\n".join(rows).encode(), "a.yaml", "s")


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(UsageError, match="larger than"):
        read_json(b" " * (LARGEST + 1), "a.ipynb")


ODD = [
    {"session_name": "", "windows": [{"window_name": None, "panes": [None, [], {}, 1, True]}]},
    {"session_name": "\u202ename\x1b[31m", "windows": [{"window_name": "results", "panes": ["x"]}]},
    {
        "session_name": "a",
        "windows": [{"panes": [{"shell_command": {"cmd": ["a", {"b": 1}]}}]}] * 300,
    },
    {"session_name": "a", "windows": [{"layout": "x" * 100000, "panes": ["a"] * 200}]},
    {"session_name": "a", "windows": "none", "environment": [1], "start_directory": 5},
    {"session_name": "a", "windows": [{"panes": ["x" * 100000, "y\ud800"]}]},
    {"session_name": "a", "windows": [{"panes": ["x" * 60000]}] * 60},
    {"session_name": "a" * 500, "windows": [{"window_name": "n" * 500, "panes": ["psql '"]}]},
    {"session_name": "default", "windows": [{"window_name": "default", "panes": ["${x} $${y}"]}]},
    {"cells": [{"cell_type": "code", "source": ["x" * 200000]}, 5, None, {"cell_type": 3}]},
    {
        "cells": [{"cell_type": "code", "source": "# cell\n" * 2000}] * 60,
        "metadata": {"kernelspec": 1},
    },
    {"worksheets": [{"cells": [{"cell_type": "code", "input": "1 + 1", "outputs": [1]}]}]},
    {"cells": [], "metadata": {"kernelspec": {"name": "../../evil\x00", "language": 7}}},
    {
        "folders": [None, {"path": "/etc"}, {"uri": "vscode-remote://x"}],
        "settings": {"editor.tabSize": 1e99},
    },
    {"folders": [{"path": "."}], "settings": {"editor.tabSize": 0, "editor.wordWrap": {}}},
    {
        "folders": [],
        "tasks": {"tasks": [{"command": "a", "args": [{"value": "b c"}, 3, None, []]}]},
    },
    {
        "data": {
            "layout-restorer:data": {"main": {"dock": {"type": "split-area", "children": [{}]}}}
        }
    },
    {"data": {"layout-restorer:data": {}, "editor:../../etc/passwd": 1, "editor:/etc/passwd": 1}},
]


@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_values_still_give_a_good_file(number: int) -> None:
    content = json.dumps(ODD[number]).encode()
    found = imported(content, "odd.json", "s")
    problems = check_content(found.text.encode(), Path("w"), FileKind.WORKSPACE).problems
    assert not problems.has_errors, problems.diagnostics
    assert all(printable_line(note.text, 400) == note.text for note in found.notes)
    assert "/etc" not in found.text
    assert "evil" not in found.text


def test_paths_of_one_machine_do_not_come_along() -> None:
    text = "session_name: a\nstart_directory: ~/secret\nwindows:\n"
    text += "- start_directory: /srv/mine\n  panes: [ls]\n"
    found = imported(text.encode(), "a.yaml", "s")
    assert "/srv" not in found.text
    assert "~" not in found.text
    assert [note.line for note in found.notes] == [2, 5]


def test_a_notebook_is_read_with_the_pictures_in_it() -> None:
    picture = {"data": {"image/png": "A" * 1_000_000}}
    cells = [{"cell_type": "code", "source": "1", "outputs": [picture]}] * 5
    found = imported(json.dumps({"cells": cells}).encode(), "a.ipynb", "s")
    assert len(found.text) < 1000
