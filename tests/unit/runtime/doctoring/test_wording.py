"""Paths and numbers in what the doctor says."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from stui_workspace.runtime.doctoring.wording import NUMBERS, argument, numbered, shown

HOME = "USERPROFILE" if sys.platform == "win32" else "HOME"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([3], "line 3"),
        ([3, 7], "lines 3 and 7"),
        ([1, 2, 3, 4, 5, 6], "lines 1, 2, 3, 4, 5 and 6"),
        ([*range(1, 8)], "lines 1, 2, 3, 4, 5 and 2 others"),
    ],
)
def test_the_first_numbers_are_named(numbers: list[int], said: str) -> None:
    assert numbered(numbers, "line") == said
    assert NUMBERS == 5


def test_a_path_in_the_home_folder_is_said_shortly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "ann"))
    assert shown(tmp_path / "ann" / "a b") == str(Path("~/a b"))
    assert shown(tmp_path / "anna" / "a") == str(tmp_path / "anna" / "a")
    assert "\x1b" not in shown(tmp_path / "\x1b[2J")


def test_a_path_stays_one_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "ann"))
    path = tmp_path / "it's a; rm"
    assert shlex.split(argument(path)) == [str(path)]
    assert argument(tmp_path / "ann" / "a") == "~/a"
    assert argument(tmp_path / "ann" / "a b") == "~/'a b'"
