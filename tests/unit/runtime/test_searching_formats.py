"""The histories of other programs, as those programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.runtime.searching.formats import READERS


def read(kind: str, content: bytes) -> list[tuple[str, float | None] | None]:
    return [None if one is None else (one.code, one.at) for one in READERS[kind](content)]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        pytest.param("bash", b"ls\n\ncd /tmp\n", [("ls", None), ("cd /tmp", None)], id="bash"),
        pytest.param(
            "bash",
            b"old\n#1700000000\nfor x in 1; do\necho\ndone\n#1700000001\nls\n",
            [("old", None), ("for x in 1; do\necho\ndone", 1.7e9), ("ls", 1700000001.0)],
            id="bash with times",
        ),
        pytest.param(
            "zsh",
            b": 1700000000:0;ls\n: 1700000001:3;echo a\\\nb\nplain\n",
            [("ls", 1.7e9), ("echo a\nb", 1700000001.0), ("plain", None)],
            id="zsh",
        ),
        pytest.param(
            "zsh", b"echo \xc3\x83\xa3\n", [("echo \u00c3", None)], id="zsh hides odd bytes"
        ),
        pytest.param(
            "fish",
            b"- cmd: echo a\\nb \\\\n\n  when: 1700000000\n  paths:\n    - x\n- cmd: ls\n",
            [("echo a\nb \\n", 1.7e9), ("ls", None)],
            id="fish",
        ),
        pytest.param("python", b"1 + 1\nx\n", [("1 + 1", None), ("x", None)], id="python"),
        pytest.param(
            "python", b"_HiStOrY_V2_\n1\\040+\\0401\n", [("1 + 1", None)], id="python by libedit"
        ),
        pytest.param(
            "jsonl",
            b'{"code": "a"}\n{"code": "b", "at": 5}\n{"x": 1}\nno\n',
            [("a", None), ("b", 5.0), None, None],
            id="jsonl",
        ),
        pytest.param("bash", b"good\n\xff\xfe\n", [("good", None), None], id="no text"),
        pytest.param("fish", b"%YAML\n- cmd: a\n", [None, ("a", None)], id="no fish"),
    ],
)
def test_it_is_read_as_it_was_typed(
    kind: str, content: bytes, expected: list[tuple[str, float | None] | None]
) -> None:
    assert read(kind, content) == expected


def test_ptpython_says_when_in_the_time_of_the_machine() -> None:
    content = b"\n# 2023-11-14 22:13:20.000000\n+def f():\n+    pass\n\n# nonsense\n+x\n"
    (first, none, second) = READERS["ptpython"](content)
    assert first is not None
    assert second is not None
    assert first.code == "def f():\n    pass"
    assert first.at is not None
    assert none is None
    assert second.code == "x"


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=300))
def test_whatever_a_file_has_nothing_is_raised(kind: str, content: bytes) -> None:
    for one in READERS[kind](content):
        assert one is None or kind == "jsonl" or "\0" not in one.code
