"""Bases out of git's zdiff3 style, whose conflicts lack what both sides have alike."""

from __future__ import annotations

import pytest

from stui_workspace.merge.lines import unmarked


def conflict(before: str, base: str, after: str) -> str:
    return f"{before}<<<<<<< a\n  o: 2\n||||||| b\n{base}=======\n  o: 3\n>>>>>>> c\n{after}"


@pytest.mark.parametrize(
    ("before", "base", "after", "expected"),
    [
        pytest.param(
            "- id: web\n  name: b\n",
            "  name: a\n  o: 1\n",
            "- id: db\n",
            "- id: web\n  name: a\n  o: 1\n- id: db\n",
            id="before",
        ),
        pytest.param(
            "- id: web\n",
            "  o: 1\n  name: a\n",
            "  name: b\n- id: db\n",
            "- id: web\n  o: 1\n  name: a\n- id: db\n",
            id="after",
        ),
        pytest.param(
            "a:\n  name : b\n# note\n\n  kind: x\n",
            "  name: a\n  o: 1\n",
            "",
            "a:\n  name: a\n  o: 1\n",
            id="with what follows it",
        ),
        pytest.param(
            "a:\n  name:\n    x: 1\n",
            "  name:\n    x: 0\n  o: 1\n",
            "",
            "a:\n  name:\n    x: 0\n  o: 1\n",
            id="with what is in it",
        ),
        pytest.param(
            "a:\n",
            "  o: 1\n  name:\n  - x\n",
            "  name:\n  - y\n\n    # more\n  - z\n  last: 1\nb: 1\n",
            "a:\n  o: 1\n  name:\n  - x\n  last: 1\nb: 1\n",
            id="after, with what is in it",
        ),
        pytest.param(
            "- id: web\n  name: b\n",
            "  o: 1\n- id: db\n  name: a\n",
            "",
            "- id: web\n  name: b\n  o: 1\n- id: db\n  name: a\n",
            id="not in another item",
        ),
        pytest.param(
            "x:\n  name: b\na:\n",
            "  name: a\n",
            "",
            "x:\n  name: b\na:\n  name: a\n",
            id="not in another map",
        ),
        pytest.param(
            "a:\n  # name: b\n  kind: x\n",
            "  name: a\n",
            "",
            "a:\n  # name: b\n  kind: x\n  name: a\n",
            id="not a comment",
        ),
        pytest.param(
            "- name: b\n",
            "- name: a\n",
            "- name: c\n",
            "- name: b\n- name: a\n- name: c\n",
            id="not items",
        ),
    ],
)
def test_what_the_base_is(before: str, base: str, after: str, expected: str) -> None:
    found = unmarked(conflict(before, base, after))
    assert found is not None
    assert found.base == expected
    assert found.ours == f"{before}  o: 2\n{after}"


def test_between_two_conflicts_from_both_ends() -> None:
    found = unmarked(
        conflict("a:\n", "  o: 1\n  p: 1\n", "  p: 2\n") + conflict("", "  p: 3\n", "")
    )
    assert found is not None
    assert found.base == "a:\n  o: 1\n  p: 1\n  p: 3\n"
