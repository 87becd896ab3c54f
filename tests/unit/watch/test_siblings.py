"""What a listing of a folder tells of files that nobody knew beforehand."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from stui_workspace.watch.siblings import Siblings


@dataclass
class Clock:
    """It stands, unless a test moves it."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ws.conflict-1").write_bytes(b"one")
    (tmp_path / "ws").write_bytes(b"ws")
    return tmp_path


def is_copy(name: str) -> bool:
    return "conflict" in name


def a_copy_comes(folder: Path) -> None:
    (folder / "ws.conflict-2").write_bytes(b"two")


def it_goes(folder: Path) -> None:
    (folder / "ws.conflict-1").unlink()


def it_changes(folder: Path) -> None:
    (folder / "ws.conflict-1").write_bytes(b"longer")


def it_gets_another_name(folder: Path) -> None:
    (folder / "ws.conflict-1").rename(folder / "ws.conflict-2")


def it_turns_into_a_folder(folder: Path) -> None:
    it_goes(folder)
    (folder / "ws.conflict-1").mkdir()


def the_folder_goes(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))


def nothing(folder: Path) -> None:
    pass


def others_come_and_go(folder: Path) -> None:
    (folder / "other").write_bytes(b"x")
    (folder / "ws").unlink()


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        (a_copy_comes, True),
        (it_goes, True),
        (it_changes, True),
        (it_gets_another_name, True),
        (it_turns_into_a_folder, True),
        (the_folder_goes, True),
        (nothing, False),
        (others_come_and_go, False),
    ],
)
def test_what_is_told(folder: Path, change: Callable[[Path], None], is_told: bool) -> None:
    siblings = Siblings(is_copy, Clock())
    assert not siblings.changed([folder])  # there is nothing to compare with
    change(folder)
    assert siblings.changed([folder]) is is_told
    assert not siblings.changed([folder])


def test_a_name_is_judged_once(folder: Path) -> None:
    asked: list[str] = []

    def matters(name: str) -> bool:
        asked.append(name)
        return True

    siblings = Siblings(matters, Clock())
    for _ in range(5):
        siblings.changed([folder])
        siblings.matter("ws")
    assert sorted(asked) == ["ws", "ws.conflict-1"]


def test_when_the_next_listing_is_due(folder: Path) -> None:
    clock = Clock()
    siblings = Siblings(is_copy, clock)
    assert siblings.is_due(30.0)
    siblings.changed([folder])
    assert siblings.is_due(0.0)
    assert not siblings.is_due(30.0)
    clock.at = 30.0
    assert siblings.is_due(30.0)


def test_a_laborious_listing_is_made_less_often(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    siblings = Siblings(is_copy, clock)

    def slow_listing(path: Path) -> list[str]:
        clock.at += 0.2
        return [path.name]

    monkeypatch.setattr(os, "listdir", slow_listing)
    siblings.changed([folder])
    clock.at += 9.9
    assert not siblings.is_due(0.0)
    clock.at += 0.2
    assert siblings.is_due(0.0)
