from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.paths import KeyPathError, NodePath, format_key_path, parse_key_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param(".", (), id="the root"),
        pytest.param("connections.py.kind", ("connections", "py", "kind"), id="keys"),
        pytest.param('connections["a.b"].kind', ("connections", "a.b", "kind"), id="dots in a key"),
        pytest.param('["a.b"]', ("a.b",), id="a quoted key at the root"),
        pytest.param("layout.work.row[0].size", ("layout", "work", "row", 0, "size"), id="an item"),
        pytest.param("x[1][2]", ("x", 1, 2), id="an item of an item"),
        pytest.param(r'["say \"hi\""]', ('say "hi"',), id="quotes in a key"),
        pytest.param("recent.0", ("recent", "0"), id="digits after a dot are a key"),
    ],
)
def test_a_path_as_people_write_it(text: str, path: NodePath) -> None:
    assert parse_key_path(text) == path


@pytest.mark.parametrize(
    ("text", "column"),
    [("a..b", 3), (".a", 1), ("a.", 2), ("a[", 2), ('a["b]', 2), ("a[x]", 2), ("a b", 2)],
)
def test_a_broken_path_is_refused_with_its_column(text: str, column: int) -> None:
    with pytest.raises(KeyPathError, match=f"column {column} "):
        parse_key_path(text)


steps = st.one_of(st.text(), st.integers(min_value=0, max_value=10**6))


@given(st.lists(steps, max_size=6).map(tuple))
def test_what_is_written_is_read_back(path: NodePath) -> None:
    assert parse_key_path(format_key_path(path)) == path
