"""Which paths matter: names of files anywhere, and of siblings in their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.watch.names import Names

NAMES = Names.of(["Caf\u00e9.yaml"], [Path("/project")], lambda name: "conflict" in name)


@pytest.mark.parametrize(
    ("path", "matters"),
    [
        ("/project/Caf\u00e9.yaml", True),
        ("/project/cafe\u0301.YAML", True),
        ("/elsewhere/Caf\u00e9.yaml", True),
        ("/project/cafe.yaml", False),
        ("/project/a.conflict", True),
        ("/elsewhere/a.conflict", False),
        ("/project/sub/a.conflict", False),
        ("/project-of-conflict", False),
        ("/project", False),
        ("", False),
        ("/project/\udcff.conflict", True),
    ],
)
def test_what_matters(path: str, matters: bool) -> None:
    assert (path in NAMES) is matters


def test_a_sibling_is_known_by_its_own_spelling() -> None:
    """The names that sync tools give are told apart by case."""
    asked: list[str] = []

    def matters(name: str) -> bool:
        asked.append(name)
        return False

    names = Names.of(["a"], [Path("/project")], matters)
    assert "/project/Copy (B)" not in names
    assert asked == ["Copy (B)"]


def test_where_no_siblings_matter_files_still_do() -> None:
    names = Names.of(["a"], [Path("/project")])
    assert "/project/a" in names
    assert "/project/b" not in names
