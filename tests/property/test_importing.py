"""Any configuration of another program gives a workspace file that `check` calls good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stui_workspace.document import to_yaml
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.importing import imported
from stui_workspace.runtime.importing.jsonc import read_json
from stui_workspace.runtime.loading import check_content
from stui_workspace.schema import FileKind

text = st.text(max_size=12) | st.sampled_from(
    [
        "vim",
        "psql orders",
        "cd ${HOME}",
        "a: b # c",
        "results",
        "default",
        "~/x",
        "pane",
        "<%= x %>",
    ]
)
scalar = st.none() | st.booleans() | st.integers(-5, 5) | text
anything = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3)
)


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={key: one | anything for key, one in keys.items()})


lines = text | st.lists(text | some(cmd=text), max_size=3)
layouts = st.sampled_from(
    ["tiled", "main-vertical", "even-horizontal", "5ff1,9x9,0,0{4x9,0,0,0,4x9,5,0,1}"]
)
panes = st.lists(lines | some(shell_command=lines, focus=st.booleans(), title=text), max_size=4)
windows = st.lists(
    some(window_name=text, panes=panes, layout=layouts, start_directory=text), max_size=3
)
TMUXP = st.builds(
    lambda name, rest: {"session_name": name, **rest},
    text,
    some(windows=windows, environment=st.dictionaries(text, text), before_script=text),
)
TMUXINATOR = st.builds(
    lambda listed, rest: {**rest, "windows": listed},
    st.lists(
        st.dictionaries(text, lines | some(panes=panes, layout=layouts), min_size=1, max_size=2),
        min_size=1,
        max_size=3,
    ),
    some(name=text, root=text, pre_window=lines, on_project_start=lines, startup_window=text),
)
cells = st.lists(
    some(
        cell_type=st.sampled_from(["code", "markdown", "raw"]), source=lines, outputs=st.just([{}])
    ),
    max_size=4,
)
NOTEBOOK = st.builds(
    lambda listed, metadata: {"cells": listed, "metadata": metadata},
    cells,
    some(kernelspec=some(name=text, language=text), language_info=some(name=text)),
)
CODE = st.builds(
    lambda folders, rest: {"folders": folders, **rest},
    st.lists(some(path=text, name=text), max_size=2),
    some(
        settings=st.dictionaries(text | st.just("editor.tabSize"), scalar, max_size=4),
        tasks=some(tasks=st.lists(some(label=text, command=text, args=st.lists(text)), max_size=3)),
    ),
)


def is_good(content: bytes, name: str) -> None:
    try:
        found = imported(content, name, "s")
    except UsageError as error:
        assert str(error)  # noqa: PT017 (either is right)
        return
    problems = check_content(found.text.encode(), Path("w"), FileKind.WORKSPACE).problems
    assert not problems.has_errors, problems.diagnostics
    assert all(printable_line(note.text, 400) == note.text for note in found.notes)


@settings(max_examples=40)
@given(TMUXP | TMUXINATOR | NOTEBOOK | CODE)
def test_every_configuration_gives_a_good_file(plain: Any) -> None:
    is_good(json.dumps(plain).encode(), "a.json")


@settings(max_examples=40)
@given(TMUXP | TMUXINATOR)
def test_so_does_every_one_in_yaml(plain: Any) -> None:
    cleaned = json.loads(json.dumps(plain).replace("\\ud", "\\u0"))
    is_good(to_yaml(cleaned).encode(), "a.yaml")


@settings(max_examples=40)
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda one: one.encode("utf-8", "replace"))
)
def test_no_bytes_are_a_traceback(content: bytes) -> None:
    for name in ("a.json", "a.yaml", "a.ipynb", "a.code-workspace"):
        is_good(content, name)


@given(anything)
def test_json_is_read_as_the_standard_library_does(plain: Any) -> None:
    assert read_json(json.dumps(plain, indent=1).encode(), "a").value == plain
